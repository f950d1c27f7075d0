package extract

import (
	"bytes"
	"math"

	"riskband/pipeline/extract/identifier"
	"riskband/pipeline/extract/refusal"
	"riskband/schemas"
	"riskband/stratify/frame"
)

// What is checked where. Every contract column of every row group is checked,
// rows without a concept included: dictionary entries once each, values of plain
// pages one by one (text only where it changes from the row before), nulls by
// the page's own count. A column the scan does not use is decoded for its checks
// only when its dictionary alone cannot answer them. Lists are checked for
// shape. Columns outside the contract are checked for their names, codecs and
// page headers, and are never decoded.

// checker holds one column of one row group to its rules.
type checker struct {
	*bound
	file  *file
	group int
}

func (c *checker) fault(rule string) {
	if rule != "" {
		c.file.fault(c.group, c.Name, rule)
	}
}

// check looks at a page just loaded, and first at its dictionary when fresh.
func (c *checker) check(r *reader, fresh bool) {
	c.nullsAllowed(&r.view)
	if fresh {
		c.values(&r.entries, r.entries.n)
	}
	if r.index == nil {
		c.values(&r.values, r.rows-r.nulls)
	}
}

func (c *checker) nullsAllowed(v *view) {
	if v.nulls > 0 && !c.Nullable() {
		c.fault(refusal.RuleNull)
	}
}

func (c *checker) values(v *values, n int) {
	switch c.Type {
	case schemas.Text:
		c.texts(v, n)
	case schemas.Date, schemas.Month:
		c.days(v.ints[:n])
	case schemas.Number:
		for i := range n {
			c.number(v.number(i))
		}
	case schemas.Integer:
		for i := range n {
			if x := float64(v.integer(i)); x < c.low || x > c.high {
				c.fault(refusal.RuleRange)
			}
		}
	case schemas.Boolean, schemas.TextList: // their type says it all
	}
}

func (c *checker) texts(v *values, n int) {
	var last []byte
	for i := range n {
		text := v.text(i)
		if i > 0 && bytes.Equal(text, last) {
			continue
		}
		last = text
		if rule := c.text(text); rule != "" {
			c.fault(rule)
		}
	}
}

// text returns the rule a text breaks, "" when none.
func (r *rules) text(b []byte) string {
	switch {
	case r.equals != "" && string(b) != r.equals:
		return refusal.RulePractice
	case r.places != nil && r.places[string(b)] == 0:
		return refusal.RuleList
	case r.places != nil:
		return ""
	case len(b) == 0:
		return refusal.RuleBlank
	case r.identifiers && identifier.IsNHSNumber(b):
		return refusal.RuleNHSNumber
	case r.identifiers && identifier.IsPostcode(b):
		return refusal.RulePostcode
	case r.snomed && snomedForm(b):
		return ""
	case r.pattern != nil && !r.pattern.Match(b):
		return refusal.RulePattern
	}
	return ""
}

// snomedForm reports whether text matches [snomedPattern], without its cost.
func snomedForm(b []byte) bool {
	if len(b) < 6 || len(b) > 18 || b[0] == '0' {
		return false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func (c *checker) days(days []int32) {
	low, high := int32(math.MaxInt32), int32(math.MinInt32)
	for _, d := range days {
		low, high = min(low, d), max(high, d)
	}
	if len(days) > 0 && (frame.Day(low) < c.from || frame.Day(high) > c.to) {
		c.fault(refusal.RuleRange)
		return
	}
	if c.Type != schemas.Month {
		return
	}
	last := int32(0) // 1970-01-01 is a first
	for _, d := range days {
		if d != last && !frame.Day(d).FirstOfMonth() {
			c.fault(refusal.RuleMonth)
			return
		}
		last = d
	}
}

// number refuses infinities and values out of range; NaN is a missing value.
func (c *checker) number(x float64) {
	switch {
	case x-x != 0 && x == x:
		c.fault(refusal.RuleInfinite)
	case x < c.low || x > c.high:
		c.fault(refusal.RuleRange)
	case x != x && !c.Nullable():
		c.fault(refusal.RuleNull)
	}
}

// unused checks the columns of a row group that nothing else reads.
func (f *file) unused(r *reader, g int, all []*rules, columns map[string]*bound, used map[string]bool) error {
	for _, one := range all {
		b := columns[one.Name]
		if b == nil || b.bad || used[one.Name] {
			continue
		}
		c := checker{bound: b, file: f, group: g}
		if err := f.settle(g, one.Name, c.unused(r)); err != nil {
			return err
		}
	}
	return nil
}

// checkOnly checks what can be read of a file that is refused already, so that
// all its faults come at once.
func (f *file) checkOnly(r *reader, all []*rules, columns map[string]*bound) error {
	for g := range f.RowGroups() {
		if err := f.unused(r, g, all, columns, nil); err != nil {
			return err
		}
	}
	return nil
}

// unused checks a column that is not otherwise read.
func (c *checker) unused(r *reader) error {
	if c.Type == schemas.TextList {
		return nil
	}
	if err := r.start(c.file, c.group, c.bound); err != nil {
		return err
	}
	if c.entriesSuffice(r.heads) {
		dict, err := r.pages.ReadDictionary()
		if err != nil {
			return errDamaged
		}
		if dict != nil {
			if err := r.entries.set(dict.Page().Data()); err != nil {
				return err
			}
			c.values(&r.entries, r.entries.n)
			return nil
		}
	}
	for r.left > 0 {
		fresh, err := r.load()
		if err != nil {
			return err
		}
		c.check(r, fresh)
	}
	return r.done()
}

// entriesSuffice reports whether a dictionary holds every value of the chunk and
// its nulls need not be counted.
func (c *checker) entriesSuffice(heads []pageHead) bool {
	if c.null && !c.Nullable() {
		return false
	}
	for _, h := range heads {
		if !h.dictionary() {
			return false
		}
	}
	return len(heads) > 0
}
