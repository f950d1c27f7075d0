package model

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"

	"riskband/internal/strict"
)

// Parse reads a model file. files opens a file beside it by name (score terms);
// it may be nil when the model names none. The error is a [strict.Faults] with
// every fault and its line.
func Parse(src []byte, files func(name string) ([]byte, error)) (*Spec, error) {
	s := &Spec{}
	lines, err := strict.Decode(src, s)
	if err != nil {
		return nil, fmt.Errorf("parse model: %w", err)
	}
	v := &validator{spec: s, lines: lines}
	for i := range s.Scores {
		v.readTerms(i, files)
	}
	v.spec.check(v)
	if len(v.faults) > 0 {
		slices.SortStableFunc(v.faults, func(a, b strict.Fault) int { return cmp.Compare(a.Line, b.Line) })
		return nil, fmt.Errorf("parse model %s: %w", s.Name, v.faults)
	}
	return s, nil
}

// validator collects faults by meaning, each with the line of its path.
type validator struct {
	spec   *Spec
	lines  strict.Lines
	faults strict.Faults
}

func (v *validator) fault(path, format string, args ...any) {
	v.faults = append(v.faults, strict.Fault{Line: v.lines.At(path), Path: path, Message: fmt.Sprintf(format, args...)})
}

func (v *validator) readTerms(i int, files func(string) ([]byte, error)) {
	sc := &v.spec.Scores[i]
	path := fmt.Sprintf("scores[%d].terms", i)
	if sc.Terms == "" {
		return
	}
	if files == nil {
		v.fault(path, "there is no folder to read %s from", sc.Terms)
		return
	}
	src, err := files(sc.Terms)
	if err != nil {
		v.fault(path, "cannot read %s: %v", sc.Terms, err)
		return
	}
	items, faults := parseTerms(src)
	for _, f := range faults {
		v.fault(path, "%s %s", sc.Terms, f)
	}
	sc.Items = append(sc.Items, items...)
}

var termColumns = []string{"item", "kind", "name", "from", "below", "points"}

// parseTerms reads the terms of a score: one item a row, its condition as an
// atom (kind and name; for age, from and below alone) and whole points.
func parseTerms(src []byte) (items []Item, faults []string) {
	r := csv.NewReader(bytes.NewReader(src))
	r.FieldsPerRecord = len(termColumns)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, []string{err.Error()}
	}
	if len(rows) == 0 || fmt.Sprint(rows[0]) != fmt.Sprint(termColumns) {
		return nil, []string{fmt.Sprintf("line 1: want the columns %v", termColumns)}
	}
	for i, row := range rows[1:] {
		it, err := parseTerm(row)
		if err != nil {
			faults = append(faults, fmt.Sprintf("line %d: %v", i+2, err))
		}
		items = append(items, it)
	}
	return items, faults
}

func parseTerm(row []string) (Item, error) {
	points, err := strconv.ParseInt(row[5], 10, 64)
	if err != nil {
		return Item{}, fmt.Errorf("points: want a whole number, have %q", row[5])
	}
	from, err1 := optional(row[3])
	below, err2 := optional(row[4])
	if err1 != nil || err2 != nil {
		return Item{}, fmt.Errorf("from, below: want a number or nothing, have %q, %q", row[3], row[4])
	}
	it := Item{Item: row[0], Points: points}
	switch e := &it.When; row[1] {
	case "register":
		e.Register = row[2]
	case "cohort":
		e.Cohort = row[2]
	case "medicine":
		e.Medicine = row[2]
	case "sex":
		e.Sex = row[2]
	case "use":
		e.Use, e.From, e.Below = row[2], from, below
	case "measure":
		e.Measure, e.From, e.Below = row[2], from, below
	case "age":
		e.Age = &Boundary{whole(from), whole(below)}
	default:
		return Item{}, fmt.Errorf("kind: %q is not one of register, cohort, medicine, sex, use, measure, age", row[1])
	}
	return it, nil
}

func optional(s string) (*float64, error) {
	if s == "" {
		return nil, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	return &f, err
}

func whole(f *float64) *int {
	if f == nil {
		return nil
	}
	i := int(*f)
	return &i
}
