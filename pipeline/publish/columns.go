package publish

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"riskband/schemas"
	"riskband/stratify/frame"
)

// values is one column's cells in Go's terms.
type values interface {
	// len returns the number of cells.
	len() int
	// fits reports whether the cells are of a type of the contract.
	fits(t schemas.Type) bool
	// missing reports whether cell i holds what stands for nothing.
	missing(i int) bool
	// text returns cell i as CSV shows it, before quoting. Cell i is not null.
	text(i int) string
	// array copies the cells; missing ones are null where the column may have
	// nulls. The caller releases it.
	array(mem memory.Allocator, nullable bool) arrow.Array
}

// texts are texts; an empty one is missing.
type texts []string

func (v texts) len() int                 { return len(v) }
func (v texts) fits(t schemas.Type) bool { return t == schemas.Text }
func (v texts) missing(i int) bool       { return v[i] == "" }
func (v texts) text(i int) string        { return v[i] }
func (v texts) array(mem memory.Allocator, nullable bool) arrow.Array {
	return textArray(mem, nullable, len(v), func(i int) string { return v[i] })
}

// repeated is one text in every row; the empty one is missing.
type repeated struct {
	value string
	rows  int
}

func (v repeated) len() int                 { return v.rows }
func (v repeated) fits(t schemas.Type) bool { return t == schemas.Text }
func (v repeated) missing(int) bool         { return v.value == "" }
func (v repeated) text(int) string          { return v.value }
func (v repeated) array(mem memory.Allocator, nullable bool) arrow.Array {
	return textArray(mem, nullable, v.rows, func(int) string { return v.value })
}

// pseudonyms are revealed here and written on the secure side alone. They recur
// where a person may have several rows, one after the other.
type pseudonyms struct {
	of     []frame.Pseudonym
	recurs bool
}

func (v pseudonyms) len() int                 { return len(v.of) }
func (v pseudonyms) fits(t schemas.Type) bool { return t == schemas.Text }
func (v pseudonyms) missing(i int) bool       { return v.of[i].Reveal() == "" }
func (v pseudonyms) text(i int) string        { return v.of[i].Reveal() }
func (v pseudonyms) array(mem memory.Allocator, nullable bool) arrow.Array {
	return textArray(mem, nullable, len(v.of), func(i int) string { return v.of[i].Reveal() })
}

func textArray(mem memory.Allocator, nullable bool, rows int, at func(i int) string) arrow.Array {
	b := array.NewStringBuilder(mem)
	defer b.Release()
	size := 0
	for i := range rows {
		size += len(at(i))
	}
	b.Reserve(rows)
	b.ReserveData(size)
	for i := range rows {
		if s := at(i); s != "" || !nullable {
			b.Append(s)
		} else {
			b.AppendNull()
		}
	}
	return b.NewArray()
}

// counts are whole numbers; known is nil when none is missing.
type counts struct {
	value []int64
	known []bool
}

func (v counts) len() int                 { return len(v.value) }
func (v counts) fits(t schemas.Type) bool { return t == schemas.Integer }
func (v counts) missing(i int) bool       { return v.known != nil && !v.known[i] }
func (v counts) text(i int) string        { return strconv.FormatInt(v.value[i], 10) }
func (v counts) array(mem memory.Allocator, nullable bool) arrow.Array {
	b := array.NewInt64Builder(mem)
	defer b.Release()
	b.Reserve(len(v.value))
	for i, n := range v.value {
		if nullable && v.missing(i) {
			b.AppendNull()
		} else {
			b.Append(n)
		}
	}
	return b.NewArray()
}

// numbers are finite; NaN is missing.
type numbers []float64

func (v numbers) len() int                 { return len(v) }
func (v numbers) fits(t schemas.Type) bool { return t == schemas.Number }
func (v numbers) missing(i int) bool       { return math.IsNaN(v[i]) }
func (v numbers) text(i int) string        { return strconv.FormatFloat(v[i], 'f', -1, 64) }
func (v numbers) array(mem memory.Allocator, nullable bool) arrow.Array {
	b := array.NewFloat64Builder(mem)
	defer b.Release()
	b.Reserve(len(v))
	for _, x := range v {
		if nullable && math.IsNaN(x) {
			b.AppendNull()
		} else {
			b.Append(x)
		}
	}
	return b.NewArray()
}

// days are calendar days; [frame.NoDay] is missing.
type days []frame.Day

func (v days) len() int                 { return len(v) }
func (v days) fits(t schemas.Type) bool { return t == schemas.Date || t == schemas.Month }
func (v days) missing(i int) bool       { return !v[i].Known() }
func (v days) text(i int) string        { return v[i].String() }
func (v days) array(mem memory.Allocator, nullable bool) arrow.Array {
	b := array.NewDate32Builder(mem)
	defer b.Release()
	b.Reserve(len(v))
	for _, d := range v {
		if nullable && !d.Known() {
			b.AppendNull()
		} else {
			b.Append(arrow.Date32(d))
		}
	}
	return b.NewArray()
}

// lists are runs of texts: row i holds items[end[i-1]:end[i]]. A run may be
// empty; none is missing.
type lists struct {
	items []string
	end   []int32
}

// row returns the texts of row i.
func (v lists) row(i int) []string {
	if i == 0 {
		return v.items[:v.end[0]]
	}
	return v.items[v.end[i-1]:v.end[i]]
}

// rowFits reports whether row i lies inside items and has no empty text; the last
// row must also end where items does.
func (v lists) rowFits(i int) bool {
	from, to := int32(0), v.end[i]
	if i > 0 {
		from = v.end[i-1]
	}
	if from < 0 || to < from || int(to) > len(v.items) || i == len(v.end)-1 && int(to) != len(v.items) {
		return false
	}
	return !slices.Contains(v.items[from:to], "")
}

func (v lists) len() int                 { return len(v.end) }
func (v lists) fits(t schemas.Type) bool { return t == schemas.TextList }
func (v lists) missing(int) bool         { return false }
func (v lists) text(i int) string        { return strings.Join(v.row(i), ";") }
func (v lists) array(mem memory.Allocator, _ bool) arrow.Array {
	items := texts(v.items).array(mem, false)
	defer items.Release()
	offsets := memory.NewResizableBuffer(mem)
	defer offsets.Release()
	offsets.Resize(arrow.Int32Traits.BytesRequired(len(v.end) + 1))
	at := arrow.Int32Traits.CastFromBytes(offsets.Bytes())
	at[0] = 0
	copy(at[1:], v.end)
	data := array.NewData(arrowList(), len(v.end), []*memory.Buffer{nil, offsets}, []arrow.ArrayData{items.Data()}, 0, 0)
	defer data.Release()
	return array.NewListData(data)
}

func arrowList() *arrow.ListType {
	return arrow.ListOfField(arrow.Field{Name: "element", Type: arrow.BinaryTypes.String})
}
