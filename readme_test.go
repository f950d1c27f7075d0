package riskband_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"riskband/pipeline/job"
)

// inside is set while this test runs `make test`, which would run it again.
const inside = "RISKBAND_README_TEST"

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// The README opens with two commands. They are all it takes on a fresh machine
// with Go installed, so they are run here as a reader would run them. Go's cache
// of results stays honest: TestNoEmptyFolders reads every folder, so a change
// anywhere runs this package again.
func TestReadmeHasTwoCommands(t *testing.T) {
	var got []string
	for _, m := range shellBlock.FindAllStringSubmatch(read(t, "README.md"), -1) {
		got = append(got, strings.TrimSpace(m[1]))
	}
	if want := []string{"make demo", "make test"}; !slices.Equal(got, want) {
		t.Errorf("README.md: commands %q, want %q", got, want)
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// The job file shown is one that the program takes.
func TestReadmeJob(t *testing.T) {
	shown := yamlBlock.FindStringSubmatch(read(t, "README.md"))
	if shown == nil {
		t.Fatal("README.md: shows no job file")
	}
	if _, err := job.Parse([]byte(shown[1]), t.TempDir()); err != nil {
		t.Errorf("README.md: the job file shown: %v", err)
	}
}

// make demo prints the bands, the coverage and where the results are; and they
// are there. OUT and SECURE keep the reader's own folders out of it.
func TestReadmeDemo(t *testing.T) {
	skipInside(t)
	dir := t.TempDir()
	out, secure := filepath.Join(dir, "out"), filepath.Join(dir, "secure")
	// Silent, so that what make says of its own commands is not taken for output.
	printed := run(t, "make", "--silent", "demo", "OUT="+out, "SECURE="+secure)

	for _, band := range []string{"high", "rising", "low"} {
		line := regexp.MustCompile(`(?m)^\s*` + band + `\s+\d`)
		if !line.MatchString(printed) {
			t.Errorf("make demo: no line that gives the band %s a number", band)
		}
	}
	for _, word := range []string{"bands", "coverage", "results"} {
		if !strings.Contains(printed, word) {
			t.Errorf("make demo: does not print %q", word)
		}
	}
	var found int
	for word := range strings.FieldsSeq(printed) {
		if word = strings.Trim(word, `"',;:()`); !strings.HasPrefix(word, dir) {
			continue
		}
		found++
		if _, err := os.Stat(word); err != nil {
			t.Errorf("make demo: says results are in a path that is not there: %v", err)
		}
	}
	if found == 0 {
		t.Error("make demo: does not say where the results are")
	}
	for _, path := range []string{"current/manifest.json", "current.json"} {
		if _, err := os.Stat(filepath.Join(out, path)); err != nil {
			t.Errorf("make demo: %v", err)
		}
	}
	if t.Failed() {
		t.Logf("make demo printed:\n%s", printed)
	}
}

// make test runs the tests. One package stands for all: the rest is running now.
func TestReadmeTest(t *testing.T) {
	skipInside(t)
	t.Setenv(inside, "1")
	const one = "riskband/stratify/codes"
	printed := run(t, "make", "test", "PACKAGES="+one, "TESTFLAGS=-count=1")
	if !regexp.MustCompile(`(?m)^ok\s+`+one+`\s`).MatchString(printed) || strings.Contains(printed, "no test") {
		t.Errorf("make test: does not say that %s passed:\n%s", one, printed)
	}
}

func skipInside(t *testing.T) {
	t.Helper()
	if testing.Short() || os.Getenv(inside) != "" {
		t.Skip("the README's commands are run by the full test alone")
	}
}

// run runs a command at the root and returns all it printed.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	// A make that runs this test must not hand its own flags and targets down.
	env := slices.DeleteFunc(os.Environ(), func(e string) bool {
		return strings.HasPrefix(e, "MAKE") || strings.HasPrefix(e, "MFLAGS")
	})
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
