// Package refusal says why data are refused, and what the supplier can do.
//
// What it does: names the rules of the door with a remedy each, and collects
// broken ones as faults with their place.
//
// Where it stands: under everything that reads an extract; what it collects goes
// to the person at the command line and into a practice's quarantine.
//
// Terms it owns: Fault, Ledger, rule, remedy.
//
// How it fails: it does not. [Faults] are the failures of others: they wrap
// [ErrRefused], and [ErrSeal] where the files are not the sealed ones. A fault
// has no room for a value from the data.
//
// Not here: the checks themselves (pipeline/extract and the packages under it),
// what becomes of a refused practice (pipeline/run, pipeline).
package refusal
