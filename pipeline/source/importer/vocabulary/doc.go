// Package vocabulary maps the codes and units of other data to the contract's.
//
// What it does: reads the shipped tables of mapping/ and applies them: LOINC to
// SNOMED CT for the measures in use, units to the unit of each measure, operators
// to comparators, what is known of a stay to an admission method.
//
// Where it stands: the importers hand it one reading at a time.
//
// Terms it owns: Reading, Coded, measure, panel.
//
// How it fails: what cannot be mapped comes back as an [account.Reason]; a fault
// in the shipped tables is an error of [Load].
//
// Not here: where a code comes from (pipeline/source/importer), which codes a
// model uses (stratify/model).
package vocabulary
