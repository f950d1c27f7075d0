// Package anytable reads chosen columns of any flat Parquet file, row by row.
//
// What it does: opens a file that follows no contract of ours, matches columns
// by name, and turns physical and logical types into a few plain kinds of value.
//
// Where it stands: beside the door for extracts, for the tables of other
// people's data; the importers read through it.
//
// Terms it owns: Value, ValueKind.
//
// How it fails: [ErrTable] where the file is at fault, naming file and column
// and never a value; a damaged file is an error, never a crash. Any other error
// is the machine's or the caller's own.
//
// Not here: extracts of the contract, their rules and seals (pipeline/extract),
// what a table means (pipeline/source/importer), text files
// (pipeline/source/importer/folder).
package anytable
