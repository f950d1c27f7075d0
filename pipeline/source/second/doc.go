// Package second reads a Parquet file with another library than the run does.
//
// What it does: sums every flat column of a file with xitongsys/parquet-go, as a
// second opinion on what the run reads.
//
// Where it stands: the command calls it in a process of its own, because the
// library can die on a damaged file in a way no caller can catch.
//
// Terms it owns: none.
//
// How it fails: with an error that names the file and never a value; or the
// process dies, and the caller reports that as a difference.
//
// Not here: comparing (pipeline), the first reader (pipeline/extract).
package second
