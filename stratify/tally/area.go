package tally

import "cmp"

// Level is a layer of the geography, smallest first.
type Level uint8

// The levels. Every practice is in one area of each.
const (
	Practice Level = iota
	Neighbourhood
	Place
	System
	Levels // how many there are
)

// String returns the level's word: practice, neighbourhood, place or system.
func (l Level) String() string {
	if l >= Levels {
		return "no level"
	}
	return [...]string{"practice", "neighbourhood", "place", "system"}[l]
}

// ParseLevel returns the level of a word; ok is false when there is none.
func ParseLevel(word string) (l Level, ok bool) {
	for l := range Levels {
		if l.String() == word {
			return l, true
		}
	}
	return Levels, false
}

// What stands for the area of practices that the mapping does not place.
const (
	UnmappedCode = "unmapped"
	UnmappedName = "Unmapped practices"
)

// Area is one area of a level.
type Area struct {
	Level Level
	Code  string
	Name  string
}

// Unmapped reports whether the area stands for practices without one.
func (a Area) Unmapped() bool { return a.Level != Practice && a.Code == UnmappedCode }

// Compare orders areas by level, then code, the unmapped area last.
func (a Area) Compare(b Area) int {
	last := func(x Area) int {
		if x.Unmapped() {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(a.Level, b.Level),
		cmp.Compare(last(a), last(b)),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Name, b.Name),
	)
}

func unmapped(l Level) Area { return Area{Level: l, Code: UnmappedCode, Name: UnmappedName} }

// area returns where the row puts its practice at a level; an area without a
// code is the unmapped one.
func (m Membership) area(l Level) Area {
	a := [Levels]Area{
		{Practice, m.Practice, m.Name},
		{Neighbourhood, m.NeighbourhoodCode, m.Neighbourhood},
		{Place, m.PlaceCode, m.Place},
		{System, m.SystemCode, m.System},
	}[l]
	if a.Code == "" {
		return unmapped(l)
	}
	return a
}
