package importer

import (
	"cmp"
	"slices"

	"riskband/stratify/frame"
)

// emergencies holds the last day of every emergency visit by person, sorted
// once all are there.
type emergencies[K cmp.Ordered] struct{ list []emergency[K] }

type emergency[K cmp.Ordered] struct {
	person K
	end    frame.Day
}

func (e *emergencies[K]) add(person K, end frame.Day) {
	e.list = append(e.list, emergency[K]{person, end})
}

func (e *emergencies[K]) sort() { slices.SortFunc(e.list, emergency[K].compare) }

func (a emergency[K]) compare(b emergency[K]) int {
	return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.end, b.end))
}

// since returns the days from the latest emergency visit that ended on or before
// a day, -1 when there is none.
func (e *emergencies[K]) since(person K, day frame.Day) int {
	at, found := slices.BinarySearchFunc(e.list, emergency[K]{person, day}, emergency[K].compare)
	switch {
	case found:
		return 0
	case at == 0 || e.list[at-1].person != person:
		return -1
	}
	return int(day - e.list[at-1].end)
}
