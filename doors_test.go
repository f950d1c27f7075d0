package riskband_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// door is one danger and the packages that may touch it.
type door struct {
	kind    string // import, use, statement, func
	name    string // path prefix, pkg.Name, go, init
	only    []string
	inTests bool // held in test files too
}

// doors reads the marked table of ARCHITECTURE.md.
func doors(t *testing.T) []door {
	t.Helper()
	var all []door
	for _, row := range markedTable(t, "ARCHITECTURE.md", "doors") {
		what := codeSpans(row[0])
		if len(what) != 1 || len(row) != 4 || row[2] != "free" && row[2] != "held" {
			t.Fatalf("ARCHITECTURE.md: cannot read the door %q", row)
		}
		kind, name, _ := strings.Cut(what[0], " ")
		if !slices.Contains([]string{"import", "use", "statement", "func"}, kind) || name == "" {
			t.Fatalf("ARCHITECTURE.md: unknown kind of door %q", what[0])
		}
		all = append(all, door{kind: kind, name: name, only: codeSpans(row[1]), inTests: row[2] == "held"})
	}
	return all
}

// touches lists every dangerous thing a file does, as "kind name".
func touches(file *ast.File) []string {
	var found []string
	imported := map[string]string{} // the name used in this file → import path
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value) // the parser accepted it
		found = append(found, "import "+path)
		name := path[strings.LastIndex(path, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imported[name] = path
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = append(found, "statement go")
		case *ast.FuncDecl:
			if n.Recv == nil {
				found = append(found, "func "+n.Name.Name)
			}
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imported[x.Name] != "" {
				found = append(found, "use "+imported[x.Name]+"."+n.Sel.Name)
			}
		}
		return true
	})
	return found
}

// matches says whether a thing found in a file is behind the door.
func (d door) matches(touch string) bool {
	want := d.kind + " " + d.name
	if d.kind != "import" {
		return touch == want
	}
	rest, ok := strings.CutPrefix(touch, want)
	// math/rand/v2 is its own library, not a part of math/rand.
	return ok && (rest == "" || rest[0] == '/' && want+rest != "import math/rand/v2")
}

// doorFaults compares what one file of a package does with the doors.
func doorFaults(all []door, name, path string, file *ast.File) []string {
	test := strings.HasSuffix(path, "_test.go")
	var faults []string
	for _, touch := range touches(file) {
		for _, d := range all {
			if d.matches(touch) && !slices.Contains(d.only, name) && (!test || d.inTests) {
				faults = append(faults, fmt.Sprintf("%s: %s; it belongs in %q", path, touch, d.only))
			}
		}
	}
	return faults
}

func TestOneDoorPerDanger(t *testing.T) {
	all := doors(t)
	for _, p := range ours(t) {
		for _, base := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			path := filepath.Join(p.Dir, base)
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatalf("parse %s: %v", path, err)
			}
			for _, fault := range doorFaults(all, p.name(), filepath.Join(p.name(), base), file) {
				t.Error(fault)
			}
		}
	}
}

// The rule itself can fail in each of its ways, and knows a renamed import.
func TestDoorFaults(t *testing.T) {
	src := `package a
import (
	clock "time"
	"github.com/parquet-go/parquet-go/format"
	"github.com/parquet-go/parquet-gopher"
	"math/rand/v2"
)
func init() { go func() {}(); _ = clock.Now(); _ = clock.UTC }
type t struct{}
func (t) init() {}
`
	f := func(path string, want ...string) {
		t.Helper()
		file, err := parser.ParseFile(token.NewFileSet(), path, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		all := []door{
			{kind: "import", name: "github.com/parquet-go/parquet-go", only: []string{"x"}},
			{kind: "import", name: "math/rand", inTests: true},
			{kind: "use", name: "time.Now", only: []string{"cmd"}},
			{kind: "statement", name: "go", only: []string{"run"}},
			{kind: "func", name: "init", inTests: true},
		}
		if got := doorFaults(all, "a", path, file); !slices.Equal(got, want) {
			t.Errorf("%s: faults %q\nwant %q", path, got, want)
		}
	}
	f("a/a.go",
		`a/a.go: import github.com/parquet-go/parquet-go/format; it belongs in ["x"]`,
		`a/a.go: func init; it belongs in []`,
		`a/a.go: statement go; it belongs in ["run"]`,
		`a/a.go: use time.Now; it belongs in ["cmd"]`)
	f("a/a_test.go", `a/a_test.go: func init; it belongs in []`)
}

// The linters hold the same doors, so an editor says so at once.
func TestLintersKnowTheDoors(t *testing.T) {
	config, err := os.ReadFile(".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range doors(t) {
		if d.kind == "import" && !strings.Contains(string(config), "pkg: "+d.name) {
			t.Errorf(".golangci.yml: no depguard rule for %s", d.name)
		}
	}
}
