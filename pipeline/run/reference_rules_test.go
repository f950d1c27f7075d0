package run_test

import (
	"math"
	"slices"

	"riskband/stratify/frame"
	"riskband/stratify/model"
)

// chart is all that the rules may look at of one person.
type chart struct {
	id, sex, area string
	age           int
	start         frame.Day // of the registration that decides
	events        []coded
	medications   []coded
	spells        []coded
}

func (r *reference) chart(who registered, used map[string][]coded) chart {
	c := chart{id: who.id, sex: who.decides.Sex, area: who.decides.LSOACode, start: who.decides.RegistrationStart}
	year, month, _ := who.decides.BirthMonth.Time().Date()
	for frame.Date(year+c.age+1, month, 1) <= r.extract.AsOf { // one birthday after another
		c.age++
	}
	mine := func(rows []coded) (out []coded) {
		for _, row := range rows {
			if row.id == who.id {
				out = append(out, row)
			}
		}
		return out
	}
	c.events, c.medications, c.spells = mine(used["clinical_events"]), mine(used["medications"]), mine(used["apcs"])
	return c
}

// recent reports whether a day is one of the n days that end with the as-of day.
func (r *reference) recent(d frame.Day, n int) bool {
	return d != frame.NoDay && d > r.extract.AsOf-frame.Day(n)
}

func (r *reference) inAny(lists []string, code string) bool {
	return slices.ContainsFunc(lists, func(l string) bool { return r.lists[l][code] })
}

// register says whether someone is on a register and since when: the latest
// diagnosis is on or after the latest resolved code, and in the look-back. on is
// false where the register is off.
func (r *reference) register(c chart, id string) (yes, on bool, first frame.Day) {
	reg := find(r.spec.Registers, func(x model.Register) bool { return x.ID == id })
	from := frame.Day(math.MinInt32)
	if reg.From != "" {
		from, _ = frame.ParseDay(reg.From)
	}
	first, last, resolved := frame.NoDay, frame.NoDay, frame.NoDay
	for _, e := range c.events {
		if r.inAny(reg.Codes, e.code) && e.day >= from {
			if first == frame.NoDay || e.day < first {
				first = e.day
			}
			last = max(last, e.day)
		}
		if r.inAny(reg.Resolved, e.code) {
			resolved = max(resolved, e.day)
		}
	}
	yes = last != frame.NoDay && c.age >= reg.AgeFrom && (resolved == frame.NoDay || last >= resolved)
	yes = yes && (reg.LookBackDays == 0 || r.recent(last, reg.LookBackDays))
	on = true
	if reg.Needs != nil {
		needed, has := r.holds(c, *reg.Needs)
		yes, on = yes && needed, has
	}
	return yes && on, on, first
}

// reading is the latest reading of a measure: the values of its parts, day NoDay
// where there is none.
type reading struct {
	day    frame.Day
	values []float64
}

// latest finds the latest day that has a plausible value of every part, and on
// that day the lowest or the highest value of each.
func (r *reference) latest(c chart, id string) reading {
	m := find(r.spec.Measures, func(x model.Measure) bool { return x.ID == id })
	parts := r.parts(m)
	best := reading{day: frame.NoDay}
	for _, candidate := range c.events {
		var values []float64
		for _, part := range parts {
			var ofDay []float64
			for _, e := range c.events {
				if v, isOne := r.converted(part, e); isOne && e.day == candidate.day && plausible(part, v) {
					ofDay = append(ofDay, v)
				}
			}
			if len(ofDay) == 0 {
				break
			}
			if m.SameDay == "lowest" {
				values = append(values, slices.Min(ofDay))
			} else {
				values = append(values, slices.Max(ofDay))
			}
		}
		if len(values) == len(parts) && candidate.day > best.day {
			best = reading{candidate.day, values}
		}
	}
	return best
}

// used counts the different spells of a use in its window, up to its cap. on is
// false when the extract has no such table.
func (r *reference) used(c chart, id string) (n int, on bool) {
	u := find(r.spec.Use, func(x model.Use) bool { return x.ID == id })
	spells := map[string]bool{}
	for _, s := range c.spells {
		if r.inAny(u.Where.AdmissionMethod, s.code) && r.recent(s.day, u.WindowDays) {
			spells[s.spell] = true
		}
	}
	n = len(spells)
	if u.Cap > 0 {
		n = min(n, u.Cap)
	}
	return n, r.has("apcs")
}

// issued finds the latest issue of a medicine.
func (r *reference) issued(c chart, id string) (last frame.Day, on bool) {
	m := find(r.spec.Medicines, func(x model.Medicine) bool { return x.ID == id })
	last = frame.NoDay
	for _, row := range c.medications {
		if r.inAny(m.Codes, row.code) {
			last = max(last, row.day)
		}
	}
	return last, r.has("medications")
}

// score adds up the points of the items that hold.
func (r *reference) score(c chart, id string) (value float64, on bool) {
	s := find(r.spec.Scores, func(x model.Score) bool { return x.ID == id })
	points := int64(0)
	for _, it := range s.Items {
		yes, has := r.holds(c, it.When)
		if !has {
			return 0, false
		}
		if yes {
			points += it.Points
		}
	}
	return float64(points) * s.Scale, true
}

// holds evaluates an expression. It is off, never reduced, when any part of it
// is off.
func (r *reference) holds(c chart, e model.Expr) (yes, on bool) {
	between := func(v float64) bool { return (e.From == nil || v >= *e.From) && (e.Below == nil || v < *e.Below) }
	switch {
	case len(e.All) > 0, len(e.Any) > 0:
		return r.joined(c, e)
	case e.Not != nil:
		yes, on = r.holds(c, *e.Not)
		return !yes, on
	case e.Register != "":
		yes, on, _ = r.register(c, e.Register)
		return yes, on
	case e.Cohort != "":
		return r.holds(c, find(r.spec.Cohorts, func(x model.Cohort) bool { return x.ID == e.Cohort }).When)
	case e.Control != "":
		return r.control(c, e)
	case e.Score != "":
		v, on := r.score(c, e.Score)
		return between(v), on
	case e.Use != "":
		n, on := r.used(c, e.Use)
		return between(float64(n)), on
	case e.Medicine != "":
		last, on := r.issued(c, e.Medicine)
		return last != frame.NoDay && (e.Within == nil || r.recent(last, *e.Within)), on
	case e.Measure != "":
		at, part := r.latest(c, e.Measure), 0
		if e.Part != nil {
			part = *e.Part - 1
		}
		return at.day != frame.NoDay && (e.Within == nil || r.recent(at.day, *e.Within)) && between(at.values[part]), true
	case e.Sex != "":
		return c.sex == e.Sex, true
	}
	return (e.Age.From == nil || c.age >= *e.Age.From) && (e.Age.Below == nil || c.age < *e.Age.Below), true
}

func (r *reference) joined(c chart, e model.Expr) (yes, on bool) {
	yes, on = len(e.All) > 0, true
	for _, sub := range slices.Concat(e.All, e.Any) {
		one, has := r.holds(c, sub)
		on = on && has
		if len(e.All) > 0 {
			yes = yes && one
		} else {
			yes = yes || one
		}
	}
	return yes, on
}
