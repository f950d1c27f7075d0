package second_test

import (
	"os"
	"path/filepath"
	"testing"

	"riskband/pipeline/source"
	"riskband/pipeline/source/second"
	"riskband/stratify/frame"
)

// What was written is what the second library counts, worked out by hand: three
// episodes, one of them ended, none with an opt-out.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	w, err := source.NewPractice(dir, "Y90001")
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range []string{"a", "b", "c"} {
		end := frame.NoDay
		if i == 1 {
			end = frame.Date(2026, 1, 1)
		}
		if err := w.Patient(source.Patient{
			PatientID: id, RegistrationStart: frame.Date(2020, 1, 1), RegistrationEnd: end,
			BirthMonth: frame.Date(1980, 1, 1), Sex: "female", DeathMonth: frame.NoDay,
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := second.Read(filepath.Join(dir, "practice_code=Y90001", "patients.parquet"))
	if err != nil || got.Rows != 3 {
		t.Fatalf("Read = %+v, %v", got, err)
	}
	want := map[string][2]int64{"patient_id": {3, 0}, "registration_end": {1, 2}, "opt_out": {0, 3}, "sex": {3, 0}}
	for _, c := range got.Columns {
		if w, ok := want[c.Name]; ok && w != [2]int64{c.Values, c.Nulls} {
			t.Errorf("column %s: %d values, %d nulls, want %v", c.Name, c.Values, c.Nulls, w)
		}
		delete(want, c.Name)
	}
	if len(want) > 0 {
		t.Errorf("columns not seen: %v", want)
	}
}

func TestReadRefusesWhatIsNotParquet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, []byte("PAR1 nothing of the kind PAR1"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Read(path); err == nil {
		t.Error("accepted")
	}
}
