// Package account keeps the account of an import: every source row is used or
// left out for a named reason.
//
// What it does: counts rows by table and reason, mapped measures and assumptions,
// and prints and saves them.
//
// Where it stands: the importers fill a [Ledger]; the command prints the
// [Report], and import-report.json lies beside the job file.
//
// Terms it owns: Reason, Ledger, Report.
//
// How it fails: only when the report cannot be written.
//
// Not here: the run's own row conservation (pipeline/extract).
package account
