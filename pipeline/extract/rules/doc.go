// Package rules holds the columns of a file to the contract.
//
// What it does: turns the contract's columns into checks for one practice, binds
// them to the columns of a file, and checks types, nulls, ranges, lists, forms
// and identifiers, dictionary entries once each.
//
// Where it stands: between the pages of a file and what pipeline/extract makes
// of them. Columns that nothing else reads are read here, for their rules alone.
//
// Terms it owns: Column, Bound, Checker.
//
// How it fails: a broken rule becomes a fault of the file, at its first row group
// and never with a value. An error returned is damage, for [pages.File.Settle].
//
// Not here: the contract's words (schemas), what an identifier looks like
// (pipeline/extract/identifier), rules about files and folders
// (pipeline/extract/seal, pipeline/extract/pages).
package rules
