// Package publish writes what a run produces, and nothing else does.
//
// What it does: writes release tables as Parquet, Arrow and CSV with their data
// dictionary; writes one practice's bands and reasons on the secure side and
// finds one person's again; and lets a run's folder appear whole or not at all.
//
// Where it stands: stratify/disclose gives [Release] its tables; pipeline/run
// gives [Secure] a practice at a time; the pipeline stages both, commits them
// and points current.json at the run last of all.
//
// Terms it owns: Root, Staging, Current, Format, PatientBands, PatientReasons.
//
// How it fails: a table that does not fit its schema is our bug and wraps
// [ErrSchema]; a second run on a root gets [ErrLocked]; everything else is the
// machine's (disk, permission) and carries the file system's own error. A crash
// between any two steps leaves the old release or the new one readable.
//
// Not here: deciding what may be shown (stratify/disclose), what the manifest
// says (pipeline/manifest), reports, and reading extracts (pipeline/extract).
// Arrow's reader is used on files written here alone.
package publish
