// Package pages decodes Parquet files that somebody else wrote.
//
// What it does: walks a footer and every page header of a file in memory before
// anything is decoded, so that no length in them is believed unseen; says what
// its columns are; and delivers column chunks page by page, as values or as
// indexes into a dictionary.
//
// Where it stands: under the door. Bytes come in from pipeline/extract and
// pipeline/extract/seal; pages go out to the rules, the digest and the scan. It
// is the only reader of the contract's files that knows the Parquet library.
//
// Terms it owns: File, Place, Column, Leaf, Reader, View, Values.
//
// How it fails: what is wrong with a file becomes a fault in the ledger it was
// opened with, by row group and column. A panic of the library, which occurs on
// damaged files, becomes the fault "damaged" in [File.Guard].
//
// Not here: what a column should be (pipeline/extract/rules), whether the bytes
// are the sealed ones (pipeline/extract/seal), tables under no contract
// (pipeline/extract/anytable).
package pages
