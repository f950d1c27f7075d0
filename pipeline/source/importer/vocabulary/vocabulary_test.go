package vocabulary

import (
	"encoding/csv"
	"math"
	"os"
	"testing"

	"riskband/pipeline/source/importer/account"
)

const shared = "../../../../../shared"

func sharedRows(t *testing.T, name string) [][]string {
	t.Helper()
	file, err := os.Open(shared + "/" + name)
	if err != nil {
		t.Skip("skipped: no file at", shared+"/"+name)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func loaded(t *testing.T) *Tables {
	t.Helper()
	m, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// HbA1c: the published NGSP to IFCC equivalents (5 % 31, 6 % 42, 6.5 % 48, 7 % 53,
// 7.5 % 58, 8 % 64, 9 % 75, 10 % 86 mmol/mol). Cholesterol: 38.67 mg/dL is
// 1 mmol/L, so 200 mg/dL is 5.17 and 100 mg/dL 2.59.
func TestConversion(t *testing.T) {
	m := loaded(t)
	f := func(code, unit string, value, want, within float64, out string) {
		t.Helper()
		got, why := m.Apply(Reading{System: LOINC, Code: code, Value: value, Unit: unit})
		if why != "" || math.Abs(got.Value-want) > within || got.Unit != out {
			t.Errorf("%s %g %s = %g %s (%s), want %g %s", code, value, unit, got.Value, got.Unit, why, want, out)
		}
	}
	for ngsp, ifcc := range map[float64]float64{5: 31, 6: 42, 6.5: 48, 7: 53, 7.5: 58, 8: 64, 9: 75, 10: 86} {
		f("4548-4", "%", ngsp, ifcc, 0, "mmol/mol")
	}
	f("4548-4", "mmol/mol", 57.4, 57.4, 0, "mmol/mol")
	f("2093-3", "mg/dL", 38.67, 1, 1e-6, "mmol/L")
	f("2093-3", "mg/dL", 200, 5.17, 0.005, "mmol/L")
	f("18262-6", "mg/dL", 100, 2.59, 0.005, "mmol/L")
	f("18262-6", "mmol/L", 2, 2, 0, "mmol/L")
	f("8480-6", "mm[Hg]", 139, 139, 0, "mmHg")
	f("33914-3", " mL/min/{1.73_m2} ", 59, 59, 0, "mL/min/1.73m2")
}

func TestApplyReasons(t *testing.T) {
	m := loaded(t)
	f := func(r Reading, want account.Reason) {
		t.Helper()
		if _, why := m.Apply(r); why != want {
			t.Errorf("reason %q, want %q", why, want)
		}
	}
	nan := math.NaN()
	f(Reading{System: LOINC, Code: "8480-6", Value: 120, Unit: "mm[Hg]"}, "")
	f(Reading{System: LOINC, Code: "8480-6", Value: 120}, account.NoUnit)
	f(Reading{System: LOINC, Code: "8480-6", Value: 16, Unit: "kPa"}, account.OtherUnit)
	f(Reading{System: LOINC, Code: "8480-6", Value: nan, Unit: "mm[Hg]"}, account.NoValue)
	f(Reading{System: LOINC, Code: "55284-4", Value: nan}, account.PanelOnly)
	f(Reading{System: LOINC, Code: "8302-2", Value: 170, Unit: "cm"}, account.OtherLOINC)
	f(Reading{System: SNOMED, Code: "38341003", Value: nan}, "")
	f(Reading{System: SNOMED, Code: "38341004", Value: nan}, account.CheckDigit)
	f(Reading{System: SNOMED, Code: "34552-0", Value: nan}, account.NotSNOMED)
	f(Reading{System: SNOMED, Code: "271649006", Value: 120, Unit: "mm[Hg]"}, "")
	f(Reading{System: SNOMED, Code: "271649006", Value: 120}, account.NoUnit)
	f(Reading{System: SNOMED, Code: "271649006", Value: nan}, "")
	f(Reading{Code: "I10", Value: nan}, account.OtherVocabulary)
	got, _ := m.Apply(Reading{System: SNOMED, Code: "720433000", Value: 11, Unit: "{score}"})
	if got != (Coded{Code: "720433000", Value: 11, Unit: "{score}"}) {
		t.Errorf("a SNOMED code outside the table came through as %+v", got)
	}
}

// Every SNOMED target was read from a public list, not from memory.
func TestTargetsAreListed(t *testing.T) {
	listed := map[string]string{}
	for _, name := range []string{"methods/snomed_observations.csv", "methods/snomed_observations2.csv"} {
		for _, row := range sharedRows(t, name)[1:] {
			if _, seen := listed[row[1]]; !seen {
				listed[row[1]] = row[0] + " " + row[3]
			}
		}
	}
	m := loaded(t)
	for code, want := range map[string]string{
		"8480-6": "systolic_bp mmHg", "8462-4": "diastolic_bp mmHg", "4548-4": "hba1c_ifcc mmol/mol",
		"39156-5": "bmi kg/m2", "33914-3": "egfr mL/min/1.73m2", "18262-6": "ldl_cholesterol mmol/L",
		"2093-3": "total_cholesterol mmol/L",
	} {
		one := m.loinc[code]
		if listed[one.snomed] != want {
			t.Errorf("LOINC %s goes to SNOMED %s, listed as %q, want %q", code, one.snomed, listed[one.snomed], want)
		}
		for key, u := range m.units {
			if key.measure == one.name && want[len(want)-len(u.out):] != u.out {
				t.Errorf("%s in %s is turned into %s, the list says %q", key.measure, key.unit, u.out, want)
			}
		}
	}
	if len(m.targets) != 7 || len(m.units) != 15 || len(m.operators) != 5 || len(m.rules) != 5 {
		t.Errorf("%d targets %d units %d operators %d rules", len(m.targets), len(m.units), len(m.operators), len(m.rules))
	}
}

func TestAdmissionMethod(t *testing.T) {
	m := loaded(t)
	f := func(s Stay, want string) {
		t.Helper()
		if got := m.AdmissionMethod(s); got != want {
			t.Errorf("%+v gives %s, want %s", s, got, want)
		}
	}
	f(Stay{Source: "omop", VisitConcept: 262, SinceEmergency: -1}, "21")
	f(Stay{Source: "omop", VisitConcept: 9201, SinceEmergency: 0}, "21")
	f(Stay{Source: "omop", VisitConcept: 9201, SinceEmergency: 1}, "21")
	f(Stay{Source: "omop", VisitConcept: 9201, SinceEmergency: 2}, "99")
	f(Stay{Source: "omop", VisitConcept: 9201, SinceEmergency: -1}, "99")
	f(Stay{Source: "omop", VisitConcept: 9201, AdmittedFrom: 9203, SinceEmergency: -1}, "21")
	f(Stay{Source: "synthea", EncounterType: "183495009", SinceEmergency: -1}, "11")
	f(Stay{Source: "synthea", EncounterType: "183495009", SinceEmergency: 1}, "21")
	f(Stay{Source: "omop", EncounterType: "183495009", SinceEmergency: -1}, "99")
	meanings := map[string]string{}
	for _, row := range sharedRows(t, "methods/admission_method.csv") {
		meanings[row[0]] = row[1]
	}
	for code, group := range map[string]string{"21": "emergency", "11": "elective", "99": "other"} {
		if meanings[code] != group {
			t.Errorf("method %s is %q, want %q", code, meanings[code], group)
		}
	}
}
