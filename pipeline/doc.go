// Package pipeline runs a job from a sealed extract to published tables.
//
// What it does: [Run] is the whole path, one step a line; [Check] reads an extract
// as a run would and writes nothing; [Explain] reads one person's reasons back
// from the secure side.
//
// Where it stands: the command calls it; it calls every stage and nothing calls
// back.
//
// Terms it owns: Options, Outcome, Refused, Checked.
//
// How it fails: see the errors of this package; until current.json is renamed,
// the old release stays in place.
//
// Not here: how each stage works.
package pipeline
