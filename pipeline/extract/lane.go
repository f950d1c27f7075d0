package extract

import "slices"

// lane is one column of the scan: it takes a column chunk through the strides,
// whatever its pages, holds every page to the rules and lets its column pick
// from it.
type lane struct {
	name   string
	column laneColumn
	reader
	checker
	at int // next row of the page
}

// laneColumn makes of pages what the scan needs.
type laneColumn interface {
	// dictionary resolves the entries of a new dictionary, once each.
	dictionary(entries *values, c *checker)
	// page looks at a plain page just loaded.
	page(v *view, c *checker)
	// piece takes rows of the page at hand.
	piece(v *view, p piece, s *selection)
}

// piece is n rows of a page from row at on; they are rows base on of the stride,
// and the selection's entries [from, to) are among them.
type piece struct{ at, n, base, from, to int }

func (l *lane) start(f *file, g int, b *bound) error {
	l.at = 0
	l.checker = checker{bound: b, file: f, group: g}
	return l.reader.start(f, g, b)
}

func (l *lane) take(s *selection, n int) error {
	p := piece{}
	for p.base < n {
		if l.at == l.rows {
			if err := l.load(); err != nil {
				return err
			}
		}
		p.at, p.n = l.at, min(n-p.base, l.rows-l.at)
		p.to = len(s.rows)
		if end := p.base + p.n; end < n {
			p.to, _ = slices.BinarySearch(s.rows, int32(end))
		}
		l.column.piece(&l.view, p, s)
		l.at += p.n
		p.base += p.n
		p.from = p.to
	}
	return nil
}

func (l *lane) load() error {
	fresh, err := l.reader.load()
	if err != nil {
		return err
	}
	l.at = 0
	l.nullsAllowed(&l.view)
	if fresh {
		l.column.dictionary(&l.entries, &l.checker)
	}
	if l.index == nil {
		l.column.page(&l.view, &l.checker)
	}
	return nil
}

// selection is the rows of the stride that carry a concept: their row numbers
// from the start of the stride, ascending, and their concepts.
type selection struct {
	rows    []int32
	concept []uint16
}

// pick gathers the dictionary values of the selected rows. The last element of
// the table stands for a null.
func pick[T any](v *view, rows []int32, out, table []T, shift int) {
	null := int32(len(table) - 1)
	if v.nulls == 0 {
		entries := table[:null] // an index that is out of range must panic
		for k, row := range rows {
			out[k] = entries[v.index[int(row)+shift]]
		}
		return
	}
	v.ranks()
	last := int32(len(v.index) - 1)
	for k, row := range rows {
		i, entry := int(row)+shift, null
		if last >= 0 {
			entry = v.index[min(v.rank[i], last)]
		}
		if v.def[i] != v.level {
			entry = null
		}
		out[k] = table[entry]
	}
}

// each calls value with the position of every selected row's value, or null.
func each(v *view, rows []int32, shift int, value func(k, at int), null func(k int)) {
	v.ranks()
	for k, row := range rows {
		if at, ok := v.present(int(row) + shift); ok {
			value(k, at)
		} else {
			null(k)
		}
	}
}

// sized returns a slice of n, reusing s when it is large enough.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
