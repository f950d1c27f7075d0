// Package frame holds one practice as typed columns.
//
// What it does: gives days, ages, pseudonyms, registration episodes and batches
// of coded rows one fixed shape, and folds episodes into one row per person.
//
// Where it stands: pipeline/extract fills [Registrations] and [Batch] from
// Parquet; stratify/feature and stratify/model read them. It is a leaf.
//
// Terms it owns: Day, Pseudonym, Person row, Current, Source, Batch.
//
// How it fails: it does not; bad values are stopped at the scan.
//
// Not here: Parquet (pipeline/extract), code lists (stratify/codes), features
// (stratify/feature).
package frame
