package model

import (
	"fmt"
	"slices"
	"strings"
)

// form names which of its forms an expression has; ok is false when it has none
// or more than one.
func (e Expr) form() (form string, ok bool) {
	var forms []string
	add := func(name string, present bool) {
		if present {
			forms = append(forms, name)
		}
	}
	add("all", len(e.All) > 0)
	add("any", len(e.Any) > 0)
	add("not", e.Not != nil)
	add("register", e.Register != "")
	add("control", e.Control != "")
	add("score", e.Score != "")
	add("use", e.Use != "")
	add("medicine", e.Medicine != "")
	add("measure", e.Measure != "")
	add("cohort", e.Cohort != "")
	add("sex", e.Sex != "")
	add("age", e.Age != nil)
	if len(forms) != 1 {
		return "", false
	}
	return forms[0], true
}

// companions says which further keys each form may carry.
var companions = map[string][]string{
	"control": {"is", "tier"}, "score": {"from", "below"}, "use": {"from", "below"},
	"measure": {"from", "below", "within_days", "part"}, "medicine": {"within_days"},
}

func (e Expr) carries() (keys []string) {
	add := func(key string, present bool) {
		if present {
			keys = append(keys, key)
		}
	}
	add("from", e.From != nil)
	add("below", e.Below != nil)
	add("is", len(e.Is) > 0)
	add("tier", len(e.Tier) > 0)
	add("within_days", e.Within != nil)
	add("part", e.Part != nil)
	return keys
}

// expr checks an expression and everything below it.
func (v *validator) expr(path string, e Expr) {
	form, ok := e.form()
	if !ok {
		v.fault(path, "want exactly one of all, any, not, register, control, score, use, medicine, measure, cohort, sex, age")
		return
	}
	for _, key := range e.carries() {
		if !slices.Contains(companions[form], key) {
			v.fault(path, "%s does not go with %s", key, form)
		}
	}
	for i, sub := range e.All {
		v.expr(fmt.Sprintf("%s.all[%d]", path, i), sub)
	}
	for i, sub := range e.Any {
		v.expr(fmt.Sprintf("%s.any[%d]", path, i), sub)
	}
	if e.Not != nil {
		v.expr(path+".not", *e.Not)
	}
	v.atom(path, form, e)
}

func (v *validator) atom(path, form string, e Expr) {
	s := v.spec
	known := func(id string, at int) {
		if at < 0 {
			v.fault(path, "there is no %s %q", form, id)
		}
	}
	switch form {
	case "register":
		known(e.Register, s.register(e.Register))
	case "medicine":
		known(e.Medicine, s.medicine(e.Medicine))
	case "cohort":
		known(e.Cohort, s.cohort(e.Cohort))
	case "score":
		known(e.Score, s.score(e.Score))
	case "use":
		known(e.Use, s.use(e.Use))
	case "measure":
		known(e.Measure, s.measure(e.Measure))
	case "sex":
		if !slices.Contains([]string{"female", "male", "intersex", "unknown"}, e.Sex) {
			v.fault(path, "sex: want female, male, intersex or unknown")
		}
	case "age":
		if e.Age.From == nil && e.Age.Below == nil {
			v.fault(path, "age: want from, below or both")
		}
	case "control":
		v.controlAtom(path, e)
	}
	if (form == "score" || form == "use") && e.From == nil && e.Below == nil {
		v.fault(path, "%s: want from, below or both", form)
	}
}

func (v *validator) controlAtom(path string, e Expr) {
	if e.Control != anyControl && v.spec.control(e.Control) < 0 {
		v.fault(path, "there is no control %q", e.Control)
	}
	if len(e.Is) == 0 {
		v.fault(path, "control: want is, with states or counting")
	}
	for _, is := range e.Is {
		if _, ok := stateMask(is, nil); !ok {
			v.fault(path, "is: %q is not one of %s, counting", is, strings.Join(stateWords[:], ", "))
		}
	}
	for _, t := range e.Tier {
		if t != 1 && t != 2 {
			v.fault(path, "tier: want 1 or 2")
		}
	}
}

// anyControl stands for every control that is on.
const anyControl = "any"

func (s *Spec) register(id string) int {
	return slices.IndexFunc(s.Registers, func(x Register) bool { return x.ID == id })
}

func (s *Spec) medicine(id string) int {
	return slices.IndexFunc(s.Medicines, func(x Medicine) bool { return x.ID == id })
}

func (s *Spec) measure(id string) int {
	return slices.IndexFunc(s.Measures, func(x Measure) bool { return x.ID == id })
}

func (s *Spec) use(id string) int {
	return slices.IndexFunc(s.Use, func(x Use) bool { return x.ID == id })
}

func (s *Spec) control(id string) int {
	return slices.IndexFunc(s.Controls, func(x Control) bool { return x.ID == id })
}

func (s *Spec) score(id string) int {
	return slices.IndexFunc(s.Scores, func(x Score) bool { return x.ID == id })
}

func (s *Spec) cohort(id string) int {
	return slices.IndexFunc(s.Cohorts, func(x Cohort) bool { return x.ID == id })
}
