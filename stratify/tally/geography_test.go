package tally_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"riskband/stratify/frame"
	"riskband/stratify/tally"
)

var (
	start = frame.Date(2020, time.January, 1)
	asOf  = frame.Date(2026, time.March, 31)
)

func member(practice, nhood, place, system string) tally.Membership {
	named := func(code, prefix string) string {
		if code == "" {
			return ""
		}
		return prefix + " " + code
	}
	return tally.Membership{
		Practice: practice, Name: "Practice " + practice,
		NeighbourhoodCode: nhood, Neighbourhood: named(nhood, "Neighbourhood"),
		PlaceCode: place, Place: named(place, "Place"),
		SystemCode: system, System: named(system, "System"),
		From: start, To: frame.NoDay, ListSize: -1,
	}
}

// tester is what *testing.T and *rapid.T share here.
type tester interface {
	Helper()
	Fatal(args ...any)
}

func geography(t tester, members ...tally.Membership) *tally.Geography {
	t.Helper()
	g, err := tally.NewGeography(members, asOf)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestAreasOf(t *testing.T) {
	moved := member("Y00002", "N1", "P1", "S1")
	moved.To = asOf - 1
	now := member("Y00002", "N2", "P1", "S1")
	now.From = asOf
	left := member("Y00003", "N1", "P1", "S1")
	left.To = asOf - 1
	lastDay := member("Y00004", "N1", "P1", "S1")
	lastDay.To = asOf
	g := geography(t, member("Y00001", "N1", "P1", "S1"), moved, now, left, lastDay)
	f := func(practice, want string) {
		t.Helper()
		var codes []string
		for l, a := range g.AreasOf(practice) {
			if a.Level != tally.Level(l) {
				t.Errorf("%s: area %d has level %s", practice, l, a.Level)
			}
			codes = append(codes, a.Code+"="+a.Name)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("AreasOf(%s) = %s\nwant %s", practice, got, want)
		}
	}
	f("Y00001", "Y00001=Practice Y00001 N1=Neighbourhood N1 P1=Place P1 S1=System S1")
	f("Y00002", "Y00002=Practice Y00002 N2=Neighbourhood N2 P1=Place P1 S1=System S1")
	f("Y00003", "Y00003=Y00003 unmapped=Unmapped practices unmapped=Unmapped practices S1=System S1")
	f("Y00004", "Y00004=Practice Y00004 N1=Neighbourhood N1 P1=Place P1 S1=System S1")
	f("Y09999", "Y09999=Y09999 unmapped=Unmapped practices unmapped=Unmapped practices S1=System S1")
}

func TestUnmappedSystemOnlyWhenTheMappingHasNotJustOne(t *testing.T) {
	f := func(want string, members ...tally.Membership) {
		t.Helper()
		if got := geography(t, members...).AreasOf("Y09999")[tally.System].Code; got != want {
			t.Errorf("system of a stray practice is %s; want %s", got, want)
		}
	}
	f("S1", member("Y00001", "N1", "P1", "S1"), member("Y00002", "N2", "P2", "S1"))
	f("S1", member("Y00001", "N1", "P1", "S1"), member("Y00002", "N2", "P2", ""))
	f("unmapped", member("Y00001", "N1", "P1", "S1"), member("Y00002", "N2", "P2", "S2"))
	f("unmapped")
}

// Every contradiction comes at once, in the order of practices.
func TestNewGeographyReportsEveryFault(t *testing.T) {
	overlap := member("Y00001", "N1", "P1", "S1")
	overlap.From = asOf - 10
	backwards := member("Y00009", "N1", "P1", "S1")
	backwards.To = start - 1
	renamed := member("Y00003", "N1", "P1", "S1")
	renamed.Neighbourhood = "Another name"
	nameless := member("Y00004", "N4", "P1", "S1")
	nameless.Neighbourhood = ""
	codeless := member("Y00005", "", "P1", "S1")
	codeless.Neighbourhood = "No code"
	members := []tally.Membership{
		member("Y00001", "N1", "P1", "S1"), overlap, backwards,
		member("Y00002", "N1", "P2", "S1"), // N1 is in P1
		member("Y00008", "N1", "P2", "S1"), // said once
		renamed, nameless, codeless,
		member("Y00006", "N6", "P2", "S2"), // P2 is in S1
		member("Y00007", "unmapped", "P1", "S1"),
		member("", "N1", "P1", "S1"),
	}
	want := []string{
		"practice Y00009 has a row that ends 2019-12-31, before it begins 2020-01-01",
		"a row has no practice code",
		"practice Y00004 has the neighbourhood code N4 but no name",
		`practice Y00005 has the neighbourhood name "No code" but no code`,
		"practice Y00007 uses the neighbourhood code unmapped, which stands for practices without one",
		"practice Y00001 has 2 rows valid on the day, beginning 2020-01-01 and 2026-03-21; end one before the next begins",
		`neighbourhood code N1 has two names, "Neighbourhood N1" and "Another name"`,
		"neighbourhood N1 is in two places, P1 and P2",
		"place P2 is in two systems, S1 and S2",
	}
	for range 3 { // the order of the file makes no difference
		slices.Reverse(members)
		_, err := tally.NewGeography(members, asOf)
		if !errors.Is(err, tally.ErrMapping) {
			t.Fatalf("error is %v; want ErrMapping", err)
		}
		var got []string
		for line := range strings.SplitSeq(err.Error(), "\n") {
			got = append(got, strings.TrimPrefix(line, "map practices as at 2026-03-31: practice mapping contradicts itself: "))
		}
		if !slices.Equal(got, want) {
			t.Errorf("faults:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func TestOverlapsOnOtherDaysAreAllowed(t *testing.T) {
	a, b := member("Y00001", "N1", "P1", "S1"), member("Y00001", "N2", "P2", "S1")
	a.To, b.To = start+100, start+50 // both ended long before
	if _, err := tally.NewGeography([]tally.Membership{a, b, member("Y00001", "N3", "P1", "S1")}, start+200); err != nil {
		t.Error(err)
	}
}

func drawMembers(t *rapid.T) []tally.Membership {
	nhoodPlace := map[string]string{"N1": "P1", "N2": "P1", "N3": "P2", "N4": "P3", "zz": "P2", "": ""} // zz sorts after unmapped
	placeSystem := map[string]string{"P1": "S1", "P2": "S1", "P3": rapid.SampledFrom([]string{"S1", "S2"}).Draw(t, "system"), "": ""}
	var members []tally.Membership
	for i := range rapid.IntRange(0, 8).Draw(t, "members") {
		nhood := rapid.SampledFrom(slices.Sorted(maps.Keys(nhoodPlace))).Draw(t, "neighbourhood")
		place := nhoodPlace[nhood]
		m := member(fmt.Sprintf("Y%05d", i), nhood, place, placeSystem[place])
		if rapid.Bool().Draw(t, "ended") {
			m.To = asOf - 1
		}
		members = append(members, m)
	}
	return members
}

// Whatever the mapping, every person given is in exactly one area of every
// level, and the order of mapping rows makes no difference.
func TestRollConservesPeople(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		members := drawMembers(t)
		g := geography(t, members...)
		practices := map[string]tally.Table{}
		total := tally.NewTable(shape)
		for i := range rapid.IntRange(0, 10).Draw(t, "practices") { // some beyond the mapping
			table := drawTable(t, "cells")
			practices[fmt.Sprintf("Y%05d", i)] = table
			if err := total.Merge(table); err != nil {
				t.Fatal(err)
			}
		}
		slices.Reverse(members)
		turned := geography(t, members...)
		for level := range tally.Levels {
			areas, err := g.Roll(practices, level)
			if err != nil {
				t.Fatal(err)
			}
			sum, counted := tally.NewTable(shape), 0
			for i, a := range areas {
				if err := sum.Merge(a.Table); err != nil {
					t.Fatal(err)
				}
				counted += a.Practices
				if a.Area.Level != level || a.Area.Code == "" || a.Area.Name == "" {
					t.Fatalf("area %+v at level %s", a.Area, level)
				}
				if i > 0 && (areas[i-1].Area.Unmapped() || !a.Area.Unmapped() && areas[i-1].Area.Code >= a.Area.Code) {
					t.Fatalf("%s comes after %s", a.Area.Code, areas[i-1].Area.Code)
				}
			}
			if counted != len(practices) || !slices.Equal(sum.Cells, total.Cells) {
				t.Fatalf("level %s counts %d practices and %v; want %d and %v",
					level, counted, sum.Total(), len(practices), total.Total())
			}
			again, err := turned.Roll(practices, level)
			if err != nil || !slices.EqualFunc(areas, again, func(a, b tally.AreaTable) bool {
				return a.Area == b.Area && slices.Equal(a.Table.Cells, b.Table.Cells)
			}) {
				t.Fatalf("level %s depends on the order of rows: %v", level, err)
			}
		}
	})
}

func TestRollLeavesTheTablesGivenAlone(t *testing.T) {
	g := geography(t, member("Y00001", "N1", "P1", "S1"), member("Y00002", "N1", "P1", "S1"))
	one, two := tally.NewTable(shape), tally.NewTable(shape)
	one.Add(0, 5)
	two.Add(0, 7)
	areas, err := g.Roll(map[string]tally.Table{"Y00001": one, "Y00002": two}, tally.Place)
	if err != nil || len(areas) != 1 || areas[0].Practices != 2 || areas[0].Table.Cells[0] != (tally.Cell{N: 2, Key: 12}) {
		t.Fatalf("Roll = %+v, %v", areas, err)
	}
	if one.Cells[0] != (tally.Cell{N: 1, Key: 5}) || two.Cells[0] != (tally.Cell{N: 1, Key: 7}) {
		t.Error("rolling up changed a practice's table")
	}
	other := tally.NewTable(tally.Shape{Name: "another"})
	if _, err := g.Roll(map[string]tally.Table{"Y00001": one, "Y00002": other}, tally.Place); !errors.Is(err, tally.ErrShape) {
		t.Errorf("within an area: error %v; want ErrShape", err)
	}
	if _, err := g.Roll(map[string]tally.Table{"Y00001": one, "Y00002": other}, tally.Practice); !errors.Is(err, tally.ErrShape) {
		t.Errorf("between areas: error %v; want ErrShape", err)
	}
}

func TestRemarks(t *testing.T) {
	g := geography(t,
		member("Y00001", "N1", "P1", "S1"), member("Y00002", "N1", "P1", "S1"), member("Y00003", "N1", "P1", "S1"),
		member("Y00004", "N2", "P1", "S1"), member("Y00005", "N2", "P1", "S1"),
		member("Y00006", "N3", "P1", "S1"),
	)
	got := g.Remarks(map[string]int64{
		"Y00001": 8_000, "Y00002": 8_000, "Y00003": 9_000, // 25,000 in 3: just right
		"Y00004": 40_000, "Y00005": 5_001, // 45,001 in 2
		"Y00099": 10, "Y00098": 10,
	})
	want := []string{
		"neighbourhood N2 has 45001 people; expected 25000 to 45000",
		"neighbourhood N2 has 2 practices; expected 3 to 5",
		"neighbourhood N3 has no practice in the extract",
		"practice Y00098 has no neighbourhood as at 2026-03-31: counted as unmapped",
		"practice Y00099 has no neighbourhood as at 2026-03-31: counted as unmapped",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Remarks:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestParseLevel(t *testing.T) {
	for l := range tally.Levels {
		if got, ok := tally.ParseLevel(l.String()); !ok || got != l {
			t.Errorf("ParseLevel(%s) = %v, %v", l, got, ok)
		}
	}
	if _, ok := tally.ParseLevel("country"); ok {
		t.Error("country is a level")
	}
}
