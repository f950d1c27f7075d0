// Package score adds up weighted yes/no terms.
//
// What it does: turns predicates and integer weights into points per person, and
// splits one person's points into contributions that add up exactly.
//
// Where it stands: stratify/model compiles a score's terms to predicates and
// calls [Column]; band rules then compare the points with a cut.
//
// Terms it owns: Term, Points, Contribution.
//
// How it fails: it does not.
//
// Not here: which predicates a term stands for (stratify/model), licensed scores
// (they arrive as input columns and are never computed).
package score
