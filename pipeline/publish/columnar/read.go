package columnar

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"riskband/schemas"
	"riskband/stratify/frame"
)

// ErrStored means a file in our own output is not what was written there.
var ErrStored = errors.New("stored table is not as written")

// Stored is a table read back, or some of its columns. Its accessors copy, so
// nothing outlives Release.
type Stored struct {
	arrow.Table
	name string
}

// Load reads the named columns of a Parquet file written here, all of them when
// none is named. The rows read are compared with the footer, because Arrow's
// reader ends at a page it cannot read as if the file did.
func Load(ctx context.Context, path string, schema schemas.Table, mem memory.Allocator, columns ...string) (t Stored, err error) {
	r, err := file.OpenParquetFile(path, false, file.WithReadProps(parquet.NewReaderProperties(mem)))
	if err != nil {
		return Stored{}, fmt.Errorf("read table %s: %w", schema.Name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	fr, err := pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{}, mem)
	if err != nil {
		return Stored{}, fmt.Errorf("read table %s: %w", schema.Name, err)
	}
	leaves, err := leavesOf(r, schema, columns)
	if err != nil {
		return Stored{}, err
	}
	groups := make([]int, r.NumRowGroups())
	for i := range groups {
		groups[i] = i
	}
	read, err := fr.ReadRowGroups(ctx, leaves, groups)
	if err != nil {
		return Stored{}, fmt.Errorf("read table %s: %w", schema.Name, err)
	}
	if read.NumRows() != r.NumRows() {
		read.Release()
		return Stored{}, fmt.Errorf("read table %s: %w: %d rows of %d", schema.Name, ErrStored, read.NumRows(), r.NumRows())
	}
	return Stored{Table: read, name: schema.Name}, nil
}

// leavesOf returns where the named columns stand in the file, whose columns must
// be the schema's.
func leavesOf(r *file.Reader, schema schemas.Table, columns []string) ([]int, error) {
	root := r.MetaData().Schema.Root()
	if root.NumFields() != len(schema.Columns) || r.MetaData().Schema.NumColumns() != len(schema.Columns) {
		return nil, fmt.Errorf("read table %s: %w: %d columns, the contract has %d", schema.Name, ErrStored, root.NumFields(), len(schema.Columns))
	}
	var leaves []int
	for i, c := range schema.Columns {
		if root.Field(i).Name() != c.Name {
			return nil, fmt.Errorf("read table %s: %w: column %d is not %s", schema.Name, ErrStored, i+1, c.Name)
		}
		wanted := len(columns) == 0
		for _, name := range columns {
			wanted = wanted || name == c.Name
		}
		if wanted {
			leaves = append(leaves, i)
		}
	}
	return leaves, nil
}

// cells calls f for each chunk of a column, which must be of the Arrow type A.
func cells[A arrow.Array](t Stored, column string, f func(A)) error {
	at := t.Schema().FieldIndices(column)
	if len(at) != 1 {
		return fmt.Errorf("read %s.%s: %w: no such column", t.name, column, ErrStored)
	}
	for _, chunk := range t.Column(at[0]).Data().Chunks() {
		a, ok := chunk.(A)
		if !ok {
			return fmt.Errorf("read %s.%s: %w: it holds %s", t.name, column, ErrStored, chunk.DataType())
		}
		f(a)
	}
	return nil
}

// Texts copies a column of texts; a null is empty.
func (t Stored) Texts(column string) (out Texts, err error) {
	err = cells(t, column, func(a *array.String) {
		for i := range a.Len() {
			if a.IsNull(i) {
				out = append(out, "")
			} else {
				out = append(out, strings.Clone(a.Value(i)))
			}
		}
	})
	return out, err
}

// Counts copies a column of whole numbers.
func (t Stored) Counts(column string) (out Counts, err error) {
	err = cells(t, column, func(a *array.Int64) {
		for i := range a.Len() {
			n := int64(0)
			if a.IsValid(i) {
				n = a.Value(i)
			}
			out.Value = append(out.Value, n)
			out.Known = append(out.Known, a.IsValid(i))
		}
	})
	return out, err
}

// Numbers copies a column of numbers; a null is NaN.
func (t Stored) Numbers(column string) (out Numbers, err error) {
	err = cells(t, column, func(a *array.Float64) {
		for i := range a.Len() {
			x := math.NaN()
			if a.IsValid(i) {
				x = a.Value(i)
			}
			out = append(out, x)
		}
	})
	return out, err
}

// Days copies a column of days.
func (t Stored) Days(column string) (out Days, err error) {
	err = cells(t, column, func(a *array.Date32) {
		for i := range a.Len() {
			d := frame.NoDay
			if a.IsValid(i) {
				d = frame.Day(a.Value(i))
			}
			out = append(out, d)
		}
	})
	return out, err
}

// Lists copies a column of lists of texts.
func (t Stored) Lists(column string) (out Lists, err error) {
	var wrong error
	err = cells(t, column, func(a *array.List) {
		items, ok := a.ListValues().(*array.String)
		if !ok {
			wrong = fmt.Errorf("read %s.%s: %w: its lists are not of texts", t.name, column, ErrStored)
			return
		}
		for i := range a.Len() {
			from, to := a.ValueOffsets(i)
			for k := from; k < to; k++ {
				out.Items = append(out.Items, strings.Clone(items.Value(int(k))))
			}
			out.End = append(out.End, int32(len(out.Items)))
		}
	})
	return out, errors.Join(err, wrong)
}
