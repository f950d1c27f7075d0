// Package sample makes up a population and writes it as an extract.
//
// What it does: draws practices, people, conditions, readings and admissions
// from published figures, person by person, and writes them through
// pipeline/source. Nobody in it exists, and nothing in it was copied from a
// record.
//
// Where it stands: beside the importers, before the seal. The figures stand in
// pipeline/source/sample/population, one a row with its source or the word
// assumption.
//
// Terms it owns: Options, Summary, Notice.
//
// How it fails: options outside their range are all named at once; everything
// else is the error of a file.
//
// Not here: the shape of files (pipeline/source), the rules that are tried on
// these people (stratify/models). No figure was chosen by looking at a risk band.
package sample
