package extract

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"riskband/pipeline/extract/refusal"
	"riskband/schemas"
	"riskband/stratify/frame"
)

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
	e := &Extract{root: root, asOf: asOf}
	if err := e.read(contract, allowUnsealed); err != nil {
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

func (e *Extract) read(contract *schemas.Contract, allowUnsealed bool) error {
	f, err := e.root.Open(ManifestName)
	switch {
	case err == nil:
		defer f.Close()
		e.manifest, err = ParseManifest(f)
		if err != nil {
			return err
		}
		return e.match()
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open %s: %w", ManifestName, err)
	case !allowUnsealed:
		return Faults{{File: ManifestName, RowGroup: -1, Rule: refusal.RuleUnsealed, Remedy: refusal.Remedy(refusal.RuleUnsealed)}}
	case !e.asOf.Known():
		return errors.New("open unsealed extract: its as-of day must be given")
	}
	var l refusal.Ledger
	s := sealer{root: e.root, contract: contract, ledger: &l, lenient: true, stopped: func() error { return nil }}
	m, err := s.manifest(SealOptions{AsOf: e.asOf, PseudonymScope: ScopeExtract})
	if err != nil {
		return err
	}
	e.manifest = m
	return l.Err()
}

// match compares the sealed list with the disk.
func (e *Extract) match() error {
	day, err := frame.ParseDay(e.manifest.AsOf)
	if err != nil {
		return fmt.Errorf("read %s: %w", ManifestName, err)
	}
	var l refusal.Ledger
	if e.asOf.Known() && e.asOf != day {
		l.Add(Fault{File: ManifestName, RowGroup: -1, Column: "as_of", Rule: refusal.RuleAsOf})
	}
	e.asOf, e.sealed = day, true
	files, codes, err := survey(e.root, &l)
	if err != nil {
		return err
	}
	onDisk := map[string]found{}
	for _, f := range files {
		onDisk[f.path] = f
	}
	for _, p := range e.manifest.Practices {
		p.match(onDisk, &l)
		codes = slices.DeleteFunc(codes, func(code string) bool { return code == p.Code })
	}
	for _, f := range onDisk { // the ledger sorts
		l.Add(Fault{Practice: f.practice, File: f.path, RowGroup: -1, Rule: refusal.RuleSealExtra})
	}
	for _, code := range codes {
		l.Add(Fault{Practice: code, File: practicePrefix + code, RowGroup: -1, Rule: refusal.RuleSealExtra})
	}
	return l.Err()
}

// match takes the practice's files off the list of those on disk.
func (p ManifestPractice) match(onDisk map[string]found, l *refusal.Ledger) {
	for _, t := range p.Tables {
		for _, f := range t.Files {
			here, ok := onDisk[f.Path]
			delete(onDisk, f.Path)
			switch {
			case !ok:
				l.Add(Fault{Practice: p.Code, File: f.Path, RowGroup: -1, Rule: refusal.RuleSealMissing})
			case here.bytes != f.Bytes:
				l.Add(Fault{Practice: p.Code, File: f.Path, RowGroup: -1, Rule: refusal.RuleSealSize})
			}
		}
	}
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
