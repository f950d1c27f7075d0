package disclose

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"riskband/schemas"
	"riskband/stratify/tally"
)

func TestShippedProgramme(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	f := func(table, want string, levels ...tally.Level) {
		t.Helper()
		shape, ok := p.Shape(table)
		var got []string
		for _, d := range shape.Dimensions {
			got = append(got, d.Name+" "+strings.Join(d.Categories, ","))
		}
		if s := strings.Join(got, "; "); !ok || s != want || shape.Name != table {
			t.Errorf("%s: %t, %s\nwant %s", table, ok, s, want)
		}
		if !slices.Equal(p.Levels(table), levels) {
			t.Errorf("%s is made at %v; want %v", table, p.Levels(table), levels)
		}
	}
	f("band_by_age_sex", "sex female,male,intersex,unknown; age_band 0-17,18-39,40-64,65-74,75-84,85+; band high,rising,low",
		tally.Neighbourhood, tally.Place, tally.System)
	f("band_by_imd", "imd_quintile 1,2,3,4,5,unknown; band high,rising,low", tally.Neighbourhood, tally.Place, tally.System)
	f("band_by_practice", "band high,rising,low", tally.Practice)
	if got := p.Tables(); !slices.Equal(got, []string{"band_by_age_sex", "band_by_imd", "band_by_practice"}) {
		t.Errorf("tables are %v", got)
	}
	if _, ok := p.Shape("band_by_ethnicity"); ok {
		t.Error("a table that is not in the programme has a shape")
	}
	// 2 × 2 × 2 cells of a person by age and sex, 2 × 2 by deprivation; 2 at practice.
	if p.cells(tally.Neighbourhood) != 12 || p.cells(tally.Practice) != 2 {
		t.Errorf("a person is in %d and %d cells; want 12 and 2", p.cells(tally.Neighbourhood), p.cells(tally.Practice))
	}
}

// The contract and the programme say the same of every release table.
func TestProgrammeAgreesWithTheContract(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	contract, err := schemas.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, plan := range p.tables {
		table, ok := contract.Table(plan.shape.Name)
		if !ok || table.Kind != schemas.Release || table.Title != plan.title {
			t.Errorf("table %s %q is %q in the contract", plan.shape.Name, plan.title, table.Title)
		}
		closed := func(name string, want []string) {
			t.Helper()
			column, ok := table.Column(name)
			var got []string
			for _, v := range column.Values {
				got = append(got, v.Value)
			}
			if !ok || got != nil && !slices.Equal(got, want) {
				t.Errorf("column %s.%s holds %v in the contract, %v here", table.Name, name, got, want)
			}
		}
		var levels []string
		for _, l := range plan.levels {
			levels = append(levels, l.String())
		}
		closed("area_type", levels)
		closed("status", []string{"", Confidential})
		closed("notice", []string{Notice})
		for _, d := range plan.shape.Dimensions {
			closed(d.Name, append(slices.Clone(d.Categories), All))
		}
	}
}

func TestAgeBand(t *testing.T) {
	p, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	shape, _ := p.Shape("band_by_age_sex")
	names := shape.Dimensions[1].Categories
	f := func(age int, want string) {
		t.Helper()
		if got := names[p.AgeBand(age)]; got != want {
			t.Errorf("age %d is in %s; want %s", age, got, want)
		}
	}
	f(0, "0-17")
	f(17, "0-17")
	f(18, "18-39")
	f(39, "18-39")
	f(40, "40-64")
	f(64, "40-64")
	f(65, "65-74")
	f(74, "65-74")
	f(75, "75-84")
	f(84, "75-84")
	f(85, "85+")
	f(116, "85+")
	f(-1, "0-17")
}

func TestProgrammeReportsEveryFault(t *testing.T) {
	src := `version: "1"
dimensions:
  - name: sex
    categories: [female, all, female]
  - name: age_band
    from_ages: [0, 40, 18]
  - name: band
  - name: sex
    categories: [male]
tables:
  - name: t
    title: T
    subject: band
    by: [sex, ethnicity]
    levels: [place, neighbourhood]
  - name: t
    title: T
    subject: band
    by: [sex, band]
    levels: [practice, country]
`
	_, err := parseProgramme([]byte(src))
	if err == nil {
		t.Fatal("a faulty programme is read")
	}
	for _, want := range []string{
		`line 4: dimensions[0].categories: category "all"`,
		`line 4: dimensions[0].categories: category "female"`,
		`line 6: dimensions[1].from_ages: ages do not begin at 0 and rise`,
		`line 7: dimensions[2]: has no categories`,
		`line 8: dimensions[3].name: dimension "sex"`,
		`line 14: tables[0].by[1]: "ethnicity" is not a dimension`,
		`line 15: tables[0].levels[1]: "neighbourhood" is not a level, or not larger`,
		`line 16: tables[1].name: table "t" comes twice`,
		`line 18: tables[1].subject: "band" is not a dimension of this programme or comes twice`,
		`line 20: tables[1].levels[0]: 2 dimensions beside the subject, at most 1 at level practice`,
		`line 20: tables[1].levels[1]: "country" is not a level`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("faults lack %q", want)
		}
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != 11 {
		t.Errorf("%d faults; want 11:\n%v", n, err)
	}
}

func TestProgrammeCapsTheCellsOfAPerson(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: \"1\"\ndimensions:\n  - {name: sex, categories: [female]}\n  - {name: band, categories: [high]}\ntables:\n")
	table := func(i int) string {
		return fmt.Sprintf("  - {name: t%d, title: T, subject: band, by: [sex], levels: [practice]}\n", i)
	}
	for i := range 10 { // 4 cells each: 40 at practice
		b.WriteString(table(i))
	}
	if _, err := parseProgramme([]byte(b.String())); err != nil {
		t.Errorf("40 cells a person: %v", err)
	}
	b.WriteString(table(10))
	if _, err := parseProgramme([]byte(b.String())); err == nil || !strings.Contains(err.Error(), "up to 44 cells") {
		t.Errorf("44 cells a person: %v", err)
	}
}

func FuzzProgramme(f *testing.F) {
	f.Add(programmeYAML)
	f.Add([]byte("version: \"1\"\ndimensions: []\ntables: []\n"))
	f.Add([]byte("version: \"1\"\ndimensions:\n  - {name: age_band, from_ages: [0]}\ntables:\n  - {name: t, title: T, subject: age_band, by: [], levels: [system]}\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p, err := parseProgramme(src)
		if err != nil {
			return
		}
		for _, plan := range p.tables {
			if len(plan.levels) == 0 || len(plan.shape.Dimensions) == 0 {
				t.Fatalf("table %q has no level or no dimension", plan.shape.Name)
			}
			for _, d := range plan.shape.Dimensions {
				if len(d.Categories) == 0 || slices.Contains(d.Categories, All) {
					t.Fatalf("dimension %q has categories %q", d.Name, d.Categories)
				}
			}
		}
		for age := range 130 {
			if i := p.AgeBand(age); i != 0 && (i >= len(p.ages) || p.ages[i] > age) {
				t.Fatalf("age %d is in band %d of %v", age, i, p.ages)
			}
		}
	})
}
