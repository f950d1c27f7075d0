package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

const sampleData = "../../sample-data"

// quiet runs the command and returns what it printed.
func quiet(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := execute(append([]string{"riskband"}, args...), &stdout, &stderr); code != exitDone {
		t.Fatalf("riskband %v: exit %d\n%s", args, code, stderr.String())
	}
	return stdout.String()
}

// The job of sample-data gives the release that is kept beside it.
func TestSampleDataGivesExpected(t *testing.T) {
	dir := t.TempDir()
	quiet(t, "run", sampleData+"/job.yaml", "--out", dir+"/out", "--secure", dir+"/secure", "--log-level", "error")
	current, err := filepath.EvalSymlinks(dir + "/out/current")
	if err != nil {
		t.Fatal(err)
	}
	sameFolder(t, sampleData+"/expected", current)
}

// The extract of sample-data is what the sample command makes.
func TestSampleDataIsMadeBySample(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sample")
	quiet(t, "sample", "--out", dir, "--practices", "18", "--patients", "400", "--events", "12000")
	for _, part := range []string{"extract", "reference"} {
		sameFolder(t, filepath.Join(sampleData, part), filepath.Join(dir, part))
	}
	sameFile(t, sampleData+"/job.yaml", dir+"/job.yaml")
}

func sameFolder(t *testing.T, want, got string) {
	t.Helper()
	names := func(root string) map[string]bool {
		found := map[string]bool{}
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				inside, _ := filepath.Rel(root, path)
				found[inside] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	wanted, made := names(want), names(got)
	for name := range wanted {
		if !made[name] {
			t.Errorf("%s is not made", name)
			continue
		}
		sameFile(t, filepath.Join(want, name), filepath.Join(got, name))
	}
	for name := range made {
		if !wanted[name] {
			t.Errorf("%s is made and was not expected", name)
		}
	}
}

func sameFile(t *testing.T, want, got string) {
	t.Helper()
	a, err := os.ReadFile(want)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(got)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("%s differs: if that is meant, run make golden and read the difference", want)
	}
}
