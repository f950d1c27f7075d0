// Package run stratifies practices.
//
// What it does: [Practice] takes one practice from verified files to tallies and
// secure rows, and is the seam for any executor; [Local] calls it for every
// practice on bounded workers within a memory budget.
//
// Where it stands: the middle of the path: pipeline/extract gives it practices,
// stratify decides, pipeline/publish writes what it returns.
//
// Terms it owns: Plan, Result, Refusal, Limits.
//
// How it fails: a practice whose data break a rule gives a [Refusal] and nothing
// else of it is used; a fault of the machine stops the run.
//
// Not here: what is published (stratify/disclose), writing (pipeline/publish).
// This is the only package that starts goroutines.
package run
