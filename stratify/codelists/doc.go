// Package codelists ships the code lists that the shipped models name.
//
// What it does: holds each list as a CSV of codes and published terms beside
// its provenance, and gives the lists asked for, checked.
//
// Where it stands: stratify/models names lists; [Load] gives them to
// stratify/codes, which makes one book of them.
//
// Terms it owns: the names of the shipped lists.
//
// How it fails: names that are not shipped come back in one error, each with
// the nearest name that is; a damaged list gives the faults of stratify/codes.
//
// Not here: reading lists (stratify/codes), lists a user brings
// (pipeline/job). LICENCE.md holds the notices that go with the lists.
package codelists
