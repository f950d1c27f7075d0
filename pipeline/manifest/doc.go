// Package manifest holds the record of one run.
//
// What it does: gives a run its id, writes what went in, what was decided and
// what came out as JSON with one form for one content, reads that form back and
// nothing else, and re-hashes the files it lists.
//
// Where it stands: pipeline/publish returns the files it wrote; the pipeline
// fills a [Run], writes [Run.Encode] as manifest.json beside them, and points
// current.json at it. Everything in it may be published.
//
// Terms it owns: Run, File, Coverage, InputsDigest, RunID.
//
// How it fails: a manifest that is not exactly what Encode writes is refused
// with [ErrForm]; files that are not as listed with [ErrFiles], all of them at
// once. It never holds a clock, a host, a folder of the machine, a true count of
// people or anything of one person.
//
// Not here: row conservation, list hits and checks (the secure side of
// pipeline/publish), the seal of an extract (pipeline/extract).
package manifest
