package schemas

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite docs/dictionary.md")

func load(t *testing.T) *Contract {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestDictionary(t *testing.T) {
	const path = "../docs/dictionary.md"
	want := Dictionary(load(t))
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/dictionary.md differs from the contract: run go test ./schemas -update")
	}
}

// The columns as the design of the contract lists them; ? marks those that may
// be missing.
func TestColumns(t *testing.T) {
	c := load(t)
	want := []string{
		"patients extract: patient_id practice_code registration_start registration_end? registration_type? birth_month sex ethnicity? lsoa_code? death_month? care_home? opt_out?",
		"clinical_events extract: patient_id date snomedct_code numeric_value? comparator? unit?",
		"medications extract optional: patient_id date dmd_code",
		"apcs extract optional: patient_id spell_id admission_date discharge_date? admission_method admission_source? patient_class? primary_diagnosis secondary_diagnoses? procedures? provider_code? cost_pence?",
		"ec extract optional: patient_id attendance_id arrival_date attendance_type? diagnosis_snomed? admitted? provider_code? cost_pence?",
		"scores extract optional: patient_id score_name score_version value date",
		"practices reference: practice_code name neighbourhood_code neighbourhood place_code place system_code system valid_from valid_to? list_size?",
		"lsoa reference optional: lsoa_code vintage imd_release imd_decile residence_neighbourhood?",
		"band_by_age_sex release: area_type area_code area_name sex age_band band people_rounded5? status notice",
		"band_by_imd release: area_type area_code area_name imd_quintile band people_rounded5? status notice",
		"band_by_practice release: area_type area_code area_name band people_rounded5? status notice",
		"patient_bands secure: practice_code patient_id band tier? reasons registers",
		"patient_reasons secure: practice_code patient_id reason rule detail value? value_2? unit? day?",
		"tallies secure: practice_code table categories people key_sum?",
		"conservation secure: practice_code table rule rows",
		"list_hits secure: list rows",
	}
	var got []string
	for _, table := range c.Tables() {
		line := table.Name + " " + string(table.Kind)
		if table.Optional {
			line += " optional"
		}
		line += ":"
		for _, column := range table.Columns {
			line += " " + column.Name
			if column.Nullable() {
				line += "?"
			}
		}
		got = append(got, line)
	}
	if !slices.Equal(got, want) {
		t.Errorf("tables\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The 16+1 categories in the order of the NHS Data Dictionary, ethnic category
// code 2001.
func TestEthnicity(t *testing.T) {
	table, _ := load(t).Table("patients")
	column, ok := table.Column("ethnicity")
	if !ok {
		t.Fatal("no ethnicity column")
	}
	var codes string
	for _, v := range column.Values {
		codes += v.Value
	}
	if codes != "ABCDEFGHJKLMNPRSZ" {
		t.Errorf("codes %s", codes)
	}
	if column.Position("J") != 8 || column.Position("I") != -1 {
		t.Errorf("positions of J and I: %d, %d; want 8, -1", column.Position("J"), column.Position("I"))
	}
}

func TestPatterns(t *testing.T) {
	c := load(t)
	f := func(table, column, value string, want bool) {
		t.Helper()
		tab, _ := c.Table(table)
		col, ok := tab.Column(column)
		if !ok || col.Expression() == nil {
			t.Errorf("%s.%s has no pattern", table, column)
			return
		}
		if got := col.Expression().MatchString(value); got != want {
			t.Errorf("%s.%s matches %q: %v, want %v", table, column, value, got, want)
		}
	}
	f("patients", "practice_code", "A81001", true)
	f("patients", "practice_code", "A810010", false)
	f("patients", "practice_code", "a81001", false)
	f("patients", "practice_code", "A81001\n", false)
	f("patients", "lsoa_code", "E01000001", true)
	f("patients", "lsoa_code", "E99999999", true)
	f("patients", "lsoa_code", "E02000001", false)
	f("patients", "lsoa_code", "xE99999999", false)
	f("lsoa", "lsoa_code", "S01000001", false)
	f("clinical_events", "snomedct_code", "38341003", true)
	f("clinical_events", "snomedct_code", "12345", false)
	f("clinical_events", "snomedct_code", "038341003", false)
	f("clinical_events", "snomedct_code", "999480561000000103", true)
	f("clinical_events", "snomedct_code", "1999480561000000103", false)
	f("apcs", "primary_diagnosis", "I10X", true)
	f("apcs", "primary_diagnosis", "I50.1", true)
	f("apcs", "primary_diagnosis", "E11", true)
	f("apcs", "primary_diagnosis", "I5", false)
	f("apcs", "procedures", "K40.1", true)
}

func TestColumnRange(t *testing.T) {
	c := load(t)
	lsoa, _ := c.Table("lsoa")
	decile, _ := lsoa.Column("imd_decile")
	if from, to := decile.Numbers(); from != 1 || to != 10 {
		t.Errorf("decile from %v to %v", from, to)
	}
	patients, _ := c.Table("patients")
	birth, _ := patients.Column("birth_month")
	from, to := birth.Dates()
	if !from.Equal(time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)) || !to.IsZero() {
		t.Errorf("birth_month from %v to %v", from, to)
	}
}

// What leaves must be published, and what is published must not be personal.
func TestClasses(t *testing.T) {
	for _, table := range load(t).Tables() {
		for _, c := range table.Columns {
			if (table.Kind == Release) != (c.Disclosure == ClassPublished) {
				t.Errorf("%s.%s is %s", table.Name, c.Name, c.Disclosure)
			}
			if (c.Name == "patient_id") != (c.Disclosure == ClassPseudonym) {
				t.Errorf("%s.%s is %s", table.Name, c.Name, c.Disclosure)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	table, _ := load(t).Table("medications")
	got, err := json.Marshal(table.Columns[2])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name":"dmd_code","type":"text","nulls":"refused","pattern":"[1-9][0-9]{5,17}","code_system":"dm+d","disclosure":"sensitive","description":"dm+d id of the medicine as text."}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

const small = `name: t
title: A table
kind: extract
rows: one thing
description: What it is.
columns:
  - name: a
    type: number
    unit: mmHg
    nulls: allowed
    range: {from: 1, to: 2.5}
    disclosure: sensitive
    description: A number | a bar.
  - name: b
    type: text
    nulls: refused
    values: [{value: "", meaning: none}, {value: x, meaning: some}]
    disclosure: sensitive
    description: A word.
`

func TestMarkdown(t *testing.T) {
	table, err := parse("t", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	want := "## t\n\n**A table.** What it is.\n\n- One row is one thing.\n- Required.\n\n" +
		"| column | type | missing values | allowed | disclosure | meaning |\n" +
		"| --- | --- | --- | --- | --- | --- |\n" +
		"| `a` | number, mmHg | allowed | from 1 to 2.5 | sensitive | A number \\| a bar. |\n" +
		"| `b` | text | refused | listed below | sensitive | A word. |\n" +
		"\nValues of `b`, in order:\n\n| value | meaning |\n| --- | --- |\n| (empty) | none |\n| `x` | some |\n"
	if got := table.Markdown(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
