package disclose_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"riskband/stratify/disclose"
	"riskband/stratify/tally"
)

func programme(t testing.TB) disclose.Programme {
	t.Helper()
	p, err := disclose.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// areaTable gives an area's table with these counts, in the order of cells.
func areaTable(p disclose.Programme, table string, level tally.Level, code string, people ...int64) tally.AreaTable {
	shape, _ := p.Shape(table)
	counts := tally.NewTable(shape)
	for i, n := range people {
		counts.Cells[i] = tally.Cell{N: n, Key: 0x1234567890abcdef}
	}
	return tally.AreaTable{
		Area:  tally.Area{Level: level, Code: code, Name: "Area " + code},
		Table: counts, Practices: 1,
	}
}

// tester is what *testing.T, *testing.F and *rapid.T share here.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func release(t tester, p disclose.Programme, tables ...tally.AreaTable) disclose.Release {
	t.Helper()
	r, err := disclose.Interim(p, tables)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func rows(r disclose.Release) (all []disclose.Row) {
	for _, t := range r.Tables() {
		all = slices.AppendSeq(all, t.Rows())
	}
	return all
}

// The rule as it is written down: 1-7 hidden, 0 shown, others to the nearest 5.
func TestApply(t *testing.T) {
	p := programme(t)
	f := func(people int64, want string) {
		t.Helper()
		row := rows(release(t, p, areaTable(p, "band_by_practice", tally.Practice, "Y00001", people)))[0]
		n, ok := row.People.Count()
		if got := row.People.String(); got != want || row.Categories[0] != "high" {
			t.Errorf("%d people in %v are shown as %s; want %s", people, row.Categories, got, want)
		}
		if ok != (want != "[c]") || ok != (row.People.Symbol() == "") || !ok && n != 0 {
			t.Errorf("%d people: Count() = %d, %t, Symbol() = %q", people, n, ok, row.People.Symbol())
		}
	}
	f(0, "0")
	for people := range int64(7) {
		f(people+1, "[c]")
	}
	for people, want := range map[int64]string{
		8: "10", 9: "10", 10: "10", 11: "10", 12: "10", 13: "15", 14: "15", 15: "15", 16: "15", 17: "15",
		18: "20", 22: "20", 23: "25", 997: "995", 998: "1000", 1_234_567: "1234565", 1_234_568: "1234570",
	} {
		f(people, want)
	}
}

// Worked by hand. Every row, in order, of three areas given in disorder: totals
// come from true counts (7+7+7 = 21 is shown as 20 above three hidden cells).
func TestRowsAndTotals(t *testing.T) {
	p := programme(t)
	unmapped := areaTable(p, "band_by_imd", tally.Place, tally.UnmappedCode, 8)
	b := areaTable(p, "band_by_practice", tally.Practice, "Y00002", 7, 7, 7)
	a := areaTable(p, "band_by_practice", tally.Practice, "Y00001", 0, 4, 13)
	z := areaTable(p, "band_by_imd", tally.Place, "z", 0, 0, 0, 0, 3, 3)
	r, err := disclose.Interim(p, []tally.AreaTable{b, unmapped}, nil, []tally.AreaTable{z, a})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, table := range r.Tables() {
		got = append(got, fmt.Sprintf("%s %q by %v: %d rows", table.Name(), table.Title(), table.Dimensions(), table.Len()))
		for row := range table.Rows() {
			if table.Name() == "band_by_imd" && row.People.String() == "0" {
				continue
			}
			if row.Notice() != "INTERIM: not for publication" {
				t.Errorf("row %v says %q", row, row.Notice())
			}
			got = append(got, fmt.Sprintf("%s %s %v %s", row.Area.Level, row.Area.Code, row.Categories, row.People))
		}
	}
	want := []string{
		`band_by_imd "People by band and deprivation" by [imd_quintile band]: 56 rows`,
		"place z [2 rising] [c]",
		"place z [2 low] [c]",
		"place z [2 all] [c]",
		"place z [all rising] [c]",
		"place z [all low] [c]",
		"place z [all all] [c]",
		"place unmapped [1 high] 10",
		"place unmapped [1 all] 10",
		"place unmapped [all high] 10",
		"place unmapped [all all] 10",
		`band_by_practice "People by band and practice" by [band]: 8 rows`,
		"practice Y00001 [high] 0",
		"practice Y00001 [rising] [c]",
		"practice Y00001 [low] 15",
		"practice Y00001 [all] 15",
		"practice Y00002 [high] [c]",
		"practice Y00002 [rising] [c]",
		"practice Y00002 [low] [c]",
		"practice Y00002 [all] 20",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if r.Notice() != "INTERIM: not for publication" || r.Profile() != "interim" || r.Programme() != "1" {
		t.Errorf("release says %q, %q, %q", r.Notice(), r.Profile(), r.Programme())
	}
}

func TestNothingBesideTheProgrammeIsReleased(t *testing.T) {
	p := programme(t)
	good := areaTable(p, "band_by_practice", tally.Practice, "Y00001", 10, 20, 30)
	f := func(why string, change func(a *tally.AreaTable)) {
		t.Helper()
		bad := areaTable(p, "band_by_practice", tally.Practice, "Y00002", 10, 20, 30)
		change(&bad)
		r, err := disclose.Interim(p, []tally.AreaTable{good, bad})
		if !errors.Is(err, disclose.ErrProgramme) || !strings.Contains(err.Error(), why) || len(r.Tables()) != 0 {
			t.Errorf("released %d tables with error %v; want none and %q", len(r.Tables()), err, why)
		}
	}
	f("no table of that name", func(a *tally.AreaTable) { a.Table.Name = "band_by_ethnicity" })
	f("not made at that level", func(a *tally.AreaTable) { a.Area.Level = tally.Neighbourhood })
	f("comes twice", func(a *tally.AreaTable) { a.Area.Code = "Y00001" })
	f("negative count", func(a *tally.AreaTable) { a.Table.Cells[1].N = -1 })
	f("dimensions or categories", func(a *tally.AreaTable) { a.Table.Cells = a.Table.Cells[:2] })
	f("dimensions or categories", func(a *tally.AreaTable) {
		a.Table.Dimensions[0].Categories = []string{"high", "low", "rising"}
	})
	f("dimensions or categories", func(a *tally.AreaTable) {
		a.Table.Dimensions = append(a.Table.Dimensions, tally.Dimension{Name: "sex", Categories: []string{"female"}})
	})
	if _, err := disclose.Interim(disclose.Programme{}, []tally.AreaTable{good}); !errors.Is(err, disclose.ErrProgramme) {
		t.Errorf("the empty programme allows a table: %v", err)
	}

	several := []tally.AreaTable{
		areaTable(p, "band_by_practice", tally.System, "S1", 10),
		areaTable(p, "band_by_imd", tally.Practice, "Y00001", 10),
	}
	_, err := disclose.Interim(p, several)
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("two faults are not told of together: %v", err)
	}
}

func TestWhatIsHandedOutCannotChangeARelease(t *testing.T) {
	p := programme(t)
	r := release(t, p, areaTable(p, "band_by_practice", tally.Practice, "Y00001", 10, 3, 30))
	before := fmt.Sprint(rows(r))
	for _, row := range rows(r) {
		row.Categories[0] = "changed"
		row.Area.Code = "changed"
	}
	tables := r.Tables()
	tables[0].Dimensions()[0] = "changed"
	tables[0] = disclose.Table{}
	shape, _ := p.Shape("band_by_practice")
	shape.Dimensions[0].Categories[0] = "changed"
	p.Levels("band_by_practice")[0] = tally.System
	again := release(t, p, areaTable(p, "band_by_practice", tally.Practice, "Y00001", 10, 3, 30))
	if fmt.Sprint(rows(r)) != before || fmt.Sprint(rows(again)) != before {
		t.Error("a caller can change a release or the programme")
	}
}

func TestTheOrderOfTablesMakesNoDifference(t *testing.T) {
	p := programme(t)
	given := []tally.AreaTable{
		areaTable(p, "band_by_imd", tally.Place, "P1", 10, 20),
		areaTable(p, "band_by_imd", tally.Neighbourhood, "unmapped", 30),
		areaTable(p, "band_by_imd", tally.Neighbourhood, "zz", 40),
		areaTable(p, "band_by_practice", tally.Practice, "Y00001", 50),
		areaTable(p, "band_by_age_sex", tally.System, "S1", 60),
	}
	want := fmt.Sprint(rows(release(t, p, given...)))
	rapid.Check(t, func(t *rapid.T) {
		mixed := rapid.Permutation(given).Draw(t, "order")
		if got := fmt.Sprint(rows(release(t, p, mixed...))); got != want {
			t.Fatalf("rows depend on the order given:\n%s\n%s", got, want)
		}
	})
}

func BenchmarkInterim(b *testing.B) {
	p := programme(b)
	var given []tally.AreaTable
	for i := range 50 {
		given = append(given, areaTable(p, "band_by_age_sex", tally.Neighbourhood, fmt.Sprint(i), 1, 20, 300))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := disclose.Interim(p, given); err != nil {
			b.Fatal(err)
		}
	}
}
