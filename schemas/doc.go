// Package schemas is the contract: every table that comes in or goes out, column
// by column.
//
// What it does: holds one YAML file per table (columns, types, units, null
// rules, ranges, closed lists, patterns, code systems, disclosure classes),
// checks them when loaded, and writes the data dictionary from them.
//
// Where it stands: a leaf beside the path. The scan, the readers of reference
// files, the writers, the checks and the documents all read it, so that none of
// them can disagree with another.
//
// Terms it owns: Contract, Table, Column, Kind, Type, disclosure class.
//
// How it fails: a table with a fault gives every fault at once with its line;
// since the tables are embedded, that stops the build's own tests first.
//
// Not here: reading or writing data (pipeline/extract, pipeline/publish), what a
// code means (stratify/codes), disclosure control (stratify/disclose).
package schemas
