package extract

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"

	"riskband/pipeline/extract/refusal"
	"riskband/stratify/frame"
)

// openUnsealed opens a folder without a seal and returns its only practice.
func openUnsealed(t testing.TB, dir string) *Practice {
	t.Helper()
	e, err := Open(dir, true, asOf)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return e.Practices()[0]
}

// faultsOf runs the reader of a table over one file and returns its faults.
func faultsOf(t *testing.T, table string, data []byte) Faults {
	t.Helper()
	dir := t.TempDir()
	if table != tablePatients {
		put(t, dir, home+"patients.parquet", write(t, patientColumns("Y00001", somePatients(3)), layout{}))
	}
	put(t, dir, home+table+".parquet", data)
	p := openUnsealed(t, dir)
	r, _, err := p.Registrations(context.Background())
	if table != tablePatients {
		if err != nil {
			t.Fatalf("patients: %v", err)
		}
		src := slices.Index([]string{"clinical_events", "medications", "apcs"}, table)
		_, _, err = scanAll(t, p, frame.Source(src), frame.NewPeople(r, asOf))
	}
	if err == nil {
		return nil
	}
	var faults Faults
	if !errors.As(err, &faults) || !errors.Is(err, ErrRefused) {
		t.Fatalf("not faults: %v", err)
	}
	return faults
}

// set replaces the value of one row, or the node, of a column; add adds one.
func set(columns []col, name string, row int, value any) []col {
	for i := range columns {
		if columns[i].name == name {
			columns[i].values = slices.Clone(columns[i].values)
			columns[i].values[row] = value
		}
	}
	return columns
}

func retype(columns []col, name string, node parquet.Node, value any) []col {
	for i := range columns {
		if columns[i].name == name {
			columns[i].node = node
			columns[i].values = slices.Repeat([]any{value}, len(columns[i].values))
		}
	}
	return columns
}

func add(columns []col, name string, node parquet.Node, value any) []col {
	return append(columns, col{name: name, node: node, values: slices.Repeat([]any{value}, len(columns[0].values))})
}

func without(columns []col, name string) []col {
	return slices.DeleteFunc(columns, func(c col) bool { return c.name == name })
}

func spells(n int) []col {
	c := []col{
		{name: "patient_id", node: str()},
		{name: "spell_id", node: str()},
		{name: "admission_date", node: parquet.Date()},
		{name: "admission_method", node: str()},
		{name: "primary_diagnosis", node: str()},
		{name: "secondary_diagnoses", node: parquet.Repeated(str())},
		{name: "cost_pence", node: parquet.Leaf(parquet.Int64Type)},
		{name: "discharge_date", node: parquet.Date()},
	}
	for i := range n {
		lists := [][]string{{}, {"I10"}, {"E119", "I10"}}
		for k, v := range []any{
			pseudonym(i % 3), pseudonym(1000 + i/2), int32(asOf) - int32(i), []string{"21", "11"}[i%2], "J440",
			lists[i%3], int64(100 * i), int32(asOf),
		} {
			c[k].values = append(c[k].values, v)
		}
	}
	return c
}

func TestEveryRule(t *testing.T) {
	events := func() []col { return eventColumns(someEvents(400, 3, 3)) }
	patients := func() []col { return patientColumns("Y00001", somePatients(9)) }
	f := func(name, table string, columns []col, group int, column, rule, wantRemedy string) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			t.Helper()
			for _, l := range []layout{{rowGroup: 150}, {rowGroup: 150, encoding: &parquet.RLEDictionary, codec: &parquet.Zstd}} {
				got := faultsOf(t, table, write(t, columns, l))
				want := Fault{Practice: "Y00001", File: home + table + ".parquet", RowGroup: group, Column: column, Rule: rule, Remedy: refusal.Remedy(rule)}
				if len(got) != 1 || got[0] != want {
					t.Errorf("%v: got %v\nwant %v", l, got, want)
				}
				if !strings.Contains(refusal.Remedy(rule), wantRemedy) {
					t.Errorf("remedy %q does not say %q", refusal.Remedy(rule), wantRemedy)
				}
			}
		})
	}
	f("missing", "clinical_events", without(events(), "date"), -1, "date", refusal.RuleMissing, "add the column")
	f("timestamp", "clinical_events", retype(events(), "date", parquet.Timestamp(parquet.Millisecond), int64(1)), -1, "date", refusal.RuleDateType, "DATE")
	f("int96", "clinical_events", retype(events(), "date", parquet.Leaf(parquet.Int96Type), deprecated.Int96{1}), -1, "date", refusal.RuleDateType, "DATE")
	f("int date", "clinical_events", retype(events(), "date", parquet.Leaf(parquet.Int32Type), int32(1)), -1, "date", refusal.RuleDateType, "DATE")
	f("text date", "clinical_events", retype(events(), "date", str(), "2020-01-01"), -1, "date", refusal.RuleDateType, "DATE")
	f("int code", "clinical_events", retype(events(), "snomedct_code", parquet.Leaf(parquet.Int64Type), int64(38341003)), -1, "snomedct_code", refusal.RuleTextType, "text")
	f("int pseudonym", "clinical_events", retype(events(), "patient_id", parquet.Leaf(parquet.Int64Type), int64(7)), -1, "patient_id", refusal.RuleTextType, "text")
	f("int value", "clinical_events", retype(events(), "numeric_value", parquet.Leaf(parquet.Int32Type), int32(7)), -1, "numeric_value", refusal.RuleType, "type")
	f("decimal", "clinical_events", retype(events(), "numeric_value", parquet.Decimal(2, 9, parquet.Int32Type), int32(7)), -1, "numeric_value", refusal.RuleType, "type")
	f("null date", "clinical_events", set(events(), "date", 200, nil), 1, "date", refusal.RuleNull, "nulls")
	f("null code", "clinical_events", set(events(), "snomedct_code", 200, nil), 1, "snomedct_code", refusal.RuleNull, "nulls")
	f("null patient", "clinical_events", set(events(), "patient_id", 390, nil), 2, "patient_id", refusal.RuleNull, "nulls")
	f("early", "clinical_events", set(events(), "date", 3, int32(frame.Date(1899, time.December, 31))), 0, "date", refusal.RuleRange, "range")
	f("late", "clinical_events", set(events(), "date", 3, int32(frame.Date(2100, time.January, 2))), 0, "date", refusal.RuleRange, "range")
	f("infinite", "clinical_events", set(events(), "numeric_value", 160, math.Inf(-1)), 1, "numeric_value", refusal.RuleInfinite, "null")
	f("code form", "clinical_events", set(events(), "snomedct_code", 160, "0383A"), 1, "snomedct_code", refusal.RulePattern, "form")
	f("long code", "clinical_events", set(events(), "snomedct_code", 160, strings.Repeat("3", 30)), 1, "snomedct_code", refusal.RulePattern, "form")
	f("blank patient", "clinical_events", set(events(), "patient_id", 160, ""), 1, "patient_id", refusal.RuleBlank, "empty")
	f("nhs number", "clinical_events", set(events(), "patient_id", 0, "943 476 5919"), 0, "patient_id", refusal.RuleNHSNumber, "pseudonyms")
	f("unused comparator", "clinical_events", set(add(events(), "comparator", str(), "<"), "comparator", 170, "!!"), 1, "comparator", refusal.RuleList, "closed list")
	f("postcode in unit", "clinical_events", set(add(events(), "unit", str(), "mmol/L"), "unit", 170, "SG1 2AB"), 1, "unit", refusal.RulePostcode, "postcode")
	f("extra named", "clinical_events", add(events(), "Nhs-Number", str(), "x"), -1, "#1", refusal.RuleColumnName, "personal identifier")
	f("nhs number in spell", "apcs", set(spells(9), "spell_id", 5, "9434765919"), 0, "spell_id", refusal.RuleNHSNumber, "pseudonyms")
	f("closed method", "apcs", set(spells(9), "admission_method", 5, "99X"), 0, "admission_method", refusal.RuleList, "closed list")
	f("cost", "apcs", set(spells(9), "cost_pence", 5, int64(-1)), 0, "cost_pence", refusal.RuleRange, "range")
	f("text cost", "apcs", retype(spells(9), "cost_pence", str(), "1"), -1, "cost_pence", refusal.RuleType, "type")
	f("number list", "apcs", retype(spells(9), "secondary_diagnoses", parquet.Leaf(parquet.Int32Type), int32(1)), -1, "secondary_diagnoses", refusal.RuleNested, "flat")
	f("practice", "patients", set(patients(), "practice_code", 5, "Y00002"), 0, "practice_code", refusal.RulePractice, "folder")
	f("birth day", "patients", set(patients(), "birth_month", 5, int32(frame.Date(1960, 5, 2))), 0, "birth_month", refusal.RuleMonth, "first of its month")
	f("death day", "patients", set(patients(), "death_month", 5, int32(frame.Date(2024, 5, 31))), 0, "death_month", refusal.RuleMonth, "first of its month")
	f("sex", "patients", set(patients(), "sex", 5, "F"), 0, "sex", refusal.RuleList, "closed list")
	f("type", "patients", set(patients(), "registration_type", 5, "GMS"), 0, "registration_type", refusal.RuleList, "closed list")
	f("opt out", "patients", set(patients(), "opt_out", 5, "yes"), 0, "opt_out", refusal.RuleList, "closed list")
	f("ethnicity", "patients", set(patients(), "ethnicity", 5, "white"), 0, "ethnicity", refusal.RuleList, "closed list")
	f("lsoa", "patients", set(patients(), "lsoa_code", 5, "W1A 1AA"), 0, "lsoa_code", refusal.RulePattern, "form")
	f("birth text", "patients", retype(patients(), "care_home", str(), "yes"), -1, "care_home", refusal.RuleType, "type")
}

func TestAllFaultsAtOnce(t *testing.T) {
	dir := t.TempDir()
	bad := set(patientColumns("Y00001", somePatients(9)), "sex", 1, "x")
	bad = set(set(bad, "birth_month", 2, int32(frame.Date(1960, 5, 2))), "practice_code", 3, "Y00009")
	put(t, dir, home+"patients/a.parquet", write(t, bad, layout{}))
	put(t, dir, home+"patients/b.parquet", write(t, without(bad, "lsoa_code"), layout{}))
	put(t, dir, home+"patients/c.parquet", write(t, without(patientColumns("Y00001", somePatients(2)), "sex"), layout{}))
	put(t, dir, home+"patients/d.parquet", []byte("not parquet at all"))
	_, _, err := openUnsealed(t, dir).Registrations(context.Background())
	var got Faults
	errors.As(err, &got)
	var places []string
	for _, f := range got {
		places = append(places, strings.TrimPrefix(f.File, home+"patients/")+" "+f.Column+" "+f.Rule)
	}
	want := []string{
		"a.parquet birth_month not_first_of_month", "a.parquet practice_code practice_code", "a.parquet sex not_in_list",
		"b.parquet birth_month not_first_of_month", "b.parquet practice_code practice_code", "b.parquet sex not_in_list",
		"c.parquet sex missing_column", "d.parquet  not_parquet",
	}
	if !slices.Equal(places, want) {
		t.Errorf("got %q\nwant %q", places, want)
	}
	if n := strings.Count(err.Error(), "\n"); n != len(want)-1 {
		t.Errorf("%d lines, want one a fault", n+1)
	}
}

// No value of the data may appear in a fault: every value here is marked.
func TestFaultsHoldNoValue(t *testing.T) {
	const mark = "ZMARKZ"
	columns := patientColumns("Y00001", somePatients(9))
	for _, name := range []string{"patient_id", "practice_code", "registration_type", "sex", "ethnicity", "lsoa_code", "opt_out"} {
		columns = set(columns, name, 4, mark)
	}
	columns = add(columns, "surname_"+mark, str(), mark)
	got := faultsOf(t, "patients", write(t, columns, layout{}))
	if len(got) != 7 { // all but patient_id, where any text will do, and the name
		t.Errorf("%d faults, want 7: %v", len(got), got)
	}
	if strings.Contains(got.Error(), mark) {
		t.Errorf("a value in %q", got.Error())
	}
}
