// Package folder reads the tables of a source folder, Parquet or text alike.
//
// What it does: finds each table as a file or a folder of parts, reads chosen
// columns row by row, and turns their values into days, numbers and ids.
//
// Where it stands: the importers read through it; Parquet goes on to
// pipeline/extract/anytable, comma and tab separated text is read here.
//
// Terms it owns: Folder, Row.
//
// How it fails: [ErrSource] with file, column and line, all faults of a folder at
// once, never with a value.
//
// Not here: what the tables mean (pipeline/source/importer), extracts of the
// contract (pipeline/extract).
package folder
