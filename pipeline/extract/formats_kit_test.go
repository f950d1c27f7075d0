package extract_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"riskband/pipeline/extract"
	"riskband/stratify/frame"
)

// listed returns the fixtures of the README by what it says of them.
func listed(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(fixtures, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| (\w+) \| [\w.]+ \| ([\w-]+) \| (read|refused) \|`)
	kinds := map[string][]string{}
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		kinds[m[3]] = append(kinds[m[3]], m[1]+"/"+m[2])
	}
	return kinds
}

// deliver makes an extract of a fixture: tables that it leaves out are taken from
// pyarrow/base.
func deliver(t *testing.T, name string) (dir string, own []string) {
	t.Helper()
	dir = t.TempDir()
	to := filepath.Join(dir, practice)
	if err := os.CopyFS(to, os.DirFS(filepath.Join(fixtures, filepath.FromSlash(name)))); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"patients", "clinical_events", "medications", "apcs"} {
		matches, err := filepath.Glob(filepath.Join(to, table+"*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(matches) > 0 {
			own = append(own, table)
			continue
		}
		data, err := os.ReadFile(filepath.Join(fixtures, "pyarrow/base", table+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(to, table+".parquet"), data)
	}
	return dir, own
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// opened seals a folder and returns its practice and its digests by table.
func opened(t *testing.T, dir string) (*extract.Practice, map[string]string) {
	t.Helper()
	m, err := extract.Seal(context.Background(), dir, extract.SealOptions{AsOf: asOf, Synthetic: true})
	if err != nil {
		t.Fatalf("seal: %v", err)
	}
	e, err := extract.Open(dir, false, frame.NoDay)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = e.Close() })
	digests := map[string]string{}
	for _, table := range m.Practices[0].Tables {
		digests[table.Name] = table.ContentDigest
	}
	return e.Practices()[0], digests
}

// plainDigests remembers the digests of files the test wrote itself, by content.
type plainDigests map[string]string

func (d plainDigests) digest(t *testing.T, table string, s sheet) string {
	t.Helper()
	key := fmt.Sprint(table, s.Rows)
	if d[key] == "" {
		dir := t.TempDir()
		write(t, filepath.Join(dir, practice, table+".parquet"), parquetOf(t, s))
		_, digests := opened(t, dir)
		d[key] = digests[table]
	}
	return d[key]
}
