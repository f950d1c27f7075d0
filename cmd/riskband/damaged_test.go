package main

import (
	"bytes"
	"flag"
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

const (
	damagedSet = sampleData + "/damaged"
	rulesFile  = "../../pipeline/extract/refusal/rule.go"
)

var update = flag.Bool("update", false, "rewrite expected.txt of every folder of sample-data/damaged")

// damagedFlags are the flags a folder's job is run with besides the usual ones.
var damagedFlags = map[string][]string{"file_too_large": {"--memory", "1MiB"}}

// Every folder of the damaged set is refused with the text and the exit code that
// are kept beside it, and nothing is published.
func TestDamagedSetIsRefused(t *testing.T) {
	for _, folder := range damagedFolders(t) {
		t.Run(folder, func(t *testing.T) {
			said := runDamaged(t, folder)
			path := filepath.Join(damagedSet, folder, "expected.txt")
			if *update {
				if err := os.WriteFile(path, []byte(said), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if said != string(want) {
				t.Errorf("%s:\n%s\nwant\n%s", folder, said, want)
			}
		})
	}
}

// A folder breaks the one rule it is named after, and a rule without a folder is
// a rule nobody has seen at work.
func TestDamagedSetHasEveryRule(t *testing.T) {
	rules := append(extractRules(t), "type1_opt_out") // pipeline/run's own
	shown := map[string]bool{}
	for _, folder := range damagedFolders(t) {
		data, err := os.ReadFile(filepath.Join(damagedSet, folder, "expected.txt"))
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(folder, "-")
		if !slices.Contains(rules, name) || beforeTheRule(folder) {
			shown[name] = true
			continue
		}
		broken := slices.DeleteFunc(slices.Clone(rules), func(r string) bool {
			return !strings.Contains(string(data), ": "+r+": ")
		})
		if !slices.Equal(broken, []string{name}) {
			t.Errorf("%s: breaks %q, want its own rule alone", folder, broken)
		}
		shown[name] = true
	}
	for _, r := range rules {
		if !shown[r] {
			t.Errorf("rule %s has no folder in sample-data/damaged", r)
		}
	}
}

// beforeTheRule names the one folder that the command refuses before its rule is
// asked: a run that cannot hold its largest practice does not start.
func beforeTheRule(folder string) bool { return folder == "file_too_large" }

func damagedFolders(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(damagedSet)
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	return folders
}

// runDamaged runs a folder's job and returns the command, the exit code and what
// stood on standard error, as expected.txt holds them: paths from the root of the
// repository, and without the log, whose lines carry the time.
func runDamaged(t *testing.T, folder string) string {
	t.Helper()
	dir := t.TempDir()
	job := filepath.Join(damagedSet, folder, "job.yaml")
	flags := append([]string{"--log-level", "error", "--log-format", "json"}, damagedFlags[folder]...)
	var stdout, stderr bytes.Buffer
	code := execute(slices.Concat([]string{"riskband", "run", job, "--out", dir + "/out", "--secure", dir + "/secure"}, flags), &stdout, &stderr)
	if stdout.Len() > 0 {
		t.Errorf("%s: on standard output: %s", folder, stdout.String())
	}
	nothingPublished(t, dir+"/out")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	fmt.Fprintf(&said, "$ %s\nexit %d\n", strings.Join(append([]string{"riskband run job.yaml"}, damagedFlags[folder]...), " "), code)
	for line := range strings.Lines(stderr.String()) {
		if !strings.HasPrefix(line, "{") {
			said.WriteString(line)
		}
	}
	return strings.NewReplacer(root+"/", "", "../../", "").Replace(said.String())
}

// nothingPublished checks that readers of the folder would find no release.
func nothingPublished(t *testing.T, out string) {
	t.Helper()
	err := filepath.WalkDir(out, func(path string, e os.DirEntry, err error) error {
		if os.IsNotExist(err) {
			return nil
		}
		if err == nil && (e.Name() == "current.json" || e.Name() == "current" || e.Name() == "release") {
			t.Errorf("published: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// extractRules reads the rules from the source, so that none can be forgotten:
// the constants named Rule... and their texts.
func extractRules(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), rulesFile, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	var text func(e ast.Expr) string
	text = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.BasicLit:
			s, err := strconv.Unquote(e.Value)
			if err != nil {
				t.Fatal(err)
			}
			return s
		case *ast.Ident:
			return texts[e.Name]
		case *ast.BinaryExpr:
			return text(e.X) + text(e.Y)
		}
		t.Fatalf("%s: a rule that is not made of texts", rulesFile)
		return ""
	}
	var rules []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			texts[name.Name] = text(spec.Values[i])
			if strings.HasPrefix(name.Name, "Rule") {
				rules = append(rules, texts[name.Name])
			}
		}
		return false
	})
	if len(rules) < 30 {
		t.Fatalf("%d rules in %s: the test no longer finds them", len(rules), rulesFile)
	}
	return rules
}
