package feature_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"riskband/stratify/codes"
	"riskband/stratify/feature"
	"riskband/stratify/frame"
)

// row is one coded row before it is folded.
type row struct {
	source  frame.Source
	person  int
	list    int // list 0..3; the code is the list's own
	day     frame.Day
	value   float64
	spellID uint64
}

const firstDay, lastDay, people = 20000, 20030, 4

// plan has one feature of each kind, and two of one kind with opposite ties.
func plan(t interface{ Fatal(args ...any) }) (*feature.Plan, *codes.Book) {
	entry := func(code string) []codes.Entry { return []codes.Entry{{Code: code}} }
	book, err := codes.NewBook([]codes.List{
		{Name: "a", System: codes.SNOMED, Entries: entry("a")},
		{Name: "b", System: codes.SNOMED, Entries: entry("b")},
		{Name: "ab", System: codes.SNOMED, Entries: []codes.Entry{{Code: "a"}, {Code: "b"}}},
		{Name: "e", System: codes.AdmissionMethod, Entries: entry("e")},
	})
	if err != nil {
		t.Fatal(err)
	}
	one := func(list string) []feature.Input { return []feature.Input{{List: list}} }
	plausible := [2]feature.Range{{From: 10, Below: 90}, {From: 20, Below: 80}}
	p, err := feature.NewPlan([]feature.Feature{
		{Name: "first", Kind: feature.FirstDay, From: firstDay + 3, Inputs: one("ab")},
		{Name: "last", Kind: feature.LastDay, From: frame.NoDay, Inputs: one("a")},
		{Name: "low", Kind: feature.Latest, From: frame.NoDay, Tie: feature.Lowest, Plausible: plausible, Inputs: one("a")},
		{Name: "high", Kind: feature.Latest, From: frame.NoDay, Tie: feature.Highest, Plausible: plausible, Inputs: []feature.Input{{List: "b", Scale: 2, Add: 1}}},
		{Name: "pair", Kind: feature.Pair, From: frame.NoDay, Tie: feature.Lowest, Plausible: plausible, Inputs: []feature.Input{{List: "a", Part: 0}, {List: "b", Part: 1, Add: 5}}},
		{Name: "count", Source: frame.APCS, Kind: feature.Count, From: firstDay + 10, Inputs: one("e")},
	}, book)
	if err != nil {
		t.Fatal(err)
	}
	return p, book
}

func batch(book *codes.Book, rows []row) frame.Batch {
	b := frame.Batch{}
	for _, r := range rows {
		b.Person = append(b.Person, int32(r.person))
		b.Day = append(b.Day, r.day)
		b.Value = append(b.Value, r.value)
		b.ID = append(b.ID, r.spellID)
		b.Concept = append(b.Concept, book.Concept(system(r), []byte{"ab e"[r.list]}))
	}
	return b
}

func system(r row) codes.System {
	if r.source == frame.APCS {
		return codes.AdmissionMethod
	}
	return codes.SNOMED
}

// answer is what the reference finds for one person.
type answer struct {
	first, last, lowDay, highDay, pairDay frame.Day
	low, high, pair0, pair1               float64
	count                                 int32
}

// reference answers by looking at all rows of a person for every question, one
// question at a time, in the words of the Kind comments.
func reference(rows []row, person int) answer {
	a := answer{first: frame.NoDay, last: frame.NoDay, lowDay: frame.NoDay, highDay: frame.NoDay, pairDay: frame.NoDay}
	spells := map[uint64]bool{}
	type reading struct{ a, b []float64 }
	byDay := map[frame.Day]*reading{}
	for _, r := range rows {
		if r.person != person {
			continue
		}
		if r.source == frame.APCS {
			if r.day >= firstDay+10 {
				spells[r.spellID] = true
			}
			continue
		}
		if r.day >= firstDay+3 && (!a.first.Known() || r.day < a.first) {
			a.first = r.day
		}
		if r.list == 0 {
			a.last = max(a.last, r.day)
		}
		if byDay[r.day] == nil {
			byDay[r.day] = &reading{}
		}
		if r.list == 0 && r.value >= 10 && r.value < 90 {
			byDay[r.day].a = append(byDay[r.day].a, r.value)
		}
		if r.list == 1 && !math.IsNaN(r.value) {
			byDay[r.day].b = append(byDay[r.day].b, r.value)
		}
	}
	a.count = int32(len(spells))
	for day := frame.Day(firstDay); day <= lastDay; day++ { // later days overwrite earlier ones
		r := byDay[day]
		if r == nil {
			continue
		}
		if len(r.a) > 0 {
			a.lowDay, a.low = day, least(r.a)
		}
		doubled, home := keep(r.b, 2, 1, 10, 90), keep(r.b, 1, 5, 20, 80)
		if len(doubled) > 0 {
			a.highDay, a.high = day, -least(keep(doubled, -1, 0, -1000, 1000))
		}
		if len(r.a) > 0 && len(home) > 0 {
			a.pairDay, a.pair0, a.pair1 = day, least(r.a), least(home)
		}
	}
	return a
}

func keep(values []float64, scale, add, from, below float64) (kept []float64) {
	for _, v := range values {
		if w := v*scale + add; w >= from && w < below {
			kept = append(kept, w)
		}
	}
	return kept
}

func least(values []float64) float64 {
	m := values[0]
	for _, v := range values {
		if v < m {
			m = v
		}
	}
	return m
}

func read(t *feature.Table, p int) answer {
	a := answer{
		first: t.Days(0)[p], last: t.Days(1)[p], lowDay: t.Days(2)[p], highDay: t.Days(3)[p], pairDay: t.Days(4)[p],
		count: t.Counts(5)[p],
	}
	if a.lowDay.Known() {
		a.low = t.Values(2, 0)[p]
	}
	if a.highDay.Known() {
		a.high = t.Values(3, 0)[p]
	}
	if a.pairDay.Known() {
		a.pair0, a.pair1 = t.Values(4, 0)[p], t.Values(4, 1)[p]
	}
	return a
}

func randomRows(rt *rapid.T) []row {
	return rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) row {
		r := row{
			person: rapid.IntRange(0, people-1).Draw(rt, "person"),
			day:    frame.Day(rapid.IntRange(firstDay, lastDay).Draw(rt, "day")),
			list:   rapid.IntRange(0, 1).Draw(rt, "list"),
			value:  rapid.SampledFrom([]float64{math.NaN(), 0, 9.5, 10, 20, 30, 44, 45, 75, 80, 89, 90}).Draw(rt, "value"),
		}
		if rapid.IntRange(0, 4).Draw(rt, "spell") == 0 {
			r.source, r.list, r.spellID = frame.APCS, 3, rapid.Uint64Range(0, 3).Draw(rt, "id")
		}
		return r
	}), 0, 60).Draw(rt, "rows")
}

// The fold agrees with the reference whatever the order of rows, with rows
// repeated, and with the rows cut into two tables that are merged.
func TestFoldAgreesWithReference(t *testing.T) {
	p, book := plan(t)
	rapid.Check(t, func(rt *rapid.T) {
		rows := randomRows(rt)
		shuffled := rapid.Permutation(append(rows, rows[:len(rows)/3]...)).Draw(rt, "order")
		cut := rapid.IntRange(0, len(shuffled)).Draw(rt, "cut")
		left, right := p.NewTable(people), p.NewTable(people)
		fold(left, book, shuffled[:cut])
		fold(right, book, shuffled[cut:])
		left.Merge(right)
		left.Finish()
		for person := range people {
			if got, want := read(left, person), reference(rows, person); got != want {
				rt.Fatalf("person %d: fold %+v, reference %+v", person, got, want)
			}
		}
	})
}

func fold(t *feature.Table, book *codes.Book, rows []row) {
	for s := range frame.Sources {
		var of []row
		for _, r := range rows {
			if r.source == s {
				of = append(of, r)
			}
		}
		t.Fold(s, batch(book, of))
	}
}

func TestFoldDoesNotAllocate(t *testing.T) {
	p, book := plan(t)
	rows := make([]row, 0, 1000)
	for i := range 1000 {
		rows = append(rows, row{person: i % people, list: i % 2, day: frame.Day(firstDay + i%30), value: float64(i % 100)})
	}
	b, table := batch(book, rows), p.NewTable(people)
	if n := testing.AllocsPerRun(20, func() {
		table.Reset(people)
		table.Fold(frame.ClinicalEvents, b)
		table.Finish()
	}); n != 0 {
		t.Errorf("%v allocations a fold, want none once buffers have grown", n)
	}
}

func TestPlanRefusesContradiction(t *testing.T) {
	book, err := codes.NewBook([]codes.List{
		{Name: "clinic", System: codes.SNOMED, Entries: []codes.Entry{{Code: "1"}}},
		{Name: "home", System: codes.SNOMED, Entries: []codes.Entry{{Code: "1"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = feature.NewPlan([]feature.Feature{{
		Name: "bp", Kind: feature.Latest, Inputs: []feature.Input{{List: "clinic"}, {List: "home", Add: 5}},
	}}, book)
	if want := "plan feature bp: a code stands in two of its lists with different parts or conversions"; err == nil || err.Error() != want {
		t.Errorf("NewPlan = %v, want %q", err, want)
	}
	_, err = feature.NewPlan([]feature.Feature{{Name: "x", Inputs: []feature.Input{{List: "absent"}}}}, book)
	if want := "plan feature x: no code list absent"; err == nil || err.Error() != want {
		t.Errorf("NewPlan = %v, want %q", err, want)
	}
}

func BenchmarkFold(b *testing.B) {
	p, book := plan(b)
	rows := make([]row, 0, 65536)
	for i := range cap(rows) {
		rows = append(rows, row{person: (i / 37) % 10000, list: i % 2, day: frame.Day(firstDay + i%1000), value: float64(i % 100)})
	}
	in, table := batch(book, rows), p.NewTable(10000)
	b.ReportAllocs()
	for b.Loop() {
		table.Reset(10000)
		table.Fold(frame.ClinicalEvents, in)
	}
	b.ReportMetric(float64(b.N)*float64(len(rows))/b.Elapsed().Seconds(), "rows/s")
}
