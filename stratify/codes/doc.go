// Package codes turns code lists into dense concept numbers.
//
// What it does: reads code lists, checks every code's form and check digit, and
// gives codes that stand in exactly the same lists one concept number, so that
// the scan looks a code up once per dictionary entry and the fold works on
// small integers.
//
// Where it stands: stratify/codelists ships the lists; stratify/model asks for
// the ones it names; pipeline/extract resolves codes to concepts.
//
// Terms it owns: List, Provenance, System, Book, Concept.
//
// How it fails: a list with a bad line gives every fault at once, by line.
//
// Not here: the lists themselves (stratify/codelists), what a concept means to a
// model (stratify/model).
package codes
