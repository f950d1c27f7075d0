// Package band puts every person of a practice in a risk band.
//
// What it does: walks a model's band rules in order; the first rule that holds
// gives the band, and every rule that holds is kept as a reason.
//
// Where it stands: after stratify/model has evaluated a practice; before
// stratify/tally counts people and pipeline/publish writes the secure side.
//
// Terms it owns: Band, Bands, Reason, Tier of a person.
//
// How it fails: it does not.
//
// Not here: the rules (model files), what a rule's predicate means
// (stratify/model).
package band
