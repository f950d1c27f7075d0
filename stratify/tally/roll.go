package tally

import (
	"fmt"
	"maps"
	"slices"
)

// AreaTable is the table of one area and how many practices are in it.
type AreaTable struct {
	Area      Area
	Table     Table
	Practices int
}

// Roll adds the tables of practices, by practice code, up to the areas of a
// level, sorted by code with the unmapped area last. Every practice given is
// counted in exactly one area, so the sums are the same at every level; areas
// of which no practice is given are not there. The tables given are not
// changed. The error wraps [ErrShape] when their shapes differ.
func (g *Geography) Roll(practices map[string]Table, level Level) ([]AreaTable, error) {
	at := map[string]int{}
	var areas []AreaTable
	for _, practice := range slices.Sorted(maps.Keys(practices)) {
		table := practices[practice]
		area := g.AreasOf(practice)[level]
		i, seen := at[area.Code]
		if !seen {
			i = len(areas)
			at[area.Code] = i
			areas = append(areas, AreaTable{Area: area, Table: NewTable(table.Shape)})
		}
		if err := areas[i].Table.Merge(table); err != nil {
			return nil, fmt.Errorf("roll practice %s up to %s %s: %w", practice, level, area.Code, err)
		}
		areas[i].Practices++
	}
	for _, a := range areas {
		if !a.Table.Shape.Equal(areas[0].Table.Shape) {
			return nil, fmt.Errorf("roll up to %s %s: %w", level, a.Area.Code, ErrShape)
		}
	}
	slices.SortFunc(areas, func(a, b AreaTable) int { return a.Area.Compare(b.Area) })
	return areas, nil
}

// What a neighbourhood should be like: the NHS England neighbourhood
// guidelines as this project was given them.
const (
	nhoodPeopleFrom, nhoodPeopleTo       = 25_000, 45_000
	nhoodPracticesFrom, nhoodPracticesTo = 3, 5
)

// Remarks says, one line each and in the order of areas, which neighbourhoods
// are outside 25,000-45,000 people or 3-5 practices, given the people of each
// practice by code, and which practices given are not placed on the day. They
// hold true counts and are for the secure side.
func (g *Geography) Remarks(people map[string]int64) []string {
	size := map[string]int64{}
	practices := map[string]int{}
	var remarks, strays []string
	for _, practice := range slices.Sorted(maps.Keys(people)) {
		n := g.AreasOf(practice)[Neighbourhood]
		size[n.Code] += people[practice]
		practices[n.Code]++
		if n.Unmapped() {
			strays = append(strays, fmt.Sprintf("practice %s has no neighbourhood as at %s: counted as unmapped", practice, g.asOf))
		}
	}
	for _, n := range g.nhoods {
		if practices[n.Code] == 0 {
			remarks = append(remarks, fmt.Sprintf("neighbourhood %s has no practice in the extract", n.Code))
			continue
		}
		if s := size[n.Code]; s < nhoodPeopleFrom || s > nhoodPeopleTo {
			remarks = append(remarks, fmt.Sprintf("neighbourhood %s has %d people; expected %d to %d", n.Code, s, nhoodPeopleFrom, nhoodPeopleTo))
		}
		if p := practices[n.Code]; p < nhoodPracticesFrom || p > nhoodPracticesTo {
			remarks = append(remarks, fmt.Sprintf("neighbourhood %s has %d practices; expected %d to %d", n.Code, p, nhoodPracticesFrom, nhoodPracticesTo))
		}
	}
	return append(remarks, strays...)
}
