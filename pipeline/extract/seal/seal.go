package seal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"riskband/pipeline/extract/digest"
	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/refusal"
	"riskband/schemas"
	"riskband/stratify/frame"
)

// Options says what the files do not.
type Options struct {
	AsOf           frame.Day // the day the extract describes; must be known
	Synthetic      bool      // no real person is in it
	PseudonymScope string    // [ScopeExtract], the meaning of "", or [ScopePractice]
}

// Write lists the files of an extract, sums and reads each, and writes
// extract.json beside the practice folders: a temporary file, synced, renamed.
//
// It refuses files that cannot be decoded or do not belong; whether the values
// keep the contract's rules is decided when they are used. The error is
// [refusal.Faults] where the data is refused.
func Write(ctx context.Context, dir string, o Options) (Manifest, error) {
	if !o.AsOf.Known() {
		return Manifest{}, errors.New("seal extract: the as-of day must be given")
	}
	if o.PseudonymScope == "" {
		o.PseudonymScope = ScopeExtract
	}
	if o.PseudonymScope != ScopeExtract && o.PseudonymScope != ScopePractice {
		return Manifest{}, errors.New("seal extract: the scope of a pseudonym is extract or practice")
	}
	contract, err := schemas.Load()
	if err != nil {
		return Manifest{}, fmt.Errorf("seal extract: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Manifest{}, fmt.Errorf("seal extract: %w", err)
	}
	defer root.Close()
	var l refusal.Ledger
	s := sealer{root: root, contract: contract, ledger: &l, stopped: ctx.Err}
	m, err := s.manifest(o)
	if err := errors.Join(err, l.Err()); err != nil {
		return Manifest{}, err
	}
	return m, writeManifest(dir, m)
}

// sealer makes a manifest from the disk.
type sealer struct {
	root     *os.Root
	contract *schemas.Contract
	ledger   *refusal.Ledger
	stopped  func() error // says when to stop and why
	lenient  bool         // keep files that cannot be decoded, named by their bytes
}

func (s *sealer) manifest(o Options) (Manifest, error) {
	files, codes, err := survey(s.root, s.ledger)
	if err != nil {
		return Manifest{}, err
	}
	m := Manifest{
		Contract: contractVersion, AsOf: o.AsOf.String(),
		Synthetic: o.Synthetic, PseudonymScope: o.PseudonymScope,
	}
	for _, code := range codes {
		m.Practices = append(m.Practices, Practice{Code: code, Tables: []Table{}})
	}
	for i := range m.Practices {
		p := &m.Practices[i]
		sums := map[string]*digest.Digest{}
		for _, at := range files {
			if at.practice != p.Code {
				continue
			}
			if err := s.stopped(); err != nil {
				return Manifest{}, fmt.Errorf("seal %s: %w", at.path, err)
			}
			if sums[at.table] == nil {
				sums[at.table] = &digest.Digest{}
			}
			listed, err := s.file(at, sums[at.table])
			if err != nil {
				return Manifest{}, err
			}
			p.put(at.table, listed)
		}
		p.name(sums)
	}
	m.ContentDigest = m.Digest()
	return m, nil
}

// file sums one file and adds its rows to the table's digest.
func (s *sealer) file(at found, sum *digest.Digest) (File, error) {
	listed := File{Path: at.path}
	data, sha, err := Whole(s.root, at.practice, at.path, 0)
	if err := s.ledger.Take(err); err != nil {
		return listed, err
	}
	listed.Bytes, listed.SHA256 = int64(len(data)), sha
	faults := s.ledger
	if s.lenient {
		faults = &refusal.Ledger{}
	}
	table, _ := s.contract.Table(at.table)
	f := pages.Open(pages.Place{Practice: at.practice, Path: at.path, Table: table}, data, faults)
	if f != nil {
		part := digest.Digest{}
		if err := f.Guard(func() error { return part.File(f) }); err != nil {
			return listed, err
		}
		if faults.Len() == 0 || !s.lenient {
			sum.Merge(part)
			listed.Rows = f.Rows()
			return listed, nil
		}
	}
	sum.Damaged(sha)
	return listed, nil
}

// put adds a file to its table. Files come sorted by path, which is not the
// order of tables: a folder's name sorts before TABLE.parquet.
func (p *Practice) put(table string, f File) {
	for i := range p.Tables {
		if p.Tables[i].Name == table {
			p.Tables[i].Files = append(p.Tables[i].Files, f)
			return
		}
	}
	p.Tables = append(p.Tables, Table{Name: table, Files: []File{f}})
}

// name sorts the tables and sets their digests.
func (p *Practice) name(sums map[string]*digest.Digest) {
	slices.SortFunc(p.Tables, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	for i := range p.Tables {
		p.Tables[i].ContentDigest = sums[p.Tables[i].Name].String()
	}
}

func writeManifest(dir string, m Manifest) (err error) {
	b, err := m.Encode()
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".extract-*.json")
	if err != nil {
		return fmt.Errorf("write %s: %w", ManifestName, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", ManifestName, err)
		}
	}()
	_, err = f.Write(b)
	if err := errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, ManifestName)); err != nil {
		return err
	}
	return syncFolder(dir)
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
