package disclose

import (
	"fmt"
	"math"
	"slices"

	"riskband/internal/strict"
	"riskband/stratify/tally"
)

type programmeFile struct {
	Version    string          `yaml:"version"`
	Dimensions []dimensionFile `yaml:"dimensions"`
	Tables     []tableFile     `yaml:"tables"`
}

type dimensionFile struct {
	Name       string   `yaml:"name"`
	Categories []string `yaml:"categories,omitempty"`
	FromAges   []int    `yaml:"from_ages,omitempty"`
}

type tableFile struct {
	Name    string   `yaml:"name"`
	Title   string   `yaml:"title"`
	Subject string   `yaml:"subject"`
	By      []string `yaml:"by"`
	Levels  []string `yaml:"levels"`
}

// ageBand is the dimension that a programme gives by ages.
const ageBand = "age_band"

// bounds returns the most a programme may publish at a level: dimensions beside
// the subject, and cells any one person can be in.
func bounds(l tally.Level) (dimensions, cells int) {
	switch l {
	case tally.Practice:
		return 1, 40
	case tally.Neighbourhood:
		return 2, 80
	case tally.Place, tally.System, tally.Levels:
	}
	return 3, math.MaxInt
}

type programmeReader struct {
	lines      strict.Lines
	faults     strict.Faults
	dimensions map[string]tally.Dimension
	ages       []int
}

func (r *programmeReader) fault(path, format string, args ...any) {
	r.faults = append(r.faults, strict.Fault{Line: r.lines.At(path), Path: path, Message: fmt.Sprintf(format, args...)})
}

func (r *programmeReader) read(f programmeFile) Programme {
	if f.Version == "" {
		r.fault("version", "is empty")
	}
	for i, d := range f.Dimensions {
		r.dimension(fmt.Sprintf("dimensions[%d]", i), d)
	}
	p := Programme{version: f.Version, ages: r.ages}
	for i, t := range f.Tables {
		path := fmt.Sprintf("tables[%d]", i)
		if _, twice := p.table(t.Name); twice {
			r.fault(path+".name", "table %q comes twice", t.Name)
		}
		p.tables = append(p.tables, r.table(path, t))
	}
	for l := range tally.Levels {
		_, most := bounds(l)
		if n := p.cells(l); n > most {
			r.fault("tables", "one person is in up to %d cells at level %s, at most %d may be", n, l, most)
		}
	}
	return p
}

func (r *programmeReader) dimension(path string, d dimensionFile) {
	if _, twice := r.dimensions[d.Name]; twice || d.Name == "" {
		r.fault(path+".name", "dimension %q is empty or comes twice", d.Name)
	}
	categories := d.Categories
	switch {
	case d.Name == ageBand && d.Categories == nil && d.FromAges != nil:
		categories = r.ageBands(path+".from_ages", d.FromAges)
	case d.Name == ageBand:
		r.fault(path, "%s is given by from_ages alone", ageBand)
	case d.FromAges != nil:
		r.fault(path+".from_ages", "only %s has ages", ageBand)
	case len(d.Categories) == 0:
		r.fault(path, "has no categories")
	}
	for i, c := range categories {
		if c == "" || c == All || slices.Contains(categories[:i], c) {
			r.fault(path+".categories", "category %q is empty, is the word for everyone or comes twice", c)
		}
	}
	r.dimensions[d.Name] = tally.Dimension{Name: d.Name, Categories: categories}
}

func (r *programmeReader) ageBands(path string, from []int) []string {
	var names []string
	for i, age := range from {
		if i == 0 && age != 0 || i > 0 && age <= from[i-1] {
			r.fault(path, "ages do not begin at 0 and rise")
			return nil
		}
		switch {
		case i == len(from)-1:
			names = append(names, fmt.Sprintf("%d+", age))
		default:
			names = append(names, fmt.Sprintf("%d-%d", age, from[i+1]-1))
		}
	}
	r.ages = from
	return names
}

func (r *programmeReader) table(path string, t tableFile) planned {
	if t.Name == "" || t.Title == "" {
		r.fault(path, "has no name or no title")
	}
	p := planned{shape: tally.Shape{Name: t.Name}, title: t.Title}
	for i, name := range append(slices.Clone(t.By), t.Subject) {
		at := path + ".subject"
		if i < len(t.By) {
			at = fmt.Sprintf("%s.by[%d]", path, i)
		}
		d, ok := r.dimensions[name]
		if !ok || p.shape.Position(name) >= 0 {
			r.fault(at, "%q is not a dimension of this programme or comes twice", name)
		}
		p.shape.Dimensions = append(p.shape.Dimensions, d)
	}
	for i, word := range t.Levels {
		at := fmt.Sprintf("%s.levels[%d]", path, i)
		l, ok := tally.ParseLevel(word)
		if !ok || len(p.levels) > 0 && l <= p.levels[len(p.levels)-1] {
			r.fault(at, "%q is not a level, or not larger than the one before", word)
			continue
		}
		if most, _ := bounds(l); len(t.By) > most {
			r.fault(at, "%d dimensions beside the subject, at most %d at level %s", len(t.By), most, l)
		}
		p.levels = append(p.levels, l)
	}
	if len(t.Levels) == 0 {
		r.fault(path+".levels", "is empty")
	}
	return p
}
