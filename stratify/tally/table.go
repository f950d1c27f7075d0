package tally

import (
	"errors"
	"fmt"
	"slices"
)

// ErrShape means that tables of different shape met, or that a dimension was
// asked for that a table does not have.
var ErrShape = errors.New("tables differ in shape")

// Dimension is one way to divide people: every person of a table is in exactly
// one category of each of its dimensions.
type Dimension struct {
	Name       string
	Categories []string // in the order they are shown; unknown is one of them
}

// Shape says what a table is divided by. The last dimension varies fastest.
type Shape struct {
	Name       string
	Dimensions []Dimension
}

// Size returns the number of cells.
func (s Shape) Size() int {
	size := 1
	for _, d := range s.Dimensions {
		size *= len(d.Categories)
	}
	return size
}

// Index returns the cell of one category a dimension, given by position in the
// order of the dimensions. Positions outside the shape panic.
func (s Shape) Index(categories ...int) int {
	if len(categories) != len(s.Dimensions) {
		panic(fmt.Sprintf("tally: table %s has %d dimensions, index has %d", s.Name, len(s.Dimensions), len(categories))) //nolint:forbidigo // invariant: one category a dimension
	}
	index := 0
	for i, c := range categories {
		n := len(s.Dimensions[i].Categories)
		if c < 0 || c >= n {
			panic(fmt.Sprintf("tally: table %s: category %d of %s, which has %d", s.Name, c, s.Dimensions[i].Name, n)) //nolint:forbidigo // invariant: categories are inside their dimension
		}
		index = index*n + c
	}
	return index
}

// Equal reports whether two shapes have the same name, dimensions and
// categories in the same order.
func (s Shape) Equal(o Shape) bool {
	return s.Name == o.Name && slices.EqualFunc(s.Dimensions, o.Dimensions, func(a, b Dimension) bool {
		return a.Name == b.Name && slices.Equal(a.Categories, b.Categories)
	})
}

// Position returns where a dimension stands, or -1.
func (s Shape) Position(dimension string) int {
	return slices.IndexFunc(s.Dimensions, func(d Dimension) bool { return d.Name == dimension })
}

// Table holds the cells of one shape; len(Cells) == Size().
type Table struct {
	Shape
	Cells []Cell
}

// NewTable returns an empty table. It shares the shape's slices.
func NewTable(s Shape) Table { return Table{Shape: s, Cells: make([]Cell, s.Size())} }

// Add counts one person with that record key in a cell. The index is that of
// [Shape.Index]; one outside the table panics.
func (t *Table) Add(index int, key uint64) {
	c := &t.Cells[index]
	c.N++
	c.Key += key
}

// Merge adds another table's people to this one. Nobody may be in both. The
// error wraps [ErrShape] and leaves the table as it was.
func (t *Table) Merge(o Table) error {
	if !t.Shape.Equal(o.Shape) || len(t.Cells) != len(o.Cells) {
		return fmt.Errorf("merge table %s into %s: %w", o.Name, t.Name, ErrShape)
	}
	for i, c := range o.Cells {
		t.Cells[i] = t.Cells[i].Merge(c)
	}
	return nil
}

// Total returns the cell of everyone in the table.
func (t Table) Total() Cell {
	var sum Cell
	for _, c := range t.Cells {
		sum = sum.Merge(c)
	}
	return sum
}

// Each calls f with every cell in order and its categories, which are borrowed.
func (t Table) Each(f func(categories []string, c Cell)) {
	at := make([]int, len(t.Dimensions))
	categories := make([]string, len(t.Dimensions))
	for _, c := range t.Cells {
		for d, k := range at {
			categories[d] = t.Dimensions[d].Categories[k]
		}
		f(categories, c)
		t.next(at)
	}
}

// Margin returns the table by the named dimensions alone, in the order named,
// summed over the rest; with no names it has one cell, the total. The error
// wraps [ErrShape] when a name is not a dimension or comes twice.
func (t Table) Margin(dimensions ...string) (Table, error) {
	shape := Shape{Name: t.Name}
	var kept []int
	for _, name := range dimensions {
		p := t.Position(name)
		if p < 0 || slices.Contains(kept, p) {
			return Table{}, fmt.Errorf("sum table %s by %q: it is not one of its dimensions, or named twice: %w", t.Name, name, ErrShape)
		}
		kept = append(kept, p)
		shape.Dimensions = append(shape.Dimensions, t.Dimensions[p])
	}
	margin := NewTable(shape)
	at := make([]int, len(t.Dimensions))
	cats := make([]int, len(kept))
	for _, c := range t.Cells {
		for i, p := range kept {
			cats[i] = at[p]
		}
		i := margin.Index(cats...)
		margin.Cells[i] = margin.Cells[i].Merge(c)
		t.next(at)
	}
	return margin, nil
}

// next moves the categories to those of the following cell.
func (s Shape) next(at []int) {
	for i := len(at) - 1; i >= 0; i-- {
		if at[i]++; at[i] < len(s.Dimensions[i].Categories) {
			return
		}
		at[i] = 0
	}
}
