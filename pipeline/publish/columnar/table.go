package columnar

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

// Table is a table of the contract with its rows: one entry of columns for each
// column of the schema, in its order.
type Table struct {
	schema  schemas.Table
	columns []Values
	notice  string
}

// New puts columns, by name, in the schema's order. A column too few, too
// many, of another type or length, or null where the schema refuses nulls is a
// fault; all of them are returned. The notice goes into the metadata of files that
// have some; none when empty.
func New(schema schemas.Table, named map[string]Values, notice string) (Table, error) {
	t := Table{schema: schema, notice: notice}
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
		return Table{}, fmt.Errorf("%w: %w", ErrSchema, errors.Join(faults...))
	}
	return t, nil
}

// firstUnfit returns the first row that is null where nulls are refused, not in
// the closed list, outside the range or against the pattern; -1 when none is.
// Runs of equal cells are looked at once.
func firstUnfit(c schemas.Column, v Values) int {
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
		case Counts:
			if x := float64(v.Value[i]); x < from || x > to {
				return i
			}
		case Numbers:
			if x := v[i]; math.IsInf(x, 0) || x < from || x > to {
				return i
			}
		case Lists:
			if !v.rowFits(i) {
				return i
			}
		case Texts, Repeated:
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
func (t Table) null(column, row int) bool {
	return t.schema.Columns[column].Nullable() && t.columns[column].missing(row)
}

// Schema returns the table of the contract.
func (t Table) Schema() schemas.Table { return t.schema }

// Rows returns the number of rows.
func (t Table) Rows() int { return t.columns[0].len() }

// arrowSchema returns the schema of a record whose columns are those.
func (t Table) arrowSchema(columns []arrow.Array) *arrow.Schema {
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
func (t Table) record(mem memory.Allocator, dictionaries bool) arrow.Record {
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
	return array.NewRecord(t.arrowSchema(columns), columns, int64(t.Rows()))
}

// recurs reports whether the same texts come again and again, so that a
// dictionary pays.
func recurs(v Values) bool {
	switch v := v.(type) {
	case Texts, Repeated:
		return true
	case Pseudonyms:
		return v.Recurs
	}
	return false
}
