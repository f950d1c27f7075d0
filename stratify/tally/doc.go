// Package tally counts people by cell and adds the counts up over geographies.
//
// What it does: holds integer counts beside the sum of the counted people's
// record keys, in tables of fixed shape; merges them; and rolls practices up to
// neighbourhoods, places and systems by a dated mapping.
//
// Where it stands: pipeline/run fills one table a practice; [Geography.Roll]
// makes tables of areas from them; stratify/disclose protects those.
//
// Terms it owns: Cell, Dimension, Shape, Table, Membership, Level, Area,
// Geography, unmapped.
//
// How it fails: a mapping that puts a practice in two places gives every fault
// at once, wrapping [ErrMapping]; tables of different shape do not merge and
// give [ErrShape]. An index outside a table is our own fault and panics.
//
// Not here: what may be shown (stratify/disclose), reading the practices table
// (pipeline/extract), record keys (stratify/disclose).
package tally
