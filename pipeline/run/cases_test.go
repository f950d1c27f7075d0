package run_test

import (
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"riskband/internal/gen"
	"riskband/pipeline/run"
	"riskband/pipeline/source"
	"riskband/stratify/frame"
)

// The cases below are worked by hand from DESIGN sections 6 and 7 and the words
// of the first model: each lists facts that must be among those of the run.

var (
	today  = frame.Date(2026, 3, 31)
	long   = frame.Date(2015, 1, 1)
	born70 = frame.Date(1970, 1, 1)
	null   = math.NaN()
)

// Codes of one list each, and two that stand in two.
const (
	hyp, hypResolved = "38341003", "162659009"
	diabetes         = "44054006"
	ckdAndHyp        = "140101000119109" // hyp_cod and ckd_cod
	ckd2AndHyp       = "140131000119102" // hyp_cod and ckd1and2_cod
	ckd3             = "433144002"
	systolic         = "72313002"
	diastolic        = "271650006"
	systolicHome     = "413606001"
	diastolicHome    = "413605002"
	hba1c            = "999791000000106"
	inNoList         = "184099003"
)

type row func(p *gen.Practice)

func practice(code string, rows ...row) gen.Practice {
	p := gen.Practice{Code: code, Spells: []source.Spell{}}
	for _, add := range rows {
		add(&p)
	}
	return p
}

// lives registers someone since 2015, a woman born in 1970, unless changed.
func lives(id string, change ...func(e *source.Patient)) row {
	return func(p *gen.Practice) {
		e := source.Patient{
			PatientID: id, RegistrationStart: long, RegistrationEnd: frame.NoDay, RegistrationType: "regular",
			BirthMonth: born70, Sex: "female", DeathMonth: frame.NoDay,
		}
		for _, c := range change {
			c(&e)
		}
		p.Patients = append(p.Patients, e)
	}
}

func from(d frame.Day) func(e *source.Patient) {
	return func(e *source.Patient) { e.RegistrationStart = d }
}

func until(d frame.Day) func(e *source.Patient) {
	return func(e *source.Patient) { e.RegistrationEnd = d }
}

func died(d frame.Day) func(e *source.Patient) { return func(e *source.Patient) { e.DeathMonth = d } }

func born(d frame.Day) func(e *source.Patient) { return func(e *source.Patient) { e.BirthMonth = d } }

func kind(k string) func(e *source.Patient) {
	return func(e *source.Patient) { e.RegistrationType = k }
}
func optOut(o string) func(e *source.Patient)  { return func(e *source.Patient) { e.OptOut = o } }
func lsoa(code string) func(e *source.Patient) { return func(e *source.Patient) { e.LSOACode = code } }

func event(id, code string, day frame.Day, value float64) row {
	return func(p *gen.Practice) {
		p.Events = append(p.Events, source.Event{PatientID: id, Date: day, SnomedCTCode: code, NumericValue: value})
	}
}

func bp(id string, day frame.Day, high, low float64) row {
	return func(p *gen.Practice) {
		event(id, systolic, day, high)(p)
		event(id, diastolic, day, low)(p)
	}
}

func spell(id, spellID, method string, day frame.Day) row {
	return func(p *gen.Practice) {
		p.Spells = append(p.Spells, source.Spell{
			PatientID: id, SpellID: spellID, AdmissionDate: day, DischargeDate: frame.NoDay, AdmissionMethod: method, PrimaryDiagnosis: "J440",
		})
	}
}

func noSpells(p *gen.Practice) { p.Spells = nil }

// check runs cases of the first model: the kernel must agree with the reference,
// and say every line that is wanted.
func check(t *testing.T) func(o run.OptOuts, practices []gen.Practice, want ...string) {
	b, dirs, n := first(t), t.TempDir(), 0
	return func(o run.OptOuts, practices []gen.Practice, want ...string) {
		t.Helper()
		n++
		e := gen.Extract{AsOf: today, Practices: practices, Deciles: map[string]uint8{"E01000001": 1, "E01000002": 2, "E01000010": 10}}
		s := setting{optOuts: o}
		agree(t, filepath.Join(dirs, strconv.Itoa(n)), e, s, b)
		got := b.reference(e, s) // which the kernel agrees with
		for _, line := range want {
			if !slices.Contains(got, line) {
				t.Errorf("case %d lacks: %s\nit says\n%s", n, line, shown(got))
			}
		}
	}
}

func TestRowsOfEvents(t *testing.T) {
	t.Parallel()
	f := check(t)
	one := func(want string, rows ...row) {
		t.Helper()
		p := practice("Y00001", append([]row{lives("anna")}, rows...)...)
		f(run.OptOutsNotApplicable, []gen.Practice{p}, want)
	}
	never := "Y00001 person anna rising tier 2: blood_pressure_overdue"
	out := "Y00001 person anna rising tier 1: blood_pressure_not_controlled"
	well := "Y00001 person anna low tier 0: "
	dx := event("anna", hyp, long, null)

	one(well)                                                            // nothing on record
	one(never, dx)                                                       //
	one(out, dx, bp("anna", today, 141, 90), bp("anna", today, 141, 90)) // a duplicate changes nothing
	one("Y00001 rows clinical_events used 2", dx, dx)                    // but is a row used
	one(well, dx, bp("anna", today-3, 138, 88), bp("anna", today-3, 150, 95))
	one(well, dx, bp("anna", today-3, 150, 95), bp("anna", today-3, 138, 88))                  // lowest of the day
	one(well, dx, event("anna", systolic, today, 150), bp("anna", today, 140, 90))             //
	one(out, dx, bp("anna", today-3, 138, 88), bp("anna", today-2, 150, 95))                   // latest day before lowest value
	one(out, dx, bp("anna", today-3, 150, 88), event("anna", systolic, today, 120))            // a half is no reading
	one(never, dx, event("anna", systolic, today, 120), event("anna", diastolic, today-1, 80)) // nor are halves of two days
	one(well, dx, event("anna", systolicHome, today, 135), event("anna", diastolicHome, today, 85))
	one(out, dx, event("anna", systolicHome, today, 135.5), event("anna", diastolicHome, today, 85))
	sugar := []row{event("anna", diabetes, long, null), bp("anna", today, 120, 80)}
	for _, v := range [][2]float64{{57, 59}, {59, 57}} { // highest of the day, in any order
		one("Y00001 person anna rising tier 1: hba1c_not_controlled",
			append(sugar, event("anna", hba1c, today, v[0]), event("anna", hba1c, today, v[1]))...)
	}

	one(well, event("anna", hyp, born70-1, null))                                             // before birth
	one("Y00001 rows clinical_events before_birth 1", event("anna", hyp, born70-1, null))     //
	one(never, event("anna", hyp, born70, null))                                              // on the first day it may be
	one(well, event("anna", hyp, today+1, null))                                              // after the as-of day
	one("Y00001 rows clinical_events after_as_of 1", event("anna", hyp, today+1, null))       //
	one("Y00001 person anna low tier 0: ", event("anna", hyp, today, null))                   // diagnosed today: not yet due
	one(well, event("bert", hyp, long, null))                                                 // someone unknown
	one("Y00001 rows clinical_events unknown_person 1", event("bert", hyp, long, null))       //
	one("Y00001 rows clinical_events not_in_any_list 1", event("bert", inNoList, long, null)) // asked first

	one(never, dx, event("anna", systolic, today, null), event("anna", diastolic, today, 80)) // a null is no reading
	one("Y00001 measure blood_pressure no value 1 implausible 0", event("anna", systolic, today, null))
	one("Y00001 measure systolic_bp no value 0 implausible 1", event("anna", systolic, today, 300))
	one(never, dx, bp("anna", today, 49.5, 80))
	one(well, dx, bp("anna", today, 50, 20))

	one(out, dx, bp("anna", today-364, 150, 80))
	one("Y00001 person anna rising tier 2: blood_pressure_overdue", dx, bp("anna", today-365, 150, 80))
	one(well, dx, event("anna", hypResolved, long+1, null))
	one(never, dx, event("anna", hypResolved, long, null)) // the same day: the diagnosis stays
	one("Y00001 hits ckd_cod 1", event("anna", ckdAndHyp, long, null))
	one("Y00001 hits hyp_cod 1", event("anna", ckdAndHyp, long, null))
	one("Y00001 register hypertension anna", event("anna", ckdAndHyp, long, null))
	one("Y00001 register chronic_kidney_disease anna", event("anna", ckdAndHyp, long, null))
	one("Y00001 evidence anna blood_pressure_overdue 0: Blood pressure measurement overdue or never made; "+
		"Blood pressure: last measured too long ago; 150; 80; mmHg; "+(today-400).String(), dx, bp("anna", today-400, 150, 80))
}

// One code may stand in the diagnoses of one register and the resolved codes of
// another: a stage 2 code of hypertensive kidney disease takes off CKD.
func TestCodeInTwoLists(t *testing.T) {
	t.Parallel()
	f := check(t)
	others := []row{lives("anna"), event("anna", "195967001", long, null), event("anna", "13645005", long, null), event("anna", "42343007", long, null)} // asthma, COPD, heart failure
	four := "Y00001 person anna high tier 0: four_conditions"
	three := "Y00001 person anna low tier 0: "
	one := func(want string, rows ...row) {
		t.Helper()
		f(run.OptOutsNotApplicable, []gen.Practice{practice("Y00001", append(slices.Clone(others), rows...)...)}, want)
	}
	one(three)
	one(four, event("anna", ckd3, long, null))
	one("Y00001 person anna high tier 2: four_conditions blood_pressure_overdue", event("anna", ckd3, long, null), event("anna", ckd2AndHyp, long+1, null))
	one(three, event("anna", ckd3, long, null), event("anna", ckd2AndHyp, long+1, null), event("anna", hypResolved, long+2, null))
}

func TestSpells(t *testing.T) {
	t.Parallel()
	f := check(t)
	one := func(band string, rows ...row) {
		t.Helper()
		p := practice("Y00001", append([]row{lives("anna"), lives("bert")}, rows...)...)
		f(run.OptOutsNotApplicable, []gen.Practice{p}, strings.Split("Y00001 person anna "+band, "\n")...)
	}
	high, low := "high tier 0: emergency_admissions", "low tier 0: "
	one(low, spell("anna", "s1", "21", today))
	one(high, spell("anna", "s1", "21", today), spell("anna", "s2", "2A", today))
	one(low, spell("anna", "s1", "21", today), spell("anna", "s1", "21", today))   // the same spell twice
	one(low, spell("anna", "s1", "21", today), spell("anna", "s1", "22", today-9)) // and on another day
	one(low, spell("anna", "s1", "21", today), spell("anna", "s2", "11", today))   // one is elective
	one(low+"\nY00001 person bert "+high, spell("anna", "s1", "21", today), spell("bert", "s1", "21", today), spell("bert", "s2", "21", today))
	one(low+"\nY00001 person bert "+high, spell("anna", "s2", "21", today), spell("bert", "s1", "21", today), spell("bert", "s2", "21", today))
	one(low, spell("anna", "s1", "21", today), spell("bert", "s1", "21", today), spell("anna", "s1", "21", today))
	one(low, spell("anna", "s1", "21", today), spell("bert", "s2", "21", today))      // one is another's
	one(high, spell("anna", "s1", "21", today), spell("anna", "s2", "21", today-364)) // first day of the window
	one(low, spell("anna", "s1", "21", today), spell("anna", "s2", "21", today-365))  // the day before
	one(low, spell("anna", "s1", "21", today), spell("anna", "s2", "21", today+1))    // not yet
	one(high, spell("anna", "s1", "21", today-365), spell("anna", "s1", "21", today-364), spell("anna", "s2", "21", today))
}
