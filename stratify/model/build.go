package model

import (
	"fmt"
	"strings"

	"riskband/stratify/frame"
	"riskband/stratify/score"
)

// named compiles every named thing once, so that what is off is listed even
// where no rule uses it.
func (b *builder) named() {
	s := b.c.Spec
	b.c.controls = make([]compiledControl, len(s.Controls))
	b.c.scores = make([]compiledScore, len(s.Scores))
	b.c.cohorts = make([]slot, len(s.Cohorts))
	for _, r := range s.Registers {
		b.c.registerOn = append(b.c.registerOn, b.atom(Expr{Register: r.ID}))
	}
	for i := range s.Use {
		b.use(i)
	}
	for i := range s.Medicines {
		b.medicine(i)
	}
	for i := range s.Controls {
		b.control(i)
	}
	for i := range s.Scores {
		b.score(i)
	}
	for i, c := range s.Cohorts {
		b.c.cohorts[i] = b.atom(Expr{Cohort: c.ID})
	}
}

func (b *builder) use(i int) string {
	return b.visit("use "+b.c.Spec.Use[i].ID, func() string { return missing(b.c.uses[i], frame.APCS) })
}

func (b *builder) medicine(i int) string {
	return b.visit("medicine "+b.c.Spec.Medicines[i].ID, func() string { return missing(b.c.medicines[i], frame.Medications) })
}

func missing(feature int, source frame.Source) string {
	if feature == none {
		return fmt.Sprintf("the extract has no %s table", source)
	}
	return ""
}

// visit compiles a named thing once. compile returns why it is off, or nothing.
func (b *builder) visit(what string, compile func() string) (why string) {
	if b.open[what] {
		b.fault("%s depends on itself", what)
		return "depends on itself"
	}
	if why, seen := b.off[what]; seen {
		return why
	}
	b.open[what] = true
	why = compile()
	delete(b.open, what)
	b.off[what] = why
	if why != "" {
		b.c.Off = append(b.c.Off, Off{What: what, Why: why})
	}
	return why
}

func (b *builder) control(i int) string {
	spec := b.c.Spec.Controls[i]
	return b.visit("control "+spec.ID, func() string {
		c := compiledControl{on: true, notApplicable: none}
		var why string
		if c.of, why = b.expr(spec.Of); why != "" {
			return why
		}
		if spec.NotApplicable != nil {
			if c.notApplicable, why = b.expr(*spec.NotApplicable); why != "" {
				return why
			}
		}
		for _, t := range spec.Targets {
			group := slot(none)
			if t.When != nil {
				if group, why = b.expr(*t.When); why != "" {
					return why
				}
			}
			c.targets = append(c.targets, group)
		}
		c.clocks = b.clocks(spec.Of, none)
		b.c.controls[i] = c
		b.step(func(o *Outcome) { o.judge(i) })
		return ""
	})
}

// clocks lists the registers an expression names outside a not. A register
// inside an all brings in only those of its people the whole of it holds for.
func (b *builder) clocks(e Expr, within slot) []clock {
	if len(e.All) > 0 {
		holds, _ := b.expr(e)
		within = b.both(within, holds)
	}
	var cs []clock
	if e.Register != "" {
		brings := within
		if brings == none {
			brings = b.atom(e)
		}
		cs = append(cs, clock{b.c.Spec.register(e.Register), brings})
	}
	for _, sub := range append(append([]Expr{}, e.All...), e.Any...) {
		cs = append(cs, b.clocks(sub, within)...)
	}
	return cs
}

// both joins two predicates; the first may be none.
func (b *builder) both(one, two slot) slot {
	if one == none {
		return two
	}
	out := b.newSlot()
	b.step(combine(Expr{All: make([]Expr, 2)}, out, []slot{one, two}))
	return out
}

func (b *builder) score(i int) string {
	spec := b.c.Spec.Scores[i]
	return b.visit("score "+spec.ID, func() string {
		c := compiledScore{on: true}
		for _, it := range spec.Items {
			holds, why := b.expr(it.When)
			if why != "" {
				return fmt.Sprintf("its item %q is off: %s", it.Item, why)
			}
			c.terms = append(c.terms, score.Term{Item: it.Item, Weight: score.Points(it.Points)})
			c.holds = append(c.holds, holds)
		}
		b.c.scores[i] = c
		b.step(func(o *Outcome) { o.add(i) })
		return ""
	})
}

func (b *builder) rule(r BandRule) {
	rule := Rule{BandRule: r, holds: none}
	if r.When != nil {
		holds, why := b.expr(*r.When)
		if why != "" {
			b.c.Off = append(b.c.Off, Off{What: fmt.Sprintf("band rule %s (%s)", r.Reason, r.Band), Why: why})
			return
		}
		rule.holds = holds
		rule.evidence = b.witnesses(*r.When)
	}
	b.c.Rules = append(b.c.Rules, rule)
}

// expr compiles an expression to a predicate. why says what it lacks; an
// expression with a part that is off is off, never reduced.
func (b *builder) expr(e Expr) (s slot, why string) {
	subs := append(append([]Expr{}, e.All...), e.Any...)
	if e.Not != nil {
		subs = append(subs, *e.Not)
	}
	if len(subs) == 0 {
		s = b.atom(e)
		return s, b.lacks(e, s)
	}
	var in []slot
	var lacking []string
	for _, sub := range subs {
		at, why := b.expr(sub)
		in = append(in, at)
		if why != "" {
			lacking = append(lacking, why)
		}
	}
	if len(lacking) > 0 {
		return none, strings.Join(lacking, "; ")
	}
	out := b.newSlot()
	b.step(combine(e, out, in))
	return out, ""
}

// combine returns the step that joins predicates.
func combine(e Expr, out slot, in []slot) step {
	return func(o *Outcome) {
		dst := o.bits[out]
		copy(dst, o.bits[in[0]])
		for _, s := range in[1:] {
			if len(e.All) > 0 {
				dst.And(o.bits[s])
			} else {
				dst.Or(o.bits[s])
			}
		}
		if e.Not != nil {
			dst.Fill(o.People.Len())
			dst.AndNot(o.bits[in[0]])
		}
	}
}

// lacks says why an atom is off.
func (b *builder) lacks(e Expr, s slot) string {
	if s != none {
		return ""
	}
	form, _ := e.form()
	what := map[string]string{
		"register": e.Register, "control": e.Control, "score": e.Score, "use": e.Use,
		"medicine": e.Medicine, "cohort": e.Cohort, "measure": e.Measure,
	}[form]
	if why := b.off[form+" "+what]; why != "" {
		return why
	}
	return form + " " + what + " is off"
}
