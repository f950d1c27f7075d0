// Package model turns a risk model written as data into predicates over people.
//
// What it does: reads a model file strictly, checks it with every fault at once,
// compiles it to a feature plan and a list of steps in dependency order, and
// evaluates those steps over one practice's feature table.
//
// Where it stands: stratify/models ships models; stratify/feature supplies the
// table; stratify/band turns the outcome into bands and reasons.
//
// Terms it owns: Spec, Register, Measure, Use, Control, State, Score, Cohort,
// Expr, Predicate, Compiled, Outcome.
//
// How it fails: Parse and Compile return every fault with its line. A rule that
// needs a table the extract does not have is off and listed by name in
// [Compiled.Off]; it is never computed on a reduced definition.
//
// Not here: clinical numbers (they are in the model files), band order
// (stratify/band), counting (stratify/tally).
package model
