package extract

import (
	"slices"

	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/rules"
)

// lane is one column of the scan: it takes a column chunk through the strides,
// whatever its pages, holds every page to the rules and lets its column pick
// from it.
type lane struct {
	name   string
	column laneColumn
	pages.Reader
	rules.Checker
	at int // next row of the page
}

// laneColumn makes of pages what the scan needs.
type laneColumn interface {
	// dictionary resolves the entries of a new dictionary, once each.
	dictionary(entries *pages.Values, c *rules.Checker)
	// page looks at a plain page just loaded.
	page(v *pages.View, c *rules.Checker)
	// piece takes rows of the page at hand.
	piece(v *pages.View, p piece, s *selection)
}

// piece is n rows of a page from row at on; they are rows base on of the stride,
// and the selection's entries [from, to) are among them.
type piece struct{ at, n, base, from, to int }

func (l *lane) start(f *pages.File, g int, b *rules.Bound) error {
	l.at = 0
	l.Checker = rules.Checker{Bound: b, File: f, Group: g}
	return l.Start(f, g, b.Leaf)
}

func (l *lane) take(s *selection, n int) error {
	p := piece{}
	for p.base < n {
		if l.at == l.Rows {
			if err := l.load(); err != nil {
				return err
			}
		}
		p.at, p.n = l.at, min(n-p.base, l.Rows-l.at)
		p.to = len(s.rows)
		if end := p.base + p.n; end < n {
			p.to, _ = slices.BinarySearch(s.rows, int32(end))
		}
		l.column.piece(&l.View, p, s)
		l.at += p.n
		p.base += p.n
		p.from = p.to
	}
	return nil
}

func (l *lane) load() error {
	fresh, err := l.Load()
	if err != nil {
		return err
	}
	l.at = 0
	l.CheckNulls(&l.View)
	if fresh {
		l.column.dictionary(&l.Entries, &l.Checker)
	}
	if l.Index == nil {
		l.column.page(&l.View, &l.Checker)
	}
	return nil
}

// selection is the rows of the stride that carry a concept: their row numbers
// from the start of the stride, ascending, and their concepts.
type selection struct {
	rows    []int32
	concept []uint16
}

// sized returns a slice of n, reusing s when it is large enough.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
