package rules

import (
	"regexp"
	"time"

	"riskband/pipeline/extract/identifier"
	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/refusal"
	"riskband/schemas"
	"riskband/stratify/frame"
)

// snomedPattern is the form of a SNOMED CT id, as the contract writes it.
const snomedPattern = "[1-9][0-9]{5,17}"

const columnPractice = "practice_code"

// Column is what the contract asks of one column, ready to be checked.
type Column struct {
	schemas.Column
	from, to    frame.Day        // of dates and months
	low, high   float64          // of numbers and integers
	places      map[string]uint8 // of a closed list: its words, from 1
	pattern     *regexp.Regexp
	snomed      bool   // the pattern is snomedPattern
	equals      string // the practice's own code, for practice_code
	identifiers bool   // values may not be identifiers of a person
}

// Of turns the contract's columns into rules for one practice. Columns
// of codes and closed lists are not searched for identifiers: a SNOMED CT id of
// ten digits can pass the check of an NHS number.
func Of(t schemas.Table, practice string) []*Column {
	all := make([]*Column, len(t.Columns))
	for i, c := range t.Columns {
		r := &Column{Column: c, pattern: c.Expression(), snomed: c.Pattern == snomedPattern}
		from, to := c.Dates()
		r.from = day(from, frame.Date(1900, time.January, 1))
		r.to = day(to, frame.Date(2100, time.January, 1))
		r.low, r.high = c.Numbers()
		for place, v := range c.Values {
			if r.places == nil {
				r.places = map[string]uint8{}
			}
			r.places[v.Value] = uint8(place + 1)
		}
		r.identifiers = c.Type == schemas.Text && c.CodeSystem == "" && len(c.Values) == 0
		if c.Name == columnPractice {
			r.equals = practice
		}
		all[i] = r
	}
	return all
}

func day(t time.Time, open frame.Day) frame.Day {
	if t.IsZero() {
		return open
	}
	return frame.Date(t.Date())
}

// Places returns the words of a closed list, each with its place from 1. The map is
// the column's own.
func (r *Column) Places() map[string]uint8 { return r.places }

// Bound is a contract column found in a file.
type Bound struct {
	*Column
	Leaf pages.Leaf
	bad  bool // not of the contract's shape: cannot be read
}

// Bind finds the contract's columns in a file and checks names, shapes and
// types. Columns outside the contract are ignored, save for their names; extra is
// their number.
func Bind(f *pages.File, all []*Column) (columns map[string]*Bound, extra int) {
	byName := map[string]*Column{}
	for _, r := range all {
		byName[r.Name] = r
	}
	columns = map[string]*Bound{}
	for _, c := range f.Columns() {
		r, known := byName[c.Name]
		switch {
		case !known:
			extra++
			if identifier.IsName(c.Name) {
				f.Fault(-1, c.Label, refusal.RuleColumnName)
			}
		case columns[r.Name] != nil:
			f.Fault(-1, r.Name, refusal.RuleRepeated)
		default:
			b := &Bound{Column: r}
			if rule := r.shape(c); rule != "" {
				f.Fault(-1, r.Name, rule)
				b.bad = true
			} else {
				b.Leaf = c.Leaves[0]
			}
			columns[r.Name] = b
		}
	}
	for _, r := range all {
		if columns[r.Name] == nil && !r.Absent {
			f.Fault(-1, r.Name, refusal.RuleMissing)
		}
	}
	return columns, extra
}

// shape checks a column's type and returns the rule broken.
func (r *Column) shape(c pages.Column) string {
	if r.Type == schemas.TextList {
		switch {
		case !c.List:
			return refusal.RuleNested
		case c.Kind != pages.Text:
			return refusal.RuleTextType
		}
		return ""
	}
	if !c.Flat {
		return refusal.RuleNested
	}
	want, rule := pages.Other, refusal.RuleType
	switch r.Type {
	case schemas.Date, schemas.Month:
		want, rule = pages.Date, refusal.RuleDateType
	case schemas.Text:
		want, rule = pages.Text, refusal.RuleTextType
	case schemas.Number:
		want = pages.Number
	case schemas.Integer:
		want = pages.Integer
	case schemas.Boolean:
		want = pages.Boolean
	case schemas.TextList: // above
	}
	if c.Kind != want {
		return rule
	}
	return ""
}
