package digest

import (
	"math"

	"riskband/pipeline/extract/pages"
)

// lane takes one leaf column through the strides of a digest. It reads
// lists too: an element counts with its place in its row's list.
type lane struct {
	pages.Reader
	leaf      pages.Leaf
	name      string
	low, high []uint64 // by dictionary entry, 0 for NaN
	seed      uint64
	slot      int // next slot of the page
	element   uint64
}

// lanesOf lists the leaves of the contract's columns.
func lanesOf(f *pages.File) []*lane {
	var lanes []*lane
	for _, c := range f.Columns() {
		if _, known := f.Table.Column(c.Name); !known {
			continue
		}
		for nth, leaf := range c.Leaves {
			lanes = append(lanes, &lane{leaf: leaf, name: c.Name, seed: hashText([]byte(c.Name), uint64(nth))})
		}
	}
	return lanes
}

// take adds the hashes of the column's values in the next n rows.
func (l *lane) take(rows rowSums, n int) error {
	row := -1
	for row < n-1 || l.leaf.Repeated {
		if l.slot == l.Rows {
			if l.leaf.Repeated && !l.More() && row == n-1 {
				return nil
			}
			if err := l.load(); err != nil {
				return err
			}
		}
		if l.leaf.Repeated {
			var done bool
			if row, done = l.list(rows, row, n); done {
				return nil
			}
			continue
		}
		m := min(n-1-row, l.Rows-l.slot)
		l.flat(rows, row+1, m)
		l.slot += m
		row += m
	}
	return nil
}

func (l *lane) load() error {
	fresh, err := l.Reader.Load()
	if err != nil {
		return err
	}
	l.slot = 0
	l.Ranks()
	if !fresh {
		return nil
	}
	l.low, l.high = sized(l.low, l.Entries.N), sized(l.high, l.Entries.N)
	for i := range l.low {
		l.low[i], l.high[i] = hashValue(&l.Entries, i, l.seed)
	}
	return nil
}

// value returns the hashes of the value at a position among those present.
func (l *lane) value(at int) (low, high uint64) {
	if l.Index != nil {
		entry := l.Index[at]
		return l.low[entry], l.high[entry]
	}
	return hashValue(&l.Values, at, l.seed)
}

// flat adds m slots, one a row, from row on.
func (l *lane) flat(rows rowSums, row, m int) {
	sumLow, sumHigh := rows.low[row:row+m], rows.high[row:row+m]
	if l.Index != nil && l.Nulls == 0 {
		for i, entry := range l.Index[l.slot : l.slot+m] {
			sumLow[i] += l.low[entry]
			sumHigh[i] += l.high[entry]
		}
		return
	}
	for i := range m {
		if at, ok := l.Present(l.slot + i); ok {
			low, high := l.value(at)
			sumLow[i] += low
			sumHigh[i] += high
		}
	}
}

// list adds slots of a repeated column until the page or the n rows end.
func (l *lane) list(rows rowSums, row, n int) (int, bool) {
	starts := l.Starts()
	for ; l.slot < l.Rows; l.slot++ {
		if starts[l.slot] == 0 {
			if row == n-1 {
				return row, true
			}
			row++
			l.element = 0
		}
		l.element++
		if at, ok := l.Present(l.slot); ok {
			low, high := l.value(at)
			rows.low[row] += hashWord(low, l.element)
			rows.high[row] += hashWord(high, l.element)
		}
	}
	return row, false
}

// finish checks that the chunk held exactly the rows of the footer.
func (l *lane) finish() error {
	if l.slot != l.Rows {
		return pages.ErrRows
	}
	return l.Done()
}

// sized returns a slice of n, reusing s when it is large enough.
func sized(s []uint64, n int) []uint64 {
	if cap(s) < n {
		return make([]uint64, n, n+n/4)
	}
	return s[:n]
}

// hashValue returns two hashes of value i that do not depend on how it is encoded; 0
// and 0 for NaN.
func hashValue(v *pages.Values, i int, seed uint64) (low, high uint64) {
	var word uint64
	switch {
	case v.IsText():
		text := v.Text(i)
		return hashText(text, seed^prime1), hashText(text, seed^prime2)
	case v.IsNumber():
		x := v.Number(i)
		if x != x {
			return 0, 0
		}
		if x == 0 {
			x = 0 // -0 is the same number
		}
		word = math.Float64bits(x)
	case v.IsBoolean():
		if v.Boolean(i) {
			word = 1
		}
	default:
		word = uint64(v.Integer(i))
	}
	return hashWord(word, seed^prime1), hashWord(word, seed^prime2)
}
