package riskband_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the prefix of our own import paths.
const module = "riskband"

// pkg is what `go list` says of one package.
type pkg struct {
	ImportPath   string
	Dir          string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
	Imports      []string
}

// name is the package's path inside the module: stratify/frame.
func (p pkg) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

// ours returns the packages of this module that hold product code.
func ours(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports", "./...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatalf("decode go list: %v", err)
		}
		if len(p.GoFiles) > 0 {
			all = append(all, p)
		}
	}
	return all
}

// importFaults compares packages with the table of ARCHITECTURE.md: package →
// what it may import.
func importFaults(table map[string][]string, packages []pkg) []string {
	var faults []string
	seen := map[string]bool{}
	for _, p := range packages {
		seen[p.name()] = true
		may, ok := table[p.name()]
		if !ok {
			faults = append(faults, p.name()+": has no row; add one that says what it may import")
			continue
		}
		for _, path := range p.Imports {
			to, own := strings.CutPrefix(path, module+"/")
			if own && !allowed(may, to) {
				faults = append(faults, fmt.Sprintf("%s: imports %s, which its row does not allow", p.name(), to))
			}
		}
	}
	for row := range table {
		if !seen[row] {
			faults = append(faults, row+": has a row but no package; remove the row")
		}
	}
	slices.Sort(faults)
	return faults
}

// allowed says whether a row's list covers a package; x/* covers all under x.
func allowed(may []string, to string) bool {
	for _, m := range may {
		under, wild := strings.CutSuffix(m, "*")
		if m == to || wild && strings.HasPrefix(to, under) {
			return true
		}
	}
	return false
}

// importTable reads the marked table of ARCHITECTURE.md.
func importTable(t *testing.T) map[string][]string {
	t.Helper()
	table := map[string][]string{}
	for _, row := range markedTable(t, "ARCHITECTURE.md", "imports") {
		from := codeSpans(row[0])
		if len(from) != 1 {
			t.Fatalf("ARCHITECTURE.md: want one package in %q", row[0])
		}
		if _, twice := table[from[0]]; twice {
			t.Errorf("ARCHITECTURE.md: %s has two rows", from[0])
		}
		table[from[0]] = codeSpans(row[1])
	}
	return table
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, fault := range importFaults(importTable(t), ours(t)) {
		t.Error(fault)
	}
}

// The rule itself can fail in each of its three ways.
func TestImportFaults(t *testing.T) {
	table := map[string][]string{"a": {"b/*"}, "b/c": nil, "gone": nil}
	got := importFaults(table, []pkg{
		{ImportPath: "riskband/a", Imports: []string{"fmt", "riskband/b/c", "riskband/new"}},
		{ImportPath: "riskband/b/c", Imports: []string{"github.com/x/y"}},
		{ImportPath: "riskband/new"},
	})
	want := []string{
		"a: imports new, which its row does not allow",
		"gone: has a row but no package; remove the row",
		"new: has no row; add one that says what it may import",
	}
	if !slices.Equal(got, want) {
		t.Errorf("importFaults = %q\nwant %q", got, want)
	}
}

// Nothing reaches back to the command.
func TestNothingImportsTheCommand(t *testing.T) {
	for row, may := range importTable(t) {
		if allowed(may, "cmd/riskband") {
			t.Errorf("ARCHITECTURE.md: %s may import the command", row)
		}
	}
}

// Each package opens with the five parts a reader looks for.
func TestPackagesIntroduceThemselves(t *testing.T) {
	parts := []string{"What it does:", "Where it stands:", "Terms it owns:", "How it fails:", "Not here:"}
	for _, p := range ours(t) {
		doc, err := os.ReadFile(filepath.Join(p.Dir, "doc.go"))
		if err != nil {
			t.Errorf("%s: has no doc.go", p.name())
			continue
		}
		for _, part := range parts {
			if !strings.Contains(string(doc), part) {
				t.Errorf("%s/doc.go: has no part %q", p.name(), part)
			}
		}
	}
}

// A folder holds something: no empty rooms waiting for a purpose.
func TestNoEmptyFolders(t *testing.T) {
	skip := []string{".git", "bin", "out", "secure", "bench/.venv"} // made by git and by make, ignored by git
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if slices.Contains(skip, path) {
			return filepath.SkipDir
		}
		inside, err := os.ReadDir(path)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(inside, func(e fs.DirEntry) bool { return e.Name() != ".gitkeep" }) {
			t.Errorf("%s: is empty", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
