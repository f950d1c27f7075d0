package source

import (
	"bytes"
	"cmp"
	"math/bits"

	"github.com/xitongsys/parquet-go/common"
	"github.com/xitongsys/parquet-go/encoding"
	"github.com/xitongsys/parquet-go/layout"
	"github.com/xitongsys/parquet-go/parquet"
)

// leaf is one column of a table being written: rows go in through the typed
// column, pages come out when the table cuts them.
type leaf interface {
	elements() []*parquet.SchemaElement
	bind(element *parquet.SchemaElement, path string)
	where() string
	cut()
	chunk() (pages []*layout.Page, dictionary *layout.DictRecType, nulls []nullCount)
	reset()
}

// nullCount of one page.
type nullCount struct{ nulls, levels int64 }

// column holds dictionary positions of one column. The dictionary is typed and
// kept here, and the pages are made by the library from positions: the library's
// own dictionary boxes every value, and its page statistics count nulls wrongly.
type column[T cmp.Ordered] struct {
	name     string
	kind     parquet.Type
	convert  *parquet.ConvertedType
	logical  *parquet.LogicalType
	optional bool
	list     bool

	element *parquet.SchemaElement
	path    string
	index   map[T]int32
	dict    []any
	low, up T
	last    T
	lastID  int32
	ids     []int32 // positions in dict of the page's values
	def     []int32 // definition levels of the page
	rep     []int32 // repetition levels of the page; nil unless a list
	pages   []*layout.Page
	nulls   []nullCount
}

// put adds a value.
func (c *column[T]) put(v T) {
	c.ids = append(c.ids, c.id(v))
	c.def = append(c.def, c.present())
}

// null adds a row without a value; the column must be optional.
func (c *column[T]) null() {
	c.def = append(c.def, 0)
	if c.list {
		c.rep = append(c.rep, 0)
	}
}

// putAll adds one row of a list column.
func (c *column[T]) putAll(vs []T) {
	if vs == nil {
		c.null()
		return
	}
	if len(vs) == 0 {
		c.def, c.rep = append(c.def, 1), append(c.rep, 0)
	}
	for i, v := range vs {
		c.put(v)
		c.rep = append(c.rep, int32(min(i, 1)))
	}
}

// id returns the position of a value in the dictionary of the row group.
func (c *column[T]) id(v T) int32 {
	if len(c.dict) > 0 && v == c.last {
		return c.lastID
	}
	id, known := c.index[v]
	if !known {
		id = int32(len(c.dict))
		if id == 0 {
			c.low, c.up = v, v
		}
		c.low, c.up = min(c.low, v), max(c.up, v)
		c.index[v] = id
		c.dict = append(c.dict, v)
	}
	c.last, c.lastID = v, id
	return id
}

// present is the definition level of a value.
func (c *column[T]) present() int32 {
	switch {
	case c.list:
		return 2
	case c.optional:
		return 1
	}
	return 0
}

// cut turns the rows gathered so far into one page.
func (c *column[T]) cut() {
	if len(c.def) == 0 {
		return
	}
	page := layout.NewDataPage()
	page.Schema, page.Path = c.element, common.StrToPath(c.path)
	page.CompressType = parquet.CompressionCodec_SNAPPY
	page.Info = &common.Tag{Encoding: parquet.Encoding_PLAIN_DICTIONARY}
	page.DataTable = &layout.Table{
		MaxDefinitionLevel: c.present(), DefinitionLevels: c.def, RepetitionLevels: c.rep,
	}
	if c.list {
		page.DataTable.MaxRepetitionLevel = 1
	}
	width := max(1, bits.Len(uint(max(1, len(c.dict))-1)))
	page.DictDataPageCompress(page.CompressType, int32(width), c.ids)
	page.DataTable = nil
	nulls := int64(len(c.def) - len(c.ids))
	page.NullCount = &nulls
	c.nulls = append(c.nulls, nullCount{nulls, int64(len(c.def))})
	c.pages = append(c.pages, page)
	c.ids, c.def, c.rep = c.ids[:0], c.def[:0], c.rep[:0]
}

// chunk returns the pages of the row group, with bounds that hold for each.
func (c *column[T]) chunk() ([]*layout.Page, *layout.DictRecType, []nullCount) {
	for _, p := range c.pages {
		if len(c.dict) > 0 {
			p.MinVal, p.MaxVal = c.low, c.up
		}
	}
	return c.pages, &layout.DictRecType{DictSlice: c.dict, Type: c.kind}, c.nulls
}

// reset forgets the row group.
func (c *column[T]) reset() {
	clear(c.index)
	c.dict, c.pages, c.nulls = c.dict[:0], nil, nil
}

// elements describes the column to the file's schema.
func (c *column[T]) elements() []*parquet.SchemaElement {
	leaf := parquet.NewSchemaElement()
	leaf.Name, leaf.Type = c.name, &c.kind
	leaf.ConvertedType, leaf.LogicalType = c.convert, c.logical
	leaf.RepetitionType = parquet.FieldRepetitionTypePtr(parquet.FieldRepetitionType_REQUIRED)
	if !c.list {
		if c.optional {
			leaf.RepetitionType = parquet.FieldRepetitionTypePtr(parquet.FieldRepetitionType_OPTIONAL)
		}
		return []*parquet.SchemaElement{leaf}
	}
	one := int32(1)
	group, repeated := parquet.NewSchemaElement(), parquet.NewSchemaElement()
	group.Name, group.NumChildren = c.name, &one
	group.RepetitionType = parquet.FieldRepetitionTypePtr(parquet.FieldRepetitionType_OPTIONAL)
	group.ConvertedType = parquet.ConvertedTypePtr(parquet.ConvertedType_LIST)
	group.LogicalType = &parquet.LogicalType{LIST: parquet.NewListType()}
	repeated.Name, repeated.NumChildren = "list", &one
	repeated.RepetitionType = parquet.FieldRepetitionTypePtr(parquet.FieldRepetitionType_REPEATED)
	leaf.Name = "element"
	return []*parquet.SchemaElement{group, repeated, leaf}
}

func (c *column[T]) bind(element *parquet.SchemaElement, path string) {
	c.element, c.path = element, path
}

func (c *column[T]) where() string { return c.path }

// bounds returns the smallest and largest value as plain bytes, as page indexes
// hold them.
func bounds(p *layout.Page) (low, up []byte) {
	plain := func(v any) []byte {
		b := encoding.WritePlain([]any{v}, *p.Schema.Type)
		if *p.Schema.Type == parquet.Type_BYTE_ARRAY {
			b = bytes.Clone(b[4:]) // the length is not part of the bound
		}
		return b
	}
	if p.MinVal == nil {
		return []byte{}, []byte{}
	}
	return plain(p.MinVal), plain(p.MaxVal)
}
