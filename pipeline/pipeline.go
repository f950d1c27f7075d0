package pipeline

import (
	"context"
	"fmt"

	"github.com/rs/zerolog"

	"riskband/pipeline/extract"
	"riskband/pipeline/job"
	"riskband/pipeline/manifest"
	"riskband/pipeline/run"
)

// Options say how a job runs, never what it makes: no option changes a byte that
// is published.
type Options struct {
	Out      string // root of what may be published
	Secure   string // root of what may not
	Limits   run.Limits
	Version  string // of the program, for the manifest
	Log      zerolog.Logger
	Progress func(done, total int) // called as practices finish, from one goroutine at a time

	// Environment reads an environment variable: the key's, where the job names one.
	Environment func(name string) (value string, ok bool)

	order func([]*extract.Practice) // tests change the order practices are taken in
}

// Outcome is what a finished run says of itself.
type Outcome struct {
	Manifest manifest.Run
	Folder   string // of the run under Out
	Secure   string // of the run under Secure
}

// Run takes a job from its extract to published tables:
//
//	extract → scan → fold → decide → count → protect → publish
//
// The practices are worked on in parallel and in any order; everything after
// them happens once, in a fixed order. An error means that nothing was
// published.
func Run(ctx context.Context, j *job.Job, o Options) (out Outcome, err error) {
	in, err := open(j, o) // extract verified against its seal, model, reference
	if err != nil {
		return out, err
	}
	defer in.close()

	roots, err := stage(o, in.runID()) // both roots locked, empty folders beside the old run
	if err != nil {
		return out, err
	}
	defer roots.abandon()

	counted, err := stratify(ctx, in, roots, o) // each practice: scan, fold, decide, count
	if err != nil {
		return out, err
	}
	release, err := protect(in, counted) // rolled up to areas, then disclosure control
	if err != nil {
		return out, err
	}
	if err := roots.secureChecks(in, counted); err != nil {
		return out, err
	}
	m, err := roots.publish(in, counted, release, o.Version) // tables, dictionary, manifest
	if err != nil {
		return out, err
	}
	if err := ctx.Err(); err != nil {
		return out, fmt.Errorf("stopped before publishing: %w", err)
	}
	return roots.commit(m) // rename into place, current.json last
}
