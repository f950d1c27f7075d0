package rules

import (
	"bytes"
	"math"

	"riskband/pipeline/extract/identifier"
	"riskband/pipeline/extract/pages"
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

// Checker holds one column of one row group to its rules.
type Checker struct {
	*Bound
	File  *pages.File
	Group int
}

// Fault notes that the column breaks a rule, "" for none.
func (c *Checker) Fault(rule string) {
	if rule != "" {
		c.File.Fault(c.Group, c.Name, rule)
	}
}

// Check looks at a page just loaded, and first at its dictionary when fresh.
func (c *Checker) Check(r *pages.Reader, fresh bool) {
	c.CheckNulls(&r.View)
	if fresh {
		c.CheckValues(&r.Entries, r.Entries.N)
	}
	if r.Index == nil {
		c.CheckValues(&r.Values, r.Rows-r.Nulls)
	}
}

// CheckNulls checks that a page without a value in some rows may be so.
func (c *Checker) CheckNulls(v *pages.View) {
	if v.Nulls > 0 && !c.Nullable() {
		c.Fault(refusal.RuleNull)
	}
}

// CheckValues checks the first n values of a page or a dictionary.
func (c *Checker) CheckValues(v *pages.Values, n int) {
	switch c.Type {
	case schemas.Text:
		c.texts(v, n)
	case schemas.Date, schemas.Month:
		c.days(v.Ints[:n])
	case schemas.Number:
		for i := range n {
			c.number(v.Number(i))
		}
	case schemas.Integer:
		for i := range n {
			if x := float64(v.Integer(i)); x < c.low || x > c.high {
				c.Fault(refusal.RuleRange)
			}
		}
	case schemas.Boolean, schemas.TextList: // their type says it all
	}
}

func (c *Checker) texts(v *pages.Values, n int) {
	var last []byte
	for i := range n {
		text := v.Text(i)
		if i > 0 && bytes.Equal(text, last) {
			continue
		}
		last = text
		if rule := c.Broken(text); rule != "" {
			c.Fault(rule)
		}
	}
}

// Broken returns the rule a text breaks, "" when none.
func (r *Column) Broken(b []byte) string {
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

func (c *Checker) days(days []int32) {
	low, high := int32(math.MaxInt32), int32(math.MinInt32)
	for _, d := range days {
		low, high = min(low, d), max(high, d)
	}
	if len(days) > 0 && (frame.Day(low) < c.from || frame.Day(high) > c.to) {
		c.Fault(refusal.RuleRange)
		return
	}
	if c.Type != schemas.Month {
		return
	}
	last := int32(0) // 1970-01-01 is a first
	for _, d := range days {
		if d != last && !frame.Day(d).FirstOfMonth() {
			c.Fault(refusal.RuleMonth)
			return
		}
		last = d
	}
}

// number refuses infinities and values out of range; NaN is a missing value.
func (c *Checker) number(x float64) {
	switch {
	case x-x != 0 && x == x:
		c.Fault(refusal.RuleInfinite)
	case x < c.low || x > c.high:
		c.Fault(refusal.RuleRange)
	case x != x && !c.Nullable():
		c.Fault(refusal.RuleNull)
	}
}

// Unused checks the columns of a row group that nothing else reads.
func Unused(f *pages.File, r *pages.Reader, g int, all []*Column, columns map[string]*Bound, used map[string]bool) error {
	for _, one := range all {
		b := columns[one.Name]
		if b == nil || b.bad || used[one.Name] {
			continue
		}
		c := Checker{Bound: b, File: f, Group: g}
		if err := f.Settle(g, one.Name, c.unused(r)); err != nil {
			return err
		}
	}
	return nil
}

// Only checks what can be read of a file that is refused already, so that all its
// faults come at once.
func Only(f *pages.File, r *pages.Reader, all []*Column, columns map[string]*Bound) error {
	for g := range f.Groups() {
		if err := Unused(f, r, g, all, columns, nil); err != nil {
			return err
		}
	}
	return nil
}

// unused checks a column that is not otherwise read. A dictionary that holds
// every value answers for the pages, unless nulls must be counted.
func (c *Checker) unused(r *pages.Reader) error {
	if c.Type == schemas.TextList {
		return nil
	}
	if err := r.Start(c.File, c.Group, c.Leaf); err != nil {
		return err
	}
	if !c.Leaf.Null || c.Nullable() {
		whole, err := r.DictionaryAlone()
		if err != nil {
			return err
		}
		if whole {
			c.CheckValues(&r.Entries, r.Entries.N)
			return nil
		}
	}
	for r.More() {
		fresh, err := r.Load()
		if err != nil {
			return err
		}
		c.Check(r, fresh)
	}
	return r.Done()
}
