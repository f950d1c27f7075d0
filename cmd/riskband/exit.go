package main

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/urfave/cli/v2"

	"riskband/pipeline"
	"riskband/pipeline/extract"
	"riskband/pipeline/job"
	"riskband/pipeline/publish"
	"riskband/pipeline/run"
	"riskband/pipeline/source/importer"
	"riskband/pipeline/source/sample"
	"riskband/stratify/models"
	"riskband/stratify/tally"
)

// The exit codes are a contract: schedulers act on them.
const (
	exitDone       = 0
	exitBug        = 1
	exitUsage      = 2
	exitData       = 3
	exitPartial    = 4
	exitMachine    = 74
	exitLocked     = 75
	exitInterrupt  = 130
	exitTerminated = 143
)

// errUsage means that the command line is wrong.
var errUsage = errors.New("command line")

// errInterrupt and errTerminate say which signal stopped the run.
var (
	errInterrupt = errors.New("interrupted")
	errTerminate = errors.New("terminated")
)

// partialError ends a run that published without some practices: not a failure,
// and already said.
type partialError struct{ refused int }

func (e partialError) Error() string {
	return fmt.Sprintf("published without %d practices", e.refused)
}

// exitCode maps an error to the contract.
func exitCode(err error) int {
	is := func(targets ...error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
	var path *fs.PathError
	var number syscall.Errno
	switch {
	case is(errTerminate):
		return exitTerminated
	case is(errInterrupt):
		return exitInterrupt
	case errors.As(err, new(partialError)):
		return exitPartial
	case is(errUsage, pipeline.ErrNobody, job.ErrInvalid, pipeline.ErrJob, pipeline.ErrRoots, models.ErrUnknown, run.ErrMemory, publish.ErrExposed, sample.ErrOptions, importer.ErrTarget, importer.ErrAsOf):
		return exitUsage
	case is(extract.ErrRefused, extract.ErrSeal, tally.ErrMapping, importer.ErrSource, pipeline.ErrReaders):
		return exitData
	case is(publish.ErrLocked):
		return exitLocked
	case is(fs.ErrNotExist):
		return exitUsage // a path in the job or on the command line
	case errors.As(err, &path), errors.As(err, &number):
		return exitMachine
	}
	return exitBug
}

// usage wraps a fault of the flags.
func usage(_ *cli.Context, err error, _ bool) error {
	return fmt.Errorf("%w: %w", errUsage, err)
}
