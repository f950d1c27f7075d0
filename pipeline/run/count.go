package run

import (
	"fmt"
	"slices"

	"riskband/stratify/band"
	"riskband/stratify/disclose"
	"riskband/stratify/frame"
	"riskband/stratify/tally"
)

// count tallies the counted people by every table of the programme.
func count(plan *Plan, people *frame.People, counted frame.Bits, bands *band.Bands) []tally.Table {
	recordKey := recordKeys(plan.Key)
	names := plan.Programme.Tables()
	tables, dimensions := make([]tally.Table, len(names)), make([][]category, len(names))
	for t, name := range names {
		shape, _ := plan.Programme.Shape(name)
		tables[t] = tally.NewTable(shape)
		for _, d := range shape.Dimensions {
			dimensions[t] = append(dimensions[t], plan.category(d, people, bands))
		}
	}
	var at []int
	counted.Each(func(i int) {
		key := recordKey(people.Pseudonym[i])
		for t := range tables {
			at = at[:0]
			for _, category := range dimensions[t] {
				at = append(at, category(i))
			}
			tables[t].Add(tables[t].Index(at...), key)
		}
	})
	return tables
}

// category gives the position of a person's category in a dimension.
type category func(person int) int

// category reads a dimension of the programme. A dimension it does not know is a
// damaged build: the programme is shipped with the program.
func (plan *Plan) category(d tally.Dimension, people *frame.People, bands *band.Bands) category {
	switch d.Name {
	case "band":
		order := positions(d, band.Names()...)
		return func(i int) int { return order[bands.Band[i]] }
	case "sex":
		order := positions(d, frame.SexUnknown.String(), frame.Female.String(), frame.Male.String(), frame.Intersex.String())
		return func(i int) int { return order[people.Sex[i]] }
	case "age_band":
		return func(i int) int { return plan.Programme.AgeBand(people.Age(i)) }
	case "imd_quintile":
		unknown := slices.Index(d.Categories, "unknown")
		return func(i int) int { return quintile(plan.Deprivation, people.LSOA[i], unknown) }
	}
	//nolint:forbidigo // invariant: a test of this package counts by every table of the programme
	panic(fmt.Sprintf("run: the table programme has the dimension %s, which nothing fills", d.Name))
}

// positions finds where each word stands among a dimension's categories.
func positions(d tally.Dimension, words ...string) []int {
	at := make([]int, len(words))
	for i, w := range words {
		at[i] = slices.Index(d.Categories, w)
	}
	return at
}

// quintile returns the position of an LSOA's IMD quintile, 0 for the most
// deprived fifth.
func quintile(d Deprivation, lsoa string, unknown int) int {
	if d == nil || lsoa == "" {
		return unknown
	}
	decile, ok := d.Decile(lsoa)
	if !ok {
		return unknown
	}
	return (int(decile) - 1) / 2
}

// recordKeys returns the record key of a person, 0 under a profile without keys.
func recordKeys(k disclose.Key) func(frame.Pseudonym) uint64 {
	if k.IsZero() {
		return func(frame.Pseudonym) uint64 { return 0 }
	}
	return disclose.NewHasher(k).RecordKey
}
