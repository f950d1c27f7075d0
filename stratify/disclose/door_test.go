package disclose_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// A Release has one maker. Reads the package's own source: the protected types
// export no field and decode from nothing, and the functions and methods that
// give one out are those listed.
func TestOnlyInterimMakesARelease(t *testing.T) {
	protected := []string{"Release", "Table", "Shown"}
	var makers []string
	for _, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				checkFields(t, n, protected)
			case *ast.FuncDecl:
				if n.Name.IsExported() && mentions(n.Type.Results, protected) {
					makers = append(makers, name(n))
				}
				if n.Name.IsExported() && pointed(n, protected) {
					t.Errorf("%s takes a pointer to a protected type and could fill it", name(n))
				}
			case *ast.GenDecl:
				checkVariables(t, n, protected)
			}
			return true
		})
	}
	slices.Sort(makers)
	if want := []string{"Interim", "Release.Tables"}; !slices.Equal(makers, want) {
		t.Errorf("protected types come out of %v; want %v", makers, want)
	}
}

func sources(t *testing.T) (files []*ast.File) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

func checkFields(t *testing.T, spec *ast.TypeSpec, protected []string) {
	t.Helper()
	s, ok := spec.Type.(*ast.StructType)
	if !ok || !slices.Contains(protected, spec.Name.Name) {
		return
	}
	for _, f := range s.Fields.List {
		if len(f.Names) == 0 {
			t.Errorf("%s embeds a type", spec.Name.Name)
		}
		for _, n := range f.Names {
			if n.IsExported() {
				t.Errorf("%s.%s is exported", spec.Name.Name, n.Name)
			}
		}
	}
}

func checkVariables(t *testing.T, d *ast.GenDecl, protected []string) {
	t.Helper()
	for _, s := range d.Specs {
		v, ok := s.(*ast.ValueSpec)
		if !ok || d.Tok != token.VAR {
			continue
		}
		for _, n := range v.Names {
			if n.IsExported() && v.Type != nil && mentions(&ast.FieldList{List: []*ast.Field{{Type: v.Type}}}, protected) {
				t.Errorf("variable %s gives out a protected type", n.Name)
			}
		}
	}
}

func name(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	receiver := f.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if id, ok := receiver.(*ast.Ident); ok {
		return id.Name + "." + f.Name.Name
	}
	return f.Name.Name
}

func mentions(fields *ast.FieldList, names []string) bool {
	found := false
	if fields == nil {
		return false
	}
	for _, f := range fields.List {
		ast.Inspect(f.Type, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel != nil {
				return false // a type of another package
			}
			if id, ok := n.(*ast.Ident); ok && slices.Contains(names, id.Name) {
				found = true
			}
			return true
		})
	}
	return found
}

func pointed(f *ast.FuncDecl, names []string) bool {
	lists := []*ast.FieldList{f.Type.Params, f.Recv}
	found := false
	for _, list := range lists {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			ast.Inspect(field.Type, func(n ast.Node) bool {
				star, ok := n.(*ast.StarExpr)
				if ok && mentions(&ast.FieldList{List: []*ast.Field{{Type: star.X}}}, names) {
					found = true
				}
				return true
			})
		}
	}
	return found
}
