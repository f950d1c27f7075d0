package schemas

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"riskband/internal/strict"
)

// parse reads one table and checks it. The error is [strict.Faults].
func parse(name string, src []byte) (Table, error) {
	var t Table
	lines, err := strict.Decode(src, &t)
	if err != nil {
		return Table{}, err
	}
	k := &checker{lines: lines}
	k.table(name, t)
	for i := range t.Columns {
		k.column(fmt.Sprintf("columns[%d]", i), t.Kind, &t.Columns[i])
	}
	if err := k.faults.Err(); err != nil {
		return Table{}, err
	}
	return t, nil
}

type checker struct {
	lines  strict.Lines
	faults strict.Faults
}

func (k *checker) fault(path, format string, args ...any) {
	k.faults = append(k.faults, strict.Fault{
		Line: k.lines.At(path), Path: path, Message: fmt.Sprintf(format, args...),
	})
}

// oneOf checks a word of a closed list of the contract's own.
func oneOf[T ~string](k *checker, path string, got T, want ...T) {
	if slices.Contains(want, got) {
		return
	}
	words := make([]string, len(want))
	for i, w := range want {
		words[i] = string(w)
	}
	k.fault(path, "want one of %s, got %q", strings.Join(words, ", "), string(got))
}

func (k *checker) filled(path, text string) {
	if strings.TrimSpace(text) != text || text == "" {
		k.fault(path, "want text without spaces around it")
	}
}

func (k *checker) word(path, name string) {
	for i, r := range name {
		if r >= 'a' && r <= 'z' || i > 0 && (r >= '0' && r <= '9' || r == '_') {
			continue
		}
		k.fault(path, "want lower-case letters, digits and _, got %q", name)
		return
	}
	k.filled(path, name)
}

func (k *checker) table(name string, t Table) {
	if t.Name != name {
		k.fault("name", "want %q, the name of the file, got %q", name, t.Name)
	}
	oneOf(k, "kind", t.Kind, Extract, Reference, Release, Secure)
	k.filled("title", t.Title)
	k.filled("rows", t.Rows)
	k.filled("description", t.Description)
	switch {
	case t.Optional && t.Without == "":
		k.fault("optional", "an optional table must say in without what is switched off")
	case !t.Optional && t.Without != "":
		k.fault("without", "only an optional table has it")
	}
	if len(t.Columns) == 0 {
		k.fault("columns", "want at least one column")
	}
	seen := map[string]int{}
	for i, c := range t.Columns {
		path := fmt.Sprintf("columns[%d].name", i)
		k.word(path, c.Name)
		if first, twice := seen[c.Name]; twice {
			k.fault(path, "column %q again, first on line %d", c.Name, first)
			continue
		}
		seen[c.Name] = k.lines.At(path)
	}
}

func (k *checker) column(path string, kind Kind, c *Column) {
	oneOf(k, path+".type", c.Type, Text, Date, Month, Number, Integer, Boolean, TextList)
	oneOf(k, path+".nulls", c.Nulls, NullsRefused, NullsAllowed)
	oneOf(k, path+".disclosure", c.Disclosure, ClassPseudonym, ClassSensitive, ClassPersonal,
		ClassQuasi, ClassArea, ClassReference, ClassPublished)
	k.filled(path+".description", c.Description)
	if (kind == Release) != (c.Disclosure == ClassPublished) {
		k.fault(path+".disclosure", "published is the class of every release column and of no other")
	}
	if c.Absent && !c.Nullable() {
		k.fault(path+".may_be_absent", "only a column with nulls: allowed may be absent")
	}
	numeric := c.Type == Number || c.Type == Integer
	textual := c.Type == Text || c.Type == TextList
	if c.Unit != "" && !numeric {
		k.fault(path+".unit", "only numbers and integers have a unit")
	}
	if len(c.Values) > 0 && (!textual || c.Range != nil || c.Pattern != "") {
		k.fault(path+".values", "only texts have a closed list, and then neither range nor pattern")
	}
	k.values(path+".values", c.Values)
	if c.Range != nil {
		k.bounds(path+".range", c)
	}
	if c.Pattern == "" {
		return
	}
	var err error
	if c.expression, err = regexp.Compile(`^(?:` + c.Pattern + `)$`); err != nil || !textual {
		k.fault(path+".pattern", "want a regular expression, on texts only")
	}
}

func (k *checker) values(path string, values []Value) {
	seen := map[string]int{}
	for i, v := range values {
		at := fmt.Sprintf("%s[%d]", path, i)
		k.filled(at+".meaning", v.Meaning)
		if first, twice := seen[v.Value]; twice {
			k.fault(at+".value", "value %q again, first on line %d", v.Value, first)
			continue
		}
		seen[v.Value] = k.lines.At(at)
	}
}

func (k *checker) bounds(path string, c *Column) {
	if c.Range.From == "" && c.Range.To == "" {
		k.fault(path, "want from, to or both")
		return
	}
	from, fromOK := k.bound(path+".from", c.Type, c.Range.From)
	to, toOK := k.bound(path+".to", c.Type, c.Range.To)
	if fromOK && toOK && from > to {
		k.fault(path, "from is after to")
	}
}

// bound reads one end as a number that orders like the column's type; ok is
// false for an open end or a fault.
func (k *checker) bound(path string, t Type, text string) (order float64, ok bool) {
	if text == "" {
		return 0, false
	}
	switch t {
	case Date, Month:
		day, err := time.Parse(time.DateOnly, text)
		if err != nil || t == Month && day.Day() != 1 {
			k.fault(path, "want a date like 2026-03-01, the first of a month for months, got %q", text)
			return 0, false
		}
		return float64(day.Unix()), true
	case Number:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || f-f != 0 {
			k.fault(path, "want a number, got %q", text)
			return 0, false
		}
		return f, true
	case Integer:
		i, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			k.fault(path, "want a whole number, got %q", text)
			return 0, false
		}
		return float64(i), true
	default:
		k.fault(path, "only dates, months, numbers and integers have a range")
		return 0, false
	}
}
