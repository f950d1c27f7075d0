// Package importer turns data of other shapes into an extract of the contract.
//
// What it does: reads an OMOP CDM 5.3 or 5.4 folder, or the flattened Synthea
// folder, maps codes and units through the tables in mapping/, and writes
// practices, reference tables, a job file and a count of every row that was used
// or left out.
//
// Where it stands: before the path. A folder of Parquet or CSV comes in; an
// extract not yet sealed goes out through pipeline/source.
//
// Terms it owns: Report, account.Reason, mapping table, invented practice.
//
// How it fails: [ErrSource] when the folder lacks what it must have, all faults
// at once, by file, column and line and never with a value; [ErrTarget] when the
// target is in use. A row that cannot be mapped is counted, not an error.
//
// Not here: writing Parquet (pipeline/source), reading it and sealing
// (pipeline/extract), what the codes mean to a model (stratify/model).
package importer
