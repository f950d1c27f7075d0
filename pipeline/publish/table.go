package publish

import (
	"errors"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"riskband/schemas"
)

// ErrSchema means rows that do not fit the contract's table: our bug, never the
// data's.
var ErrSchema = errors.New("rows do not fit the schema")

// noticeKey is the key of the notice in the metadata of Parquet and Arrow files.
const noticeKey = "riskband.notice"

// table is a table of the contract with its rows, one entry of columns for each
// column of the schema and in its order.
type table struct {
	schema  schemas.Table
	columns []values
	notice  string // for the file's metadata; none when empty
}

// newTable puts columns, by name, in the schema's order. A column too few, too
// many, of another type or length, or null where the schema refuses nulls is a
// fault; all of them are returned.
func newTable(schema schemas.Table, named map[string]values) (table, error) {
	t := table{schema: schema}
	var faults []error
	fault := func(column, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s.%s: "+format, append([]any{schema.Name, column}, args...)...))
	}
	rows := -1
	for _, c := range schema.Columns {
		v, ok := named[c.Name]
		if !ok {
			fault(c.Name, "nothing to write")
			continue
		}
		if rows < 0 {
			rows = v.len()
		}
		switch {
		case !v.fits(c.Type):
			fault(c.Name, "%T are not %s", v, c.Type)
		case v.len() != rows:
			fault(c.Name, "%d rows, the first column has %d", v.len(), rows)
		default:
			if row := firstUnfit(c, v); row >= 0 {
				fault(c.Name, "row %d is missing or outside what the column allows", row)
			}
		}
		t.columns = append(t.columns, v)
	}
	if len(named) > len(t.columns) {
		faults = append(faults, fmt.Errorf("%s: %d columns to write, the schema knows %d of them", schema.Name, len(named), len(t.columns)))
	}
	if len(faults) > 0 {
		return table{}, fmt.Errorf("%w: %w", ErrSchema, errors.Join(faults...))
	}
	return t, nil
}

// firstUnfit returns the first row that is null where nulls are refused, not in
// the closed list, outside the range or against the pattern; -1 when none is.
// Runs of equal cells are looked at once.
func firstUnfit(c schemas.Column, v values) int {
	from, to := c.Numbers()
	before := ""
	for i := range v.len() {
		switch {
		case v.missing(i) && c.Nullable(), v.missing(i) && c.Position("") >= 0:
			continue
		case v.missing(i):
			return i
		}
		switch v := v.(type) {
		case counts:
			if x := float64(v.value[i]); x < from || x > to {
				return i
			}
		case numbers:
			if x := v[i]; math.IsInf(x, 0) || x < from || x > to {
				return i
			}
		case lists:
			if !v.rowFits(i) {
				return i
			}
		case texts, repeated:
			text := v.text(i)
			if (i == 0 || text != before) && !allowed(c, text) {
				return i
			}
			before = text
		}
	}
	return -1
}

func allowed(c schemas.Column, text string) bool {
	listed := c.Values == nil || c.Position(text) >= 0
	return listed && (c.Expression() == nil || c.Expression().MatchString(text))
}

// null reports whether a cell is null.
func (t table) null(column, row int) bool {
	return t.schema.Columns[column].Nullable() && t.columns[column].missing(row)
}

// rows returns the number of rows.
func (t table) rows() int { return t.columns[0].len() }

// arrowSchema returns the schema of a record whose columns are those.
func (t table) arrowSchema(columns []arrow.Array) *arrow.Schema {
	fields := make([]arrow.Field, len(columns))
	for i, c := range t.schema.Columns {
		fields[i] = arrow.Field{Name: c.Name, Type: columns[i].DataType(), Nullable: c.Nullable()}
	}
	if t.notice == "" {
		return arrow.NewSchema(fields, nil)
	}
	m := arrow.NewMetadata([]string{noticeKey}, []string{t.notice})
	return arrow.NewSchema(fields, &m)
}

// record copies the rows to Arrow, texts that recur as a dictionary if asked.
// The caller releases it.
func (t table) record(mem memory.Allocator, dictionaries bool) arrow.Record {
	columns := make([]arrow.Array, len(t.columns))
	for i, v := range t.columns {
		c := t.schema.Columns[i]
		if dictionaries && recurs(v) {
			columns[i] = dictionary(mem, v, c.Nullable())
		} else {
			columns[i] = v.array(mem, c.Nullable())
		}
		defer columns[i].Release()
	}
	return array.NewRecord(t.arrowSchema(columns), columns, int64(t.rows()))
}

// recurs reports whether the same texts come again and again, so that a
// dictionary pays.
func recurs(v values) bool {
	switch v := v.(type) {
	case texts, repeated:
		return true
	case pseudonyms:
		return v.recurs
	}
	return false
}
