package extract

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"

	"riskband/pipeline/extract/identifier"
	"riskband/pipeline/extract/refusal"
	"riskband/schemas"
	"riskband/stratify/frame"
)

// tables are the tables of an extract, in the contract's order.
func tables() []string {
	return []string{tablePatients, "clinical_events", "medications", "apcs", "ec", "scores"}
}

// snomedPattern is the form of a SNOMED CT id, as the contract writes it.
const snomedPattern = "[1-9][0-9]{5,17}"

const (
	tablePatients  = "patients"
	columnPractice = "practice_code"
)

func contractTable(name string) bool { return slices.Contains(tables(), name) }

// rules is what the contract asks of one column, ready to be checked.
type rules struct {
	schemas.Column
	from, to    frame.Day // of dates and months
	low, high   float64   // of numbers and integers
	places      map[string]uint8
	pattern     *regexp.Regexp
	snomed      bool   // the pattern is snomedPattern
	equals      string // the practice's own code, for practice_code
	identifiers bool   // values may not be identifiers of a person
}

// columnRules turns the contract's columns into rules for one practice. Columns
// of codes and closed lists are not searched for identifiers: a SNOMED CT id of
// ten digits can pass the check of an NHS number.
func columnRules(t schemas.Table, practice string) []*rules {
	all := make([]*rules, len(t.Columns))
	for i, c := range t.Columns {
		r := &rules{Column: c, pattern: c.Expression(), snomed: c.Pattern == snomedPattern}
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

// bound is a contract column found in a file.
type bound struct {
	*rules
	leaf  int  // index of its leaf column
	bad   bool // not of the contract's shape: cannot be read
	null  bool
	level byte // definition level of a value
}

// bind finds the contract's columns in a file and checks names, shapes and
// types. Columns outside the contract are ignored, save for their names.
func (f *file) bind(all []*rules) map[string]*bound {
	byName := map[string]*rules{}
	for _, r := range all {
		byName[r.Name] = r
	}
	columns := map[string]*bound{}
	leaf := 0
	for i, top := range f.Root().Columns() {
		r, known := byName[top.Name()]
		at := leaf
		leaf += leaves(top)
		switch {
		case !known:
			f.extra++
			if identifier.IsName(top.Name()) {
				f.fault(-1, f.columnName(i, top.Name()), refusal.RuleColumnName)
			}
		case columns[r.Name] != nil:
			f.fault(-1, r.Name, refusal.RuleRepeated)
		default:
			b := &bound{rules: r, leaf: at, null: top.Optional(), level: 1}
			if rule := b.shape(top); rule != "" {
				f.fault(-1, r.Name, rule)
				b.bad = true
			}
			columns[r.Name] = b
		}
	}
	for _, r := range all {
		if columns[r.Name] == nil && !r.Absent {
			f.fault(-1, r.Name, refusal.RuleMissing)
		}
	}
	return columns
}

// columnName names a column in a fault: a column outside the contract by its
// position, since its name is the supplier's text.
func (f *file) columnName(i int, name string) string {
	if table, ok := f.contract.Table(f.at.table); ok {
		if _, known := table.Column(name); known {
			return name
		}
	}
	return "#" + strconv.Itoa(i+1)
}

func leaves(c *parquet.Column) int {
	if c.Leaf() {
		return 1
	}
	n := 0
	for _, child := range c.Columns() {
		n += leaves(child)
	}
	return n
}

// shape checks a column's physical and logical type and returns the rule broken.
func (b *bound) shape(c *parquet.Column) string {
	if b.Type != schemas.TextList && (!c.Leaf() || c.Repeated()) {
		return refusal.RuleNested
	}
	t := c.Type()
	if !c.Leaf() {
		return listShape(c)
	}
	logical := t.LogicalType()
	switch b.Type {
	case schemas.TextList:
		return listShape(c)
	case schemas.Date, schemas.Month:
		if t.Kind() != parquet.Int32 || logical == nil || !isDate(logical) {
			return refusal.RuleDateType
		}
	case schemas.Text:
		if !isText(t) {
			return refusal.RuleTextType
		}
	case schemas.Number:
		if k := t.Kind(); k != parquet.Double && k != parquet.Float {
			return refusal.RuleType
		}
	case schemas.Integer:
		if k := t.Kind(); (k != parquet.Int32 && k != parquet.Int64) || !isInteger(logical) {
			return refusal.RuleType
		}
	case schemas.Boolean:
		if t.Kind() != parquet.Boolean {
			return refusal.RuleType
		}
	}
	return ""
}

// listShape wants one text leaf, repeated once: the standard three-level list,
// its older two-level form, or a bare repeated column.
func listShape(c *parquet.Column) string {
	for !c.Leaf() {
		if len(c.Columns()) != 1 {
			return refusal.RuleNested
		}
		c = c.Columns()[0]
	}
	switch {
	case c.MaxRepetitionLevel() != 1:
		return refusal.RuleNested
	case !isText(c.Type()):
		return refusal.RuleTextType
	}
	return ""
}
