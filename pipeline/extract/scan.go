package extract

import (
	"context"
	"fmt"
	"math"

	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/rules"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
)

// stride is how many rows of a row group are in work at a time: small enough for
// the selected columns to stay in cache.
const stride = 1 << 14

// Scan says what to look for in a coded table.
type Scan struct {
	People *frame.People
	Book   *codes.Book
	// Sink receives the rows that are used. What it received must be thrown
	// away when the scan fails: faults may come after the first batch. The batch
	// is borrowed: see [frame.Batch].
	Sink func(frame.Batch)
	// MaxFile bounds the bytes of one file, 0 leaves the practice's own limit.
	MaxFile int64
}

// source is where the columns of one coded table stand.
type source struct {
	code, date string
	value, id  string // "" where the table has none
	system     codes.System
}

func sourceOf(s frame.Source) source {
	switch s {
	case frame.ClinicalEvents:
		return source{code: "snomedct_code", date: "date", value: "numeric_value", system: codes.SNOMED}
	case frame.Medications:
		return source{code: "dmd_code", date: "date", system: codes.DMD}
	case frame.APCS:
		return source{code: "admission_method", date: "admission_date", id: "spell_id", system: codes.AdmissionMethod}
	case frame.Sources: // their number, not one of them
	}
	return source{}
}

// Scan reads one coded table and hands every row with a concept, a known person
// and a day from birth to the as-of day to the sink. The rest is counted by the
// first rule that drops it; of a row in no list nothing but its code is looked
// at, save for the contract's rules. A missing optional table is empty. The
// error is [Faults] where the data is refused.
func (p *Practice) Scan(ctx context.Context, src frame.Source, s Scan) (Conservation, error) {
	if src >= frame.Sources {
		return Conservation{}, fmt.Errorf("scan practice %s: source %d is not a table", p.Code(), src)
	}
	c := codedConservation(src.String())
	limit := p.limit
	if s.MaxFile > 0 {
		limit = s.MaxFile
	}
	table, _ := p.contract.Table(src.String())
	all := rules.Of(table, p.Code())
	w := newScanner(sourceOf(src), s, &c)
	defer w.close()
	err := p.each(ctx, src.String(), limit, func(f *pages.File) error { return w.file(ctx, f, all) })
	if err != nil {
		return Conservation{Table: src.String()}, err
	}
	return c, nil
}

// scanner holds the buffers of one table's scan. Nothing is allocated per row.
type scanner struct {
	Scan
	source
	count   *Conservation
	columns map[string]*rules.Bound
	all     []lane // the code column first
	person  personColumn
	date    dayColumn
	value   valueColumn
	id      idColumn
	other   pages.Reader
	picked  selection
}

func newScanner(src source, s Scan, c *Conservation) *scanner {
	w := &scanner{Scan: s, source: src, count: c}
	w.picked = selection{rows: make([]int32, 0, stride), concept: make([]uint16, 0, stride)}
	w.person = personColumn{people: s.People, out: make([]int32, stride)}
	w.date.out = make([]frame.Day, stride)
	w.all = []lane{
		{name: src.code, column: &codeColumn{book: s.Book, system: src.system}},
		{name: "patient_id", column: &w.person},
		{name: src.date, column: &w.date},
	}
	if src.value != "" {
		w.value.out = make([]float64, stride)
		w.all = append(w.all, lane{name: src.value, column: &w.value})
	}
	if src.id != "" {
		w.id.out = make([]uint64, stride)
		w.all = append(w.all, lane{name: src.id, column: &w.id})
	}
	return w
}

func (w *scanner) close() {
	for i := range w.all {
		w.all[i].Close()
	}
	w.other.Close()
}

func (w *scanner) file(ctx context.Context, f *pages.File, all []*rules.Column) error {
	before := f.Faults()
	columns, extra := rules.Bind(f, all)
	w.columns = columns
	w.count.ExtraColumns = max(w.count.ExtraColumns, extra)
	if f.Faults() > before {
		return rules.Only(f, &w.other, all, columns)
	}
	for g, rows := range f.Groups() {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("scan %s: %w", f.Path, err)
		}
		if err := w.group(f, g, int(rows), all); err != nil {
			return err
		}
	}
	return nil
}

// group scans one row group: the columns in use stride by stride, then the
// others for their rules alone.
func (w *scanner) group(f *pages.File, g, rows int, all []*rules.Column) error {
	lanes := w.lanes()
	used := map[string]bool{}
	for _, l := range lanes {
		used[l.name] = true
		if err := l.start(f, g, w.columns[l.name]); err != nil {
			return f.Settle(g, l.name, err)
		}
	}
	for at := 0; at < rows; at += stride {
		if failed, err := w.stride(lanes, min(stride, rows-at)); err != nil {
			return f.Settle(g, failed, err)
		}
	}
	for _, l := range lanes {
		if err := f.Settle(g, l.name, l.Done()); err != nil {
			return err
		}
	}
	return rules.Unused(f, &w.other, g, all, w.columns, used)
}

// stride takes n rows through every lane, the code lane first, and names the
// lane that fails.
func (w *scanner) stride(lanes []*lane, n int) (failed string, err error) {
	w.picked.rows, w.picked.concept = w.picked.rows[:0], w.picked.concept[:0]
	for _, l := range lanes {
		if err := l.take(&w.picked, n); err != nil {
			return l.name, err
		}
	}
	if w.value.out != nil && w.columns[w.source.value] == nil {
		for i := range w.picked.rows {
			w.value.out[i] = math.NaN()
		}
	}
	w.count.Read += int64(n)
	w.count.add(0, int64(n-len(w.picked.rows)))
	w.emit()
	return "", nil
}

// emit drops what may not be used and hands the rest on.
func (w *scanner) emit() {
	people, person, days := w.People, w.person.out, w.date.out
	asOf := people.AsOf
	var dropped [3]int64
	kept := 0
	for i, concept := range w.picked.concept {
		who, when := person[i], days[i]
		switch {
		case who < 0:
			dropped[0]++
			continue
		case when > asOf:
			dropped[1]++
			continue
		case when < people.Birth[who]:
			dropped[2]++
			continue
		}
		person[kept], days[kept], w.picked.concept[kept] = who, when, concept
		if w.value.out != nil {
			w.value.out[kept] = w.value.out[i]
		}
		if w.id.out != nil {
			w.id.out[kept] = w.id.out[i]
		}
		kept++
	}
	for rule, rows := range dropped {
		w.count.add(rule+1, rows)
	}
	w.hand(kept)
}

// hand gives the first n rows of the selection to the sink.
func (w *scanner) hand(n int) {
	w.count.Used += int64(n)
	if n == 0 {
		return
	}
	batch := frame.Batch{Person: w.person.out[:n], Concept: w.picked.concept[:n], Day: w.date.out[:n]}
	if w.value.out != nil {
		batch.Value = w.value.out[:n]
	}
	if w.id.out != nil {
		batch.ID = w.id.out[:n]
	}
	w.Sink(batch)
}

// lanes lists the columns in use, the code column first.
func (w *scanner) lanes() []*lane {
	var lanes []*lane
	for i := range w.all {
		if w.columns[w.all[i].name] != nil {
			lanes = append(lanes, &w.all[i])
		}
	}
	return lanes
}
