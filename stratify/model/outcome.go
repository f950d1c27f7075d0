package model

import (
	"riskband/stratify/feature"
	"riskband/stratify/frame"
	"riskband/stratify/score"
)

// Outcome is a model evaluated over one practice. It borrows the table and the
// people it was made from.
type Outcome struct {
	Model  *Compiled
	People *frame.People
	Table  *feature.Table

	ages   []int16
	bits   []frame.Bits
	states [][]State
	points [][]score.Points
}

// Evaluate runs the model over a finished table whose rows are the people's.
func (c *Compiled) Evaluate(t *feature.Table, p *frame.People) *Outcome {
	o := &Outcome{Model: c, People: p, Table: t, ages: make([]int16, p.Len())}
	for i := range o.ages {
		o.ages[i] = int16(p.Age(i))
	}
	o.bits = make([]frame.Bits, c.slots)
	for i := range o.bits {
		o.bits[i] = frame.NewBits(p.Len())
	}
	o.states = make([][]State, len(c.controls))
	o.points = make([][]score.Points, len(c.scores))
	for _, s := range c.steps {
		s(o)
	}
	return o
}

// Holds returns the people a band rule holds for. Borrowed from the outcome.
func (o *Outcome) Holds(r Rule) frame.Bits { return o.bits[r.holds] }

// States returns the states of control i of the spec, one a person, or nil when
// the control is off. Borrowed from the outcome.
func (o *Outcome) States(i int) []State { return o.states[i] }

// Score returns the value of score i of the spec for a person, in the score's
// unit. The score must be on.
func (o *Outcome) Score(i, person int) float64 {
	return float64(o.points[i][person]) * o.Model.Spec.Scores[i].Scale
}

// Register returns the people on register i of the spec; ok is false when the
// register is off.
func (o *Outcome) Register(i int) (people frame.Bits, ok bool) {
	s := o.Model.registerOn[i]
	if s == none {
		return nil, false
	}
	return o.bits[s], true
}

// Registers appends the ids of the registers a person is on, in the order of the
// model.
func (o *Outcome) Registers(ids []string, person int) []string {
	for i, s := range o.Model.registerOn {
		if s != none && o.bits[s].Has(person) {
			ids = append(ids, o.Model.Spec.Registers[i].ID)
		}
	}
	return ids
}

// contributions splits the points of score i for a person.
func (o *Outcome) contributions(i, person int) []score.Contribution {
	c := o.Model.scores[i]
	return score.Contributions(c.terms, o.slots(c.holds), person)
}

func (o *Outcome) slots(at []slot) []frame.Bits {
	holds := make([]frame.Bits, len(at))
	for k, s := range at {
		holds[k] = o.bits[s]
	}
	return holds
}

func (o *Outcome) add(i int) {
	c := o.Model.scores[i]
	o.points[i] = score.Column(o.points[i], c.terms, o.slots(c.holds), o.People.Len())
}

// judge fills the states of control i.
func (o *Outcome) judge(i int) {
	c, spec := &o.Model.controls[i], &o.Model.Spec.Controls[i]
	states := make([]State, o.People.Len())
	days := o.Table.Days(o.Model.measures[o.Model.Spec.measure(spec.Measure)])
	o.bits[c.of].Each(func(p int) {
		switch {
		case c.notApplicable != none && o.bits[c.notApplicable].Has(p):
			states[p] = NotApplicable
		case o.Model.inWindow(days[p], spec.WindowDays):
			states[p] = o.against(i, p)
		case o.newHere(c, p, spec.NotYetDueDays):
			states[p] = NotYetDue
		case days[p].Known():
			states[p] = Stale
		default:
			states[p] = NeverMeasured
		}
	})
	o.states[i] = states
}

// against compares the reading with the target of the person's group.
func (o *Outcome) against(i, person int) State {
	t, ok := o.target(i, person)
	if !ok {
		return Controlled // tier 2: the measurement was made
	}
	measure := o.Model.measures[o.Model.Spec.measure(o.Model.Spec.Controls[i].Measure)]
	for part := range len(t.AtMost) + len(t.Below) {
		if !t.meets(part, o.Table.Values(measure, part)[person]) {
			return NotControlled
		}
	}
	return Controlled
}

// target returns the first target whose group the person is in.
func (o *Outcome) target(i, person int) (t Target, ok bool) {
	for k, group := range o.Model.controls[i].targets {
		if group == none || o.bits[group].Has(person) {
			return o.Model.Spec.Controls[i].Targets[k], true
		}
	}
	return Target{}, false
}

func (t Target) meets(part int, v float64) bool {
	if len(t.AtMost) > 0 {
		return v <= t.AtMost[part]
	}
	return v < t.Below[part]
}

// newHere reports whether the person was registered here, or first diagnosed
// with what brings them into the control, fewer than days ago. Of several
// conditions that bring them in, the earliest counts.
func (o *Outcome) newHere(c *compiledControl, person, days int) bool {
	if days == 0 {
		return false
	}
	if o.Model.inWindow(o.People.Start[person], days) {
		return true
	}
	earliest := frame.NoDay
	for _, k := range c.clocks {
		first := o.Table.Days(o.Model.registers[k.register].first)[person]
		on, ok := o.Register(k.register)
		if ok && on.Has(person) && o.bits[k.brings].Has(person) && (!earliest.Known() || first < earliest) {
			earliest = first
		}
	}
	return o.Model.inWindow(earliest, days)
}
