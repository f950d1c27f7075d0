package columnar

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

// Values is one column's cells in Go's terms.
type Values interface {
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

// Texts are texts; an empty one is missing.
type Texts []string

func (v Texts) len() int                 { return len(v) }
func (v Texts) fits(t schemas.Type) bool { return t == schemas.Text }
func (v Texts) missing(i int) bool       { return v[i] == "" }
func (v Texts) text(i int) string        { return v[i] }
func (v Texts) array(mem memory.Allocator, nullable bool) arrow.Array {
	return textArray(mem, nullable, len(v), func(i int) string { return v[i] })
}

// Repeated is one text in every row; the empty one is missing.
type Repeated struct {
	Value string
	Rows  int
}

func (v Repeated) len() int                 { return v.Rows }
func (v Repeated) fits(t schemas.Type) bool { return t == schemas.Text }
func (v Repeated) missing(int) bool         { return v.Value == "" }
func (v Repeated) text(int) string          { return v.Value }
func (v Repeated) array(mem memory.Allocator, nullable bool) arrow.Array {
	return textArray(mem, nullable, v.Rows, func(int) string { return v.Value })
}

// Pseudonyms are revealed here and written on the secure side alone. They recur
// where a person may have several rows, one after the other.
type Pseudonyms struct {
	Of     []frame.Pseudonym
	Recurs bool
}

func (v Pseudonyms) len() int                 { return len(v.Of) }
func (v Pseudonyms) fits(t schemas.Type) bool { return t == schemas.Text }
func (v Pseudonyms) missing(i int) bool       { return v.Of[i].Reveal() == "" }
func (v Pseudonyms) text(i int) string        { return v.Of[i].Reveal() }
func (v Pseudonyms) array(mem memory.Allocator, nullable bool) arrow.Array {
	return textArray(mem, nullable, len(v.Of), func(i int) string { return v.Of[i].Reveal() })
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

// Counts are whole numbers; Known is nil when none is missing.
type Counts struct {
	Value []int64
	Known []bool
}

func (v Counts) len() int                 { return len(v.Value) }
func (v Counts) fits(t schemas.Type) bool { return t == schemas.Integer }
func (v Counts) missing(i int) bool       { return v.Known != nil && !v.Known[i] }
func (v Counts) text(i int) string        { return strconv.FormatInt(v.Value[i], 10) }
func (v Counts) array(mem memory.Allocator, nullable bool) arrow.Array {
	b := array.NewInt64Builder(mem)
	defer b.Release()
	b.Reserve(len(v.Value))
	for i, n := range v.Value {
		if nullable && v.missing(i) {
			b.AppendNull()
		} else {
			b.Append(n)
		}
	}
	return b.NewArray()
}

// Numbers are finite; NaN is missing.
type Numbers []float64

func (v Numbers) len() int                 { return len(v) }
func (v Numbers) fits(t schemas.Type) bool { return t == schemas.Number }
func (v Numbers) missing(i int) bool       { return math.IsNaN(v[i]) }
func (v Numbers) text(i int) string        { return strconv.FormatFloat(v[i], 'f', -1, 64) }
func (v Numbers) array(mem memory.Allocator, nullable bool) arrow.Array {
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

// Days are calendar days; [frame.NoDay] is missing.
type Days []frame.Day

func (v Days) len() int                 { return len(v) }
func (v Days) fits(t schemas.Type) bool { return t == schemas.Date || t == schemas.Month }
func (v Days) missing(i int) bool       { return !v[i].Known() }
func (v Days) text(i int) string        { return v[i].String() }
func (v Days) array(mem memory.Allocator, nullable bool) arrow.Array {
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

// Lists are runs of texts: row i holds Items[End[i-1]:End[i]]. A run may be
// empty; none is missing.
type Lists struct {
	Items []string
	End   []int32
}

// Row returns the texts of row i.
func (v Lists) Row(i int) []string {
	if i == 0 {
		return v.Items[:v.End[0]]
	}
	return v.Items[v.End[i-1]:v.End[i]]
}

// rowFits reports whether row i lies inside Items and has no empty text; the last
// row must also end where Items does.
func (v Lists) rowFits(i int) bool {
	from, to := int32(0), v.End[i]
	if i > 0 {
		from = v.End[i-1]
	}
	if from < 0 || to < from || int(to) > len(v.Items) || i == len(v.End)-1 && int(to) != len(v.Items) {
		return false
	}
	return !slices.Contains(v.Items[from:to], "")
}

func (v Lists) len() int                 { return len(v.End) }
func (v Lists) fits(t schemas.Type) bool { return t == schemas.TextList }
func (v Lists) missing(int) bool         { return false }
func (v Lists) text(i int) string        { return strings.Join(v.Row(i), ";") }
func (v Lists) array(mem memory.Allocator, _ bool) arrow.Array {
	items := Texts(v.Items).array(mem, false)
	defer items.Release()
	offsets := memory.NewResizableBuffer(mem)
	defer offsets.Release()
	offsets.Resize(arrow.Int32Traits.BytesRequired(len(v.End) + 1))
	at := arrow.Int32Traits.CastFromBytes(offsets.Bytes())
	at[0] = 0
	copy(at[1:], v.End)
	data := array.NewData(arrowList(), len(v.End), []*memory.Buffer{nil, offsets}, []arrow.ArrayData{items.Data()}, 0, 0)
	defer data.Release()
	return array.NewListData(data)
}

func arrowList() *arrow.ListType {
	return arrow.ListOfField(arrow.Field{Name: "element", Type: arrow.BinaryTypes.String})
}
