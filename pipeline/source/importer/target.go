package importer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"riskband/pipeline/source"
	"riskband/stratify/frame"
	"riskband/stratify/tally"
)

// ErrTarget is wrapped when the target folder already holds an extract.
var ErrTarget = errors.New("target folder in use")

// practicesAtOnce bounds the files open and the rows held for them: the source is
// read again for each batch of practices.
const practicesAtOnce = 16

// target is the folder being written.
type target struct {
	dir       string
	practices []string // codes
	hospital  []string // tables of hospital use that the source knows about
}

func newTarget(dir string) (*target, error) {
	switch _, err := os.Stat(filepath.Join(dir, "extract")); {
	case err == nil:
		return nil, fmt.Errorf("import into %s: it has an extract; name a new folder: %w", dir, ErrTarget)
	case !errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("import into %s: %w", dir, err)
	}
	return &target{dir: dir}, nil
}

// batch is the practices being written in one reading of the source.
type batch struct {
	low     int // position of the first
	writers []*source.PracticeWriter
	first   bool
}

// holds reports whether a person belongs to the batch; nil belongs to the first,
// so that a row of nobody is counted once.
func (b *batch) holds(p *person) bool {
	if p == nil {
		return b.first
	}
	return p.practice >= b.low && p.practice < b.low+len(b.writers)
}

func (b *batch) writer(p *person) *source.PracticeWriter { return b.writers[p.practice-b.low] }

// write opens practices batch by batch, writes their patients and calls rows for
// the rest.
func (t *target) write(people []person, rows func(*batch) error) error {
	for low := 0; low == 0 || low < len(t.practices); low += practicesAtOnce {
		b := &batch{low: low, first: low == 0}
		err := t.fill(b, people, rows)
		for _, w := range b.writers {
			err = errors.Join(err, w.Close())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *target) fill(b *batch, people []person, rows func(*batch) error) error {
	for _, code := range t.practices[b.low:min(b.low+practicesAtOnce, len(t.practices))] {
		w, err := source.NewPractice(filepath.Join(t.dir, "extract"), code)
		if err != nil {
			return err
		}
		b.writers = append(b.writers, w)
		if err := w.Start(t.hospital...); err != nil {
			return err
		}
	}
	for i := range people {
		if !b.holds(&people[i]) {
			continue
		}
		for _, r := range people[i].rows() {
			if err := b.writer(&people[i]).Patient(r); err != nil {
				return err
			}
		}
	}
	return rows(b)
}

// finish writes what stands beside the extract: reference tables with one
// neighbourhood, place and system, the job file and the report.
func (t *target) finish(r Report, from frame.Day, notice []string) error {
	members := make([]tally.Membership, len(t.practices))
	for i, code := range t.practices {
		members[i] = tally.Membership{
			Practice: code, Name: "Imported practice " + code[1:],
			NeighbourhoodCode: "IMPORTED-N", Neighbourhood: "Imported neighbourhood",
			PlaceCode: "IMPORTED-P", Place: "Imported place",
			SystemCode: "IMPORTED-S", System: "Imported system",
			From: from, To: frame.NoDay, ListSize: -1,
		}
	}
	if err := source.WriteReference(t.dir, members, nil); err != nil {
		return err
	}
	job := source.JobText{Notice: notice, OptOuts: source.OptOutsNotApplicable}
	if err := source.WriteJob(t.dir, job); err != nil {
		return err
	}
	return r.Save(t.dir)
}
