// Package source writes extracts in the shape of the contract.
//
// What it does: writes one folder per practice with a Parquet file per table,
// the reference tables as CSV and a job file ready to run.
//
// Where it stands: first on the path. The sample and the importers hand it rows;
// pipeline/extract seals and reads what it wrote. It is the only package that
// imports xitongsys/parquet-go, and writes snappy alone: that library returns no
// error for a codec it cannot write.
//
// Terms it owns: PracticeWriter and one row type per table of the contract.
//
// How it fails: a row that lacks a required value is refused with
// [ErrIncomplete], naming the table and the column, never the value; a file that
// cannot be written gives the operating system's error.
//
// Not here: who the people are (pipeline/source/sample and the importers),
// sealing and reading (pipeline/extract).
package source
