// Package disclose decides what may be shown and is the only place that makes
// something publishable.
//
// What it does: [Interim] checks tables against the table programme, adds the
// totals, hides and rounds every count and gives a [Release]; [Hasher] turns a
// pseudonym into the record key that travels with counts.
//
// Where it stands: pipeline/run takes table shapes and record keys from here and
// counts with stratify/tally; the rolled-up tables come back to [Interim];
// pipeline/publish writes a [Release] and accepts nothing else.
//
// Terms it owns: Release, Shown, Programme, Key, record key.
//
// How it fails: a table outside the programme or not of its shape gives every
// fault at once, wrapping [ErrProgramme]; a bad key gives [ErrKey] and never
// repeats a character of it.
//
// Not here: counting (stratify/tally), files (pipeline/publish). The interim
// profile is not safe to publish night after night, and every row says so:
// keyed perturbation, epochs and the audit are not part of it.
package disclose
