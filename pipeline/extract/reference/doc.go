// Package reference reads the tables that say what is around a practice and an
// area: neighbourhoods, places, systems, deprivation.
//
// What it does: reads the practices and lsoa tables, CSV files, against the
// contract, and checks what rows say of each other: periods, names, parents.
//
// Where it stands: beside the extract. The job's CSV files come in;
// [tally.Membership] and [LSOA] go out to the pipeline.
//
// Terms it owns: LSOA, period.
//
// How it fails: every fault at once as [strict.Faults], with line and column,
// wrapping [refusal.ErrRefused]; any other error is the machine's. These tables
// hold no person, so a fault may quote them.
//
// Not here: rolling counts up to areas (stratify/tally), the columns themselves
// (schemas).
package reference
