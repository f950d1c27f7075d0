// Package gen draws random extracts for property tests.
//
// What it does: [Draw] describes a small extract of several practices whose rows
// crowd round the edges of a model's rules, [Extract.Write] writes it as the
// Parquet files of the contract.
//
// Where it stands: below tests alone. The tests of pipeline/run compare what the
// kernel makes of such an extract with a slow reference.
//
// Terms it owns: World, Extract, Practice.
//
// How it fails: Write gives the error of the file system.
//
// Not here: credible people (pipeline/source/sample), what the answer should be
// (the tests).
package gen
