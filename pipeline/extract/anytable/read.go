package anytable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// ErrTable is wrapped by every error of [Read] that lies in the file: a
// column that is absent, nested or of an unknown type, a codec that cannot be
// read, damage, or rows that differ from the footer.
var ErrTable = errors.New("table not readable")

// Read reads chosen columns of any flat Parquet file, in file order. It is
// for tables that are not yet of the contract, such as those of an importer.
//
// A name in columns that ends in "?" is optional: where the file lacks it, every
// row gets a null; at least one of all must be there. Names match without regard
// to case. each is called once a row, with one value per entry of columns; the
// slice is reused, the values may be kept. An error of each stops the reading and
// is returned as it is.
//
// Memory follows the largest page of each column, not the file. The rows
// delivered are compared with the footer. Errors name file and column, never a
// value.
func Read(path string, columns []string, each func(row []Value) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open table: %w", err)
	}
	defer file.Close()
	t := &tableReader{path: path, row: make([]Value, len(columns))}
	if err := t.open(file, columns); err != nil {
		return err
	}
	for g := range t.file.RowGroups() {
		if err := t.group(g, each); err != nil {
			return err
		}
	}
	if want := t.file.NumRows(); t.rows != want {
		return t.fault("", "%d rows of the %d in its footer", t.rows, want)
	}
	return nil
}

const tableBlock = 1024 // rows decoded at a time

// tableReader holds one open file and the block of rows being delivered.
type tableReader struct {
	path    string
	file    *parquet.File
	columns []*tableColumn
	row     []Value
	rows    int64
}

// tableColumn is one wanted column that the file has.
type tableColumn struct {
	name    string // in the file
	leaf    int    // position among the file's leaves
	slot    int    // position in the row delivered
	convert converter
	pages   parquet.Pages
	page    parquet.Page
	values  parquet.ValueReader
	raw     [tableBlock]parquet.Value
	block   [tableBlock]Value
}

func (t *tableReader) fault(column, reason string, args ...any) error {
	where := t.path
	if column != "" {
		where += " column " + column
	}
	return fmt.Errorf("read %s: %s: %w", where, fmt.Sprintf(reason, args...), ErrTable)
}

// guard turns a panic of the library into an error. The panic's text is kept only
// where it comes from the Go runtime, because another may quote a value.
func (t *tableReader) guard(column string, do func() error) (err error) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case runtime.Error:
			err = t.fault(column, "damaged: %v", cause)
		default:
			err = t.fault(column, "damaged")
		}
	}()
	return do()
}

func (t *tableReader) open(file *os.File, columns []string) error {
	return t.guard("", func() error {
		info, err := file.Stat()
		if err != nil {
			return fmt.Errorf("open table: %w", err)
		}
		if !footerFits(file, info.Size()) {
			return t.fault("", "not a Parquet file, or one that was cut short")
		}
		t.file, err = parquet.OpenFile(file, info.Size(),
			parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		if err != nil {
			return t.fault("", "not a Parquet file that can be read: %v", err)
		}
		return t.choose(columns)
	})
}

// choose finds the wanted columns and collects everything wrong with them.
func (t *tableReader) choose(columns []string) error {
	leaves := topLeaves(t.file.Metadata().Schema)
	var faults []error
	for slot, wanted := range columns {
		name, optional := strings.CutSuffix(wanted, "?")
		var found []tableLeaf
		for _, l := range leaves {
			if strings.EqualFold(l.element.Name, name) {
				found = append(found, l)
			}
		}
		switch {
		case len(found) > 1:
			faults = append(faults, t.fault(name, "there %d times in different case", len(found)))
		case len(found) == 1:
			faults = append(faults, t.add(found[0], slot))
		case !optional:
			faults = append(faults, t.fault(name, "column missing"))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if len(t.columns) == 0 { // nothing would bear out the footer's number of rows
		return t.fault("", "none of the columns asked for is there")
	}
	return nil
}

func (t *tableReader) add(l tableLeaf, slot int) error {
	name := l.element.Name
	if l.nested {
		return t.fault(name, "nested or repeated; only flat columns can be read")
	}
	convert, ok := converterOf(l.element)
	if !ok {
		return t.fault(name, "type not supported; cast it to text, a number or a date")
	}
	for _, g := range t.file.Metadata().RowGroups {
		switch g.Columns[l.leaf].MetaData.Codec {
		case format.Lz4, format.Lz4Raw, format.LZO:
			return t.fault(name, "LZ4 and LZO are not read; write the file with zstd, snappy, gzip or none")
		}
	}
	t.columns = append(t.columns, &tableColumn{name: name, leaf: l.leaf, slot: slot, convert: convert})
	return nil
}

// group delivers one row group in blocks.
func (t *tableReader) group(g int, each func([]Value) error) error {
	group := t.file.RowGroups()[g]
	defer t.close()
	for _, c := range t.columns {
		if err := t.guard(c.name, func() error { return c.start(group) }); err != nil {
			return err
		}
	}
	for left := group.NumRows(); left > 0; {
		n := int(min(left, tableBlock))
		for _, c := range t.columns {
			if err := t.guard(c.name, func() error { return t.fill(c, g, n) }); err != nil {
				return err
			}
		}
		for i := range n {
			for _, c := range t.columns {
				t.row[c.slot] = c.block[i]
			}
			if err := each(t.row); err != nil {
				return err
			}
		}
		left -= int64(n)
		t.rows += int64(n)
	}
	return t.exhausted(g)
}

func (c *tableColumn) start(group parquet.RowGroup) error {
	c.pages, c.page, c.values = group.ColumnChunks()[c.leaf].Pages(), nil, nil
	return nil
}

// fill decodes the next n values of a column.
func (t *tableReader) fill(c *tableColumn, g, n int) error {
	for have := 0; have < n; {
		if c.values == nil {
			if err := c.next(); err != nil {
				return t.fault(c.name, "row group %d: fewer values than its footer says: %v", g, err)
			}
		}
		got, err := c.values.ReadValues(c.raw[have:n])
		if err != nil && !errors.Is(err, io.EOF) {
			return t.fault(c.name, "row group %d: %v", g, err)
		}
		if err != nil || got == 0 {
			c.values = nil
		}
		if !c.keep(have, have+got) {
			return t.fault(c.name, "row group %d: value outside the range of its type", g)
		}
		have += got
	}
	return nil
}

// keep converts the raw values from one position to another while their page is
// still held: they are borrowed from it.
func (c *tableColumn) keep(from, to int) bool {
	for i := from; i < to; i++ {
		value, ok := Value{}, true
		if v := c.raw[i]; !v.IsNull() {
			value, ok = c.convert(v)
		}
		if !ok {
			return false
		}
		if i > 0 && value.Kind == TextValue && value.Text == c.block[i-1].Text {
			value.Text = c.block[i-1].Text // share the memory of equal neighbours
		}
		c.block[i] = value
	}
	return true
}

// next moves to the next page; io.EOF when there is none.
func (c *tableColumn) next() error {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
	page, err := c.pages.ReadPage()
	if err != nil {
		return err
	}
	c.page, c.values = page, page.Values()
	return nil
}

// exhausted checks that no column has more values than the footer says.
func (t *tableReader) exhausted(g int) error {
	for _, c := range t.columns {
		err := t.guard(c.name, func() error {
			for {
				if c.values != nil {
					if n, _ := c.values.ReadValues(c.raw[:1]); n > 0 {
						return t.fault(c.name, "row group %d: more values than its footer says", g)
					}
				}
				if err := c.next(); errors.Is(err, io.EOF) {
					return nil
				} else if err != nil {
					return t.fault(c.name, "row group %d: %v", g, err)
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// close lets go of the pages of a row group. What it could report, a damaged file
// has already reported.
func (t *tableReader) close() {
	for _, c := range t.columns {
		_ = t.guard(c.name, func() error {
			if c.page != nil {
				parquet.Release(c.page)
				c.page = nil
			}
			if c.pages == nil {
				return nil
			}
			pages := c.pages
			c.pages = nil
			return pages.Close()
		})
	}
}
