package folder

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"riskband/pipeline/manifest"
)

var errCrash = errors.New("crash")

// run is what a test publishes: an id made from the inputs and the text of its
// one file.
type run struct{ inputs, text string }

func (r run) id() string {
	return "2026-03-31-" + r.digest()[:12]
}

func (r run) digest() string {
	return manifest.InputsDigest(manifest.Part{Name: "inputs", Value: r.inputs})
}

func (r run) manifest(files ...File) manifest.Run {
	sum := strings.Repeat("0", 64)
	return manifest.Run{
		Format: manifest.Format, RunID: r.id(), Notice: "INTERIM: not for publication",
		Product: manifest.Product{Name: "riskband", Version: "0"}, AsOf: "2026-03-31",
		InputsDigest: r.digest(), ExtractDigest: sum,
		Model: manifest.Model{SHA256: sum, ClinicalReview: "none"}, Files: files,
	}
}

// publishRun does what the pipeline does on the public root. It leaves
// everything as it is when a step fails, as a crash does.
func publishRun(root *Root, r run) error {
	s, err := root.Stage(r.id())
	if err != nil {
		return err
	}
	f, err := s.Write("release/table.csv", []byte(r.text))
	if err != nil {
		return err
	}
	data := r.manifest(f).Encode()
	if _, err := s.Write(manifest.FileName, data); err != nil {
		return err
	}
	folder, err := s.Commit()
	if err != nil {
		return err
	}
	return root.SetCurrent(Current{RunID: r.id(), Folder: folder, ManifestSHA256: manifest.Sum(data)})
}

// crashAt publishes with a crash before step n; reached says whether the run
// had that many.
func crashAt(t *testing.T, dir string, side Side, n int, work func(*Root) error) (reached bool) {
	t.Helper()
	root := open(t, dir, side)
	defer shut(t, root)
	root.step = func(string) error {
		if n--; n < 0 {
			reached = true
			return errCrash
		}
		return nil
	}
	if err := work(root); reached != errors.Is(err, errCrash) || !reached && err != nil {
		t.Fatalf("step reached: %v, error %v", reached, err)
	}
	return reached
}

func open(t *testing.T, dir string, side Side) *Root {
	t.Helper()
	root, err := Open(dir, side)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func shut(t *testing.T, root *Root) {
	t.Helper()
	if err := root.Close(); err != nil {
		t.Fatal(err)
	}
}

// readable returns the text of the current run after checking that the run is
// whole and is the one current.json names; the empty string when none is
// published.
func readable(t *testing.T, dir string) string {
	t.Helper()
	c, err := ReadCurrent(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, filepath.FromSlash(c.Folder))
	_, sum, err := manifest.Read(folder)
	if err != nil || sum != c.ManifestSHA256 {
		t.Fatalf("current.json names %s, which has %v %v", c.Folder, sum, err)
	}
	if err := manifest.Verify(folder); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "release", "table.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestACrashLeavesTheOldRunOrTheNew(t *testing.T) {
	f := func(name string, before []run, next run) {
		t.Run(name, func(t *testing.T) {
			steps := 0
			for crashThenRun(t, steps, before, next) {
				steps++
			}
			if steps < 8 { // staging, sync, move in or drop, link, current.json
				t.Errorf("only %d steps could fail", steps)
			}
		})
	}
	a, b := run{"a", "one"}, run{"b", "two"}
	f("first", nil, a)
	f("another day", []run{a}, b)
	f("same inputs, same bytes", []run{a}, a)
	f("same inputs, other bytes", []run{a}, run{"a", "one, corrected"})
	f("same inputs, other bytes and back", []run{a, {"a", "one, corrected"}}, a)
	f("an older run again", []run{a, b}, a)
}

// crashThenRun publishes some runs, crashes before a step of the next, looks at
// what readers get, and runs again. It reports whether there was such a step.
func crashThenRun(t *testing.T, step int, before []run, next run) (reached bool) {
	t.Helper()
	dir, old := filepath.Join(t.TempDir(), "out"), ""
	for _, r := range before {
		crashAt(t, dir, Public, math.MaxInt, func(root *Root) error { return publishRun(root, r) })
		old = r.text
	}
	reached = crashAt(t, dir, Public, step, func(root *Root) error { return publishRun(root, next) })
	if got := readable(t, dir); got != old && got != next.text {
		t.Fatalf("after a crash before step %d readers get %q", step, got)
	}
	crashAt(t, dir, Public, math.MaxInt, func(root *Root) error { return publishRun(root, next) })
	if got := readable(t, dir); got != next.text {
		t.Fatalf("the run after a crash before step %d gave %q", step, got)
	}
	nothingLeft(t, dir)
	return reached
}

// nothingLeft fails when a root holds more than the lock, the runs and the two
// pointers, or two folders of one run.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	held, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range held {
		if !slices.Contains([]string{lockName, runsDir, currentLink, CurrentName}, e.Name()) {
			t.Errorf("left behind: %s", e.Name())
		}
	}
	runs, err := os.ReadDir(filepath.Join(dir, runsDir))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range runs {
		id, _, _ := strings.Cut(e.Name(), ".")
		if seen[id] {
			t.Errorf("two folders of run %s", id)
		}
		seen[id] = true
	}
	if linked, err := filepath.EvalSymlinks(filepath.Join(dir, currentLink)); err == nil {
		c, err := ReadCurrent(dir)
		if err != nil || filepath.Base(linked) != filepath.Base(c.Folder) {
			t.Errorf("the link leads to %s, current.json to %s", linked, c.Folder)
		}
	}
}

func TestACrashOnTheSecureSideKeepsARun(t *testing.T) {
	secure := func(text string) func(*Root) error {
		return func(r *Root) error {
			s, err := r.Stage("2026-03-31-abcdef012345")
			if err != nil {
				return err
			}
			if _, err := s.Write("checks/conservation.csv", []byte(text)); err != nil {
				return err
			}
			_, err = s.Commit()
			return err
		}
	}
	steps := 0
	for reached := true; reached; steps++ {
		dir := filepath.Join(t.TempDir(), "secure")
		crashAt(t, dir, Secure, 99, secure("one"))
		reached = crashAt(t, dir, Secure, steps, secure("two"))
		root := open(t, dir, Secure)
		s, err := root.Stage("2026-04-01-000000000000") // the next night puts things right
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Abort(); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, "runs", "2026-03-31-abcdef012345", "checks", "conservation.csv"))
		if err != nil || string(got) != "one" && string(got) != "two" {
			t.Errorf("after a crash before step %d: %q, %v", steps, got, err)
		}
		shut(t, root)
		nothingLeft(t, dir)
	}
	if steps != 7 { // six steps, and the run without a crash
		t.Errorf("%d steps could fail", steps-1)
	}
}

func TestADamagedRunIsReplaced(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	root := open(t, dir, Public)
	defer shut(t, root)
	r := run{"a", "one"}
	table := filepath.Join(dir, "runs", r.id(), "release", "table.csv")
	for range 2 {
		if err := publishRun(root, r); err != nil {
			t.Fatal(err)
		}
		if got := readable(t, dir); got != "one" {
			t.Fatalf("got %q", got)
		}
		if err := os.WriteFile(table, []byte("bad"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestARunWithUnlistedFilesIsNotCommitted(t *testing.T) {
	root := open(t, t.TempDir(), Public)
	defer shut(t, root)
	r := run{"a", "one"}
	s, err := root.Stage(r.id())
	if err != nil {
		t.Fatal(err)
	}
	for path, data := range map[string][]byte{manifest.FileName: r.manifest().Encode(), "release/stray.csv": nil} {
		if _, err := s.Write(path, data); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Commit(); !errors.Is(err, manifest.ErrFiles) {
		t.Errorf("got %v", err)
	}
	if err := s.Abort(); err != nil {
		t.Fatal(err)
	}
}
