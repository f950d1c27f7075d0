package main

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
)

const realData = "../../../shared/data"

// registered is the part of patient_bands that is counted here.
type registered struct {
	Band      string   `parquet:"band"`
	Registers []string `parquet:"registers,list"`
}

// The whole job on data no one here wrote. The registers and people were counted
// on the original files by DuckDB 2.0.0 with bench/registers.py: the latest code
// of each register's lists up to 30 June 2021 against the latest resolved code,
// with the age floors, of people registered and alive.
func TestRealInput(t *testing.T) {
	f := func(verb, folder string, people int, want map[string]int) {
		t.Helper()
		from := filepath.Join(realData, folder)
		if _, err := os.Stat(from); err != nil {
			t.Skipf("%s is absent: the run on real input is not tested", from)
		}
		dir := t.TempDir()
		quiet(t, "import", verb, "--from", from, "--out", dir+"/in", "--as-of", "2021-06-30")
		quiet(t, "run", dir+"/in/job.yaml", "--out", dir+"/out", "--secure", dir+"/secure", "--log-level", "error")
		files, err := filepath.Glob(dir + "/secure/runs/*/patients/*/patient_bands.parquet")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no secure rows: %v", verb, err)
		}
		got, n := map[string]int{}, 0
		for _, path := range files {
			rows, err := parquet.ReadFile[registered](path)
			if err != nil {
				t.Fatal(err)
			}
			n += len(rows)
			for _, r := range rows {
				for _, id := range r.Registers {
					got[id]++
				}
			}
		}
		if n != people || !maps.Equal(got, want) {
			t.Errorf("%s: %d people, registers %v; DuckDB %d, %v", verb, n, got, people, want)
		}
	}
	f("omop", "omop-synthea27nj", 24, map[string]int{
		"hypertension": 5, "diabetes": 1, "coronary_heart_disease": 1, "stroke_tia": 1, "asthma": 1,
	})
	f("synthea", "synthea-smart", 1492, map[string]int{
		"hypertension": 358, "diabetes": 66, "atrial_fibrillation": 16, "coronary_heart_disease": 46,
		"stroke_tia": 46, "copd": 34, "asthma": 66, "heart_failure": 3,
	})
}
