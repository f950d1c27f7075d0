package seal

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

// Read returns the list of an extract's files and whether it is sealed, that is,
// comes from extract.json. It compares a sealed list with the files on disk both
// ways: missing, extra, other size.
//
// asOf, when known, must be the sealed day. Without extract.json the extract is
// refused unless allowUnsealed is true; then asOf must be known and the list is
// made from the disk by reading every file once; a file that cannot be decoded
// stays in the list, named by its bytes.
func Read(root *os.Root, contract *schemas.Contract, allowUnsealed bool, asOf frame.Day) (m Manifest, sealed bool, err error) {
	f, err := root.Open(ManifestName)
	switch {
	case err == nil:
		defer f.Close()
		if m, err = Parse(f); err == nil {
			err = m.match(root, asOf)
		}
		return m, true, err
	case !errors.Is(err, fs.ErrNotExist):
		return m, false, fmt.Errorf("open %s: %w", ManifestName, err)
	case !allowUnsealed:
		return m, false, refusal.Faults{{File: ManifestName, RowGroup: -1, Rule: refusal.RuleUnsealed, Remedy: refusal.Remedy(refusal.RuleUnsealed)}}
	case !asOf.Known():
		return m, false, errors.New("open unsealed extract: its as-of day must be given")
	}
	var l refusal.Ledger
	s := sealer{root: root, contract: contract, ledger: &l, lenient: true, stopped: func() error { return nil }}
	if m, err = s.manifest(Options{AsOf: asOf, PseudonymScope: ScopeExtract}); err != nil {
		return m, false, err
	}
	return m, false, l.Err()
}

// match compares the sealed list with the disk.
func (m Manifest) match(root *os.Root, asOf frame.Day) error {
	day, err := frame.ParseDay(m.AsOf)
	if err != nil {
		return fmt.Errorf("read %s: %w", ManifestName, err)
	}
	var l refusal.Ledger
	if asOf.Known() && asOf != day {
		l.Add(refusal.Fault{File: ManifestName, RowGroup: -1, Column: "as_of", Rule: refusal.RuleAsOf})
	}
	files, codes, err := survey(root, &l)
	if err != nil {
		return err
	}
	onDisk := map[string]found{}
	for _, f := range files {
		onDisk[f.path] = f
	}
	for _, p := range m.Practices {
		p.match(onDisk, &l)
		codes = slices.DeleteFunc(codes, func(code string) bool { return code == p.Code })
	}
	for _, f := range onDisk { // the ledger sorts
		l.Add(refusal.Fault{Practice: f.practice, File: f.path, RowGroup: -1, Rule: refusal.RuleSealExtra})
	}
	for _, code := range codes {
		l.Add(refusal.Fault{Practice: code, File: practicePrefix + code, RowGroup: -1, Rule: refusal.RuleSealExtra})
	}
	return l.Err()
}

// match takes the practice's files off the list of those on disk.
func (p Practice) match(onDisk map[string]found, l *refusal.Ledger) {
	for _, t := range p.Tables {
		for _, f := range t.Files {
			here, ok := onDisk[f.Path]
			delete(onDisk, f.Path)
			switch {
			case !ok:
				l.Add(refusal.Fault{Practice: p.Code, File: f.Path, RowGroup: -1, Rule: refusal.RuleSealMissing})
			case here.bytes != f.Bytes:
				l.Add(refusal.Fault{Practice: p.Code, File: f.Path, RowGroup: -1, Rule: refusal.RuleSealSize})
			}
		}
	}
}
