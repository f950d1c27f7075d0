// Package identifier knows a person's identifier when it sees one.
//
// What it does: recognises valid NHS numbers, full UK postcodes and the names of
// columns that announce such things.
//
// Where it stands: at the door. pipeline/extract/rules asks it of every column
// name and of texts that are no codes, and refuses the file on a yes.
//
// Terms it owns: identifier.
//
// How it fails: it answers yes or no. It can miss a disguise, and a chance text
// can look like an identifier.
//
// Not here: which columns are asked about, and the refusal
// (pipeline/extract/rules).
package identifier
