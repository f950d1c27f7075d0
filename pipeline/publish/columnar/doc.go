// Package columnar turns rows of the contract's tables into Parquet, Arrow and
// CSV, and Parquet back into rows.
//
// What it does: fits columns to a table of the contract and refuses what does
// not fit; writes the table in one of three formats, equal tables to equal
// bytes; reads the columns of a Parquet file written here.
//
// Where it stands: pipeline/publish gives it columns and a file; it is the only
// place that knows Arrow.
//
// Terms it owns: Values, Table, Format, Stored.
//
// How it fails: columns that do not fit give every fault at once, wrapping
// [ErrSchema], with row numbers and never a value; a file that is not as it was
// written gives [ErrStored].
//
// Not here: which rows, which file and who may read it (pipeline/publish);
// files that others wrote (pipeline/extract).
package columnar
