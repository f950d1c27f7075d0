package disclose

import (
	"errors"
	"fmt"
	"slices"

	"riskband/stratify/tally"
)

// Interim protects tables by the interim rule and gives the release. Tables are
// as [tally.Geography.Roll] returns them, in any order; the release holds those
// of the programme's tables that were given, in the programme's order.
//
// Every row, totals included, is protected from its own true count: 0 is shown
// as 0, 1 to 7 are hidden, others are rounded to the nearest 5. So shown parts
// need not add up to a shown total. A hidden count can be found by comparing
// two nights or subtracting a row from its total: hence [Notice].
//
// The error joins every table that the programme does not allow (its name, its
// dimensions and categories, its level), that comes twice for one area, or that
// has a negative count; each wraps [ErrProgramme].
func Interim(p Programme, tables ...[]tally.AreaTable) (Release, error) {
	given := slices.Concat(tables...)
	if err := p.check(given); err != nil {
		return Release{}, err
	}
	slices.SortFunc(given, func(a, b tally.AreaTable) int { return a.Area.Compare(b.Area) })
	r := Release{programme: p.version}
	for _, plan := range p.tables {
		t := Table{name: plan.shape.Name, title: plan.title}
		for _, d := range plan.shape.Dimensions {
			t.dimensions = append(t.dimensions, d.Name)
		}
		for _, a := range given {
			if a.Table.Name == plan.shape.Name {
				t.rows = append(t.rows, protect(a)...)
			}
		}
		if len(t.rows) > 0 {
			r.tables = append(r.tables, t)
		}
	}
	return r, nil
}

// check returns every reason not to release the tables given.
func (p Programme) check(given []tally.AreaTable) error {
	type place struct {
		table string
		level tally.Level
		code  string
	}
	seen := map[place]bool{}
	var faults []error
	for _, a := range given {
		fault := func(why string) {
			faults = append(faults, fmt.Errorf("release table %s of %s %s: %w: %s",
				a.Table.Name, a.Area.Level, a.Area.Code, ErrProgramme, why))
		}
		plan, ok := p.table(a.Table.Name)
		at := place{a.Table.Name, a.Area.Level, a.Area.Code}
		switch {
		case !ok:
			fault("there is no table of that name")
			continue
		case !slices.Contains(plan.levels, a.Area.Level):
			fault("it is not made at that level")
		case seen[at]:
			fault("the area comes twice")
		}
		seen[at] = true
		if !a.Table.Shape.Equal(plan.shape) || len(a.Table.Cells) != plan.shape.Size() {
			fault("its dimensions or categories are not those of the programme")
		}
		if slices.ContainsFunc(a.Table.Cells, func(c tally.Cell) bool { return c.N < 0 }) {
			fault("it has a negative count")
		}
	}
	return errors.Join(faults...)
}

// protect gives the rows of one area: every cell and every total.
func protect(a tally.AreaTable) []Row {
	dimensions := a.Table.Dimensions
	wide := tally.Shape{} // the shape with All as a last category everywhere
	for _, d := range dimensions {
		wide.Dimensions = append(wide.Dimensions, tally.Dimension{
			Name: d.Name, Categories: append(slices.Clone(d.Categories), All),
		})
	}
	people := make([]int64, wide.Size())
	each(a.Table.Shape, func(i int, at []int) {
		totals(wide, at, func(j int) { people[j] += a.Table.Cells[i].N })
	})
	rows := make([]Row, len(people))
	each(wide, func(i int, at []int) {
		categories := make([]string, len(at))
		for d, c := range at {
			categories[d] = wide.Dimensions[d].Categories[c]
		}
		rows[i] = Row{Area: a.Area, Categories: categories, People: interim(people[i])}
	})
	return rows
}

// each calls do with every cell of a shape, in order, and its categories, which
// are borrowed.
func each(s tally.Shape, do func(i int, at []int)) {
	at := make([]int, len(s.Dimensions))
	for i := range s.Size() {
		rest := i
		for d := len(at) - 1; d >= 0; d-- {
			n := len(s.Dimensions[d].Categories)
			at[d], rest = rest%n, rest/n
		}
		do(i, at)
	}
}

// totals calls do with every cell of the widened shape that counts a person
// with these categories: each dimension's own category, or All.
func totals(wide tally.Shape, at []int, do func(j int)) {
	cell := make([]int, len(at))
	for all := range 1 << len(at) { // bit d: dimension d is All
		for d, c := range at {
			cell[d] = c
			if all>>d&1 == 1 {
				cell[d] = len(wide.Dimensions[d].Categories) - 1
			}
		}
		do(wide.Index(cell...))
	}
}
