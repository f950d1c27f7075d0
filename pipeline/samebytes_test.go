package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/rs/zerolog"

	"riskband/pipeline/extract"
	"riskband/pipeline/job"
	"riskband/pipeline/run"
	"riskband/pipeline/source/sample"
	"riskband/stratify/frame"
)

var sampleDay = frame.Date(2026, 3, 31)

// madeSample writes and seals a small sample and returns its folder.
func madeSample(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	o := sample.Options{Practices: 7, Patients: 150, Events: 3000, Seed: 7, AsOf: sampleDay}
	if _, err := sample.Write(t.Context(), dir, o, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := extract.Seal(t.Context(), filepath.Join(dir, "extract"), sealed(sampleDay)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// published runs a job and returns the SHA-256 of everything under --out.
func published(t *testing.T, jobFile string, l run.Limits, order func([]*extract.Practice)) map[string]string {
	t.Helper()
	j, err := job.Load(jobFile)
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	out := filepath.Join(root, "out")
	if _, err := Run(t.Context(), j, Options{
		Out: out, Secure: filepath.Join(root, "secure"), Limits: l, Version: "test", Log: zerolog.Nop(), order: order,
	}); err != nil {
		t.Fatal(err)
	}
	return hashes(t, out)
}

func hashes(t *testing.T, root string) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		inside, _ := filepath.Rel(root, path)
		if e.Type()&fs.ModeSymlink != 0 {
			got[inside], err = os.Readlink(path)
			return err
		}
		src, err := os.ReadFile(path)
		sum := sha256.Sum256(src)
		got[inside] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func same(t *testing.T, name string, got, want map[string]string) {
	t.Helper()
	for path, sum := range want {
		if got[path] != sum {
			t.Errorf("%s: %s differs", name, path)
		}
	}
	for path := range got {
		if want[path] == "" {
			t.Errorf("%s: %s is new", name, path)
		}
	}
}

const mib = 1 << 20

// Nothing that is not an input changes a byte under --out: not workers, memory,
// the order of practices, row groups, parts, rows, encodings or codecs.
func TestSameBytes(t *testing.T) {
	dir := madeSample(t)
	jobFile := filepath.Join(dir, "job.yaml")
	want := published(t, jobFile, run.Limits{Workers: 1, Memory: 1 << 30}, nil)
	if len(want) < 12 { // three tables in three formats, dictionary, manifest, current.json
		t.Fatalf("only %d files: %v", len(want), want)
	}
	for workers := 1; workers <= 8; workers++ {
		memory := []int64{12 * mib, 16 * mib, 64 * mib, 1 << 30}[workers%4]
		shuffle := func(ps []*extract.Practice) {
			rand.New(rand.NewPCG(uint64(workers), 2)).Shuffle(len(ps), func(i, j int) { ps[i], ps[j] = ps[j], ps[i] })
		}
		same(t, "workers and budget", published(t, jobFile, run.Limits{Workers: workers, Memory: memory}, shuffle), want)
	}
	for _, l := range []layout{
		{name: "zstd in small row groups", codec: &parquet.Zstd, groupRows: 97, pageBytes: 1 << 10, pages: 2},
		{name: "gzip, plain, parts", codec: &parquet.Gzip, encoding: plain, groupRows: 1000, pageBytes: 4 << 10, pages: 1, parts: 3},
		{name: "not compressed, unsorted", codec: &parquet.Uncompressed, groupRows: 1 << 20, pageBytes: 1 << 20, pages: 2, shuffle: 3},
		{name: "snappy, dictionary, unsorted parts", codec: &parquet.Snappy, encoding: dictionary, groupRows: 500, pageBytes: 2 << 10, pages: 1, parts: 2, shuffle: 4},
	} {
		other := t.TempDir()
		recut(t, filepath.Join(dir, "extract"), filepath.Join(other, "extract"), l, sealed(sampleDay))
		for _, path := range []string{"job.yaml", "reference/practices.csv", "reference/lsoa.csv"} {
			copyFile(t, filepath.Join(dir, path), filepath.Join(other, path))
		}
		same(t, l.name, published(t, filepath.Join(other, "job.yaml"), run.Limits{Workers: 2, Memory: 1 << 30}, nil), want)
	}
}

// Another input is another run: a changed event changes the run's name.
func TestOtherInputsOtherRun(t *testing.T) {
	dir := madeSample(t)
	jobFile := filepath.Join(dir, "job.yaml")
	first := published(t, jobFile, run.Limits{Workers: 2, Memory: 1 << 30}, nil)
	other := t.TempDir()
	o := sample.Options{Practices: 7, Patients: 150, Events: 3000, Seed: 8, AsOf: sampleDay}
	if _, err := sample.Write(t.Context(), other, o, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := extract.Seal(t.Context(), filepath.Join(other, "extract"), sealed(sampleDay)); err != nil {
		t.Fatal(err)
	}
	second := published(t, filepath.Join(other, "job.yaml"), run.Limits{Workers: 2, Memory: 1 << 30}, nil)
	if first["current"] == second["current"] {
		t.Errorf("two different extracts are both %s", first["current"])
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	src, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, src, 0o644); err != nil {
		t.Fatal(err)
	}
}
