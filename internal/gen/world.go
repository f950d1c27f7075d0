package gen

import (
	"slices"

	"riskband/stratify/codes"
	"riskband/stratify/frame"
	"riskband/stratify/model"
)

// World is what extracts are drawn from: the codes, readings and ages on which
// a model's rules turn.
type World struct {
	conditions [][]string  // by register: codes of its lists, resolved ones included
	burst      []string    // one diagnosis of each register
	single     []reading   // measures with codes
	pairs      [][2]int    // pairs of them
	medicines  []string    // dm+d codes
	emergency  []string    // admission methods in a list of the model
	ages       []int       // completed years at which a rule or a category changes
	from       []frame.Day // days on which a register begins to count
}

// reading is one measure: a code per list with the values at its edges.
type reading struct {
	id    string
	lists []codedValues
}

type codedValues struct {
	codes  []string
	values []float64
}

// codesPerList is how many codes of a list are drawn, beside those that stand in
// several lists; few, so that the same code comes twice for one person.
const codesPerList = 2

// NewWorld reads models and the code lists they name. lists may hold others,
// whose codes then stand in no list of the models, and the same list twice.
func NewWorld(lists []codes.List, specs ...*model.Spec) *World {
	v := vocabulary{within: map[string]int{}}
	for _, l := range lists {
		if slices.ContainsFunc(v.lists, func(seen codes.List) bool { return seen.Name == l.Name }) {
			continue
		}
		v.lists = append(v.lists, l)
		for _, e := range l.Entries {
			v.within[e.Code]++
		}
	}
	w := &World{ages: []int{0, 1, 17, 18, 40, 65, 75, 85, 100}}
	for _, spec := range specs {
		w.registers(spec, v)
		w.measures(spec, v)
		for _, u := range spec.Use {
			w.emergency = append(w.emergency, v.codes(u.Where.AdmissionMethod...)...)
		}
	}
	for _, l := range v.lists {
		if l.System == codes.DMD {
			w.medicines = append(w.medicines, v.codes(l.Name)...)
		}
	}
	return w
}

// registers collects the codes of every register and the ages and days at which
// people join one or change target.
func (w *World) registers(spec *model.Spec, v vocabulary) {
	for _, r := range spec.Registers {
		w.conditions = append(w.conditions, append(v.codes(r.Codes...), v.codes(r.Resolved...)...))
		w.burst = append(w.burst, v.codes(r.Codes...)[0])
		w.ages = append(w.ages, r.AgeFrom)
		if day, err := frame.ParseDay(r.From); err == nil {
			w.from = append(w.from, day)
		}
	}
	for _, c := range spec.Controls {
		for _, e := range expressions(c) {
			if e.Age != nil && e.Age.From != nil {
				w.ages = append(w.ages, *e.Age.From)
			}
			if e.Age != nil && e.Age.Below != nil {
				w.ages = append(w.ages, *e.Age.Below)
			}
		}
	}
}

// expressions lists every expression of a control, sub-expressions included.
func expressions(c model.Control) []model.Expr {
	open := []model.Expr{c.Of}
	if c.NotApplicable != nil {
		open = append(open, *c.NotApplicable)
	}
	for _, t := range c.Targets {
		if t.When != nil {
			open = append(open, *t.When)
		}
	}
	var out []model.Expr
	for len(open) > 0 {
		e := open[0]
		open = append(open[1:], slices.Concat(e.All, e.Any)...)
		if e.Not != nil {
			open = append(open, *e.Not)
		}
		out = append(out, e)
	}
	return out
}

// measures collects, for every list of every measure, the recorded values at
// the edges of its plausible range and of the targets that judge it.
func (w *World) measures(spec *model.Spec, v vocabulary) {
	at := map[string]int{}
	for _, m := range spec.Measures {
		if len(m.Pair) > 0 {
			continue
		}
		at[m.ID] = len(w.single)
		r := reading{id: m.ID}
		for _, one := range m.Codes {
			times := one.Times
			if times == 0 {
				times = 1
			}
			var values []float64
			for _, edge := range edges(spec, m) {
				values = append(values, (edge-one.Add)/times)
			}
			r.lists = append(r.lists, codedValues{v.codes(one.List), values})
		}
		w.single = append(w.single, r)
	}
	for _, m := range spec.Measures {
		if len(m.Pair) == 2 {
			w.pairs = append(w.pairs, [2]int{at[m.Pair[0]], at[m.Pair[1]]})
		}
	}
}

// edges lists the values at which a rule about a measure changes its answer and
// those a little to both sides, in the measure's unit. A limit comes three times,
// because most readings should be judged, not thrown away.
func edges(spec *model.Spec, m model.Measure) []float64 {
	var at []float64
	for _, c := range spec.Controls {
		for _, of := range spec.Measures {
			part := slices.Index(of.Pair, m.ID)
			if c.Measure != of.ID || (of.ID != m.ID && part < 0) {
				continue
			}
			for _, t := range c.Targets {
				limit := append(slices.Clone(t.AtMost), t.Below...)[max(part, 0)]
				at = append(at, limit, limit, limit-0.5, limit-10, limit+0.5, limit+1, limit+20)
			}
		}
	}
	p := m.Plausible
	return append(at, p.From, p.From-0.5, p.Below, p.Below-0.5, 0, -p.From)
}

// vocabulary finds codes worth drawing.
type vocabulary struct {
	lists  []codes.List
	within map[string]int // lists a code stands in
}

// codes returns the first codes of the named lists and all that they share with
// other lists.
func (v vocabulary) codes(names ...string) []string {
	var out []string
	for _, l := range v.lists {
		if !slices.Contains(names, l.Name) {
			continue
		}
		for i, e := range l.Entries {
			if i < codesPerList || v.within[e.Code] > 1 {
				out = append(out, e.Code)
			}
		}
	}
	return out
}
