// Package publish writes what a run produces, and nothing else does.
//
// What it does: writes release tables as Parquet, Arrow and CSV with their data
// dictionary; writes one practice's bands and reasons on the secure side and
// finds one person's again.
//
// Where it stands: stratify/disclose gives [Release] its tables; pipeline/run
// gives [Secure] a practice at a time; both write into a folder staged by
// publish/folder, which makes the whole run appear at once.
//
// Terms it owns: PatientBands, PatientReasons, Evidence, Person, Conservation,
// Coverage.
//
// How it fails: a table that does not fit its schema is our bug and wraps
// [ErrSchema]; a file of ours that is not as it was written wraps [ErrStored];
// everything else is the machine's (disk, permission) and carries the file
// system's own error.
//
// Not here: deciding what may be shown (stratify/disclose), what the manifest
// says (pipeline/manifest), reports, and reading extracts (pipeline/extract).
package publish
