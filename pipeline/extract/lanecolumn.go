package extract

import (
	"math"

	"riskband/pipeline/extract/digest"
	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/rules"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
)

// codeColumn turns codes into concepts and selects the rows that have one.
type codeColumn struct {
	book   *codes.Book
	system codes.System
	table  []uint16 // by dictionary entry
	plain  []uint16 // by value of a plain page
	memo   memo
}

func (c *codeColumn) dictionary(e *pages.Values, check *rules.Checker) {
	c.table = sized(c.table, e.N)
	for i := range c.table {
		c.table[i] = c.resolve(e.Text(i), check)
	}
}

func (c *codeColumn) page(v *pages.View, check *rules.Checker) {
	c.plain = sized(c.plain, v.Rows-v.Nulls)
	for i := range c.plain {
		c.plain[i] = c.resolve(v.Text(i), check)
	}
}

// resolve returns a code's concept. The memo spares the look-up and the check of
// codes seen lately.
func (c *codeColumn) resolve(code []byte, check *rules.Checker) uint16 {
	slot, known := c.memo.find(code)
	if known {
		return slot.concept
	}
	slot.concept = c.book.Concept(c.system, code)
	if rule := check.Broken(code); rule != "" {
		check.Fault(rule)
		slot.length = 0 // ask again: the next file has the fault too
	}
	return slot.concept
}

func (c *codeColumn) piece(v *pages.View, p piece, s *selection) {
	n := len(s.rows)
	rows, concepts := s.rows[:n+p.n], s.concept[:n+p.n]
	if v.Nulls > 0 {
		return // refused: the page's fault says so
	}
	base := int32(p.base)
	if v.Index == nil {
		for i, concept := range c.plain[p.at : p.at+p.n] {
			rows[n], concepts[n] = base+int32(i), concept
			if concept != 0 {
				n++
			}
		}
	} else {
		table := c.table
		for i, entry := range v.Index[p.at : p.at+p.n] {
			concept := table[entry]
			rows[n], concepts[n] = base+int32(i), concept
			if concept != 0 {
				n++
			}
		}
	}
	s.rows, s.concept = rows[:n], concepts[:n]
}

// personColumn looks pseudonyms up: -1 is someone not in the patients table.
type personColumn struct {
	people *frame.People
	table  []int32
	out    []int32 // by entry of the selection
}

func (c *personColumn) dictionary(e *pages.Values, check *rules.Checker) {
	check.CheckValues(e, e.N)
	c.table = sized(c.table, e.N+1)
	c.table[e.N] = -1
	for i := range e.N {
		c.table[i] = c.row(e.Text(i))
	}
}

func (c *personColumn) row(pseudonym []byte) int32 {
	row, ok := c.people.Row(pseudonym)
	if !ok {
		return -1
	}
	return row
}

func (*personColumn) page(v *pages.View, check *rules.Checker) {
	check.CheckValues(&v.Values, v.Rows-v.Nulls)
}

func (c *personColumn) piece(v *pages.View, p piece, s *selection) {
	out, rows := c.out[p.from:p.to], s.rows[p.from:p.to]
	if v.Index != nil {
		pages.Pick(v, rows, out, c.table, p.at-p.base)
		return
	}
	var last []byte
	person := int32(-1)
	pages.Each(v, rows, p.at-p.base, func(k, at int) {
		if text := v.Text(at); last == nil || string(text) != string(last) {
			last, person = text, c.row(text)
		}
		out[k] = person
	}, func(k int) { out[k] = -1 })
}

// dayColumn takes dates as they are.
type dayColumn struct {
	table []frame.Day
	out   []frame.Day
}

func (c *dayColumn) dictionary(e *pages.Values, check *rules.Checker) {
	check.CheckValues(e, e.N)
	c.table = sized(c.table, e.N+1)
	c.table[e.N] = frame.NoDay
	for i, d := range e.Ints {
		c.table[i] = frame.Day(d)
	}
}

func (*dayColumn) page(v *pages.View, check *rules.Checker) {
	check.CheckValues(&v.Values, v.Rows-v.Nulls)
}

func (c *dayColumn) piece(v *pages.View, p piece, s *selection) {
	out, rows, shift := c.out[p.from:p.to], s.rows[p.from:p.to], p.at-p.base
	switch {
	case v.Index != nil:
		pages.Pick(v, rows, out, c.table, shift)
	case v.Nulls == 0:
		for k, row := range rows {
			out[k] = frame.Day(v.Ints[int(row)+shift])
		}
	default:
		pages.Each(v, rows, shift, func(k, at int) { out[k] = frame.Day(v.Ints[at]) }, func(k int) { out[k] = frame.NoDay })
	}
}

// valueColumn takes numbers as they are; NaN is missing.
type valueColumn struct {
	table []float64
	out   []float64
}

func (c *valueColumn) dictionary(e *pages.Values, check *rules.Checker) {
	check.CheckValues(e, e.N)
	c.table = sized(c.table, e.N+1)
	c.table[e.N] = math.NaN()
	for i := range e.N {
		c.table[i] = e.Number(i)
	}
}

func (*valueColumn) page(v *pages.View, check *rules.Checker) {
	check.CheckValues(&v.Values, v.Rows-v.Nulls)
}

func (c *valueColumn) piece(v *pages.View, p piece, s *selection) {
	out, rows, shift := c.out[p.from:p.to], s.rows[p.from:p.to], p.at-p.base
	if v.Index != nil {
		pages.Pick(v, rows, out, c.table, shift)
		return
	}
	pages.Each(v, rows, shift, func(k, at int) { out[k] = v.Number(at) }, func(k int) { out[k] = math.NaN() })
}

// idColumn hashes identifiers of things, such as spells, to 64 bits.
type idColumn struct {
	table []uint64
	out   []uint64
}

func (c *idColumn) dictionary(e *pages.Values, check *rules.Checker) {
	check.CheckValues(e, e.N)
	c.table = sized(c.table, e.N+1)
	c.table[e.N] = 0
	for i := range e.N {
		c.table[i] = digest.ID(e.Text(i))
	}
}

func (*idColumn) page(v *pages.View, check *rules.Checker) {
	check.CheckValues(&v.Values, v.Rows-v.Nulls)
}

func (c *idColumn) piece(v *pages.View, p piece, s *selection) {
	out, rows, shift := c.out[p.from:p.to], s.rows[p.from:p.to], p.at-p.base
	if v.Index != nil {
		pages.Pick(v, rows, out, c.table, shift)
		return
	}
	pages.Each(v, rows, shift, func(k, at int) { out[k] = digest.ID(v.Text(at)) }, func(k int) { out[k] = 0 })
}
