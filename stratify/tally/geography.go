package tally

import (
	"cmp"
	"errors"
	"slices"

	"riskband/stratify/frame"
)

// ErrMapping means that the practice mapping contradicts itself.
var ErrMapping = errors.New("practice mapping contradicts itself")

// Geography says which areas each practice is in as at one day.
type Geography struct {
	asOf   frame.Day
	rows   map[string]Membership // by practice, valid on the day
	sole   Area                  // the mapping's one system, or the unmapped one
	nhoods []Area                // neighbourhoods of the mapping, in order
}

// NewGeography takes the rows that are valid on a day. As at that day every
// practice must have one row, every neighbourhood one place, every place one
// system, and every code one name; a code and its name come together or not at
// all. Rows of other days are only checked for periods that end before they
// begin.
//
// The error joins every fault, in the order of practice codes, each wrapping
// [ErrMapping]. No rows at all is not an error: everything is then unmapped.
func NewGeography(members []Membership, asOf frame.Day) (*Geography, error) {
	c := check{asOf: asOf}
	rows := slices.Clone(members)
	slices.SortStableFunc(rows, Membership.compare)
	var valid []Membership
	for _, m := range rows {
		c.period(m)
		if m.validOn(asOf) {
			valid = append(valid, m)
		}
	}
	c.fields(valid)
	c.practices(valid)
	for l := range Levels {
		c.names(valid, l)
	}
	c.parents(valid, Neighbourhood, Place)
	c.parents(valid, Place, System)
	if err := errors.Join(c.faults...); err != nil {
		return nil, err
	}
	return newGeography(valid, asOf), nil
}

func newGeography(valid []Membership, asOf frame.Day) *Geography {
	g := &Geography{asOf: asOf, rows: make(map[string]Membership, len(valid)), sole: unmapped(System)}
	systems := map[Area]bool{}
	nhoods := map[Area]bool{}
	for _, m := range valid {
		g.rows[m.Practice] = m
		if s := m.area(System); !s.Unmapped() && !systems[s] {
			systems[s], g.sole = true, s
		}
		if n := m.area(Neighbourhood); !n.Unmapped() && !nhoods[n] {
			nhoods[n] = true
			g.nhoods = append(g.nhoods, n)
		}
	}
	if len(systems) != 1 {
		g.sole = unmapped(System)
	}
	slices.SortFunc(g.nhoods, Area.Compare)
	return g
}

// validOn reports whether the row holds on a day; both ends are included.
func (m Membership) validOn(day frame.Day) bool {
	return m.From <= day && (!m.To.Known() || day <= m.To)
}

// compare orders rows by practice and period, then by where they put it.
func (m Membership) compare(o Membership) int {
	return cmp.Or(
		cmp.Compare(m.Practice, o.Practice),
		cmp.Compare(m.From, o.From),
		cmp.Compare(m.To, o.To),
		cmp.Compare(m.NeighbourhoodCode, o.NeighbourhoodCode),
		cmp.Compare(m.PlaceCode, o.PlaceCode),
		cmp.Compare(m.SystemCode, o.SystemCode),
	)
}

// AreasOf returns the practice's area at each level, indexed by [Level]. A
// practice that the mapping does not place on the day is in the unmapped
// neighbourhood and place, and in the mapping's system where it has just one.
func (g *Geography) AreasOf(practice string) [Levels]Area {
	m, mapped := g.rows[practice]
	if !mapped {
		m = Membership{Practice: practice, Name: practice}
	}
	var areas [Levels]Area
	for l := range Levels {
		areas[l] = m.area(l)
	}
	if areas[System].Unmapped() {
		areas[System] = g.sole
	}
	return areas
}
