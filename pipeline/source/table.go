package source

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"os"

	"github.com/xitongsys/parquet-go-source/writerfile"
	"github.com/xitongsys/parquet-go/layout"
	"github.com/xitongsys/parquet-go/parquet"
	"github.com/xitongsys/parquet-go/writer"
)

// Bounds of memory: a page of a column holds this many rows, about 1 MiB of
// dictionary positions with their run lengths before compression, and a row
// group this many pages.
const (
	pageRows      = 1 << 17
	groupPages    = 8
	bufferedBytes = 1 << 20
)

// table is one Parquet file being written.
type table struct {
	name    string
	columns []leaf
	file    *os.File
	buffer  *bufio.Writer
	out     *writer.ParquetWriter
	rows    int // in the page not yet cut
	group   int // rows in pages not yet written
}

func text(t *table, name string, optional bool) *column[string] {
	return add(t, &column[string]{
		name: name, optional: optional, kind: parquet.Type_BYTE_ARRAY,
		convert: parquet.ConvertedTypePtr(parquet.ConvertedType_UTF8),
		logical: &parquet.LogicalType{STRING: parquet.NewStringType()},
	})
}

func texts(t *table, name string) *column[string] {
	c := text(t, name, true)
	c.list = true
	return c
}

func date(t *table, name string, optional bool) *column[int32] {
	return add(t, &column[int32]{
		name: name, optional: optional, kind: parquet.Type_INT32,
		convert: parquet.ConvertedTypePtr(parquet.ConvertedType_DATE),
		logical: &parquet.LogicalType{DATE: parquet.NewDateType()},
	})
}

func double(t *table, name string, optional bool) *column[float64] {
	return add(t, &column[float64]{name: name, optional: optional, kind: parquet.Type_DOUBLE})
}

func integer(t *table, name string, optional bool) *column[int64] {
	return add(t, &column[int64]{name: name, optional: optional, kind: parquet.Type_INT64})
}

func boolean(t *table, name string) *flags {
	f := &flags{name: name}
	t.columns = append(t.columns, f)
	return f
}

func add[T cmp.Ordered](t *table, c *column[T]) *column[T] {
	c.index = map[T]int32{}
	t.columns = append(t.columns, c)
	return c
}

// open creates the file; every column must have been added.
func (t *table) open(path string) error {
	root := parquet.NewSchemaElement()
	children := int32(len(t.columns))
	root.Name, root.NumChildren = "schema", &children
	elements := []*parquet.SchemaElement{root}
	for _, c := range t.columns {
		elements = append(elements, c.elements()...)
	}
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create table %s: %w", t.name, err)
	}
	t.file, t.buffer = file, bufio.NewWriterSize(file, bufferedBytes)
	t.out, err = writer.NewParquetWriter(writerfile.NewWriterFile(t.buffer), elements, 1)
	if err != nil {
		return errors.Join(fmt.Errorf("start table %s: %w", t.name, err), file.Close())
	}
	created := "riskband with xitongsys/parquet-go v1.6.2"
	t.out.Footer.CreatedBy = &created
	t.out.CompressionType = parquet.CompressionCodec_SNAPPY
	next := 0
	for i, e := range elements {
		if e.GetNumChildren() == 0 {
			t.columns[next].bind(e, t.out.SchemaHandler.IndexMap[int32(i)])
			next++
		}
	}
	return nil
}

// row ends a row that every column received.
func (t *table) row() error {
	t.rows++
	if t.rows < pageRows {
		return nil
	}
	t.cut()
	if t.group < groupPages*pageRows {
		return nil
	}
	return t.flush()
}

func (t *table) cut() {
	for _, c := range t.columns {
		c.cut()
	}
	t.group += t.rows
	t.rows = 0
}

// flush writes the row group. The library's own page indexes are replaced: they
// count the dictionary as a page and take list values for rows.
func (t *table) flush() error {
	t.cut()
	if t.group == 0 {
		return nil
	}
	first := len(t.out.ColumnIndexes)
	var indexes []*parquet.ColumnIndex
	for _, c := range t.columns {
		pages, dictionary, counts := c.chunk()
		t.out.PagesMapBuf[c.where()] = pages
		if dictionary != nil {
			t.out.DictRecs[c.where()] = dictionary
		}
		indexes = append(indexes, columnIndex(pages, counts))
	}
	t.out.NumRows = int64(t.group)
	t.out.Footer.NumRows += int64(t.group)
	if err := t.out.Flush(true); err != nil {
		return fmt.Errorf("write table %s: %w", t.name, err)
	}
	copy(t.out.ColumnIndexes[first:], indexes)
	for _, offsets := range t.out.OffsetIndexes[first:] {
		for page, location := range offsets.PageLocations {
			location.FirstRowIndex = int64(page) * pageRows
		}
	}
	for _, c := range t.columns {
		c.reset()
	}
	t.group = 0
	return nil
}

// columnIndex describes the data pages of one column chunk.
func columnIndex(pages []*layout.Page, nulls []nullCount) *parquet.ColumnIndex {
	x := parquet.NewColumnIndex()
	x.BoundaryOrder = parquet.BoundaryOrder_UNORDERED
	for i, p := range pages {
		low, up := bounds(p)
		empty := nulls[i].nulls == nulls[i].levels
		if empty {
			low, up = []byte{}, []byte{}
		}
		x.NullPages = append(x.NullPages, empty)
		x.MinValues, x.MaxValues = append(x.MinValues, low), append(x.MaxValues, up)
		x.NullCounts = append(x.NullCounts, nulls[i].nulls)
	}
	return x
}

// close finishes the file and waits until it is on the disk.
func (t *table) close() error {
	err := t.flush()
	if err == nil {
		err = t.out.WriteStop()
	}
	if err == nil {
		err = t.buffer.Flush()
	}
	if err == nil {
		err = t.file.Sync()
	}
	if err = errors.Join(err, t.file.Close()); err != nil {
		return fmt.Errorf("close table %s: %w", t.name, err)
	}
	return nil
}
