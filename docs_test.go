package riskband_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents returns the Markdown files that people wrote.
func documents(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("docs", func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".md") {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// A link inside the project leads somewhere.
func TestLinksLead(t *testing.T) {
	for _, path := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, path), -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "#") {
				continue
			}
			target, _, _ := strings.Cut(m[1], "#")
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), target)); err != nil {
				t.Errorf("%s: link to %s leads nowhere", path, m[1])
			}
		}
	}
}

var namedTest = regexp.MustCompile("`([a-z0-9_./]+): ((?:Test|Fuzz)[A-Za-z0-9_]+)`")

// A document that says "this test holds it" names a test that exists.
func TestNamedTestsExist(t *testing.T) {
	for _, path := range documents(t) {
		for _, m := range namedTest.FindAllStringSubmatch(read(t, path), -1) {
			if !hasTest(t, m[1], m[2]) {
				t.Errorf("%s: names %s in %s, which has no such test", path, m[2], m[1])
			}
		}
	}
}

// hasTest says whether a test file, or a package's test files, declare name.
func hasTest(t *testing.T, where, name string) bool {
	t.Helper()
	files := []string{where}
	if !strings.HasSuffix(where, ".go") {
		var err error
		if files, err = filepath.Glob(filepath.Join(where, "*_test.go")); err != nil {
			t.Fatal(err)
		}
	}
	return slices.ContainsFunc(files, func(f string) bool {
		b, err := os.ReadFile(f)
		return err == nil && strings.Contains(string(b), "\nfunc "+name+"(")
	})
}

var (
	recordName   = regexp.MustCompile(`^\d{4}-[a-z0-9-]+\.md$`)
	recordStatus = regexp.MustCompile(`\n\nStatus: (accepted|superseded by \d{4}) · Date: 20\d\d-\d\d-\d\d\n`)
	recordHeads  = []string{
		"## Context", "## Decision", "### Assumptions", "### Drivers", "### Options", "### Outcome",
		"## Consequences", "## Compliance",
	}
)

// Decision records are numbered in order and have the headings NHS reviewers know.
func TestDecisionRecords(t *testing.T) {
	entries, err := os.ReadDir("docs/adr")
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range entries {
		number := fmt.Sprintf("%04d", i+1)
		if !recordName.MatchString(e.Name()) || !strings.HasPrefix(e.Name(), number+"-") {
			t.Errorf("docs/adr/%s: want a file named %s-title.md", e.Name(), number)
			continue
		}
		text := read(t, filepath.Join("docs/adr", e.Name()))
		if !strings.HasPrefix(text, "# "+number+" ") || !recordStatus.MatchString(text) {
			t.Errorf("docs/adr/%s: want the number in the title, then status and date", e.Name())
		}
		var heads []string
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "##") {
				heads = append(heads, strings.TrimSpace(line))
			}
		}
		if !slices.Equal(heads, recordHeads) {
			t.Errorf("docs/adr/%s: headings %q\nwant %q", e.Name(), heads, recordHeads)
		}
	}
}

// Every library in the binary is named with its licence.
func TestLicencesNameEveryLibrary(t *testing.T) {
	var named []string
	for _, row := range markedTable(t, "LICENSES.md", "libraries") {
		named = append(named, codeSpans(row[0])...)
	}
	used := map[string]bool{}
	for _, p := range ours(t) {
		for _, path := range p.Imports {
			host, _, _ := strings.Cut(path, "/")
			if !strings.Contains(host, ".") {
				continue // ours, or the standard library
			}
			i := slices.IndexFunc(named, func(n string) bool { return path == n || strings.HasPrefix(path, n+"/") })
			if i < 0 {
				t.Errorf("LICENSES.md: no row for %s, which %s imports", path, p.name())
				continue
			}
			used[named[i]] = true
		}
	}
	for _, n := range named {
		if !used[n] {
			t.Errorf("LICENSES.md: %s has a row, and no package imports it", n)
		}
	}
}
