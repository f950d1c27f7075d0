package frame

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// People holds one row per person of one practice, sorted by pseudonym, so the
// row numbers do not depend on the order of the files. Every slice has the same
// length. Where a person has several episodes, the row shows the one that
// decides: a current one before any other, then the latest start; ties are
// broken by the values themselves. A death or an opt-out on any of a person's
// episodes holds for the person.
type People struct {
	AsOf      Day
	Pseudonym []Pseudonym
	Start     []Day // first day of the deciding episode
	Birth     []Day
	Sex       []Sex
	Ethnicity []uint8  // position in the contract's list plus one, 0 unknown
	LSOA      []string // "" unknown
	OptOut    []OptOut
	Current   []bool // open at the as-of day, alive, regular
	rows      map[string]int32
}

// Len returns the number of people.
func (p *People) Len() int { return len(p.Pseudonym) }

// Row returns the row of a pseudonym's text; ok is false for someone who is not
// in the patients table. The argument is not kept.
func (p *People) Row(pseudonym []byte) (row int32, ok bool) {
	row, ok = p.rows[string(pseudonym)]
	return row, ok
}

// Age returns completed years at the as-of day of the person in row i: 0 also for
// someone whose month of birth a supplier puts after that day.
func (p *People) Age(i int) int {
	if p.Birth[i] > p.AsOf {
		return 0
	}
	return p.Birth[i].AgeAt(p.AsOf)
}

// NewPeople folds episodes into people as at a day. It copies what it keeps.
func NewPeople(r Registrations, asOf Day) *People {
	order := r.byPseudonym()
	p := &People{AsOf: asOf, rows: make(map[string]int32, len(order))}
	p.grow(len(order))
	for first := 0; first < len(order); {
		text := r.Pseudonym[order[first].at].Reveal()
		last := first + 1
		for last < len(order) && r.Pseudonym[order[last].at].Reveal() == text {
			last++
		}
		p.rows[text] = int32(len(p.Pseudonym))
		p.add(r, order[first:last], asOf)
		first = last
	}
	return p
}

// keyed is an episode with the first eight bytes of its pseudonym, which nearly
// always tell two people apart without looking at the rest.
type keyed struct {
	prefix uint64
	at     int32
}

// byPseudonym lists the episodes by the bytes of their pseudonyms. The episodes
// of one person come together, in no particular order.
func (r Registrations) byPseudonym() []keyed {
	order := make([]keyed, r.Len())
	for i, p := range r.Pseudonym {
		var prefix [8]byte
		copy(prefix[:], p.Reveal())
		order[i] = keyed{binary.BigEndian.Uint64(prefix[:]), int32(i)}
	}
	slices.SortFunc(order, func(a, b keyed) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		return r.Pseudonym[a.at].Compare(r.Pseudonym[b.at])
	})
	return order
}

func (p *People) grow(n int) {
	p.Pseudonym = make([]Pseudonym, 0, n)
	p.Start, p.Birth = make([]Day, 0, n), make([]Day, 0, n)
	p.Sex, p.Ethnicity = make([]Sex, 0, n), make([]uint8, 0, n)
	p.LSOA, p.OptOut, p.Current = make([]string, 0, n), make([]OptOut, 0, n), make([]bool, 0, n)
}

// add adds one person from their episodes.
func (p *People) add(r Registrations, episodes []keyed, asOf Day) {
	i := int(episodes[0].at)
	for _, e := range episodes[1:] {
		if r.compare(int(e.at), i, asOf) < 0 {
			i = int(e.at)
		}
	}
	current, optOut := r.OpenAt(i, asOf), r.OptOut[i]
	for _, e := range episodes {
		current = current && !r.DeadAt(int(e.at), asOf)
		optOut = optOut.or(r.OptOut[e.at])
	}
	p.Pseudonym = append(p.Pseudonym, r.Pseudonym[i])
	p.Start = append(p.Start, r.Start[i])
	p.Birth = append(p.Birth, r.Birth[i])
	p.Sex = append(p.Sex, r.Sex[i])
	p.Ethnicity = append(p.Ethnicity, r.Ethnicity[i])
	p.LSOA = append(p.LSOA, r.LSOA[i])
	p.OptOut = append(p.OptOut, optOut)
	p.Current = append(p.Current, current)
}

// compare orders two episodes of one person, the deciding one first. It is total
// up to episodes that are equal in every column used.
func (r Registrations) compare(a, b int, asOf Day) int {
	current := func(i int) int {
		if r.OpenAt(i, asOf) {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(current(a), current(b)),
		cmp.Compare(r.Start[b], r.Start[a]),
		cmp.Compare(r.Birth[a], r.Birth[b]),
		cmp.Compare(r.Sex[a], r.Sex[b]),
		cmp.Compare(r.LSOA[a], r.LSOA[b]),
		cmp.Compare(r.Ethnicity[a], r.Ethnicity[b]),
		cmp.Compare(r.OptOut[b], r.OptOut[a]),
		cmp.Compare(r.Death[a], r.Death[b]),
		cmp.Compare(r.End[a], r.End[b]),
		cmp.Compare(r.Type[a], r.Type[b]),
	)
}
