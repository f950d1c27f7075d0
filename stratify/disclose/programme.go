package disclose

import (
	_ "embed" // the table programme
	"errors"
	"fmt"
	"slices"

	"riskband/internal/strict"
	"riskband/stratify/tally"
)

//go:embed programme.yaml
var programmeYAML []byte

// ErrProgramme means a table that the programme does not have, or not so.
var ErrProgramme = errors.New("table is not in the programme")

// All is the category that stands for everyone in a dimension.
const All = "all"

// Programme is the closed list of tables that may be made: a subject by other
// dimensions at stated levels. The zero Programme allows none; [Shipped] is the
// only other.
type Programme struct {
	version string
	ages    []int // lowest age of each band, ascending from 0
	tables  []planned
}

type planned struct {
	shape  tally.Shape
	title  string
	levels []tally.Level
}

// Shipped returns the programme that comes with the program. An error is a
// damaged build.
func Shipped() (Programme, error) { return parseProgramme(programmeYAML) }

// Version names the programme; a table's meaning may differ between versions.
func (p Programme) Version() string { return p.version }

// Tables returns the names of the tables in order.
func (p Programme) Tables() []string {
	var names []string
	for _, t := range p.tables {
		names = append(names, t.shape.Name)
	}
	return names
}

// Shape returns what people must be counted by for a table; ok is false when
// the programme does not have it. Dimensions come in the order of the rows, the
// subject last.
func (p Programme) Shape(table string) (shape tally.Shape, ok bool) {
	t, ok := p.table(table)
	shape = tally.Shape{Name: t.shape.Name}
	for _, d := range t.shape.Dimensions {
		shape.Dimensions = append(shape.Dimensions, tally.Dimension{Name: d.Name, Categories: slices.Clone(d.Categories)})
	}
	return shape, ok
}

// Levels returns the levels at which a table may be made, smallest first.
func (p Programme) Levels(table string) []tally.Level {
	t, _ := p.table(table)
	return slices.Clone(t.levels)
}

// AgeBand returns the position of an age in completed years among the
// categories of the dimension age_band. Ages below 0 are a broken invariant of
// the caller and fall into the first.
func (p Programme) AgeBand(age int) int {
	i, exact := slices.BinarySearch(p.ages, age)
	if exact {
		return i
	}
	return max(0, i-1)
}

func (p Programme) table(name string) (planned, bool) {
	i := slices.IndexFunc(p.tables, func(t planned) bool { return t.shape.Name == name })
	if i < 0 {
		return planned{}, false
	}
	return p.tables[i], true
}

// cells returns the most published cells any one person can be in at a level:
// in every table there, each dimension's own category or all.
func (p Programme) cells(l tally.Level) int {
	sum := 0
	for _, t := range p.tables {
		if slices.Contains(t.levels, l) {
			sum += 1 << len(t.shape.Dimensions)
		}
	}
	return sum
}

// parseProgramme reads a programme and reports every fault by line.
func parseProgramme(src []byte) (Programme, error) {
	var file programmeFile
	lines, err := strict.Decode(src, &file)
	if err != nil {
		return Programme{}, fmt.Errorf("read table programme: %w", err)
	}
	r := programmeReader{lines: lines, dimensions: map[string]tally.Dimension{}}
	p := r.read(file)
	if err := r.faults.Err(); err != nil {
		return Programme{}, fmt.Errorf("read table programme: %w", err)
	}
	return p, nil
}
