package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"riskband/pipeline/job"
	"riskband/pipeline/source/second"
	"riskband/pipeline/sums"
)

func check(t *testing.T, j *job.Job, reader SecondReader) (Checked, error) {
	t.Helper()
	return Check(t.Context(), j, Options{Limits: roomy, Log: zerolog.Nop()}, reader)
}

// xitongsys/parquet-go and parquet-go/parquet-go see the same rows and values in
// every column of a sample.
func TestSecondReaderAgrees(t *testing.T) {
	dir := madeSample(t)
	j, err := job.Parse([]byte(interimJob), dir)
	if err != nil {
		t.Fatal(err)
	}
	found, err := check(t, j, func(_ context.Context, path string) (sums.Table, error) { return second.Read(path) })
	if err != nil || found.Files != 7*4 || found.Practices != 7 {
		t.Errorf("Check = %+v, %v", found, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
		t.Error("a check wrote something")
	}
}

// Whatever the second reader sees otherwise is reported, with the file and the
// column.
func TestSecondReaderDiffers(t *testing.T) {
	dir := madeSample(t)
	j, err := job.Parse([]byte(interimJob), dir)
	if err != nil {
		t.Fatal(err)
	}
	f := func(change func(path string, t *sums.Table) error, want ...string) {
		t.Helper()
		_, err := check(t, j, func(_ context.Context, path string) (sums.Table, error) {
			seen, err := second.Read(path)
			return seen, errors.Join(err, change(path, &seen))
		})
		if !errors.Is(err, ErrReaders) {
			t.Fatalf("Check = %v", err)
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("no %q in %v", w, err)
			}
		}
	}
	here := func(path string) bool {
		return strings.HasSuffix(filepath.ToSlash(path), "Y90003/clinical_events.parquet")
	}
	f(func(path string, s *sums.Table) error {
		if here(path) {
			s.Columns[1].Sum++
			s.Columns[2].Nulls++
		}
		return nil
	}, "practice_code=Y90003/clinical_events.parquet: column date: the same number of values, but not the same values",
		"practice_code=Y90003/clinical_events.parquet: column snomedct_code: the first reader has")
	f(func(path string, _ *sums.Table) error {
		if here(path) {
			return errors.New("the second reader failed: exit status 2")
		}
		return nil
	}, "practice_code=Y90003/clinical_events.parquet: the second reader failed: exit status 2")
}

// A check refuses what a run refuses, with every fault.
func TestCheckRefuses(t *testing.T) {
	_, j := canaryJob(t, "leave_out")
	_, err := check(t, j, nil)
	var refused Refused
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "column sex") || !strings.Contains(err.Error(), "column snomedct_code") {
		t.Errorf("Check = %v", err)
	}
}
