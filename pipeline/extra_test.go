package pipeline

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/rs/zerolog"

	"riskband/pipeline/extract"
	"riskband/pipeline/job"
)

// issued is a row of medications with two columns the contract does not have.
type issued struct {
	Patient string  `parquet:"patient_id"`
	Date    int32   `parquet:"date,date"`
	Code    string  `parquet:"dmd_code"`
	Dose    string  `parquet:"dose"`
	Cost    float64 `parquet:"cost"`
}

// Columns outside the contract are ignored, counted and said.
func TestExtraColumnsAreSaid(t *testing.T) {
	dir := madeSample(t)
	path := filepath.Join(dir, "extract", "practice_code=Y90002", "medications.parquet")
	if err := parquet.WriteFile(path, []issued{{Patient: "nobody-here", Date: 20000, Code: "322236009", Dose: "canary-dose"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := extract.Seal(t.Context(), filepath.Join(dir, "extract"), sealed(sampleDay)); err != nil {
		t.Fatal(err)
	}
	j, err := job.Parse([]byte(interimJob), dir)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if _, err := Check(t.Context(), j, Options{Limits: roomy, Log: zerolog.New(&log)}, nil); err != nil {
		t.Fatal(err)
	}
	if want := `"practice":"Y90002","columns":2,"message":"ignored columns outside the contract"`; strings.Count(log.String(), "ignored columns") != 1 || !strings.Contains(log.String(), want) {
		t.Errorf("the log does not say %s:\n%s", want, log.String())
	}
	if strings.Contains(log.String(), "canary-dose") {
		t.Error("the log holds a value")
	}
}
