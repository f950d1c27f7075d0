// Command riskband stratifies a population from sealed practice extracts and
// writes neighbourhood tables.
//
// What it does: one file a verb; each turns flags into a struct, calls one
// function, and prints what a person needs next.
//
// Where it stands: on top; nothing imports it.
//
// Terms it owns: exit codes, flags.
//
// How it fails: every error ends in one of the exit codes of exit.go, with its
// whole text on standard error.
//
// Not here: anything that changes a number. This is the only place that reads
// the clock, prints, sets up the logger or exits.
package main
