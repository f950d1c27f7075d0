package run_test

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"riskband/stratify/frame"
	"riskband/stratify/model"
)

// state gives the state of a control for one person; on is false when the
// control is off.
func (r *reference) state(c chart, k model.Control) (state string, on bool) {
	within, on := r.holds(c, k.Of)
	excluded := false
	if k.NotApplicable != nil {
		no, has := r.holds(c, *k.NotApplicable)
		excluded, on = no, on && has
	}
	target, has := r.target(c, k)
	if !on || !has {
		return "", false
	}
	at := r.latest(c, k.Measure)
	switch {
	case !within || excluded:
		return "not_applicable", true
	case r.recent(at.day, k.WindowDays) && met(k, target, at.values):
		return "controlled", true
	case r.recent(at.day, k.WindowDays):
		return "not_controlled", true
	case r.newHere(c, k):
		return "not_yet_due", true
	case at.day != frame.NoDay:
		return "stale", true
	}
	return "never_measured", true
}

// target gives the position of the first target whose group the person is in.
func (r *reference) target(c chart, k model.Control) (at int, on bool) {
	at, on = -1, true
	for i, t := range k.Targets {
		yes := true
		if t.When != nil {
			has := false
			yes, has = r.holds(c, *t.When)
			on = on && has
		}
		if yes && at < 0 {
			at = i
		}
	}
	return at, on
}

// met compares every part with its limit; without targets it is enough that the
// measurement was made.
func met(k model.Control, target int, values []float64) bool {
	if target < 0 {
		return true
	}
	for i, v := range values {
		if most := k.Targets[target].AtMost; len(most) > 0 && v > most[i] {
			return false
		}
		if below := k.Targets[target].Below; len(below) > 0 && v >= below[i] {
			return false
		}
	}
	return true
}

// newHere: registered here, or first diagnosed with what brings the person into
// the control, fewer than the given days ago; of several, the earliest.
func (r *reference) newHere(c chart, k model.Control) bool {
	if k.NotYetDueDays == 0 {
		return false
	}
	earliest := frame.Day(math.MaxInt32)
	for _, id := range r.bringing(c, k.Of) {
		if yes, _, first := r.register(c, id); yes {
			earliest = min(earliest, first)
		}
	}
	return r.recent(c.start, k.NotYetDueDays) || (earliest != math.MaxInt32 && r.recent(earliest, k.NotYetDueDays))
}

// bringing lists the registers an expression names outside a not, leaving out
// what is inside an all that does not hold.
func (r *reference) bringing(c chart, e model.Expr) []string {
	if len(e.All) > 0 {
		if yes, _ := r.holds(c, e); !yes {
			return nil
		}
	}
	var ids []string
	if e.Register != "" {
		ids = append(ids, e.Register)
	}
	for _, sub := range slices.Concat(e.All, e.Any) {
		ids = append(ids, r.bringing(c, sub)...)
	}
	return ids
}

var tierOf = map[string]int{"not_controlled": 1, "stale": 2, "never_measured": 2}

// asked reports whether an atom about controls asks for a state.
func asked(e model.Expr, state string) bool {
	word := slices.Contains(e.Is, state) || (slices.Contains(e.Is, "counting") && tierOf[state] > 0)
	return word && (len(e.Tier) == 0 || slices.Contains(e.Tier, tierOf[state]))
}

// control evaluates an atom about one control, or about any that is on.
func (r *reference) control(c chart, e model.Expr) (yes, on bool) {
	for _, k := range r.spec.Controls {
		if e.Control != "any" && e.Control != k.ID {
			continue
		}
		if state, has := r.state(c, k); has {
			on = true
			yes = yes || asked(e, state)
		}
	}
	return yes, on
}

// person states the band, tier and reasons of one counted person.
func (r *reference) person(s *sheet, c chart, cells map[string]cell) {
	band, reasons := "", []string{}
	for _, rule := range r.spec.Bands {
		yes, on := true, true
		if rule.When != nil {
			yes, on = r.holds(c, *rule.When)
		}
		if !yes || !on {
			continue
		}
		if band == "" {
			band = rule.Band
		}
		if rule.When == nil {
			continue
		}
		reasons = append(reasons, rule.Reason)
		for i, f := range r.facts(c, *rule.When) {
			s.say("evidence %s %s %d: %s; %s", c.id, rule.Reason, i, rule.Title, f)
		}
	}
	tier := 0
	for _, k := range r.spec.Controls {
		state, _ := r.state(c, k)
		if t := tierOf[state]; t > 0 && (tier == 0 || t < tier) {
			tier = t
		}
	}
	s.say("person %s %s tier %d: %s", c.id, band, tier, strings.Join(reasons, " "))
	for _, reg := range r.spec.Registers {
		if yes, _, _ := r.register(c, reg.ID); yes {
			s.say("register %s %s", reg.ID, c.id)
		}
	}
	r.tally(cells, c, band)
}

// fact prints one piece of evidence.
func fact(detail string, values []float64, unit string, day frame.Day) string {
	two := [2]string{"-", "-"}
	for i, v := range values {
		two[i] = strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strings.Join([]string{detail, two[0], two[1], unit, day.String()}, "; ")
}

// facts lists what an expression rests on: its atoms outside a not that hold.
func (r *reference) facts(c chart, e model.Expr) []string {
	var out []string
	for _, sub := range slices.Concat(e.All, e.Any) {
		out = append(out, r.facts(c, sub)...)
	}
	switch {
	case len(out) > 0, len(e.All) > 0, len(e.Any) > 0, e.Not != nil, e.Sex != "":
		return out
	case e.Cohort != "":
		return r.facts(c, find(r.spec.Cohorts, func(x model.Cohort) bool { return x.ID == e.Cohort }).When)
	case e.Control != "":
		return r.controlFacts(c, e)
	}
	if yes, _ := r.holds(c, e); !yes {
		return nil
	}
	switch {
	case e.Register != "":
		_, _, first := r.register(c, e.Register)
		return []string{fact(find(r.spec.Registers, func(x model.Register) bool { return x.ID == e.Register }).Title, nil, "", first)}
	case e.Score != "":
		return r.scoreFacts(c, e.Score)
	case e.Use != "":
		n, _ := r.used(c, e.Use)
		return []string{fact(find(r.spec.Use, func(x model.Use) bool { return x.ID == e.Use }).Title, []float64{float64(n)}, "spells", frame.NoDay)}
	case e.Medicine != "":
		last, _ := r.issued(c, e.Medicine)
		return []string{fact(find(r.spec.Medicines, func(x model.Medicine) bool { return x.ID == e.Medicine }).Title, nil, "", last)}
	case e.Measure != "":
		m := find(r.spec.Measures, func(x model.Measure) bool { return x.ID == e.Measure })
		at := r.latest(c, e.Measure)
		return []string{fact(m.Title, at.values, m.Unit, at.day)}
	}
	return []string{fact("Age", []float64{float64(c.age)}, "years", frame.NoDay)}
}

// scoreFacts gives the score and what each item gave of it, for a register with
// the day of its first diagnosis.
func (r *reference) scoreFacts(c chart, id string) []string {
	s := find(r.spec.Scores, func(x model.Score) bool { return x.ID == id })
	v, _ := r.score(c, id)
	out := []string{fact(s.Title, []float64{v}, s.Unit, frame.NoDay)}
	for _, it := range s.Items {
		if yes, _ := r.holds(c, it.When); yes {
			since := frame.NoDay // an item that is a register says since when
			if it.When.Register != "" {
				_, _, since = r.register(c, it.When.Register)
			}
			out = append(out, fact("of which "+it.Item, []float64{float64(it.Points) * s.Scale}, "", since))
		}
	}
	return out
}

// controlFacts gives, for every control an atom asks about, its state in words,
// the target it was judged by and the latest reading.
func (r *reference) controlFacts(c chart, e model.Expr) []string {
	words := map[string]string{
		"not_applicable": "not applicable", "controlled": "controlled", "not_controlled": "measured and out of target",
		"stale": "last measured too long ago", "never_measured": "never measured", "not_yet_due": "not yet due",
	}
	var out []string
	for _, k := range r.spec.Controls {
		state, on := r.state(c, k)
		if !on || (e.Control != "any" && e.Control != k.ID) || !asked(e, state) {
			continue
		}
		m := find(r.spec.Measures, func(x model.Measure) bool { return x.ID == k.Measure })
		detail, unit := k.Title+": "+words[state], m.Unit
		if i, _ := r.target(c, k); i >= 0 && (state == "controlled" || state == "not_controlled") {
			detail += ", target " + limits(k.Targets[i]) + " " + unit
		}
		at := r.latest(c, k.Measure)
		if at.day == frame.NoDay {
			unit = ""
		}
		out = append(out, fact(detail, at.values, unit, at.day))
	}
	return out
}

func limits(t model.Target) string {
	var parts []string
	for _, l := range slices.Concat(t.AtMost, t.Below) {
		parts = append(parts, strconv.FormatFloat(l, 'f', -1, 64))
	}
	if len(t.Below) > 0 {
		return "below " + strings.Join(parts, "/")
	}
	return "at most " + strings.Join(parts, "/")
}
