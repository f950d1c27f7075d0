package run_test

import (
	"math"

	"riskband/internal/gen"
	"riskband/stratify/frame"
	"riskband/stratify/model"
)

// coded is one row of any coded table.
type coded struct {
	id    string // person
	day   frame.Day
	code  string
	value float64 // NaN where missing
	spell string
}

// usable gives the rows of each coded table that may be used and states what
// became of the others: each is counted under the first rule that drops it.
func (r *reference) usable(s *sheet, p gen.Practice, people []registered) map[string][]coded {
	tables := map[string][]coded{"clinical_events": {}}
	for _, e := range p.Events {
		tables["clinical_events"] = append(tables["clinical_events"], coded{id: e.PatientID, day: e.Date, code: e.SnomedCTCode, value: e.NumericValue})
	}
	for _, m := range p.Medications {
		tables["medications"] = append(tables["medications"], coded{id: m.PatientID, day: m.Date, code: m.DMDCode})
	}
	for _, a := range p.Spells {
		tables["apcs"] = append(tables["apcs"], coded{id: a.PatientID, day: a.AdmissionDate, code: a.AdmissionMethod, spell: a.SpellID})
	}
	born := map[string]frame.Day{}
	for _, who := range people {
		born[who.id] = who.decides.BirthMonth
	}
	used := map[string][]coded{}
	for table, system := range map[string]string{"clinical_events": "snomedct", "medications": "dmd", "apcs": "admission_method"} {
		if (table == "medications" && p.Medications == nil) || (table == "apcs" && p.Spells == nil) {
			continue // not delivered
		}
		rows := map[string]int{"read": len(tables[table])}
		for _, row := range tables[table] {
			rule := r.drops(row, system, born)
			rows[rule]++
			if rule == "used" {
				used[table] = append(used[table], row)
			}
		}
		for _, rule := range []string{"read", "used", "not_in_any_list", "unknown_person", "after_as_of", "before_birth"} {
			s.say("rows %s %s %d", table, rule, rows[rule])
		}
	}
	return used
}

// drops names the rule that drops a row, or says that it is used.
func (r *reference) drops(row coded, system string, born map[string]frame.Day) string {
	listed := false
	for name, codes := range r.lists {
		listed = listed || (r.systems[name] == system && codes[row.code])
	}
	birth, known := born[row.id]
	switch {
	case !listed:
		return "not_in_any_list"
	case !known:
		return "unknown_person"
	case row.day > r.extract.AsOf:
		return "after_as_of"
	case row.day < birth:
		return "before_birth"
	}
	return "used"
}

// readings states how many used rows each list has, and how many readings of
// each measure have no value or an implausible one.
func (r *reference) readings(s *sheet, used map[string][]coded) {
	tables := map[string]string{"snomedct": "clinical_events", "dmd": "medications", "admission_method": "apcs"}
	for name, codes := range r.lists {
		n := 0
		for _, row := range used[tables[r.systems[name]]] {
			if codes[row.code] {
				n++
			}
		}
		s.say("hits %s %d", name, n)
	}
	for _, m := range r.spec.Measures {
		noValue, implausible := 0, 0
		for _, row := range used["clinical_events"] {
			for _, part := range r.parts(m) {
				v, isOne := r.converted(part, row)
				switch {
				case isOne && math.IsNaN(v):
					noValue++
				case isOne && !plausible(part, v):
					implausible++
				}
			}
		}
		s.say("measure %s no value %d implausible %d", m.ID, noValue, implausible)
	}
}

// parts gives the measures with codes that a measure is made of.
func (r *reference) parts(m model.Measure) []model.Measure {
	if len(m.Pair) == 0 {
		return []model.Measure{m}
	}
	var parts []model.Measure
	for _, id := range m.Pair {
		parts = append(parts, find(r.spec.Measures, func(m model.Measure) bool { return m.ID == id }))
	}
	return parts
}

// converted gives a row's value in the measure's unit; isOne is false when its
// code is in none of the measure's lists.
func (r *reference) converted(m model.Measure, row coded) (v float64, isOne bool) {
	for _, reading := range m.Codes {
		if r.lists[reading.List][row.code] {
			times := reading.Times
			if times == 0 {
				times = 1
			}
			return row.value*times + reading.Add, true
		}
	}
	return 0, false
}

func plausible(m model.Measure, v float64) bool {
	return v >= m.Plausible.From && v < m.Plausible.Below
}

// find returns the one that is asked for; the spec has been checked.
func find[T any](all []T, is func(T) bool) T {
	for _, one := range all {
		if is(one) {
			return one
		}
	}
	panic("reference: the spec names what it does not have")
}
