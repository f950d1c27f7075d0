package importer

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"riskband/pipeline/extract/anytable"
	"riskband/pipeline/source/importer/account"
	"riskband/pipeline/source/importer/folder"
)

// dump reads an extract back through the other Parquet library and prints it,
// keys of the source in place of pseudonyms, missing as "-".
func dump(t *testing.T, dir string, keys map[string]string) string {
	t.Helper()
	var lines []string
	for _, table := range []struct {
		name    string
		columns []string
	}{
		{"patients", []string{"practice_code", "patient_id", "registration_start", "registration_end", "birth_month", "sex", "death_month"}},
		{"clinical_events", []string{"patient_id", "date", "snomedct_code", "numeric_value", "comparator", "unit"}},
		{"apcs", []string{"patient_id", "spell_id", "admission_date", "discharge_date", "admission_method", "primary_diagnosis"}},
		{"ec", []string{"patient_id", "attendance_id", "arrival_date"}},
		{"medications", []string{"patient_id"}},
	} {
		files, err := filepath.Glob(filepath.Join(dir, "extract", "*", table.name+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		var part []string
		for _, file := range files {
			_, code, _ := strings.Cut(filepath.Base(filepath.Dir(file)), "=")
			err := anytable.Read(file, table.columns, func(values []anytable.Value) error {
				line := table.name + " " + code
				for i := range values {
					word := show(values, i)
					if key, ok := keys[word]; ok {
						word = key
					}
					if word != code {
						line += " " + word
					}
				}
				part = append(part, line)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		slices.Sort(part)
		lines = append(lines, part...)
	}
	return strings.Join(lines, "\n")
}

func show(r folder.Row, i int) string {
	if r[i].Kind == anytable.DayValue {
		d, _ := r.Day(i)
		return d.String()
	}
	if s := r.Text(i); s != "" {
		return s
	}
	return "-"
}

func lines(r Report) string {
	list := func(counts []account.Count) (s string) {
		for _, c := range counts {
			s += fmt.Sprintf(" %s=%d", c.Name, c.N)
		}
		return s
	}
	var s string
	for _, t := range r.Tables {
		s += fmt.Sprintf("%s %d %d%s\n", t.Table, t.Rows, t.Used, list(t.Dropped))
	}
	return s + "measures" + list(r.Measures) + "\nassumed" + list(r.Assumptions)
}

func omopKeys() map[string]string {
	keys := map[string]string{}
	for id := range 2000 {
		keys[pseudonym("omop", fmt.Sprint(id))] = fmt.Sprint(id)
		keys[pseudonym("omop visit", fmt.Sprint(id))] = fmt.Sprint(id)
	}
	return keys
}
