// Package extract is the door for untrusted input: it seals, opens, verifies and
// scans one delivery of practice files.
//
// What it does: names the files of an extract with their SHA-256 sums, reads
// each file once into memory, compares its sum, checks every rule of the
// contract and hands clean typed columns on.
//
// Where it stands: first on the path. Suppliers' Parquet comes in;
// [frame.Registrations] and [frame.Batch] go out to pipeline/run.
//
// Terms it owns: Extract, Practice, Manifest, Seal, Fault, Conservation.
//
// How it fails: [Faults], all of a file and of a practice at once, each with its
// file, row group, column, rule and remedy and never a value; they wrap
// [ErrRefused], and [ErrSeal] where the files are not the sealed ones. A damaged
// file is a fault, never a crash. Any other error is the machine's.
//
// Not here: the contract's words (schemas), the meaning of a code
// (stratify/codes), who runs practices side by side (pipeline/run).
package extract
