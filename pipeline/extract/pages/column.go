package pages

import (
	"strconv"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// Kind is what a column's physical and logical type make of its values.
type Kind uint8

// The kinds of a column.
const (
	Other   Kind = iota // times, decimals, dates that are no DATE, and whatever else there is
	Text                // bytes that are not declared to be something else
	Date                // DATE, in days
	Integer             // plain and sized integers of 32 and 64 bits
	Number              // floats and doubles
	Boolean
)

// Column is one column at the top of a file's schema.
type Column struct {
	Name   string // as the file has it: the supplier's text
	Label  string // how faults call it: by its position where the contract does not know the name
	Flat   bool   // one value a row, or a null
	List   bool   // one leaf, repeated once: a list in three levels, in two, or a bare repeated column
	Kind   Kind   // of the only leaf; Other where there are several
	Leaves []Leaf
}

// Leaf is one leaf of a column: what a [Reader] reads.
type Leaf struct {
	Null     bool // rows may have no value
	Repeated bool
	index    int  // among the leaves of the file
	level    byte // definition level of a value
}

// schemaColumns describes the columns of a file.
func (f *File) schemaColumns() []Column {
	var all []Column
	index := 0
	for i, top := range f.view.Root().Columns() {
		c := Column{Name: top.Name(), Label: f.label(i, top.Name()), Flat: top.Leaf() && !top.Repeated()}
		var walk func(c *parquet.Column, to *Column)
		walk = func(c *parquet.Column, to *Column) {
			if c.Leaf() {
				level := c.MaxDefinitionLevel()
				to.Leaves = append(to.Leaves, Leaf{Null: level > 0, Repeated: c.MaxRepetitionLevel() > 0, index: index, level: byte(level)})
				index++
			}
			for _, child := range c.Columns() {
				walk(child, to)
			}
		}
		walk(top, &c)
		if leaf := onlyLeaf(top); leaf != nil {
			c.Kind, c.List = kindOf(leaf.Type()), leaf.MaxRepetitionLevel() == 1
		}
		all = append(all, c)
	}
	return all
}

// label names a column in a fault: a column outside the contract by its position,
// since its name is the supplier's text.
func (f *File) label(i int, name string) string {
	if _, known := f.Table.Column(name); known {
		return name
	}
	return "#" + strconv.Itoa(i+1)
}

// onlyLeaf follows groups of one child down to the leaf; nil where a group has
// another number of them.
func onlyLeaf(c *parquet.Column) *parquet.Column {
	for !c.Leaf() {
		if len(c.Columns()) != 1 {
			return nil
		}
		c = c.Columns()[0]
	}
	return c
}

func kindOf(t parquet.Type) Kind {
	logical := t.LogicalType()
	switch t.Kind() {
	case parquet.ByteArray, parquet.FixedLenByteArray:
		if isText(logical) {
			return Text
		}
	case parquet.Double, parquet.Float:
		return Number
	case parquet.Boolean:
		return Boolean
	case parquet.Int32, parquet.Int64:
		switch {
		case isInteger(logical):
			return Integer
		case t.Kind() == parquet.Int32 && isDate(logical):
			return Date
		}
	}
	return Other
}

func isDate(t *format.LogicalType) bool {
	_, ok := t.Value.(*format.DateType)
	return ok
}

// isText takes any byte string that is not declared to be something else.
func isText(t *format.LogicalType) bool {
	if t == nil {
		return true
	}
	switch t.Value.(type) {
	case nil, *format.StringType, *format.EnumType, *format.JsonType:
		return true
	}
	return false
}

// isInteger takes plain and sized integers, not dates, times or decimals.
func isInteger(t *format.LogicalType) bool {
	if t == nil || t.Value == nil {
		return true
	}
	_, ok := t.Value.(*format.IntType)
	return ok
}
