package model

import (
	"riskband/stratify/frame"
)

// Evidence is one fact behind a reason. It is personal data: secure side only.
type Evidence struct {
	Detail string     // what the fact is, in plain words, the same for everyone it applies to
	Values [2]float64 // the first Parts of them
	Parts  int        // 0 where the fact has no number
	Unit   string     // "" where the fact has no number
	Day    frame.Day  // NoDay where the fact has no day
}

// witness finds the evidence of one atom for a person, if the atom holds.
type witness func(o *Outcome, person int, out []Evidence) []Evidence

// Evidence appends the facts behind rule r for a person the rule holds for, in
// the order the rule names them.
func (o *Outcome) Evidence(out []Evidence, r Rule, person int) []Evidence {
	for _, w := range r.evidence {
		out = w(o, person, out)
	}
	return out
}

// witnesses lists the atoms an expression names outside a not.
func (b *builder) witnesses(e Expr) []witness {
	var ws []witness
	for _, sub := range append(append([]Expr{}, e.All...), e.Any...) {
		ws = append(ws, b.witnesses(sub)...)
	}
	form, _ := e.form()
	s := b.c.Spec
	switch form {
	case "all", "any", "not", "sex":
		return ws
	case "cohort":
		return b.witnesses(s.Cohorts[s.cohort(e.Cohort)].When)
	case "control":
		return b.controlWitnesses(e)
	}
	holds, w := b.atom(e), b.fact(form, e)
	return []witness{func(o *Outcome, p int, out []Evidence) []Evidence {
		if !o.bits[holds].Has(p) {
			return out
		}
		return w(o, p, out)
	}}
}

// fact returns the witness of an atom that holds.
func (b *builder) fact(form string, e Expr) witness {
	c, s := b.c, b.c.Spec
	switch form {
	case "register":
		i := s.register(e.Register)
		return func(o *Outcome, p int, out []Evidence) []Evidence {
			return append(out, Evidence{Detail: s.Registers[i].Title, Day: o.Table.Days(c.registers[i].first)[p]})
		}
	case "score":
		return scoreFact(s.score(e.Score))
	case "use":
		i := s.use(e.Use)
		return func(o *Outcome, p int, out []Evidence) []Evidence {
			n := float64(capped(o.Table.Counts(c.uses[i])[p], s.Use[i].Cap))
			return append(out, Evidence{Detail: s.Use[i].Title, Values: [2]float64{n}, Parts: 1, Unit: "spells", Day: frame.NoDay})
		}
	case "medicine":
		i := s.medicine(e.Medicine)
		return func(o *Outcome, p int, out []Evidence) []Evidence {
			return append(out, Evidence{Detail: s.Medicines[i].Title, Day: o.Table.Days(c.medicines[i])[p]})
		}
	case "measure":
		i := s.measure(e.Measure)
		return func(o *Outcome, p int, out []Evidence) []Evidence {
			return append(out, o.reading(i, p, s.Measures[i].Title))
		}
	default: // age
		return func(o *Outcome, p int, out []Evidence) []Evidence {
			return append(out, Evidence{Detail: "Age", Values: [2]float64{float64(o.ages[p])}, Parts: 1, Unit: "years", Day: frame.NoDay})
		}
	}
}

// scoreFact gives the score and then what each of its items contributed, with
// the first diagnosis of an item that is a register.
func scoreFact(i int) witness {
	return func(o *Outcome, p int, out []Evidence) []Evidence {
		spec := &o.Model.Spec.Scores[i]
		out = append(out, Evidence{Detail: spec.Title, Values: [2]float64{o.Score(i, p)}, Parts: 1, Unit: spec.Unit, Day: frame.NoDay})
		for _, c := range o.contributions(i, p) {
			it := &spec.Items[c.Term]
			e := Evidence{Detail: "of which " + it.Item, Values: [2]float64{float64(c.Points) * spec.Scale}, Parts: 1, Day: frame.NoDay}
			if r := o.Model.Spec.register(it.When.Register); r >= 0 {
				e.Day = o.Table.Days(o.Model.registers[r].first)[p]
			}
			out = append(out, e)
		}
		return out
	}
}

// reading is the latest reading of measure i.
func (o *Outcome) reading(i, person int, detail string) Evidence {
	f := o.Model.measures[i]
	e := Evidence{Detail: detail, Day: o.Table.Days(f)[person]}
	if !e.Day.Known() {
		return e
	}
	e.Unit, e.Parts = o.Model.Spec.Measures[i].Unit, max(1, len(o.Model.Spec.Measures[i].Pair))
	for part := range e.Parts {
		e.Values[part] = o.Table.Values(f, part)[person]
	}
	return e
}

// controlWitnesses gives, for every control an atom names, its state, target and
// latest reading.
func (b *builder) controlWitnesses(e Expr) []witness {
	var ws []witness
	var mask uint
	for _, is := range e.Is {
		m, _ := stateMask(is, e.Tier)
		mask |= m
	}
	for i, c := range b.c.Spec.Controls {
		if (e.Control != anyControl && e.Control != c.ID) || b.control(i) != "" {
			continue
		}
		measure, details := b.c.Spec.measure(c.Measure), b.c.Spec.stateDetails(c)
		ws = append(ws, func(o *Outcome, p int, out []Evidence) []Evidence {
			state := o.states[i][p]
			if mask>>state&1 == 0 {
				return out
			}
			return append(out, o.reading(measure, p, details[state][o.group(i, p)]))
		})
	}
	return ws
}

// group is the position of the person's target, 0 where a control has none.
func (o *Outcome) group(i, person int) int {
	for k, s := range o.Model.controls[i].targets {
		if s == none || o.bits[s].Has(person) {
			return k
		}
	}
	return 0
}

// stateDetails words every state of a control against every target.
func (s *Spec) stateDetails(c Control) [states][]string {
	var out [states][]string
	unit := s.Measures[s.measure(c.Measure)].Unit
	for state := range states {
		out[state] = []string{c.Title + ": " + state.Text()}
		for k, t := range c.Targets {
			text := c.Title + ": " + state.Text()
			if state == NotControlled || state == Controlled {
				text += ", target " + t.text(unit)
			}
			out[state] = append(out[state][:k], text)
		}
	}
	return out
}
