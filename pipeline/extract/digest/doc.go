// Package digest names the rows of a table by their content.
//
// What it does: hashes every row of a file's contract columns and sums the
// hashes, so that the same rows have the same name however files are cut,
// ordered, encoded or packed.
//
// Where it stands: a sealed extract carries a digest for each table; the id of a
// run follows from it. The scan takes its hash of identifiers from here.
//
// Terms it owns: Digest.
//
// How it fails: damage becomes a fault of the file. A digest has no key: it tells
// contents apart that differ by accident, and stops no adversary.
//
// Not here: the SHA-256 sums that protect the bytes (pipeline/extract/seal), the
// keyed sums of people (stratify/tally).
package digest
