package model

import (
	"fmt"
	"regexp"
	"slices"

	"riskband/stratify/frame"
)

var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// check finds faults of meaning: names, references, units, order.
func (s *Spec) check(v *validator) {
	v.names()
	for i, r := range s.Registers {
		v.register(fmt.Sprintf("registers[%d]", i), r)
	}
	for i, m := range s.Measures {
		v.measure(fmt.Sprintf("measures[%d]", i), m)
	}
	for i, u := range s.Use {
		v.use(fmt.Sprintf("use[%d]", i), u)
	}
	for i, c := range s.Controls {
		v.control(fmt.Sprintf("controls[%d]", i), c)
	}
	for i, sc := range s.Scores {
		v.score(fmt.Sprintf("scores[%d]", i), sc)
	}
	for i, c := range s.Cohorts {
		v.expr(fmt.Sprintf("cohorts[%d].when", i), c.When)
	}
	v.bands()
}

// names checks that every id has the form of an identifier and is used once in
// its kind.
func (v *validator) names() {
	s := v.spec
	seen := map[string]bool{}
	name := func(kind string, i int, id string) {
		path := fmt.Sprintf("%s[%d].id", kind, i)
		if !identifier.MatchString(id) {
			v.fault(path, "id %q: want lower-case letters, digits and _", id)
		}
		if seen[kind+"/"+id] {
			v.fault(path, "id %q is used twice", id)
		}
		seen[kind+"/"+id] = true
	}
	for i, x := range s.Registers {
		name("registers", i, x.ID)
	}
	for i, x := range s.Medicines {
		name("medicines", i, x.ID)
	}
	for i, x := range s.Measures {
		name("measures", i, x.ID)
	}
	for i, x := range s.Use {
		name("use", i, x.ID)
	}
	for i, x := range s.Controls {
		name("controls", i, x.ID)
	}
	for i, x := range s.Scores {
		name("scores", i, x.ID)
	}
	for i, x := range s.Cohorts {
		name("cohorts", i, x.ID)
	}
}

func (v *validator) register(path string, r Register) {
	if r.From != "" {
		if _, err := frame.ParseDay(r.From); err != nil {
			v.fault(path+".from", "want a date YYYY-MM-DD")
		}
	}
	if r.LookBackDays < 0 || r.AgeFrom < 0 {
		v.fault(path, "look_back_days and age_from must not be negative")
	}
	if r.Needs != nil {
		v.expr(path+".needs", *r.Needs)
	}
}

func (v *validator) measure(path string, m Measure) {
	switch {
	case len(m.Pair) > 0 && len(m.Codes) > 0, len(m.Pair) == 0 && len(m.Codes) == 0:
		v.fault(path, "want either codes or pair")
	case len(m.Pair) > 0:
		v.pair(path, m)
	case m.Plausible == nil || !(m.Plausible.From < m.Plausible.Below):
		v.fault(path+".plausible", "want from and below, with from less than below")
	}
	if m.SameDay != "lowest" && m.SameDay != "highest" {
		v.fault(path+".same_day", "want lowest or highest")
	}
}

func (v *validator) pair(path string, m Measure) {
	if len(m.Pair) != 2 {
		v.fault(path+".pair", "want two measures")
		return
	}
	for _, id := range m.Pair {
		i := v.spec.measure(id)
		if i < 0 || len(v.spec.Measures[i].Codes) == 0 {
			v.fault(path+".pair", "%q is not a measure with codes", id)
		} else if v.spec.Measures[i].Unit != m.Unit {
			v.fault(path+".pair", "%q has the unit %s, the pair %s", id, v.spec.Measures[i].Unit, m.Unit)
		}
	}
}

func (v *validator) use(path string, u Use) {
	if u.Table != frame.APCS.String() {
		v.fault(path+".table", "want apcs")
	}
	if u.WindowDays <= 0 {
		v.fault(path+".window_days", "want a positive number of days")
	}
	if u.Cap < 0 {
		v.fault(path+".cap", "must not be negative")
	}
}

func (v *validator) control(path string, c Control) {
	v.expr(path+".of", c.Of)
	if c.NotApplicable != nil {
		v.expr(path+".not_applicable", *c.NotApplicable)
	}
	if c.WindowDays <= 0 || c.NotYetDueDays < 0 {
		v.fault(path, "want a positive window_days and no negative not_yet_due_days")
	}
	parts := 0
	if i := v.spec.measure(c.Measure); i < 0 {
		v.fault(path+".measure", "there is no measure %q", c.Measure)
	} else {
		parts = max(1, len(v.spec.Measures[i].Pair))
	}
	switch {
	case c.Tier == 1 && len(c.Targets) == 0:
		v.fault(path+".targets", "a tier 1 control needs targets")
	case c.Tier == 2 && len(c.Targets) > 0:
		v.fault(path+".targets", "a tier 2 control asks only that the measurement was made: it has no targets")
	case c.Tier != 1 && c.Tier != 2:
		v.fault(path+".tier", "want 1 (judged against targets) or 2 (measurement made)")
	}
	for i, t := range c.Targets {
		v.target(fmt.Sprintf("%s.targets[%d]", path, i), t, parts, i == len(c.Targets)-1)
	}
}

func (v *validator) target(path string, t Target, parts int, last bool) {
	if (t.When == nil) != last {
		v.fault(path, "every target but the last has a when; the last has none")
	}
	if t.When != nil {
		v.expr(path+".when", *t.When)
	}
	if (len(t.AtMost) == 0) == (len(t.Below) == 0) {
		v.fault(path, "want either at_most or below")
	}
	if n := len(t.AtMost) + len(t.Below); parts > 0 && n != parts {
		v.fault(path, "want %d limits, one a part of the measure, have %d", parts, n)
	}
}

func (v *validator) score(path string, s Score) {
	if !(s.Scale > 0) {
		v.fault(path+".scale", "want the value of one point, above 0")
	}
	if len(s.Items) == 0 {
		v.fault(path, "want items or terms")
	}
	for i, it := range s.Items {
		v.expr(fmt.Sprintf("%s.items[%d].when", path, i), it.When)
	}
}

// Bands are the three bands in the order of the ladder.
var bandNames = []string{"high", "rising", "low"}

func (v *validator) bands() {
	rank, reasons := 0, map[string]bool{}
	for i, b := range v.spec.Bands {
		path := fmt.Sprintf("bands[%d]", i)
		at := slices.Index(bandNames, b.Band)
		if at < 0 {
			v.fault(path+".band", "want high, rising or low")
		} else if at < rank {
			v.fault(path+".band", "bands run from high to low: %s comes after a lower band", b.Band)
		}
		rank = max(rank, at)
		v.bandRule(path, b, i == len(v.spec.Bands)-1, reasons)
	}
	if len(v.spec.Bands) == 0 {
		v.fault("bands", "want at least the last rule, low")
	}
}

func (v *validator) bandRule(path string, b BandRule, last bool, reasons map[string]bool) {
	if last {
		if b.When != nil || b.Reason != "" || b.Band != "low" {
			v.fault(path, "the last rule is low without reason or when: it takes the rest")
		}
		return
	}
	if b.When == nil || b.Title == "" || !identifier.MatchString(b.Reason) {
		v.fault(path, "every rule but the last has a reason id, a title and a when")
		return
	}
	if reasons[b.Reason] {
		v.fault(path+".reason", "reason %q is used twice", b.Reason)
	}
	reasons[b.Reason] = true
	v.expr(path+".when", *b.When)
}
