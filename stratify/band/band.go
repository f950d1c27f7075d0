package band

import (
	"slices"

	"riskband/stratify/model"
)

// Band of one person.
type Band uint8

// The bands, in the order of the ladder.
const (
	High Band = iota
	Rising
	Low
	Count // how many there are
)

// Names returns the bands' words in the order of the ladder.
func Names() []string { return []string{"high", "rising", "low"} }

// String returns the band's word.
func (b Band) String() string { return Names()[b] }

// of returns the band of a word; model.Parse has checked the word.
func of(word string) Band {
	for b, name := range Names() {
		if name == word {
			return Band(b)
		}
	}
	return Low
}

// Bands holds the decision for every person of one practice, current or not;
// callers count current people only. It borrows the outcome it was made from.
type Bands struct {
	Band    []Band
	Tier    []uint8 // smallest tier among the person's controls, 0 when none counts
	outcome *model.Outcome
}

// Decide applies the model's rules. The rules are in the order of the ladder, so
// the first that holds gives the band.
func Decide(o *model.Outcome) *Bands {
	n := o.People.Len()
	b := &Bands{Band: make([]Band, n), Tier: make([]uint8, n), outcome: o}
	for i := range b.Band {
		b.Band[i] = Low
	}
	rules := conditional(o.Model)
	for _, rule := range slices.Backward(rules) { // the first rule has the last word
		band := of(rule.Band)
		o.Holds(rule).Each(func(i int) { b.Band[i] = band })
	}
	for c := range o.Model.Spec.Controls {
		for i, s := range o.States(c) {
			b.Tier[i] = smaller(b.Tier[i], uint8(s.Tier()))
		}
	}
	return b
}

// conditional returns the rules that have a condition: all but the last.
func conditional(m *model.Compiled) []model.Rule { return m.Rules[:len(m.Rules)-1] }

// smaller returns the smaller of two tiers, 0 being none.
func smaller(a, b uint8) uint8 {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

// Reasons lists the rules that hold for a person, in rule order.
func (b *Bands) Reasons(person int) []model.Rule {
	var rules []model.Rule
	for _, r := range conditional(b.outcome.Model) {
		if b.outcome.Holds(r).Has(person) {
			rules = append(rules, r)
		}
	}
	return rules
}
