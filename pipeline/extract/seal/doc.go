// Package seal names the files of an extract and holds them to it.
//
// What it does: surveys the folders of a delivery, sums every file, writes and
// reads extract.json, compares it with the disk both ways, and reads files whole
// with their SHA-256.
//
// Where it stands: first at the door. Folders come in; a checked [Manifest] and
// the bytes of a file go out to pipeline/extract.
//
// Terms it owns: Manifest, seal.
//
// How it fails: [refusal.Faults], all of an extract at once; they wrap
// [refusal.ErrSeal] where the files are not the sealed ones. Any other error is
// the machine's.
//
// Not here: what is in a file (pipeline/extract/pages), the digest of its rows
// (pipeline/extract/digest), whether values keep the contract's rules
// (pipeline/extract/rules).
package seal
