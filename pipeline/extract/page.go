package extract

import (
	"errors"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/format"
)

// errRows and errDamaged travel inside one file's work and become faults there.
var (
	errRows    = errors.New("rows delivered differ from the footer")
	errDamaged = errors.New("page cannot be decoded")
)

// values is a run of physical values, of a page or of a dictionary. Exactly one
// of the slices is in use. It is borrowed from the page.
type values struct {
	n       int
	data    []byte   // text: with offsets, or fixed bytes each
	offsets []uint32 // n+1 of them
	fixed   int
	ints    []int32
	longs   []int64
	floats  []float32
	doubles []float64
	bits    []byte // booleans, lowest bit first
}

// text returns value i. It panics on offsets that do not rise: the file's guard
// turns that into a fault.
func (v *values) text(i int) []byte {
	if v.fixed > 0 {
		return v.data[i*v.fixed : (i+1)*v.fixed]
	}
	return v.data[v.offsets[i]:v.offsets[i+1]]
}

func (v *values) number(i int) float64 {
	if v.doubles != nil {
		return v.doubles[i]
	}
	return float64(v.floats[i])
}

func (v *values) integer(i int) int64 {
	if v.longs != nil {
		return v.longs[i]
	}
	return int64(v.ints[i])
}

func (v *values) boolean(i int) bool { return v.bits[i/8]>>(i%8)&1 == 1 }

// set points v at decoded data.
func (v *values) set(d encoding.Values) error {
	*v = values{}
	switch d.Kind() {
	case encoding.ByteArray:
		v.data, v.offsets = d.ByteArray()
		v.n = max(len(v.offsets)-1, 0)
	case encoding.FixedLenByteArray:
		v.data, v.fixed = d.FixedLenByteArray()
		if v.fixed <= 0 {
			return errDamaged
		}
		v.n = len(v.data) / v.fixed
	case encoding.Int32:
		v.ints = d.Int32()
		v.n = len(v.ints)
	case encoding.Int64:
		v.longs = d.Int64()
		v.n = len(v.longs)
	case encoding.Float:
		v.floats = d.Float()
		v.n = len(v.floats)
	case encoding.Double:
		v.doubles = d.Double()
		v.n = len(v.doubles)
	case encoding.Boolean:
		v.bits = d.Boolean()
		v.n = 8 * len(v.bits)
	case encoding.Int96:
		v.data, _ = d.Data()
		v.fixed = 12
		v.n = len(v.data) / v.fixed
	default: // a column of nothing but nulls
	}
	return nil
}

// view is one decoded page.
type view struct {
	values         // of a plain page: one per row that is not null
	index  []int32 // of a dictionary page: one per row that is not null; else nil
	rows   int
	nulls  int
	def    []byte // level where a row has a value; meant only when nulls > 0
	level  byte
	rank   []int32 // by row: how many rows before it have a value; only when nulls > 0
	ranked bool
}

// ranks fills rank, once a page.
func (v *view) ranks() {
	if v.ranked || v.nulls == 0 {
		return
	}
	v.ranked = true
	if cap(v.rank) < v.rows {
		v.rank = make([]int32, v.rows, max(v.rows, 1<<15))
	}
	v.rank = v.rank[:v.rows]
	rank, n := v.rank, int32(0)
	if v.level == 1 { // a flat column: adding the level itself needs no branch
		for i, d := range v.def[:len(rank)] {
			rank[i] = n
			n += int32(d & 1)
		}
		return
	}
	for i, d := range v.def[:len(rank)] {
		rank[i] = n
		if d == v.level {
			n++
		}
	}
}

// present returns where the value of row i stands among the page's values; ok is
// false for a null. ranks must have been called.
func (v *view) present(i int) (at int, ok bool) {
	if v.nulls == 0 {
		return i, true
	}
	return int(v.rank[i]), v.def[i] == v.level
}

// reader delivers one column chunk page by page. A page's rows are slots: for a
// list, one per element or empty list.
type reader struct {
	bound *bound
	heads []pageHead
	pages *parquet.FilePages
	page  parquet.Page
	dict  parquet.Dictionary
	next  int   // page to come
	left  int64 // slots in the pages to come
	view
	entries values // of the dictionary
}

// start opens the chunk of column b in row group g.
func (r *reader) start(f *file, g int, b *bound) error {
	r.close()
	group := f.RowGroups()[g]
	chunk, ok := group.ColumnChunks()[b.leaf].(*parquet.FileColumnChunk)
	if !ok {
		return errDamaged
	}
	r.bound, r.heads, r.dict, r.next = b, f.layout[g][b.leaf], nil, 0
	r.left = 0
	for _, h := range r.heads {
		r.left += int64(h.values)
	}
	r.rows, r.level = 0, b.level
	r.pages = chunk.PagesFrom(f.source)
	return nil
}

func (r *reader) close() {
	if r.page != nil {
		parquet.Release(r.page)
		r.page = nil
	}
	if r.pages != nil {
		_ = r.pages.Close() // reads memory: cannot fail
		r.pages = nil
	}
}

// load decodes the next page that has rows. fresh is true when it comes with a
// dictionary not seen before.
func (r *reader) load() (fresh bool, err error) {
	if r.page != nil {
		parquet.Release(r.page)
		r.page = nil
	}
	for r.rows = 0; r.rows == 0; {
		if r.next == len(r.heads) {
			return false, errRows
		}
		if r.page, err = r.pages.ReadPage(); err != nil {
			return false, errDamaged
		}
		head := r.heads[r.next]
		r.next++
		changed, err := r.take(head)
		if err != nil {
			return false, err
		}
		fresh = fresh || changed
		r.left -= int64(r.rows)
	}
	return fresh, nil
}

// take points the view at the page just read and checks it against its header.
func (r *reader) take(head pageHead) (fresh bool, err error) {
	r.rows, r.nulls, r.ranked, r.index = int(r.page.NumValues()), 0, false, nil
	if r.bound.null {
		r.def = r.page.DefinitionLevels()
		r.nulls = int(r.page.NumNulls())
		if len(r.def) != r.rows {
			return false, errRows
		}
	}
	if r.rows != int(head.values) {
		return false, errRows
	}
	filled := r.rows - r.nulls
	data := r.page.Data()
	if dict := r.page.Dictionary(); dict != nil {
		r.index = data.Int32()
		if len(r.index) != filled {
			return false, errRows
		}
		fresh, r.dict = dict != r.dict, dict
		if fresh {
			entries := dict.Page().Data()
			err = r.entries.set(entries)
		}
		return fresh, err
	}
	if err := r.set(data); err != nil {
		return false, err
	}
	if r.bits == nil && r.n != filled || r.n < filled {
		return false, errRows
	}
	if head.encoding == format.Plain && int64(filled)*r.width() > int64(head.bytes) {
		return false, errDamaged
	}
	return false, nil
}

// width is the least number of bytes a plain value takes, 0 for booleans.
func (v *values) width() int64 {
	switch {
	case v.fixed > 0:
		return int64(v.fixed)
	case v.offsets != nil, v.ints != nil, v.floats != nil:
		return 4
	case v.longs != nil, v.doubles != nil:
		return 8
	}
	return 0
}

// done checks, at the end of a row group, that the chunk held exactly the rows
// of the footer.
func (r *reader) done() error {
	if r.left != 0 || r.next != len(r.heads) {
		return errRows
	}
	return nil
}
