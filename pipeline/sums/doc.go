// Package sums holds what two readers of one file must agree on.
//
// What it does: counts rows, values and nulls of a table and sums a hash of every
// value by column, so that two readers that saw the same values, in any order,
// have the same sums.
//
// Where it stands: below the two readers: pipeline/source/second and the check of
// pipeline, which compares them.
//
// Terms it owns: Table, Column.
//
// How it fails: it does not; differences are a list of words without a value.
//
// Not here: reading. The sums find differences between readers; they are no
// protection against anyone: SHA-256 in extract.json is.
package sums
