package feature

import (
	"cmp"
	"slices"

	"riskband/stratify/frame"
)

// Table holds every feature for the people of one practice. Fill it with
// [Table.Fold] (and [Table.Merge]), then call [Table.Finish] once, then read.
// A table may be used again after [Table.Reset]; it is not safe for concurrent
// use.
type Table struct {
	plan        *Plan
	people      int
	days        [][]frame.Day  // by feature; NoDay while none
	values      [2][][]float64 // by part, feature; meaningful where the day is known
	counts      [][]int32      // by feature; after Finish
	halves      []half         // readings of pairs, until Finish
	spells      []spell        // rows of counts, until Finish
	order       []int32
	offset      []int32
	Hits        []int64 // rows folded, by concept
	NoValue     []int64 // rows of a value feature without a value, by feature
	Implausible []int64 // rows outside the plausible range, by feature
}

// half is one reading of one part of a pair.
type half struct {
	value   float64
	person  int32
	day     frame.Day
	feature uint16
	part    uint8
}

// spell is one row of a counted feature.
type spell struct {
	id      uint64
	person  int32
	feature uint16
}

// NewTable returns an empty table for n people.
func (p *Plan) NewTable(n int) *Table {
	f := len(p.features)
	t := &Table{
		plan: p, days: make([][]frame.Day, f), counts: make([][]int32, f),
		Hits: make([]int64, p.book.Concepts()), NoValue: make([]int64, f), Implausible: make([]int64, f),
	}
	t.values[0], t.values[1] = make([][]float64, f), make([][]float64, f)
	t.Reset(n)
	return t
}

// Reset empties the table and sizes it for n people, keeping its memory.
func (t *Table) Reset(n int) {
	t.people = n
	for i, f := range t.plan.features {
		if f.Kind == Count {
			t.counts[i] = zeroed(t.counts[i], n)
			continue
		}
		t.days[i] = zeroed(t.days[i], n)
		for r := range t.days[i] {
			t.days[i][r] = frame.NoDay
		}
		for part := range f.parts() {
			t.values[part][i] = zeroed(t.values[part][i], n)
		}
	}
	t.halves, t.spells = t.halves[:0], t.spells[:0]
	clear(t.Hits)
	clear(t.NoValue)
	clear(t.Implausible)
}

func zeroed[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// Days returns the day column of a feature: the first or last day, or the day
// of the latest value. It is nil for a Count. Borrowed until the next Reset.
func (t *Table) Days(feature int) []frame.Day { return t.days[feature] }

// Values returns the value column of a part of a feature (part 0 unless it is a
// Pair). A value means nothing where the day is unknown. Borrowed until Reset.
func (t *Table) Values(feature, part int) []float64 { return t.values[part][feature] }

// Counts returns the count column of a Count feature. Borrowed until Reset.
func (t *Table) Counts(feature int) []int32 { return t.counts[feature] }

// Merge adds what another unfinished table of the same plan and people saw.
func (t *Table) Merge(o *Table) {
	for i, f := range t.plan.features {
		for r, d := range o.days[i] {
			if !d.Known() {
				continue
			}
			switch f.Kind {
			case FirstDay:
				t.first(i, r, d)
			case LastDay:
				t.days[i][r] = max(t.days[i][r], d)
			case Latest:
				t.latest(i, r, d, o.values[0][i][r], f.Tie)
			case Pair, Count: // kept as rows until Finish
			}
		}
	}
	t.halves = append(t.halves, o.halves...)
	t.spells = append(t.spells, o.spells...)
	addTo(t.Hits, o.Hits)
	addTo(t.NoValue, o.NoValue)
	addTo(t.Implausible, o.Implausible)
}

func addTo(sum, more []int64) {
	for i, n := range more {
		sum[i] += n
	}
}

// Finish settles pairs and counts. Call it once, after the last row.
func (t *Table) Finish() {
	t.finishCounts()
	t.finishPairs()
}

func (t *Table) finishCounts() {
	slices.SortFunc(t.spells, func(a, b spell) int {
		return cmp.Or(cmp.Compare(a.feature, b.feature), cmp.Compare(a.person, b.person), cmp.Compare(a.id, b.id))
	})
	for _, s := range slices.Compact(t.spells) {
		t.counts[s.feature][s.person]++
	}
}
