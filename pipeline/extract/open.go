package extract

import (
	"context"
	"fmt"
	"os"

	"riskband/pipeline/extract/seal"
	"riskband/schemas"
	"riskband/stratify/frame"
)

// ManifestName is the file that seals an extract, at its root.
const ManifestName = seal.ManifestName

// The scopes of a pseudonym.
const (
	ScopeExtract  = seal.ScopeExtract  // one per person across the extract
	ScopePractice = seal.ScopePractice // one per person and practice: people cannot be told apart across practices
)

// Manifest is extract.json: which files an extract is made of and their sums.
type Manifest = seal.Manifest

// SealOptions says what the files do not.
type SealOptions = seal.Options

// Seal lists the files of an extract and writes extract.json beside the practice
// folders: see [seal.Write].
func Seal(ctx context.Context, dir string, o SealOptions) (Manifest, error) {
	return seal.Write(ctx, dir, o)
}

// Extract is one opened delivery. It holds its folder open until the program
// ends or [Extract.Close] is called.
type Extract struct {
	root      *os.Root
	manifest  Manifest
	sealed    bool
	asOf      frame.Day
	practices []*Practice
}

// Open reads extract.json and compares the files on disk with it both ways:
// missing, extra, other size. Their contents are compared when they are read.
//
// asOf, when known, must be the sealed day. Without extract.json the extract is
// refused unless allowUnsealed is true; then asOf must be known and the list,
// sums and content digests are made from the disk by reading every file once; a
// file that cannot be decoded stays in the list and fails its practice alone,
// and the extract is taken as real data with one pseudonym per person.
func Open(dir string, allowUnsealed bool, asOf frame.Day) (*Extract, error) {
	contract, err := schemas.Load()
	if err != nil {
		return nil, fmt.Errorf("open extract: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open extract: %w", err)
	}
	e := &Extract{root: root}
	e.manifest, e.sealed, err = seal.Read(root, contract, allowUnsealed, asOf)
	if err == nil {
		e.asOf, err = frame.ParseDay(e.manifest.AsOf)
	}
	if err != nil {
		_ = root.Close()
		return nil, err
	}
	for _, listed := range e.manifest.Practices {
		e.practices = append(e.practices, &Practice{
			root: root, contract: contract, listed: listed, sealed: e.sealed,
		})
	}
	return e, nil
}

// Close closes the folder. The practices cannot be read afterwards.
func (e *Extract) Close() error { return e.root.Close() }

// Manifest returns the list of files. Its slices are the extract's own.
func (e *Extract) Manifest() Manifest { return e.manifest }

// Sealed reports whether the list came from extract.json.
func (e *Extract) Sealed() bool { return e.sealed }

// AsOf returns the day the extract describes.
func (e *Extract) AsOf() frame.Day { return e.asOf }

// Practices returns the practices sorted by code. The slice is the extract's own.
func (e *Extract) Practices() []*Practice { return e.practices }
