// Package job reads the job file: what to run, never how.
//
// What it does: decodes job.yaml strictly, fills in the defaults, checks every
// value, resolves paths against the file's folder, and prints a job in one
// canonical form for the hash of a run's inputs.
//
// Where it stands: cmd/riskband loads a [Job] and hands it to the pipeline; the
// flags beside it say how to run and change no published byte.
//
// Terms it owns: Job, Output, Missing.
//
// How it fails: a job with faults gives all of them at once, each with its line,
// wrapping [ErrInvalid]; a file that cannot be read gives the file system's own
// error.
//
// Not here: whether the files exist (pipeline/extract), whether the extract is
// synthetic or sealed, and so whether the job's choices are enough for it
// (pipeline), flags (cmd/riskband).
package job
