package source

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"riskband/stratify/frame"
)

// ErrIncomplete says a row lacks a value its table requires.
var ErrIncomplete = errors.New("row lacks a required value")

// PracticeWriter writes the tables of one practice. The tables patients and
// clinical_events exist even when empty; the others appear with their first row.
// It is not safe for concurrent use; writers of different practices are
// independent. After an error only [PracticeWriter.Close] may be called.
type PracticeWriter struct {
	dir, code   string
	patients    *patientTable
	events      *eventTable
	medications *medicationTable
	spells      *spellTable
	attendances *attendanceTable
	scores      *scoreTable
	opened      []*table
}

// NewPractice creates the folder practice_code=CODE in dir, which is made when
// missing, and starts its two mandatory tables. Close it whatever happens.
func NewPractice(dir, code string) (*PracticeWriter, error) {
	w := &PracticeWriter{dir: filepath.Join(dir, "practice_code="+code), code: code}
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		return nil, fmt.Errorf("create practice folder %s: %w", code, err)
	}
	w.patients, w.events = newPatientTable(), newEventTable()
	err := w.open(&w.patients.table)
	if err == nil {
		err = w.open(&w.events.table)
	}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *PracticeWriter) open(t *table) error {
	if err := t.open(filepath.Join(w.dir, t.name+".parquet")); err != nil {
		return fmt.Errorf("practice %s: %w", w.code, err)
	}
	w.opened = append(w.opened, t)
	return nil
}

// Patient adds one registration episode.
func (w *PracticeWriter) Patient(p Patient) error { return w.patients.add(w.code, p) }

// Event adds one clinical event.
func (w *PracticeWriter) Event(e Event) error { return w.events.add(e) }

// Start makes optional tables that are to be there even when nothing is written
// to them: an empty table says that nothing happened, an absent one that nothing
// is known. Names are those of the contract.
func (w *PracticeWriter) Start(tables ...string) error {
	start := map[string]func() error{
		"medications": func() error { return begin(w, &w.medications, newMedicationTable) },
		"apcs":        func() error { return begin(w, &w.spells, newSpellTable) },
		"ec":          func() error { return begin(w, &w.attendances, newAttendanceTable) },
		"scores":      func() error { return begin(w, &w.scores, newScoreTable) },
	}
	for _, name := range tables {
		f, ok := start[name]
		if !ok {
			return fmt.Errorf("start table %s of practice %s: the contract has no such optional table", name, w.code)
		}
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// holder is any of the tables.
type holder interface{ itself() *table }

func (t *table) itself() *table { return t }

// begin makes an optional table the first time it is needed.
func begin[T any, P interface {
	*T
	holder
}](w *PracticeWriter, at *P, fresh func() P) error {
	if *at != nil {
		return nil
	}
	*at = fresh()
	return w.open((*at).itself())
}

// Medication adds one issue.
func (w *PracticeWriter) Medication(m Medication) error {
	if err := begin(w, &w.medications, newMedicationTable); err != nil {
		return err
	}
	return w.medications.add(m)
}

// Spell adds one admitted spell. Its slices are not kept.
func (w *PracticeWriter) Spell(s Spell) error {
	if err := begin(w, &w.spells, newSpellTable); err != nil {
		return err
	}
	return w.spells.add(s)
}

// Attendance adds one emergency care attendance.
func (w *PracticeWriter) Attendance(a Attendance) error {
	if err := begin(w, &w.attendances, newAttendanceTable); err != nil {
		return err
	}
	return w.attendances.add(a)
}

// Score adds one score computed elsewhere.
func (w *PracticeWriter) Score(s Score) error {
	if err := begin(w, &w.scores, newScoreTable); err != nil {
		return err
	}
	return w.scores.add(s)
}

// Close writes what is left, waits until every file and the folder are on the
// disk, and closes them; the first fault does not keep the others open.
func (w *PracticeWriter) Close() error {
	var errs []error
	for _, t := range w.opened {
		errs = append(errs, t.close())
	}
	w.opened = nil
	errs = append(errs, syncFolder(w.dir))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close practice %s: %w", w.code, err)
	}
	return nil
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// need gathers the required values a row lacks.
type need struct {
	table   string
	missing []error
}

func (n *need) text(column, v string) {
	if v == "" {
		n.lacks(column)
	}
}

func (n *need) day(column string, v frame.Day) {
	if !v.Known() {
		n.lacks(column)
	}
}

func (n *need) number(column string, v float64) {
	if math.IsNaN(v) {
		n.lacks(column)
	}
}

func (n *need) lacks(column string) {
	n.missing = append(n.missing, fmt.Errorf("write table %s column %s: %w", n.table, column, ErrIncomplete))
}

func (n *need) err() error { return errors.Join(n.missing...) }

// Optional values: a missing one becomes null.

func putText(c *column[string], v string) {
	if v == "" {
		c.null()
		return
	}
	c.put(v)
}

func putDay(c *column[int32], v frame.Day) {
	if !v.Known() {
		c.null()
		return
	}
	c.put(int32(v))
}

func putNumber(c *column[float64], v float64) {
	if math.IsNaN(v) {
		c.null()
		return
	}
	c.put(v)
}

func putInteger(c *column[int64], v *int64) {
	if v == nil {
		c.null()
		return
	}
	c.put(*v)
}
