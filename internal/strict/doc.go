// Package strict decodes YAML into Go structs and reports every fault at once.
//
// What it does: [Decode] walks the parsed document beside the Go type and
// collects unknown, duplicate and missing keys and wrong types, each with its
// line; [Lines] lets the caller give a line to faults found later by meaning.
//
// Where it stands: below every reader of YAML (schemas, pipeline/job,
// stratify/model); it imports nothing of ours.
//
// Terms it owns: Fault, Faults, Lines.
//
// How it fails: with [Faults], sorted by line. It does not panic, whatever the
// bytes: size, depth and number of keys are bounded, and anchors, aliases, tags,
// merge keys, directives and several documents in one file are refused.
//
// Not here: what a value means (the caller), writing YAML, reading files.
package strict
