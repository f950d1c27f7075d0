package source

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	reader "github.com/parquet-go/parquet-go"

	"riskband/schemas"
	"riskband/stratify/frame"
)

// Every table has the contract's columns, in its order, with its types and its
// null rules, as another library sees them.
func TestTablesFollowTheContract(t *testing.T) {
	contract, err := schemas.Load()
	must(t, err)
	dir := written(t, func(w *PracticeWriter) {
		must(t, w.Patient(Patient{PatientID: "a", RegistrationStart: 1, RegistrationEnd: frame.NoDay, BirthMonth: 0, Sex: "male", DeathMonth: frame.NoDay}))
		must(t, w.Event(Event{PatientID: "a", Date: 1, SnomedCTCode: "1", NumericValue: math.NaN()}))
		must(t, w.Medication(Medication{PatientID: "a", Date: 1, DMDCode: "1"}))
		must(t, w.Spell(Spell{PatientID: "a", SpellID: "1", AdmissionDate: 1, DischargeDate: frame.NoDay, AdmissionMethod: "21", PrimaryDiagnosis: "I10"}))
		must(t, w.Attendance(Attendance{PatientID: "a", AttendanceID: "1", ArrivalDate: 1}))
		must(t, w.Score(Score{PatientID: "a", ScoreName: "s", ScoreVersion: "1", Value: 1, Date: 1}))
	})
	tables := 0
	for _, table := range contract.Tables() {
		if table.Kind != schemas.Extract {
			continue
		}
		tables++
		want := ""
		for _, c := range table.Columns {
			want += fmt.Sprintln(c.Name, c.Type, c.Nullable())
		}
		if got := columnsOf(t, filepath.Join(dir, table.Name+".parquet")); got != strings.ReplaceAll(want, " month ", " date ") {
			t.Errorf("table %s has columns\n%swant\n%s", table.Name, got, want)
		}
	}
	if tables != 6 {
		t.Errorf("%d extract tables, want 6", tables)
	}
}

// columnsOf prints name, contract type and whether nulls are allowed.
func columnsOf(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	info, err := file.Stat()
	must(t, err)
	f, err := reader.OpenFile(file, info.Size())
	must(t, err)
	names := map[string]string{
		"STRING": "text", "DATE": "date", "DOUBLE": "number", "INT64": "integer", "BOOLEAN": "boolean", "LIST": "text_list",
	}
	out := ""
	for _, c := range f.Schema().Fields() {
		out += fmt.Sprintln(c.Name(), names[c.Type().String()], c.Optional())
	}
	return out
}
