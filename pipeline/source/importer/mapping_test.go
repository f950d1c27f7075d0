package importer

import (
	"encoding/csv"
	"math"
	"os"
	"testing"
)

const shared = "../../../../shared"

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

func loaded(t *testing.T) *mapping {
	t.Helper()
	m, err := loadMapping()
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
		got, why := m.apply(reading{system: loinc, code: code, value: value, unit: unit})
		if why != "" || math.Abs(got.value-want) > within || got.unit != out {
			t.Errorf("%s %g %s = %g %s (%s), want %g %s", code, value, unit, got.value, got.unit, why, want, out)
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
	f := func(r reading, want Reason) {
		t.Helper()
		if _, why := m.apply(r); why != want {
			t.Errorf("reason %q, want %q", why, want)
		}
	}
	nan := math.NaN()
	f(reading{system: loinc, code: "8480-6", value: 120, unit: "mm[Hg]"}, "")
	f(reading{system: loinc, code: "8480-6", value: 120}, ReasonNoUnit)
	f(reading{system: loinc, code: "8480-6", value: 16, unit: "kPa"}, ReasonUnit)
	f(reading{system: loinc, code: "8480-6", value: nan, unit: "mm[Hg]"}, ReasonNoValue)
	f(reading{system: loinc, code: "55284-4", value: nan}, ReasonPanel)
	f(reading{system: loinc, code: "8302-2", value: 170, unit: "cm"}, ReasonLOINC)
	f(reading{system: snomed, code: "38341003", value: nan}, "")
	f(reading{system: snomed, code: "38341004", value: nan}, ReasonCheckDigit)
	f(reading{system: snomed, code: "34552-0", value: nan}, ReasonBadForm)
	f(reading{system: snomed, code: "271649006", value: 120, unit: "mm[Hg]"}, "")
	f(reading{system: snomed, code: "271649006", value: 120}, ReasonNoUnit)
	f(reading{system: snomed, code: "271649006", value: nan}, "")
	f(reading{code: "I10", value: nan}, ReasonVocabulary)
	got, _ := m.apply(reading{system: snomed, code: "720433000", value: 11, unit: "{score}"})
	if got != (coded{code: "720433000", value: 11, unit: "{score}"}) {
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
	f := func(s stay, want string) {
		t.Helper()
		if got := m.admissionMethod(s); got != want {
			t.Errorf("%+v gives %s, want %s", s, got, want)
		}
	}
	f(stay{source: "omop", visitConcept: "262", sinceEmerg: -1}, "21")
	f(stay{source: "omop", visitConcept: "9201", sinceEmerg: 0}, "21")
	f(stay{source: "omop", visitConcept: "9201", sinceEmerg: 1}, "21")
	f(stay{source: "omop", visitConcept: "9201", sinceEmerg: 2}, "99")
	f(stay{source: "omop", visitConcept: "9201", sinceEmerg: -1}, "99")
	f(stay{source: "omop", visitConcept: "9201", admittedFrom: "9203", sinceEmerg: -1}, "21")
	f(stay{source: "synthea", encounterType: "183495009", sinceEmerg: -1}, "11")
	f(stay{source: "synthea", encounterType: "183495009", sinceEmerg: 1}, "21")
	f(stay{source: "omop", encounterType: "183495009", sinceEmerg: -1}, "99")
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

func TestEmergencies(t *testing.T) {
	var e emergencies[string]
	for _, one := range []emergency[string]{{"b", 100}, {"a", 90}, {"b", 50}, {"c", 99}} {
		e.add(one.person, one.end)
	}
	e.sort()
	f := func(person string, day, want int) {
		t.Helper()
		if got := e.since(person, dayOf(day)); got != want {
			t.Errorf("since(%s, %d) = %d, want %d", person, day, got, want)
		}
	}
	f("b", 100, 0)
	f("b", 101, 1)
	f("b", 99, 49)
	f("b", 49, -1)
	f("a", 100, 10)
	f("a", 89, -1)
	f("d", 100, -1)
}

// An invented code must belong to no real practice.
func TestInventedPracticesAreInvented(t *testing.T) {
	for _, row := range sharedRows(t, "data/reference/epraccur_2023.csv") {
		if row[0] != "" && row[0][0] == withoutCareSite[0] {
			t.Fatalf("a real organisation has the code %s", row[0])
		}
	}
}
