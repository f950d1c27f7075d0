package model_test

import (
	"math"
	"testing"

	"riskband/stratify/band"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
	"riskband/stratify/model"
	"riskband/stratify/models"
)

var asOf = frame.Date(2026, 3, 31)

// event is one coded row of one person.
type event struct {
	list  string // a code of this list is used
	day   frame.Day
	value float64
}

// ten compiles the shipped model.
func ten(t *testing.T, has model.Tables) *model.Compiled {
	t.Helper()
	m, err := models.Load("ten-registers", "1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	book, err := m.Book()
	if err != nil {
		t.Fatal(err)
	}
	c, err := model.Compile(m.Spec, book, asOf, has)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var everyTable = model.Tables{true, true, true}

// one evaluates the model for one person with these rows.
func one(t *testing.T, c *model.Compiled, birth, registered frame.Day, events ...event) *model.Outcome {
	t.Helper()
	people := frame.NewPeople(frame.Registrations{
		Pseudonym: []frame.Pseudonym{frame.NewPseudonym("p")}, Start: []frame.Day{registered}, End: []frame.Day{frame.NoDay},
		Type: []frame.RegistrationType{frame.Regular}, Birth: []frame.Day{birth}, Sex: []frame.Sex{frame.Female},
		Ethnicity: []uint8{0}, LSOA: []string{""}, Death: []frame.Day{frame.NoDay}, OptOut: []frame.OptOut{frame.OptOutNone},
	}, asOf)
	table := c.Plan.NewTable(1)
	book := c.Plan.Book()
	for i, e := range events {
		l := book.Lists()[book.Position(e.list)]
		source := map[codes.System]frame.Source{codes.SNOMED: frame.ClinicalEvents, codes.DMD: frame.Medications, codes.AdmissionMethod: frame.APCS}[l.System]
		table.Fold(source, frame.Batch{
			Person: []int32{0}, Concept: []uint16{book.Concept(l.System, []byte(only(book, l)))},
			Day: []frame.Day{e.day}, Value: []float64{e.value}, ID: []uint64{uint64(i)},
		})
	}
	table.Finish()
	return c.Evaluate(table, people)
}

// only returns a code that stands in this list and no other.
func only(book *codes.Book, l codes.List) string {
	for _, e := range l.Entries {
		if len(book.Members(book.Concept(l.System, []byte(e.Code)))) == 1 {
			return e.Code
		}
	}
	return l.Entries[0].Code
}

var (
	born1970  = frame.Date(1970, 1, 1)
	longSince = frame.Date(2015, 1, 1)
	none      = math.NaN()
)

func on(t *testing.T, o *model.Outcome, register string) bool {
	t.Helper()
	for i, r := range o.Model.Spec.Registers {
		if r.ID == register {
			people, ok := o.Register(i)
			if !ok {
				t.Fatalf("register %s is off", register)
			}
			return people.Has(0)
		}
	}
	t.Fatalf("no register %s", register)
	return false
}

// QOF business rules and CVDPREVENT: the latest of diagnosis and resolved code
// decides; on one day the diagnosis stays.
func TestRegisterResolved(t *testing.T) {
	c := ten(t, everyTable)
	f := func(want bool, events ...event) {
		t.Helper()
		if got := on(t, one(t, c, born1970, longSince, events...), "hypertension"); got != want {
			t.Errorf("on the register: %v, want %v", got, want)
		}
	}
	dx := func(y int) event { return event{"hyp_cod", frame.Date(y, 5, 1), none} }
	res := func(y int) event { return event{"hypres_cod", frame.Date(y, 5, 1), none} }
	f(false)
	f(true, dx(2018))
	f(false, dx(2018), res(2019))
	f(true, dx(2018), res(2018)) // same day: the diagnosis stays
	f(true, dx(2018), res(2019), dx(2020))
	f(false, dx(2018), dx(2020), res(2021))
	f(false, res(2019))
}

// Age floors of /methods qof_register_rules: asthma 6, diabetes 17,
// hypertension, CKD and depression 18; the day before the birthday is too young.
func TestRegisterAgeFloors(t *testing.T) {
	c := ten(t, everyTable)
	f := func(register, list string, age int) {
		t.Helper()
		dx := event{list, frame.Date(2026, 1, 1), none}
		at := frame.Date(2026-age, 3, 1) // month of birth: birthday on the first
		after := frame.Date(2026-age, 4, 1)
		if !on(t, one(t, c, at, at, dx), register) {
			t.Errorf("%s: not on the register at %d", register, age)
		}
		if on(t, one(t, c, after, after, dx), register) {
			t.Errorf("%s: on the register at %d", register, age-1)
		}
	}
	f("asthma", "ast_cod", 6)
	f("diabetes", "dm_cod", 17)
	f("hypertension", "hyp_cod", 18)
	f("chronic_kidney_disease", "ckd_cod", 18)
	f("depression", "depr_cod", 18)
}

func TestRegisterRules(t *testing.T) {
	c := ten(t, everyTable)
	f := func(register string, want bool, events ...event) {
		t.Helper()
		if got := on(t, one(t, c, born1970, longSince, events...), register); got != want {
			t.Errorf("%s: %v, want %v", register, got, want)
		}
	}
	d := frame.Date
	// Depression counts from 1 April 2006 (QOF).
	f("depression", false, event{"depr_cod", d(2006, 3, 31), none})
	f("depression", true, event{"depr_cod", d(2006, 4, 1), none})
	// A stage 1 or 2 code after a stage 3 code takes the person off CKD.
	f("chronic_kidney_disease", true, event{"ckd_cod", d(2020, 1, 1), none})
	f("chronic_kidney_disease", false, event{"ckd_cod", d(2020, 1, 1), none}, event{"ckd1and2_cod", d(2021, 1, 1), none})
	f("chronic_kidney_disease", true, event{"ckd1and2_cod", d(2019, 1, 1), none}, event{"ckd_cod", d(2020, 1, 1), none})
	// Stroke and TIA are one register.
	f("stroke_tia", true, event{"tia_cod", d(2020, 1, 1), none})
	f("stroke_tia", true, event{"strk_cod", d(2020, 1, 1), none})
}

func state(t *testing.T, o *model.Outcome, control string) model.State {
	t.Helper()
	for i, c := range o.Model.Spec.Controls {
		if c.ID == control {
			return o.States(i)[0]
		}
	}
	t.Fatalf("no control %s", control)
	return 0
}

// bp is a clinic pair on one day.
func bp(day frame.Day, systolic, diastolic float64) []event {
	return []event{{"sbp_clinic", day, systolic}, {"dbp_clinic", day, diastolic}}
}

// HYP008 and HYP009 of QOF 2025/26: 140/90 or less to 79 years, 150/90 from 80;
// home readings 5 mmHg lower; both parts of one day; 12 months.
func TestBloodPressureStates(t *testing.T) {
	c := ten(t, everyTable)
	dx := event{"hyp_cod", frame.Date(2018, 5, 1), none}
	f := func(want model.State, birth frame.Day, events ...event) {
		t.Helper()
		if got := state(t, one(t, c, birth, longSince, append(events, dx)...), "blood_pressure"); got != want {
			t.Errorf("state %v, want %v", got, want)
		}
	}
	recent := frame.Date(2026, 1, 15)
	f(model.Controlled, born1970, bp(recent, 140, 90)...) // at the limit
	f(model.NotControlled, born1970, bp(recent, 141, 90)...)
	f(model.NotControlled, born1970, bp(recent, 140, 91)...)
	f(model.Controlled, born1970, bp(recent, 139, 89)...)

	born80, born79 := frame.Date(1946, 3, 1), frame.Date(1946, 4, 1)
	f(model.Controlled, born80, bp(recent, 150, 90)...)
	f(model.NotControlled, born80, bp(recent, 151, 90)...)
	f(model.NotControlled, born79, bp(recent, 150, 90)...)

	home := []event{{"sbp_home", recent, 135}, {"dbp_home", recent, 85}}
	f(model.Controlled, born1970, home...)
	f(model.NotControlled, born1970, event{"sbp_home", recent, 136}, event{"dbp_home", recent, 85})

	// The window is the 365 days that end with the as-of day.
	f(model.NotControlled, born1970, bp(asOf-364, 150, 80)...)
	f(model.Stale, born1970, bp(asOf-365, 150, 80)...)
	f(model.NotControlled, born1970, bp(asOf, 150, 80)...)
	f(model.NeverMeasured, born1970)

	// Halves of two days are no reading; the latest whole day stands.
	f(model.NeverMeasured, born1970, event{"sbp_clinic", recent, 130}, event{"dbp_clinic", recent + 1, 80})
	f(model.NotControlled, born1970, append(bp(recent, 150, 80), event{"sbp_clinic", recent + 1, 120})...)
	// Several readings of one day: the lowest of each part.
	f(model.Controlled, born1970, append(bp(recent, 150, 95), bp(recent, 138, 88)...)...)
	// Implausible readings are not readings (CVDPREVENT: under 50 or 20).
	f(model.NeverMeasured, born1970, bp(recent, 49, 80)...)
	f(model.NeverMeasured, born1970, bp(recent, 130, 19)...)
	f(model.NeverMeasured, born1970, bp(recent, none, 80)...)
}

func TestNotYetDue(t *testing.T) {
	c := ten(t, everyTable)
	f := func(want model.State, registered frame.Day, events ...event) {
		t.Helper()
		if got := state(t, one(t, c, born1970, registered, events...), "hba1c"); got != want {
			t.Errorf("state %v, want %v", got, want)
		}
	}
	dx := func(day frame.Day) event { return event{"dm_cod", day, none} }
	f(model.NotYetDue, longSince, dx(asOf-90))
	f(model.NeverMeasured, longSince, dx(asOf-91))
	f(model.NotYetDue, asOf-90, dx(longSince)) // new here
	f(model.NeverMeasured, asOf-91, dx(longSince))
	f(model.Controlled, longSince, dx(asOf-10), event{"hba1c_ifcc", asOf - 5, 58}) // a reading is judged even when not yet due
	f(model.NotControlled, longSince, dx(asOf-10), event{"hba1c_ifcc", asOf - 5, 59})
	f(model.NotApplicable, longSince)
}

// QOF DM036 covers people to 79; others with diabetes are judged only through
// another register.
func TestBloodPressureOfDiabetesEndsAt80(t *testing.T) {
	c := ten(t, everyTable)
	dx := event{"dm_cod", longSince, none}
	if got := state(t, one(t, c, frame.Date(1946, 4, 1), longSince, dx), "blood_pressure"); got != model.NeverMeasured {
		t.Errorf("at 79: %v", got)
	}
	if got := state(t, one(t, c, frame.Date(1946, 3, 1), longSince, dx), "blood_pressure"); got != model.NotApplicable {
		t.Errorf("at 80: %v", got)
	}
}

func TestBands(t *testing.T) {
	c := ten(t, everyTable)
	f := func(want band.Band, tier uint8, reasons int, events ...event) {
		t.Helper()
		b := band.Decide(one(t, c, born1970, longSince, events...))
		if b.Band[0] != want || b.Tier[0] != tier || len(b.Reasons(0)) != reasons {
			t.Errorf("band %v tier %d reasons %d; want %v, %d, %d", b.Band[0], b.Tier[0], len(b.Reasons(0)), want, tier, reasons)
		}
	}
	admission := func(day frame.Day) event { return event{"emergency_admission", day, none} }
	dx := func(list string) event { return event{list, longSince, none} }
	f(band.Low, 0, 0)
	f(band.Low, 0, 0, admission(asOf))
	f(band.High, 0, 1, admission(asOf), admission(asOf-364))
	f(band.Low, 0, 0, admission(asOf), admission(asOf-365)) // outside the window
	f(band.Rising, 2, 1, dx("hyp_cod"))
	f(band.Rising, 1, 1, append(bp(asOf, 160, 80), dx("hyp_cod"))...)
	f(band.Low, 0, 0, append(bp(asOf, 120, 80), dx("hyp_cod"))...)
	f(band.Rising, 1, 2, append(bp(asOf, 160, 80), dx("dm_cod"))...) // HbA1c never measured as well
	f(band.Low, 0, 0, dx("ast_cod"), dx("copd_cod"), dx("depr_cod"))
	f(band.High, 0, 1, dx("ast_cod"), dx("copd_cod"), dx("depr_cod"), dx("hf_cod"))
	f(band.High, 2, 2, dx("ast_cod"), dx("copd_cod"), dx("depr_cod"), dx("chd_cod")) // high, and its overdue measurement is kept as a reason
}

// A rule that needs an absent table is off and listed; it is not counted as no.
func TestMissingTableSwitchesOff(t *testing.T) {
	c := ten(t, model.Tables{true, false, false})
	want := []model.Off{
		{What: "use emergency_12m", Why: "the extract has no apcs table"},
		{What: "band rule emergency_admissions (high)", Why: "the extract has no apcs table"},
	}
	if len(c.Off) != len(want) || c.Off[0] != want[0] || c.Off[1] != want[1] {
		t.Errorf("Off = %v, want %v", c.Off, want)
	}
	if len(c.Rules) != len(c.Spec.Bands)-1 {
		t.Errorf("%d rules are on, want all but one of %d", len(c.Rules), len(c.Spec.Bands))
	}
}

func TestEvidence(t *testing.T) {
	c := ten(t, everyTable)
	recent := frame.Date(2026, 1, 15)
	o := one(t, c, born1970, longSince, append(bp(recent, 160, 80), event{"hyp_cod", longSince, none})...)
	rules := band.Decide(o).Reasons(0)
	got := o.Evidence(nil, rules[0], 0)
	want := model.Evidence{
		Detail: "Blood pressure: measured and out of target, target at most 140/90 mmHg",
		Values: [2]float64{160, 80}, Parts: 2, Unit: "mmHg", Day: recent,
	}
	if len(got) != 1 || got[0] != want {
		t.Errorf("evidence %+v, want %+v", got, want)
	}

	dx := func(list string) event { return event{list, longSince, none} }
	o = one(t, c, born1970, longSince, dx("ast_cod"), dx("copd_cod"), dx("depr_cod"), dx("hf_cod"))
	facts := o.Evidence(nil, band.Decide(o).Reasons(0)[0], 0)
	sum := 0.0
	for _, f := range facts[1:] {
		sum += f.Values[0]
	}
	if facts[0].Values[0] != 4 || sum != 4 {
		t.Errorf("score %v, contributions %v", facts[0].Values[0], sum)
	}
}

// The words of a rule come from the spec.
func TestText(t *testing.T) {
	c := ten(t, everyTable)
	f := func(i int, want string) {
		t.Helper()
		if got := c.Spec.Text(*c.Spec.Bands[i].When); got != want {
			t.Errorf("rule %d: %s\nwant %s", i, got, want)
		}
	}
	f(0, "“Emergency admissions in the last 12 months” of 2 or more")
	f(1, "“Number of the ten conditions” of 4 or more conditions")
	f(2, "“Blood pressure”: measured and out of target")
	f(4, "“Blood pressure”: last measured too long ago or never measured")
}

// Adding an uncontrolled reading after the others never lowers a band.
func TestUncontrolledReadingNeverLowersBand(t *testing.T) {
	c := ten(t, everyTable)
	dx := event{"hyp_cod", longSince, none}
	for _, before := range [][]event{nil, bp(asOf-500, 120, 80), bp(asOf-10, 120, 80), bp(asOf-10, 160, 80)} {
		was := band.Decide(one(t, c, born1970, longSince, append(before, dx)...))
		now := band.Decide(one(t, c, born1970, longSince, append(append(before, dx), bp(asOf, 165, 95)...)...))
		if now.Band[0] > was.Band[0] {
			t.Errorf("band went from %v to %v", was.Band[0], now.Band[0])
		}
	}
}

// Diabetes does not bring someone of 85 into blood pressure control, so an old
// diagnosis of it does not make the measurement for a new hypertension due.
func TestNotYetDueCountsWhatBringsIn(t *testing.T) {
	c := ten(t, everyTable)
	f := func(want model.State, birth frame.Day) {
		t.Helper()
		o := one(t, c, birth, longSince, event{"dm_cod", longSince, none}, event{"hyp_cod", asOf - 10, none})
		if got := state(t, o, "blood_pressure"); got != want {
			t.Errorf("state %v, want %v", got, want)
		}
	}
	f(model.NotYetDue, frame.Date(1940, 1, 1))
	f(model.NeverMeasured, frame.Date(1960, 1, 1))
}
