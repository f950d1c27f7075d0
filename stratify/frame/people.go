package frame

import (
	"cmp"
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
	order := make([]int, r.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return r.compare(a, b, asOf) })
	p := &People{AsOf: asOf, rows: make(map[string]int32, len(order))}
	for _, i := range order {
		text := r.Pseudonym[i].Reveal()
		if row, seen := p.rows[text]; seen { // the deciding episode sorted first
			p.Current[row] = p.Current[row] && !r.deadAt(i, asOf)
			p.OptOut[row] = p.OptOut[row].or(r.OptOut[i])
			continue
		}
		p.rows[text] = int32(len(p.Pseudonym))
		p.Pseudonym = append(p.Pseudonym, r.Pseudonym[i])
		p.Start = append(p.Start, r.Start[i])
		p.Birth = append(p.Birth, r.Birth[i])
		p.Sex = append(p.Sex, r.Sex[i])
		p.Ethnicity = append(p.Ethnicity, r.Ethnicity[i])
		p.LSOA = append(p.LSOA, r.LSOA[i])
		p.OptOut = append(p.OptOut, r.OptOut[i])
		p.Current = append(p.Current, r.openAt(i, asOf))
	}
	return p
}

// compare orders episodes by person, then with the deciding episode first. It is
// total up to rows that are equal in every column used.
func (r Registrations) compare(a, b int, asOf Day) int {
	current := func(i int) int {
		if r.openAt(i, asOf) {
			return 0
		}
		return 1
	}
	return cmp.Or(
		r.Pseudonym[a].Compare(r.Pseudonym[b]),
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
