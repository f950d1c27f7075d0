package frame_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"riskband/stratify/frame"
)

// Ages worked by hand: completed years, birthday on the first of the month.
func TestAgeAt(t *testing.T) {
	f := func(birth, at string, want int) {
		t.Helper()
		b, err1 := frame.ParseDay(birth)
		a, err2 := frame.ParseDay(at)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if got := b.AgeAt(a); got != want {
			t.Errorf("age of %s at %s = %d, want %d", birth, at, got, want)
		}
	}
	f("1946-04-01", "2026-03-31", 79)
	f("1946-04-01", "2026-04-01", 80)
	f("1946-03-01", "2026-03-31", 80)
	f("2026-03-01", "2026-03-31", 0)
	f("2024-02-01", "2025-01-31", 0)
	f("2000-02-01", "2024-02-29", 24)
	f("1912-12-01", "2026-03-31", 113)
}

func TestDay(t *testing.T) {
	if d := frame.Date(1970, 1, 1); d != 0 || d.String() != "1970-01-01" {
		t.Errorf("1970-01-01 is day %d, %s", int32(d), d)
	}
	if d := frame.Date(2000, 3, 1); d != 11017 { // 30 years and 7 leap days, then January and February 2000
		t.Errorf("2000-03-01 is day %d, want 11017", int32(d))
	}
	if s := frame.NoDay.String(); s != "" {
		t.Errorf("a missing day prints as %q", s)
	}
	if _, err := frame.ParseDay("31/03/2026"); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("ParseDay = %v", err)
	}
}

// No way of printing a pseudonym shows it.
func TestPseudonymIsRedacted(t *testing.T) {
	p := frame.NewPseudonym("canary-7f3a")
	held := struct {
		P frame.Pseudonym
		Q *frame.Pseudonym
		r frame.Pseudonym
		s []frame.Pseudonym
	}{p, &p, p, []frame.Pseudonym{p}}
	js, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		p.String(), fmt.Sprint(p), fmt.Sprintf("%v %+v %#v %s %q %x %d", p, p, p, p, p, p, p),
		fmt.Sprintf("%v %+v %#v", held, held, held), string(js), fmt.Errorf("x %w", fmt.Errorf("%v", p)).Error(),
	} {
		if strings.Contains(s, "canary") || strings.Contains(s, "63616e617279") {
			t.Errorf("shown: %s", s)
		}
	}
	if p.Reveal() != "canary-7f3a" {
		t.Error("Reveal does not give the text back")
	}
}

// episode is one row of patients, for hand-worked cases.
type episode struct {
	person     string
	start, end frame.Day
	kind       frame.RegistrationType
	death      frame.Day
	lsoa       string
	optOut     frame.OptOut
}

func registrations(es []episode) frame.Registrations {
	var r frame.Registrations
	for _, e := range es {
		r.Pseudonym = append(r.Pseudonym, frame.NewPseudonym(e.person))
		r.Start = append(r.Start, e.start)
		r.End = append(r.End, e.end)
		r.Type = append(r.Type, e.kind)
		r.Birth = append(r.Birth, frame.Date(1980, 1, 1))
		r.Sex = append(r.Sex, frame.Female)
		r.Ethnicity = append(r.Ethnicity, 0)
		r.LSOA = append(r.LSOA, e.lsoa)
		r.Death = append(r.Death, e.death)
		r.OptOut = append(r.OptOut, e.optOut)
	}
	return r
}

var asOf = frame.Date(2026, 3, 31)

func TestCurrent(t *testing.T) {
	const open = frame.NoDay
	f := func(want bool, es ...episode) {
		t.Helper()
		for i := range es {
			es[i].person = "p"
			if es[i].death == 0 {
				es[i].death = frame.NoDay
			}
		}
		p := frame.NewPeople(registrations(es), asOf)
		if p.Len() != 1 || p.Current[0] != want {
			t.Errorf("%d people, current %v; want %v", p.Len(), p.Current, want)
		}
	}
	f(true, episode{start: asOf - 100, end: open, kind: frame.Regular})
	f(true, episode{start: asOf, end: open, kind: frame.Regular})
	f(false, episode{start: asOf + 1, end: open, kind: frame.Regular})
	f(false, episode{start: asOf - 100, end: asOf, kind: frame.Regular})    // ended on the day
	f(true, episode{start: asOf - 100, end: asOf + 1, kind: frame.Regular}) // ends tomorrow
	f(false, episode{start: asOf - 100, end: open, kind: frame.Temporary})
	f(false, episode{start: asOf - 100, end: open, kind: frame.OtherRegistration})
	f(true, episode{start: asOf - 100, end: open})
	f(false, episode{start: asOf - 100, end: open, kind: frame.Regular, death: frame.Date(2026, 3, 1)})
	f(true, episode{start: asOf - 100, end: open, kind: frame.Regular, death: frame.Date(2026, 4, 1)})
	// A death on an older episode holds for the person.
	f(false, episode{start: asOf - 10, end: open, kind: frame.Regular},
		episode{start: asOf - 900, end: asOf - 800, kind: frame.Regular, death: frame.Date(2026, 3, 1)})
	// A current episode decides even when an ended one started later.
	f(true, episode{start: asOf - 900, end: open, kind: frame.Regular}, episode{start: asOf - 10, end: asOf - 5, kind: frame.Regular})
}

func TestDecidingEpisode(t *testing.T) {
	p := frame.NewPeople(registrations([]episode{
		{person: "b", start: 10, end: frame.NoDay, kind: frame.Regular, death: frame.NoDay, lsoa: "old"},
		{person: "b", start: 20, end: frame.NoDay, kind: frame.Regular, death: frame.NoDay, lsoa: "new", optOut: frame.OptOutNone},
		{person: "b", start: 5, end: 6, kind: frame.Regular, death: frame.NoDay, lsoa: "older", optOut: frame.OptOutType1},
		{person: "a", start: 1, end: frame.NoDay, kind: frame.Regular, death: frame.NoDay},
	}), asOf)
	if p.Len() != 2 || p.LSOA[1] != "new" || p.Start[1] != 20 || !p.OptOut[1].Type1() || p.OptOut[0].Any() {
		t.Errorf("people %+v", p)
	}
	row, ok := p.Row([]byte("b"))
	if _, stranger := p.Row([]byte("c")); row != 1 || !ok || stranger {
		t.Errorf("row of b = %d, %v", row, ok)
	}
}

// The order of the rows never shows.
func TestPeopleDoNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		es := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) episode {
			return episode{
				person: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "person"),
				start:  asOf + frame.Day(rapid.IntRange(-3, 1).Draw(rt, "start")),
				end:    rapid.SampledFrom([]frame.Day{frame.NoDay, asOf, asOf + 1}).Draw(rt, "end"),
				kind:   frame.RegistrationType(rapid.IntRange(0, 3).Draw(rt, "kind")),
				death:  rapid.SampledFrom([]frame.Day{frame.NoDay, frame.NoDay, frame.Date(2026, 3, 1)}).Draw(rt, "death"),
				lsoa:   rapid.SampledFrom([]string{"", "x", "y"}).Draw(rt, "lsoa"),
			}
		}), 0, 8).Draw(rt, "episodes")
		shuffled := rapid.Permutation(es).Draw(rt, "order")
		a, b := frame.NewPeople(registrations(es), asOf), frame.NewPeople(registrations(shuffled), asOf)
		describe := func(p *frame.People) string {
			s := ""
			for i := range p.Len() {
				s += fmt.Sprintln(p.Pseudonym[i].Reveal(), p.Start[i], p.LSOA[i], p.OptOut[i], p.Current[i])
			}
			return s
		}
		if describe(a) != describe(b) {
			rt.Fatalf("order shows:\n%s\n%s", describe(a), describe(b))
		}
	})
}

// Bits against a plain slice of yes and no.
func TestBits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(rt, "n")
		draw := func(name string) ([]bool, frame.Bits) {
			plain, b := make([]bool, n), frame.NewBits(n)
			for i := range plain {
				if plain[i] = rapid.Bool().Draw(rt, name); plain[i] {
					b.Set(i)
				}
			}
			return plain, b
		}
		p, a := draw("a")
		q, b := draw("b")
		op := rapid.SampledFrom([]string{"and", "or", "andnot", "not"}).Draw(rt, "op")
		switch op {
		case "and":
			a.And(b)
		case "or":
			a.Or(b)
		case "andnot":
			a.AndNot(b)
		case "not":
			c := frame.NewBits(n)
			c.Fill(n)
			c.AndNot(a)
			a = c
		}
		count := 0
		for i := range p {
			want := map[string]bool{"and": p[i] && q[i], "or": p[i] || q[i], "andnot": p[i] && !q[i], "not": !p[i]}[op]
			if a.Has(i) != want {
				rt.Fatalf("%s: row %d is %v, want %v", op, i, a.Has(i), want)
			}
			if want {
				count++
			}
		}
		seen := -1
		a.Each(func(i int) {
			if i <= seen || !a.Has(i) {
				rt.Fatalf("Each gave %d after %d", i, seen)
			}
			seen = i
			count--
		})
		if count != 0 || (n > 0 && a.Count() != countTrue(a, n)) {
			rt.Fatalf("count is off by %d", count)
		}
	})
}

func countTrue(b frame.Bits, n int) (c int) {
	for i := range n {
		if b.Has(i) {
			c++
		}
	}
	return c
}
