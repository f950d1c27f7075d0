package pipeline

import (
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"riskband/pipeline/extract"
	"riskband/pipeline/job"
	"riskband/pipeline/manifest"
	"riskband/pipeline/publish"
	"riskband/pipeline/run"
	"riskband/stratify/disclose"
)

// try runs a job given as text in a folder that holds extract and reference.
func try(t *testing.T, dir, text string, l run.Limits) (Outcome, error) {
	t.Helper()
	j, err := job.Parse([]byte(text), dir)
	if err != nil {
		t.Fatal(err)
	}
	return Run(t.Context(), j, Options{
		Out: filepath.Join(dir, "out"), Secure: filepath.Join(dir, "secure"), Limits: l, Version: "test", Log: zerolog.Nop(),
		Environment: func(name string) (string, bool) {
			return map[string]string{"OWN": strings.Repeat("0123456789abcdef", 4), "DEMO": demoText}[name], name != "UNSET"
		},
	})
}

// demoText is the published key as disclose.DemoKey documents it.
const demoText = "7269736b62616e64207075626c69736865642064656d6f206b65792032303236"

const (
	plainJob = "extract: extract\nreference: {practices: reference/practices.csv, lsoa: reference/lsoa.csv}\n" +
		"opt_outs: not-applicable\nmodel: {name: ten-registers, version: 1.0.0}\n"
	interimJob = plainJob + "disclosure: {profile: interim}\n"
)

var roomy = run.Limits{Workers: 2, Memory: 1 << 30}

func notSynthetic() extract.SealOptions {
	o := sealed(sampleDay)
	o.Synthetic = false
	return o
}

// Real people's data run only when the job spells the interim profile out, never
// with the published key, and every row and manifest says what it is.
func TestInterim(t *testing.T) {
	dir := madeSample(t)
	if _, err := extract.Seal(t.Context(), filepath.Join(dir, "extract"), notSynthetic()); err != nil {
		t.Fatal(err)
	}
	f := func(text, want string) {
		t.Helper()
		_, err := try(t, dir, text, roomy)
		if !errors.Is(err, ErrJob) || !strings.Contains(err.Error(), want) {
			t.Errorf("Run = %v, want %q", err, want)
		}
		if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
			t.Error("a refused job left something under --out")
		}
	}
	f(plainJob, "must say disclosure: {profile: interim}")
	f(plainJob+"disclosure: {profile: interim, key_env: DEMO}\n", "published demonstration key")
	f(plainJob+"disclosure: {profile: interim, key_env: UNSET}\n", "environment variable UNSET, which is not set")

	for _, text := range []string{interimJob, plainJob + "disclosure: {profile: interim, key_env: OWN}\n"} {
		o, err := try(t, dir, text, roomy)
		if err != nil {
			t.Fatal(err)
		}
		if o.Manifest.Notice != disclose.Notice || o.Manifest.Synthetic {
			t.Errorf("manifest %+v", o.Manifest)
		}
		everyRowSays(t, filepath.Join(o.Folder, "release"))
	}
}

func everyRowSays(t *testing.T, dir string) {
	t.Helper()
	tables, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(tables) != 3 {
		t.Fatalf("tables %v, %v", tables, err)
	}
	for _, path := range tables {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows[1:] {
			if row[len(row)-1] != "INTERIM: not for publication" {
				t.Fatalf("%s row %d: %q", path, i, row)
			}
		}
	}
}

// A bad practice stops the run, or is left out and named, as the job says; the
// old release stays when nothing new is published.
func TestQuarantine(t *testing.T) {
	dir, _ := canaryJob(t, "leave_out")
	text := "extract: extract\nreference: {practices: reference/practices.csv}\nopt_outs: not-applicable\n" +
		"model: {name: ten-registers, version: 1.0.0}\n"
	o, err := try(t, dir, text+"practices: {missing: leave_out}\n", roomy)
	if err != nil {
		t.Fatal(err)
	}
	c := o.Manifest.Coverage
	if c.Expected != 2 || c.Received != 2 || c.Used != 1 || len(c.Refused) != 1 || c.Refused[0].Practice != "Y90002" || o.Manifest.Exit.Code != 4 {
		t.Errorf("coverage %+v, exit %+v", c, o.Manifest.Exit)
	}
	if _, err := os.Stat(filepath.Join(o.Secure, "quarantine", "Y90002.txt")); err != nil {
		t.Error(err)
	}
	if err := manifest.Verify(o.Folder); err != nil {
		t.Error(err)
	}

	before := hashes(t, filepath.Join(dir, "out"))
	_, err = try(t, dir, text, roomy)
	var refused Refused
	if !errors.As(err, &refused) || !errors.Is(err, extract.ErrRefused) || len(refused) != 1 {
		t.Fatalf("Run = %v", err)
	}
	same(t, "after a run that stopped", hashes(t, filepath.Join(dir, "out")), before)
}

// A budget that cannot hold the largest practice is refused before work starts,
// saying what would do; with what it says, the run succeeds.
func TestBudget(t *testing.T) {
	dir := madeSample(t)
	_, err := try(t, dir, interimJob, run.Limits{Workers: 1, Memory: 1 << 20})
	if !errors.Is(err, run.ErrMemory) || !strings.Contains(err.Error(), "give --memory 5MiB or more") {
		t.Fatalf("Run = %v", err)
	}
	if _, err := publish.ReadCurrent(filepath.Join(dir, "out")); err == nil {
		t.Error("something was published")
	}
	if _, err := try(t, dir, interimJob, run.Limits{Workers: 4, Memory: 5 << 20}); err != nil {
		t.Errorf("with the budget asked for: %v", err)
	}
}

// The two roots must lie apart, and one run at a time holds them.
func TestRoots(t *testing.T) {
	dir := madeSample(t)
	j, err := job.Parse([]byte(interimJob), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, secure := range []string{"out", "out/secure", "."} {
		_, err := Run(t.Context(), j, Options{
			Out: filepath.Join(dir, "out"), Secure: filepath.Join(dir, secure), Limits: roomy, Version: "test", Log: zerolog.Nop(),
		})
		if !errors.Is(err, ErrRoots) {
			t.Errorf("--secure %s: Run = %v", secure, err)
		}
	}
	held, err := publish.Open(filepath.Join(dir, "out"), publish.Public)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := try(t, dir, interimJob, roomy); !errors.Is(err, publish.ErrLocked) {
		t.Errorf("with the lock held: Run = %v", err)
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
}

// A practice that no neighbourhood claims is counted as unmapped, never dropped.
func TestUnmappedIsCounted(t *testing.T) {
	dir := madeSample(t)
	path := filepath.Join(dir, "reference", "practices.csv")
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(src), "\n")
	if err := os.WriteFile(path, []byte(lines[0]+strings.Join(lines[2:], "")), 0o644); err != nil {
		t.Fatal(err)
	}
	o, err := try(t, dir, interimJob, roomy)
	if err != nil {
		t.Fatal(err)
	}
	if o.Manifest.Coverage.Unmapped != 1 || o.Manifest.Coverage.Used != 7 {
		t.Errorf("coverage %+v", o.Manifest.Coverage)
	}
	table, err := os.ReadFile(filepath.Join(o.Folder, "release", "band_by_imd.csv"))
	if err != nil || !strings.Contains(string(table), "neighbourhood,unmapped,Unmapped practices,all,all,") {
		t.Errorf("no unmapped row: %v", err)
	}
}

// An extract without a seal runs only when the job allows it, and says so.
func TestUnsealed(t *testing.T) {
	dir := madeSample(t)
	if err := os.Remove(filepath.Join(dir, "extract", extract.ManifestName)); err != nil {
		t.Fatal(err)
	}
	if _, err := try(t, dir, interimJob, roomy); !errors.Is(err, extract.ErrRefused) || !strings.Contains(err.Error(), "unsealed") {
		t.Errorf("Run = %v", err)
	}
	o, err := try(t, dir, interimJob+"unsealed: allow\nas_of: 2026-03-31\n", roomy)
	if err != nil {
		t.Fatal(err)
	}
	if o.Manifest.Sealed || !strings.Contains(strings.Join(o.Manifest.Remarks, "\n"), "UNSEALED") {
		t.Errorf("manifest: sealed %v, remarks %q", o.Manifest.Sealed, o.Manifest.Remarks)
	}
}

// A job may assert the extract's day; it cannot change it.
func TestAsOfIsAsserted(t *testing.T) {
	dir := madeSample(t)
	if _, err := try(t, dir, interimJob+"as_of: 2026-03-31\n", roomy); err != nil {
		t.Error(err)
	}
	if _, err := try(t, dir, interimJob+"as_of: 2026-04-01\n", roomy); !errors.Is(err, extract.ErrRefused) || !strings.Contains(err.Error(), "as_of") {
		t.Errorf("Run = %v", err)
	}
}

// Stopped in the middle, a run publishes nothing and leaves nothing behind.
func TestStopped(t *testing.T) {
	dir := madeSample(t)
	j, err := job.Parse([]byte(interimJob), dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out := filepath.Join(dir, "out")
	_, err = Run(ctx, j, Options{
		Out: out, Secure: filepath.Join(dir, "secure"), Limits: run.Limits{Workers: 1, Memory: 1 << 30}, Version: "test", Log: zerolog.Nop(),
		Progress: func(done, _ int) {
			if done == 3 {
				cancel()
			}
		},
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("Run = %v", err)
	}
	left, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if e.Name() != ".lock" && e.Name() != "runs" {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}
