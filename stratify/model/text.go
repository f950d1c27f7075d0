package model

import (
	"fmt"
	"strconv"
	"strings"
)

// Text says an expression in plain English. It is the only place where a rule
// is put into words, so documents and explanations say what ran.
func (s *Spec) Text(e Expr) string {
	form, _ := e.form()
	switch form {
	case "all":
		return s.join(e.All, " and ")
	case "any":
		return s.join(e.Any, " or ")
	case "not":
		return "not " + s.nested(*e.Not)
	case "register":
		return "on the register " + quote(s.Registers[s.register(e.Register)].Title)
	case "medicine":
		return "issued " + quote(s.Medicines[s.medicine(e.Medicine)].Title) + days(e.Within)
	case "cohort":
		return "in the group " + quote(s.Cohorts[s.cohort(e.Cohort)].Title)
	case "sex":
		return "sex recorded as " + e.Sex
	case "age":
		return "aged " + e.Age.text()
	case "use":
		return quote(s.Use[s.use(e.Use)].Title) + between(e.From, e.Below)
	case "score":
		sc := s.Scores[s.score(e.Score)]
		return quote(sc.Title) + between(e.From, e.Below) + " " + sc.Unit
	case "measure":
		m := s.Measures[s.measure(e.Measure)]
		return "latest " + quote(m.Title) + between(e.From, e.Below) + " " + m.Unit + days(e.Within)
	default:
		return s.controlText(e)
	}
}

func (s *Spec) join(subs []Expr, with string) string {
	parts := make([]string, len(subs))
	for i, sub := range subs {
		parts[i] = s.nested(sub)
	}
	return strings.Join(parts, with)
}

// nested brackets an expression that joins others.
func (s *Spec) nested(e Expr) string {
	if len(e.All)+len(e.Any) > 1 {
		return "(" + s.Text(e) + ")"
	}
	return s.Text(e)
}

func (s *Spec) controlText(e Expr) string {
	what := "any control"
	if e.Control != anyControl {
		what = quote(s.Controls[s.control(e.Control)].Title)
	}
	var is []string
	for st := range states {
		for _, word := range e.Is {
			if mask, _ := stateMask(word, e.Tier); mask>>st&1 == 1 {
				is = append(is, st.Text())
				break
			}
		}
	}
	return what + ": " + strings.Join(is, " or ")
}

// Text says a state in plain English.
func (s State) Text() string {
	return [states]string{
		"not applicable", "controlled", "measured and out of target", "last measured too long ago",
		"never measured", "not yet due",
	}[s]
}

func quote(s string) string { return "“" + s + "”" }

func days(n *int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf(" in the last %d days", *n)
}

func between(from, below *float64) string {
	switch {
	case from != nil && below != nil:
		return " from " + number(*from) + " to below " + number(*below)
	case from != nil:
		return " of " + number(*from) + " or more"
	case below != nil:
		return " below " + number(*below)
	}
	return ""
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func (a Boundary) text() string {
	switch {
	case a.From != nil && a.Below != nil:
		return fmt.Sprintf("%d to %d", *a.From, *a.Below-1)
	case a.From != nil:
		return fmt.Sprintf("%d or over", *a.From)
	}
	return fmt.Sprintf("under %d", *a.Below)
}

// text says a target, for example "at most 140/90 mmHg".
func (t Target) text(unit string) string {
	limits, word := t.AtMost, "at most "
	if len(t.Below) > 0 {
		limits, word = t.Below, "below "
	}
	parts := make([]string, len(limits))
	for i, l := range limits {
		parts[i] = number(l)
	}
	return word + strings.Join(parts, "/") + " " + unit
}

// Targets says the targets of a control, one line each, in the order they are
// asked.
func (s *Spec) Targets(c Control) []string {
	unit := s.Measures[s.measure(c.Measure)].Unit
	window := fmt.Sprintf("measured in the last %d days", c.WindowDays)
	if len(c.Targets) == 0 {
		return []string{window}
	}
	lines := make([]string, len(c.Targets))
	for i, t := range c.Targets {
		who := "everyone else"
		if len(c.Targets) == 1 {
			who = "everyone"
		}
		if t.When != nil {
			who = s.Text(*t.When)
		}
		lines[i] = who + ": " + t.text(unit) + ", " + window
	}
	return lines
}

// RegisterText says who is on a register.
func (s *Spec) RegisterText(r Register) string {
	text := "a code of " + strings.Join(r.Codes, " or ")
	if r.From != "" {
		text += " from " + r.From
	}
	if r.LookBackDays > 0 {
		text += fmt.Sprintf(" in the last %d days", r.LookBackDays)
	}
	if len(r.Resolved) > 0 {
		text += ", not followed by one of " + strings.Join(r.Resolved, " or ")
	}
	if r.AgeFrom > 0 {
		text += fmt.Sprintf(", aged %d or over", r.AgeFrom)
	}
	if r.Needs != nil {
		text += ", and " + s.Text(*r.Needs)
	}
	return text
}
