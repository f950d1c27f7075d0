package gen

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"pgregory.net/rapid"

	"riskband/pipeline/source"
	"riskband/stratify/frame"
)

// Extracts draws extracts: one to four practices, at most some twenty people a
// practice, several of them registered at two.
func Extracts(w *World) *rapid.Generator[Extract] {
	return rapid.Custom(func(t *rapid.T) Extract { return draw(t, w) })
}

func draw(t *rapid.T, w *World) Extract {
	e := Extract{AsOf: rapid.SampledFrom([]frame.Day{
		frame.Date(2026, 3, 31), frame.Date(2024, 2, 29), frame.Date(2025, 3, 1), frame.Date(2026, 12, 1),
	}).Draw(t, "as-of day")}
	e.Deciles = map[string]uint8{}
	for i := range 10 {
		e.Deciles[area(i)] = uint8(i + 1)
	}
	d := drawer{World: w, T: t, asOf: e.AsOf, optOuts: d6(t, 3), faulty: d6(t, 2)}
	people := several(t, "person", 1, 20, d.person)
	spells := rapid.SampledFrom([]string{"all", "all", "all", "some", "none"}).Draw(t, "spells")
	medications := rapid.SampledFrom([]string{"all", "all", "some", "none"}).Draw(t, "medications")
	for i := range rapid.IntRange(1, 4).Draw(t, "practices") {
		p := d.practice(fmt.Sprintf("Y%05d", i+1), people)
		p.Spells = delivered(t, spells, p.Spells)
		p.Medications = delivered(t, medications, p.Medications)
		e.Practices = append(e.Practices, p)
	}
	return e
}

// delivered makes an optional table absent or, where it has no row, empty.
func delivered[T any](t *rapid.T, by string, rows []T) []T {
	switch {
	case by == "none", by == "some" && d6(t, 2):
		return nil
	case rows == nil:
		return []T{}
	}
	return rows
}

// several draws between least and most of something, any number as likely.
func several[T any](t *rapid.T, what string, least, most int, draw func(*rapid.T) T) []T {
	out := make([]T, rapid.IntRange(least, most).Draw(t, what+"s"))
	for i := range out {
		out[i] = draw(t)
	}
	return out
}

// d6 is true n times in six.
func d6(t *rapid.T, n int) bool { return rapid.IntRange(1, 6).Draw(t, "die") > 6-n }

// one draws one of several.
func one[T any](t *rapid.T, what string, of ...T) T { return rapid.SampledFrom(of).Draw(t, what) }

// area names an LSOA; those from 10 on have no decile.
func area(i int) string { return fmt.Sprintf("E010000%02d", i) }

// drawer draws the rows of one extract.
type drawer struct {
	*World
	*rapid.T
	asOf    frame.Day
	optOuts bool // people may have opted out
	faulty  bool // a person's episodes may contradict each other
}

// person is what stays the same wherever someone is registered.
type person struct {
	birth   frame.Day
	sex     string
	days    []frame.Day // on which things tend to happen to them
	illness int         // register whose codes they tend to have
	chapter int         // kind of chapter their life tends to have
}

// month returns the first of the month n months from that of a day.
func month(d frame.Day, n int) frame.Day {
	y, m, _ := d.Time().Date()
	return frame.Date(y, m+time.Month(n), 1)
}

func (d *drawer) person(t *rapid.T) person {
	age := rapid.IntRange(0, 100).Draw(t, "age")
	if rapid.Bool().Draw(t, "at an edge") {
		age = one(t, "age", d.ages...)
	}
	p := person{
		birth: month(d.asOf, one(t, "month", 0, 0, 1, 1, -1, -5)-12*age),
		sex:   one(t, "sex", "female", "male", "female", "male", "intersex", "unknown"),

		illness: rapid.IntRange(0, len(d.conditions)-1).Draw(t, "illness"),
		chapter: rapid.IntRange(0, 15).Draw(t, "favourite chapter"),
	}
	p.days = rapid.SliceOfN(rapid.SampledFrom(d.days(p.birth)), 1, 5).Draw(t, "days")
	return p
}

// days lists the days round which a rule changes its answer.
func (d *drawer) days(birth frame.Day) []frame.Day {
	days := []frame.Day{birth, birth - 1}
	for _, back := range []frame.Day{0, 1, -1, 0, 10, 30, 60, 89, 90, 91, 92, 200, 363, 364, 365, 366, 500, 1500, 3000} {
		days = append(days, d.asOf-back)
	}
	for _, from := range d.from {
		days = append(days, from, from-1)
	}
	return days
}

func (d *drawer) practice(code string, people []person) Practice {
	p := Practice{Code: code}
	for i, who := range people {
		id := fmt.Sprintf("p-%03d", i)
		registered := one(d.T, "registered", 0, 0, 1, 1, 1, 2, 3)
		if registered == 0 {
			continue
		}
		episode := func(t *rapid.T) source.Patient { return d.episode(t, id, who) }
		p.Patients = append(p.Patients, several(d.T, "episode", 1, registered, episode)...)
		d.life(&p, id, who)
	}
	if d6(d.T, 3) && len(people) > 0 {
		d.life(&p, "q-000", people[0]) // someone who is not in the patients table
	}
	if rapid.Bool().Draw(d.T, "by date") { // else by person
		slices.SortStableFunc(p.Patients, func(a, b source.Patient) int { return cmp.Compare(a.RegistrationStart, b.RegistrationStart) })
		slices.SortStableFunc(p.Events, func(a, b source.Event) int { return cmp.Compare(a.Date, b.Date) })
		slices.SortStableFunc(p.Spells, func(a, b source.Spell) int { return cmp.Compare(a.AdmissionDate, b.AdmissionDate) })
	}
	return p
}

func (d *drawer) episode(t *rapid.T, id string, who person) source.Patient {
	p := source.Patient{
		PatientID: id, BirthMonth: who.birth, Sex: who.sex, RegistrationEnd: frame.NoDay, DeathMonth: frame.NoDay,
		RegistrationStart: d.asOf - one(t, "start", frame.Day(2000), 2000, 2000, 1000, 91, 90, 365, 0, -1, 30),
		RegistrationType:  one(t, "type", "regular", "", "regular", "", "regular", "temporary", "other"),
		Ethnicity:         one(t, "ethnicity", "", "A", "H", "Z"),
		LSOACode:          one(t, "area", "", area(0), area(1), area(2), area(5), area(9), area(10), area(11)),
	}
	if d6(t, 1) {
		p.RegistrationEnd = d.asOf + one(t, "end", frame.Day(0), 1, -1, -100, 400)
	}
	if rapid.IntRange(0, 11).Draw(t, "dead") == 11 {
		p.DeathMonth = month(d.asOf, one(t, "death", 0, 1, -1, -10))
	}
	if d.optOuts && d6(t, 1) {
		p.OptOut = one(t, "opt-out", "none", "national", "type1", "both", "national")
	}
	if d.faulty && d6(t, 1) {
		p.BirthMonth = month(p.BirthMonth, one(t, "another birth", 1, -12))
		p.Sex = one(t, "another sex", "female", "male", "unknown", "intersex")
	}
	return p
}

// life draws what happened to someone, in chapters.
func (d *drawer) life(p *Practice, id string, who person) {
	for _, c := range several(d.T, "chapter", 0, 20, func(t *rapid.T) Practice { return d.chapter(t, id, who) }) {
		p.Events = append(p.Events, c.Events...)
		p.Spells = append(p.Spells, c.Spells...)
		p.Medications = append(p.Medications, c.Medications...)
	}
}

func (d *drawer) day(t *rapid.T, who person) frame.Day {
	if d6(t, 1) {
		return d.asOf - frame.Day(rapid.IntRange(-5, 4000).Draw(t, "any day"))
	}
	return one(t, "day", who.days...)
}

// chapter draws a few rows that belong together.
func (d *drawer) chapter(t *rapid.T, id string, who person) Practice {
	var c Practice
	day := d.day(t, who)
	coded := func(code string, value float64) {
		c.Events = append(c.Events, source.Event{PatientID: id, Date: day, SnomedCTCode: code, NumericValue: value})
	}
	kind := rapid.IntRange(0, 23).Draw(t, "kind")
	if kind > 15 {
		kind = who.chapter
	}
	switch {
	case kind < 2:
		coded(one(t, "condition", d.conditions[who.illness]...), math.NaN())
	case kind < 5:
		coded(one(t, "condition", one(t, "register", d.conditions...)...), one(t, "value", math.NaN(), math.NaN(), 58, 140))
	case kind < 9 && len(d.pairs) > 0:
		pair := one(t, "pair", d.pairs...)
		half := rapid.IntRange(0, 7).Draw(t, "half") // mostly both
		for part := range pair {
			if half != part {
				d.reading(t, d.single[pair[part]], coded)
			}
		}
	case kind < 11 && len(d.single) > 0:
		d.reading(t, one(t, "measure", d.single...), coded)
	case kind == 11:
		coded(one(t, "noise", "999999", "184099003", one(t, "medicine", append(d.medicines, "888888")...)), one(t, "value", math.NaN(), 140))
	case kind < 14:
		c.Spells = several(t, "spell", 1, 3, func(t *rapid.T) source.Spell { return d.spell(t, id, d.day(t, who)) })
	case kind == 14:
		if d6(t, 3) {
			coded(one(t, "condition", d.conditions[who.illness]...), math.NaN())
		}
		code := one(t, "product", append(d.medicines, "888888", d.burst[0])...)
		c.Medications = append(c.Medications, source.Medication{PatientID: id, Date: day, DMDCode: code})
	default:
		for _, code := range several(t, "code", 3, 6, func(t *rapid.T) string { return one(t, "code", d.burst...) }) {
			coded(code, math.NaN())
		}
	}
	if rapid.IntRange(0, 7).Draw(t, "twice") == 7 {
		c.Events = append(c.Events, c.Events...)
		c.Spells = append(c.Spells, c.Spells...)
	}
	return c
}

func (d *drawer) reading(t *rapid.T, of reading, coded func(code string, value float64)) {
	list := one(t, "list", of.lists...)
	value := math.NaN()
	if rapid.IntRange(0, 11).Draw(t, "known") < 11 {
		value = one(t, "value", list.values...)
	}
	coded(one(t, "code", list.codes...), value)
}

// spell draws an admission. Ids are few, so that one comes again on another day,
// for another person or with another method.
func (d *drawer) spell(t *rapid.T, id string, day frame.Day) source.Spell {
	method := one(t, "elective", "11", "13", "31", "81")
	if len(d.emergency) > 0 && d6(t, 4) {
		method = one(t, "emergency", d.emergency...)
	}
	return source.Spell{
		PatientID: id, SpellID: fmt.Sprintf("s-%d", rapid.IntRange(0, 6).Draw(t, "spell")), AdmissionDate: day, DischargeDate: frame.NoDay,
		AdmissionMethod: method, PrimaryDiagnosis: "J440",
	}
}
