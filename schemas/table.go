package schemas

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// Kind says where a table stands on the path.
type Kind string

// The kinds of table.
const (
	Extract   Kind = "extract"   // delivered by suppliers, one folder a practice
	Reference Kind = "reference" // one CSV file for all practices
	Release   Kind = "release"   // published after disclosure control
	Secure    Kind = "secure"    // written on the secure side, never published
)

// Type of a column's values.
type Type string

// The types of column.
const (
	Text     Type = "text"      // UTF-8, never empty unless a closed list holds ""
	Date     Type = "date"      // a calendar day without a time
	Month    Type = "month"     // a calendar day that is the first of its month
	Number   Type = "number"    // finite, 64-bit binary
	Integer  Type = "integer"   // whole, 64-bit signed
	Boolean  Type = "boolean"   // true or false
	TextList Type = "text_list" // texts in order, none of them empty
)

// NullRule says whether a value may be missing.
type NullRule string

// The null rules.
const (
	NullsRefused NullRule = "refused"
	NullsAllowed NullRule = "allowed"
)

// Class says what a column gives away about a person.
type Class string

// The disclosure classes, most sensitive first.
const (
	ClassPseudonym Class = "pseudonym"        // stands for one person
	ClassSensitive Class = "sensitive"        // health, ethnicity: special category data
	ClassPersonal  Class = "personal"         // another fact about one person
	ClassQuasi     Class = "quasi_identifier" // singles people out when joined with others
	ClassArea      Class = "area"             // names a practice or area
	ClassReference Class = "reference"        // public, about no person
	ClassPublished Class = "published"        // has passed disclosure control
)

// Table is one table of the contract.
type Table struct {
	Name        string   `yaml:"name" json:"name"`
	Title       string   `yaml:"title" json:"title"`
	Kind        Kind     `yaml:"kind" json:"kind"`
	Rows        string   `yaml:"rows" json:"rows"` // what one row is, completing "one row is"
	Optional    bool     `yaml:"optional,omitempty" json:"optional"`
	Without     string   `yaml:"without,omitempty" json:"without,omitempty"` // what is switched off where an optional table is absent
	Description string   `yaml:"description" json:"description"`
	Columns     []Column `yaml:"columns" json:"columns"` // in the order they are written
}

// Column is one column of a table.
type Column struct {
	Name        string   `yaml:"name" json:"name"`
	Type        Type     `yaml:"type" json:"type"`
	Unit        string   `yaml:"unit,omitempty" json:"unit,omitempty"`
	Nulls       NullRule `yaml:"nulls" json:"nulls"`
	Absent      bool     `yaml:"may_be_absent,omitempty" json:"may_be_absent,omitempty"` // the whole column may be left out
	Range       *Range   `yaml:"range,omitempty" json:"range,omitempty"`
	Values      []Value  `yaml:"values,omitempty" json:"values,omitempty"`   // closed list, in order; nil when open
	Pattern     string   `yaml:"pattern,omitempty" json:"pattern,omitempty"` // Go regular expression for the whole value
	CodeSystem  string   `yaml:"code_system,omitempty" json:"code_system,omitempty"`
	Disclosure  Class    `yaml:"disclosure" json:"disclosure"`
	Description string   `yaml:"description" json:"description"`

	expression *regexp.Regexp
}

// Range bounds a column; both ends are inclusive and as spelt in the contract: a
// number, or an ISO date for dates and months. "" leaves an end open.
type Range struct {
	From string `yaml:"from,omitempty" json:"from,omitempty"`
	To   string `yaml:"to,omitempty" json:"to,omitempty"`
}

// Value is one value of a closed list.
type Value struct {
	Value   string `yaml:"value" json:"value"`
	Meaning string `yaml:"meaning" json:"meaning"`
}

// Column returns the column of that name.
func (t Table) Column(name string) (Column, bool) {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return t.Columns[i], true
}

// Nullable reports whether values may be missing.
func (c Column) Nullable() bool { return c.Nulls == NullsAllowed }

// Position returns where a value stands in the closed list, from 0, or -1 when
// it is not in it or there is no list.
func (c Column) Position(value string) int {
	return slices.IndexFunc(c.Values, func(v Value) bool { return v.Value == value })
}

// Expression returns the pattern compiled for the whole value, nil when there is
// none. It is safe for concurrent use.
func (c Column) Expression() *regexp.Regexp { return c.expression }

// Numbers returns the range of a number or integer column, both ends inclusive
// and infinite where open.
func (c Column) Numbers() (from, to float64) {
	from, to = math.Inf(-1), math.Inf(1)
	if c.Range == nil {
		return from, to
	}
	if f, err := strconv.ParseFloat(c.Range.From, 64); err == nil {
		from = f
	}
	if f, err := strconv.ParseFloat(c.Range.To, 64); err == nil {
		to = f
	}
	return from, to
}

// Dates returns the range of a date or month column as midnight UTC, both ends
// inclusive; the zero time where open.
func (c Column) Dates() (from, to time.Time) {
	if c.Range == nil {
		return from, to
	}
	from, _ = time.Parse(time.DateOnly, c.Range.From) // checked when loaded
	to, _ = time.Parse(time.DateOnly, c.Range.To)
	return from, to
}
