package model_test

import (
	"os"
	"strings"
	"testing"

	"riskband/stratify/model"
)

// faulty has one fault of each kind; the wanted lines are counted by hand.
const faulty = `name: faulty
version: 1.0.0
title: T
summary: S
clinical_review: none
registers:
  - {id: Hyp, title: H, codes: hyp_cod, source: s}
  - {id: dm, title: D, codes: dm_cod, source: s, from: 2006-13-01}
  - {id: dm, title: D, codes: dm_cod, source: s}
measures:
  - {id: hba1c, title: H, unit: mmol/mol, codes: [{list: l}], same_day: first}
  - {id: bp, title: B, unit: mmHg, pair: [hba1c, nothing], same_day: lowest}
use:
  - {id: em, title: E, table: ec, where: {admission_method: a}, window_days: 0, source: s}
controls:
  - id: c
    title: C
    of: {register: hyp}
    measure: hba1c
    window_days: 365
    tier: 1
    source: s
    targets: [{at_most: [58, 60]}]
scores:
  - {id: s, version: 1.0.0, title: S, unit: u, scale: 0, source: s, items: [{item: i, when: {register: dm, from: 2}, points: 1}]}
bands:
  - {band: low, reason: r, title: R, when: {use: em}}
  - {band: high, reason: r, title: R, when: {}}
  - {band: low}
`

func TestParseReportsEveryFaultWithItsLine(t *testing.T) {
	_, err := model.Parse([]byte(faulty), nil)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{
		`line 7: registers[0].id: id "Hyp": want lower-case letters, digits and _`,
		`line 8: registers[1].from: want a date YYYY-MM-DD`,
		`line 9: registers[2].id: id "dm" is used twice`,
		`line 11: measures[0].plausible: want from and below, with from less than below`,
		`line 11: measures[0].same_day: want lowest or highest`,
		`line 12: measures[1].pair: "hba1c" has the unit mmol/mol, the pair mmHg`,
		`line 12: measures[1].pair: "nothing" is not a measure with codes`,
		`line 14: use[0].table: want apcs`,
		`line 14: use[0].window_days: want a positive number of days`,
		`line 18: controls[0].of: there is no register "hyp"`,
		`line 23: controls[0].targets[0]: want 1 limits, one a part of the measure, have 2`,
		`line 25: scores[0].scale: want the value of one point, above 0`,
		`line 25: scores[0].items[0].when: from does not go with register`,
		`line 27: bands[0].when: use: want from, below or both`,
		`line 28: bands[1].band: bands run from high to low: high comes after a lower band`,
		`line 28: bands[1].reason: reason "r" is used twice`,
		`line 28: bands[1].when: want exactly one of`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no fault %q in:\n%v", want, err)
		}
	}
}

func TestParseUnknownKeys(t *testing.T) {
	_, err := model.Parse([]byte("name: m\nversion: 1.0.0\ntitle: T\nsummary: S\nclinical_review: none\nregister: []\nbands: [{band: low}]\n"), nil)
	if err == nil || !strings.Contains(err.Error(), "line 6: ") || !strings.Contains(err.Error(), `missing key "registers"`) {
		t.Errorf("Parse = %v", err)
	}
}

func TestParseTerms(t *testing.T) {
	src := strings.Replace(strings.Replace(faulty, "items: [{item: i, when: {register: dm, from: 2}, points: 1}]", "terms: t.csv", 1), "Hyp", "hyp", 1)
	_, err := model.Parse([]byte(src), func(string) ([]byte, error) {
		return []byte("item,kind,name,from,below,points\nA,register,dm,,,x\nB,nothing,dm,,,1\nC,age,,7x,,1\n"), nil
	})
	for _, want := range []string{
		`scores[0].terms: t.csv line 2: points: want a whole number, have "x"`,
		`scores[0].terms: t.csv line 3: kind: "nothing" is not one of`,
		`scores[0].terms: t.csv line 4: from, below: want a number or nothing, have "7x", ""`,
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no fault %q in:\n%v", want, err)
		}
	}
}

// Any bytes give a model or an error.
func FuzzParse(f *testing.F) {
	src, err := os.ReadFile("../models/ten-registers/1.0.0/model.yaml")
	if err != nil {
		f.Fatal(err)
	}
	terms, err := os.ReadFile("../models/ten-registers/1.0.0/condition_count.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src, terms)
	f.Add([]byte(faulty), []byte(""))
	f.Fuzz(func(t *testing.T, src, terms []byte) {
		s, err := model.Parse(src, func(string) ([]byte, error) { return terms, nil })
		if (s == nil) == (err == nil) {
			t.Errorf("Parse = %v, %v: want a model or an error", s, err)
		}
		if err == nil {
			for _, b := range s.Bands[:len(s.Bands)-1] {
				_ = s.Text(*b.When) // whatever parses can be put into words
			}
		}
	})
}
