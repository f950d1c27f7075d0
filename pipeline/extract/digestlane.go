package extract

import (
	"math"

	"github.com/parquet-go/parquet-go"

	"riskband/schemas"
)

// digestLane takes one leaf column through the strides of a digest. It reads
// lists too: an element counts with its place in its row's list.
type digestLane struct {
	reader
	name      string
	repeated  bool
	low, high []uint64 // by dictionary entry, 0 for NaN
	seed      uint64
	slot      int // next slot of the page
	element   uint64
}

// digestLanes lists the leaves of the contract's columns.
func (f *file) digestLanes(table schemas.Table) []*digestLane {
	var lanes []*digestLane
	leaf := 0
	for _, top := range f.Root().Columns() {
		_, known := table.Column(top.Name())
		nth := uint64(0)
		var walk func(c *parquet.Column)
		walk = func(c *parquet.Column) {
			if c.Leaf() && known {
				b := &bound{leaf: leaf, null: c.MaxDefinitionLevel() > 0, level: byte(c.MaxDefinitionLevel())}
				lanes = append(lanes, &digestLane{
					reader: reader{bound: b}, name: top.Name(), repeated: c.MaxRepetitionLevel() > 0,
					seed: hashText([]byte(top.Name()), nth),
				})
				nth++
			}
			if c.Leaf() {
				leaf++
			}
			for _, child := range c.Columns() {
				walk(child)
			}
		}
		walk(top)
	}
	return lanes
}

// take adds the hashes of the column's values in the next n rows.
func (l *digestLane) take(rows rowSums, n int) error {
	row := -1
	for row < n-1 || l.repeated {
		if l.slot == l.rows {
			if l.repeated && l.next == len(l.heads) && row == n-1 {
				return nil
			}
			if err := l.load(); err != nil {
				return err
			}
		}
		if l.repeated {
			var done bool
			if row, done = l.list(rows, row, n); done {
				return nil
			}
			continue
		}
		m := min(n-1-row, l.rows-l.slot)
		l.flat(rows, row+1, m)
		l.slot += m
		row += m
	}
	return nil
}

func (l *digestLane) load() error {
	fresh, err := l.reader.load()
	if err != nil {
		return err
	}
	l.slot = 0
	l.ranks()
	if !fresh {
		return nil
	}
	l.low, l.high = sized(l.low, l.entries.n), sized(l.high, l.entries.n)
	for i := range l.low {
		l.low[i], l.high[i] = l.entries.hash(i, l.seed)
	}
	return nil
}

// value returns the hashes of the value at a position among those present.
func (l *digestLane) value(at int) (low, high uint64) {
	if l.index != nil {
		entry := l.index[at]
		return l.low[entry], l.high[entry]
	}
	return l.hash(at, l.seed)
}

// flat adds m slots, one a row, from row on.
func (l *digestLane) flat(rows rowSums, row, m int) {
	sumLow, sumHigh := rows.low[row:row+m], rows.high[row:row+m]
	if l.index != nil && l.nulls == 0 {
		for i, entry := range l.index[l.slot : l.slot+m] {
			sumLow[i] += l.low[entry]
			sumHigh[i] += l.high[entry]
		}
		return
	}
	for i := range m {
		if at, ok := l.present(l.slot + i); ok {
			low, high := l.value(at)
			sumLow[i] += low
			sumHigh[i] += high
		}
	}
}

// list adds slots of a repeated column until the page or the n rows end.
func (l *digestLane) list(rows rowSums, row, n int) (int, bool) {
	starts := l.page.RepetitionLevels()
	for ; l.slot < l.rows; l.slot++ {
		if starts[l.slot] == 0 {
			if row == n-1 {
				return row, true
			}
			row++
			l.element = 0
		}
		l.element++
		if at, ok := l.present(l.slot); ok {
			low, high := l.value(at)
			rows.low[row] += hashWord(low, l.element)
			rows.high[row] += hashWord(high, l.element)
		}
	}
	return row, false
}

// finish checks that the chunk held exactly the rows of the footer.
func (l *digestLane) finish() error {
	if l.slot != l.rows {
		return errRows
	}
	return l.done()
}

// hash returns two hashes of value i that do not depend on how it is encoded; 0
// and 0 for NaN.
func (v *values) hash(i int, seed uint64) (low, high uint64) {
	var word uint64
	switch {
	case v.fixed > 0, v.offsets != nil:
		text := v.text(i)
		return hashText(text, seed^prime1), hashText(text, seed^prime2)
	case v.doubles != nil, v.floats != nil:
		x := v.number(i)
		if x != x {
			return 0, 0
		}
		if x == 0 {
			x = 0 // -0 is the same number
		}
		word = math.Float64bits(x)
	case v.bits != nil:
		if v.boolean(i) {
			word = 1
		}
	default:
		word = uint64(v.integer(i))
	}
	return hashWord(word, seed^prime1), hashWord(word, seed^prime2)
}
