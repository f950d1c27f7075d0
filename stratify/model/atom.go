package model

import (
	"fmt"

	"riskband/stratify/frame"
)

// atom compiles one atom, once: the same atom later gives the same predicate. It
// returns none when the atom is off.
func (b *builder) atom(e Expr) slot {
	key := e.String()
	if s, ok := b.memo[key]; ok {
		return s
	}
	s := b.newAtom(e)
	b.memo[key] = s
	return s
}

func (b *builder) newAtom(e Expr) slot {
	s := b.c.Spec
	switch form, _ := e.form(); form {
	case "register":
		return b.registerAtom(s.Registers[s.register(e.Register)], s.register(e.Register))
	case "cohort":
		return b.cohortAtom(s.Cohorts[s.cohort(e.Cohort)])
	case "control":
		return b.controlAtom(e)
	case "score":
		i := s.score(e.Score)
		if b.score(i) != "" {
			return none
		}
		return b.filter(func(o *Outcome, p int) bool { return e.holds(o.Score(i, p)) })
	case "use":
		i := s.use(e.Use)
		if b.use(i) != "" {
			return none
		}
		f, limit := b.c.uses[i], s.Use[i].Cap
		return b.filter(func(o *Outcome, p int) bool { return e.holds(float64(capped(o.Table.Counts(f)[p], limit))) })
	case "medicine":
		i := s.medicine(e.Medicine)
		if b.medicine(i) != "" {
			return none
		}
		f := b.c.medicines[i]
		return b.filter(func(o *Outcome, p int) bool { return b.c.within(o.Table.Days(f)[p], e.Within) })
	case "measure":
		return b.measureAtom(e, b.c.measures[s.measure(e.Measure)])
	case "age":
		return b.filter(func(o *Outcome, p int) bool { return e.Age.holds(int(o.ages[p])) })
	default: // sex
		return b.filter(func(o *Outcome, p int) bool { return o.People.Sex[p].String() == e.Sex })
	}
}

// filter adds a step that asks every person.
func (b *builder) filter(holds func(o *Outcome, person int) bool) slot {
	out := b.newSlot()
	b.step(func(o *Outcome) {
		dst := o.bits[out]
		for p := range o.People.Len() {
			if holds(o, p) {
				dst.Set(p)
			}
		}
	})
	return out
}

func capped(n int32, limit int) int32 {
	if limit > 0 {
		return min(n, int32(limit))
	}
	return n
}

// within reports whether a day is known and in the window of n days that ends
// with the as-of day; no window means ever.
func (c *Compiled) within(d frame.Day, days *int) bool {
	return d.Known() && (days == nil || c.inWindow(d, *days))
}

func (c *Compiled) inWindow(d frame.Day, days int) bool {
	return d.Known() && d > c.AsOf-frame.Day(days)
}

func (e Expr) holds(v float64) bool {
	return (e.From == nil || v >= *e.From) && (e.Below == nil || v < *e.Below)
}

func (a Boundary) holds(age int) bool {
	return (a.From == nil || age >= *a.From) && (a.Below == nil || age < *a.Below)
}

func (b *builder) measureAtom(e Expr, f int) slot {
	part := 0
	if e.Part != nil {
		part = *e.Part - 1
	}
	return b.filter(func(o *Outcome, p int) bool {
		return b.c.within(o.Table.Days(f)[p], e.Within) && e.holds(o.Table.Values(f, part)[p])
	})
}

func (b *builder) registerAtom(r Register, i int) slot {
	needs := slot(none)
	if b.visit("register "+r.ID, func() (why string) {
		if r.Needs != nil {
			needs, why = b.expr(*r.Needs)
		}
		return why
	}) != "" {
		return none
	}
	cols := b.c.registers[i]
	out := b.filter(func(o *Outcome, p int) bool {
		last := o.Table.Days(cols.last)[p]
		if !last.Known() || int(o.ages[p]) < r.AgeFrom {
			return false
		}
		if r.LookBackDays > 0 && !b.c.inWindow(last, r.LookBackDays) {
			return false
		}
		return cols.resolved == none || o.Table.Days(cols.resolved)[p] <= last
	})
	if needs != none {
		b.step(func(o *Outcome) { o.bits[out].And(o.bits[needs]) })
	}
	return out
}

func (b *builder) cohortAtom(c Cohort) slot {
	s := slot(none)
	b.visit("cohort "+c.ID, func() (why string) {
		s, why = b.expr(c.When)
		return why
	})
	return s
}

// controlAtom selects people by control state; "any" is every control that is
// on.
func (b *builder) controlAtom(e Expr) slot {
	var controls []int
	for i, c := range b.c.Spec.Controls {
		if (e.Control == anyControl || e.Control == c.ID) && b.control(i) == "" {
			controls = append(controls, i)
		}
	}
	if len(controls) == 0 {
		return none
	}
	var mask uint
	for _, is := range e.Is {
		m, _ := stateMask(is, e.Tier)
		mask |= m
	}
	return b.filter(func(o *Outcome, p int) bool {
		for _, i := range controls {
			if mask>>o.states[i][p]&1 == 1 {
				return true
			}
		}
		return false
	})
}

// String returns a canonical form, equal for equal expressions. It is for keys
// and tests; the words for people are in [Spec.Text].
func (e Expr) String() string {
	form, _ := e.form()
	deref := func(f *float64) any {
		if f == nil {
			return nil
		}
		return *f
	}
	derefInt := func(i *int) any {
		if i == nil {
			return nil
		}
		return *i
	}
	var age any
	if e.Age != nil {
		age = []any{derefInt(e.Age.From), derefInt(e.Age.Below)}
	}
	return fmt.Sprint(form, e.All, e.Any, e.Not, e.Register, e.Control, e.Score, e.Use, e.Medicine, e.Measure, e.Cohort, e.Sex,
		age, deref(e.From), deref(e.Below), e.Is, e.Tier, derefInt(e.Within), derefInt(e.Part))
}
