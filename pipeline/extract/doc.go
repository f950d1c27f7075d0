// Package extract is the door for untrusted input: it opens, verifies and scans
// one delivery of practice files.
//
// What it does: opens an extract against its seal, reads each file once into
// memory, compares its sum, has every rule of the contract checked, and hands
// clean typed columns on: registrations whole, coded rows as a scan.
//
// Where it stands: first on the path. Suppliers' Parquet comes in;
// [frame.Registrations] and [frame.Batch] go out to pipeline/run. The packages
// under it each do one part: seal (which files), pages (how they are decoded),
// rules (what columns must be), digest (the name of their content), refusal (why
// not). pipeline/extract/reference and pipeline/extract/anytable stand beside it,
// for tables that are no practice's.
//
// Terms it owns: Extract, Practice, Scan, Conservation.
//
// How it fails: [Faults], all of a file and of a practice at once, each with its
// file, row group, column, rule and remedy and never a value; they wrap
// [ErrRefused], and [ErrSeal] where the files are not the sealed ones. A damaged
// file is a fault, never a crash. Any other error is the machine's.
//
// Not here: the contract's words (schemas), the meaning of a code
// (stratify/codes), who runs practices side by side (pipeline/run).
package extract
