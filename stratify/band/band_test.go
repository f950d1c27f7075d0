package band_test

import (
	"strings"
	"testing"

	"riskband/stratify/band"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
	"riskband/stratify/model"
)

// A ladder of ages: what holds, and the first rule that holds, can be read off a
// person's age.
const ladder = `name: ladder
version: 1.0.0
title: T
summary: S
clinical_review: none
registers: [{id: r, title: R, codes: l, source: s}]
bands:
  - {band: high, reason: over_90, title: Over 90, when: {age: {from: 90}}}
  - {band: high, reason: over_80_woman, title: Woman over 80, when: {all: [{age: {from: 80}}, {sex: female}]}}
  - {band: rising, reason: over_70, title: Over 70, when: {age: {from: 70}}}
  - {band: low}
`

func TestFirstRuleDecidesAllAreKept(t *testing.T) {
	spec, err := model.Parse([]byte(ladder), nil)
	if err != nil {
		t.Fatal(err)
	}
	book, err := codes.NewBook([]codes.List{{Name: "l", System: codes.SNOMED, Entries: []codes.Entry{{Code: "38341003"}}}})
	if err != nil {
		t.Fatal(err)
	}
	asOf := frame.Date(2026, 3, 31)
	m, err := model.Compile(spec, book, asOf, model.Tables{true})
	if err != nil {
		t.Fatal(err)
	}
	var r frame.Registrations
	add := func(id string, age int, sex frame.Sex) {
		r.Pseudonym = append(r.Pseudonym, frame.NewPseudonym(id))
		r.Start, r.End = append(r.Start, 0), append(r.End, frame.NoDay)
		r.Type, r.Sex = append(r.Type, frame.Regular), append(r.Sex, sex)
		r.Birth, r.Death = append(r.Birth, frame.Date(2026-age, 3, 1)), append(r.Death, frame.NoDay)
		r.Ethnicity, r.LSOA, r.OptOut = append(r.Ethnicity, 0), append(r.LSOA, ""), append(r.OptOut, 0)
	}
	add("a", 69, frame.Female)
	add("b", 70, frame.Male)
	add("c", 80, frame.Male)
	add("d", 80, frame.Female)
	add("e", 90, frame.Female)
	people := frame.NewPeople(r, asOf)
	table := m.Plan.NewTable(people.Len())
	table.Finish()
	b := band.Decide(m.Evaluate(table, people))
	for i, want := range []string{"low", "rising over_70", "rising over_70", "high over_80_woman over_70", "high over_90 over_80_woman over_70"} {
		got := []string{b.Band[i].String()}
		for _, rule := range b.Reasons(i) {
			got = append(got, rule.Reason)
		}
		if strings.Join(got, " ") != want || b.Tier[i] != 0 {
			t.Errorf("person %d: %v, tier %d; want %s", i, got, b.Tier[i], want)
		}
	}
}
