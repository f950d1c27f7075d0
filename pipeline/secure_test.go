package pipeline

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"riskband/stratify/disclose"
	"riskband/stratify/frame"
)

type tallyRow struct {
	Practice   string   `parquet:"practice_code"`
	Table      string   `parquet:"table"`
	Categories []string `parquet:"categories,list"`
	People     int64    `parquet:"people"`
	KeySum     string   `parquet:"key_sum,optional"`
}

type bandRow struct {
	Practice string `parquet:"practice_code"`
	Patient  string `parquet:"patient_id"`
	Band     string `parquet:"band"`
}

// The counts kept on the secure side are the people kept beside them, and each
// cell's key is the wrap-around sum of their record keys.
func TestTalliesAreThePeople(t *testing.T) {
	dir := madeSample(t)
	o, err := try(t, dir, "extract: extract\nreference: {practices: reference/practices.csv}\nopt_outs: not-applicable\n"+
		"model: {name: ten-registers, version: 1.0.0}\n", roomy)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(o.Secure, "patients", "*", "patient_bands.parquet"))
	if err != nil || len(files) != 7 {
		t.Fatalf("files %v, %v", files, err)
	}
	want := map[string]string{}
	people, keys := map[string]int64{}, map[string]uint64{}
	for _, path := range files {
		rows, err := parquet.ReadFile[bandRow](path)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			cell := r.Practice + " " + r.Band
			people[cell]++
			keys[cell] += disclose.RecordKey(disclose.DemoKey(), frame.NewPseudonym(r.Patient))
			want[cell] = fmt.Sprintf("%d %016x", people[cell], keys[cell])
		}
	}
	rows, err := parquet.ReadFile[tallyRow](filepath.Join(o.Secure, "tallies.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range rows {
		if r.Table == "band_by_practice" {
			got[r.Practice+" "+strings.Join(r.Categories, " ")] = fmt.Sprintf("%d %s", r.People, r.KeySum)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d cells, want %d", len(got), len(want))
	}
	for cell, w := range want {
		if got[cell] != w {
			t.Errorf("cell %s: %s, want %s", cell, got[cell], w)
		}
	}
}
