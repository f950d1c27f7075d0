package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"riskband/pipeline/publish"
	"riskband/schemas"
	"riskband/stratify/frame"
)

// ErrNobody means that a run banded nobody of that pseudonym.
var ErrNobody = errors.New("nobody of that pseudonym was banded: check the pseudonym, or the person is not currently registered")

// Explain finds one person on the secure side of a run: of the run named, or of
// the latest as-of day. Two runs of one day must be told apart by name. The
// error never names the person.
func Explain(ctx context.Context, secure, runID string, p frame.Pseudonym) (string, publish.Person, error) {
	if runID == "" {
		latest, err := latestRun(secure)
		if err != nil {
			return "", publish.Person{}, err
		}
		runID = latest
	}
	contract, err := schemas.Load()
	if err != nil {
		return "", publish.Person{}, err
	}
	if !filepath.IsLocal(runID) {
		return "", publish.Person{}, fmt.Errorf("%w: the run id is not a name", ErrJob)
	}
	person, ok, err := publish.FindPerson(ctx, filepath.Join(secure, "runs", runID), p, contract)
	if err == nil && !ok {
		err = ErrNobody
	}
	return runID, person, err
}

func latestRun(secure string) (string, error) {
	held, err := os.ReadDir(filepath.Join(secure, "runs"))
	if err != nil {
		return "", fmt.Errorf("explain: %w", err)
	}
	var ids []string
	for _, e := range held {
		if e.IsDir() && len(e.Name()) > len("2026-03-31-") {
			ids = append(ids, e.Name())
		}
	}
	if len(ids) == 0 {
		return "", fmt.Errorf("explain: %w: %s holds no run", ErrJob, secure)
	}
	slices.Sort(ids)
	last := ids[len(ids)-1]
	if len(ids) > 1 && ids[len(ids)-2][:len("2026-03-31")] == last[:len("2026-03-31")] {
		return "", fmt.Errorf("explain: %w: there are several runs of %s: name one with --run", ErrJob, last[:len("2026-03-31")])
	}
	return last, nil
}
