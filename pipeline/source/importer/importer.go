package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"riskband/pipeline/source"
	"riskband/pipeline/source/importer/account"
	"riskband/pipeline/source/importer/folder"
	"riskband/pipeline/source/importer/vocabulary"
	"riskband/stratify/frame"
)

// ErrSource is wrapped when the source folder or a file of it is not as it must be.
var ErrSource = folder.ErrSource

// Report is the account of an import: every source row, used or left out and why.
type Report = account.Report

// ErrAsOf is wrapped when an import is not told the extract's own day.
var ErrAsOf = errors.New("no as-of day")

// Options of an import.
type Options struct {
	AsOf frame.Day // the extract's own day; must be known
}

// common is what both importers hold.
type common struct {
	folder  *folder.Folder
	target  *target
	mapping *vocabulary.Tables
	ledger  *account.Ledger
	missing []string
}

func newCommon(ctx context.Context, from, to string, o Options, required, optional []string) (common, error) {
	if !o.AsOf.Known() {
		return common{}, fmt.Errorf("import: %w: name one, as YYYY-MM-DD", ErrAsOf)
	}
	m, err := vocabulary.Load()
	if err != nil {
		return common{}, err
	}
	t, err := newTarget(to)
	if err != nil {
		return common{}, err
	}
	f, missing, err := folder.Open(ctx, from, required, optional)
	if err != nil {
		return common{}, err
	}
	if !slices.Contains(missing, "visit_occurrence") && !slices.Contains(missing, "encounters") {
		t.hospital = []string{"apcs", "ec"} // known for everyone, also where nothing happened
	}
	return common{folder: f, target: t, mapping: m, ledger: account.NewLedger(), missing: missing}, nil
}

func (c *common) report(o Options, people int64) Report {
	r := Report{
		AsOf: o.AsOf.String(), People: people, Practices: int64(len(c.target.practices)),
		Missing: c.missing,
	}
	c.ledger.Fill(&r)
	return r
}

// event maps a reading and writes it, or gives the reason why not. The rest of the
// event, its person, day and comparator, is in e.
func (c *common) event(w *source.PracticeWriter, e source.Event, r vocabulary.Reading) (account.Reason, error) {
	coded, why := c.mapping.Apply(r)
	if why != "" {
		return why, nil
	}
	if coded.Measure != "" {
		c.ledger.Measures[coded.Measure]++
	}
	e.SnomedCTCode, e.NumericValue, e.Unit = coded.Code, coded.Value, coded.Unit
	return "", w.Event(e)
}

// openingDay is the first day anyone is registered: the reference tables hold
// from there. Without people it is the first day the contract knows.
func openingDay(list []person) frame.Day {
	opening := frame.NoDay
	for _, p := range list {
		for _, e := range p.episodes {
			if !opening.Known() || e.start < opening {
				opening = e.start
			}
		}
	}
	if !opening.Known() {
		return frame.Date(1900, 1, 1)
	}
	return opening
}

// unknownDiagnosis is what ICD-10 itself has for a cause that is not known: R69,
// filled to four characters as admitted patient care data are.
const unknownDiagnosis = "R69X"

// spell writes a stay, with the diagnosis that says "unknown" where it has none.
func (c *common) spell(b *batch, p *person, one source.Spell) error {
	if one.PrimaryDiagnosis == "" {
		one.PrimaryDiagnosis = unknownDiagnosis
		c.ledger.Assumed[account.AssumedDiagnosis]++
	}
	if one.AdmissionMethod == vocabulary.UnknownMethod {
		c.ledger.Assumed[account.AssumedMethod]++
	}
	one.PatientID = p.pseudonym
	return b.writer(p).Spell(one)
}
