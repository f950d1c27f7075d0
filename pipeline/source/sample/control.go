package sample

import (
	"math/rand/v2"
	"strings"
)

// state of one measure in one person with a condition that asks for it.
type state uint8

const (
	controlled state = iota // the latest reading of the last 12 months meets the target
	high                    // it does not
	stale                   // the latest reading is older
	never                   // there is none
)

// control says how likely people on some registers are to have a measure under
// control. Someone on several registers takes the mean of their log odds.
type control struct {
	members set
	logOdds [registers]float64
	target  [registers]float64 // published share under control
	split   table              // of those not under control: high, stale, never
}

// chance of being under control for someone on the registers of s; s must share
// a member with the control.
func (c *control) chance(s set) float64 {
	sum, n := 0.0, 0
	for r := range registers {
		if (s & c.members).has(r) {
			sum += c.logOdds[r]
			n++
		}
	}
	return logistic(sum / float64(n))
}

// draw decides a state; e holds what the practice has drawn so far.
func (c *control) draw(s set, e *even, r *rand.Rand) state {
	if e.draw(c.chance(s)) {
		return controlled
	}
	return high + state(c.split.draw(r))
}

// fitControls finds the log odds that give every register its published share.
func (p *population) fitControls() {
	p.pressure[0] = p.newControl("blood_pressure", "0-79")
	p.pressure[1] = p.newControl("blood_pressure", "80-120")
	p.sugar = p.newControl("hba1c", "0-120")
	p.fit(&p.pressure[0], 0, 80)
	p.fit(&p.pressure[1], 80, ages)
	p.fit(&p.sugar, 0, ages)
}

func (p *population) newControl(measure, group string) control {
	var c control
	for _, g := range p.figures[measure+"_controlled_pct"] {
		for r := range registers {
			if g.key == r.String()+" "+group {
				c.members = c.members.with(r)
				c.target[r] = g.value / 100
				c.logOdds[r] = logit(c.target[r])
			}
		}
	}
	var weights []float64
	for _, s := range []string{"high", "stale", "never"} {
		weights = append(weights, p.figures.one("not_controlled_share_pct", measure+" "+s))
	}
	c.split = newTable(weights)
	return c
}

// rounds of the fit; it stops moving long before.
const rounds = 400

func (p *population) fit(c *control, from, below int) {
	cells := p.cells(c.members, from, below)
	for range rounds {
		reached := c.reached(cells)
		for r := range registers {
			if c.members.has(r) {
				c.logOdds[r] += logit(c.target[r]) - logit(reached[r])
			}
		}
	}
}

// reached returns the share under control of each member register.
func (c *control) reached(cells map[set]float64) [registers]float64 {
	var yes, all [registers]float64
	for s := set(1); s <= c.members; s++ { // in a fixed order, so sums are reproducible
		weight, ok := cells[s]
		if !ok {
			continue
		}
		chance := c.chance(s)
		for r := range registers {
			if s.has(r) {
				yes[r] += weight * chance
				all[r] += weight
			}
		}
	}
	for r := range yes {
		if all[r] > 0 {
			yes[r] /= all[r]
		}
	}
	return yes
}

// cells returns the share of people by which of the member registers they are
// on, none left out, for ages from <= age < below.
func (p *population) cells(members set, from, below int) map[set]float64 {
	cells := map[set]float64{}
	for a := from; a < below; a++ {
		for sex := range sexes {
			for _, z := range p.liability {
				weight := p.age[a] * p.sexShare(sex, a) / steps
				p.spread(cells, members, 0, 0, weight, func(r register) float64 { return p.chance(r, 0, sex, a, z) })
			}
		}
	}
	delete(cells, 0)
	return cells
}

// spread divides weight over the subsets of members from register r on.
func (p *population) spread(cells map[set]float64, members, s set, r register, weight float64, chance func(register) float64) {
	switch {
	case weight == 0:
		return
	case r == registers:
		cells[s] += weight
	case !members.has(r):
		p.spread(cells, members, s, r+1, weight, chance)
	default:
		c := chance(r)
		p.spread(cells, members, s.with(r), r+1, weight*c, chance)
		p.spread(cells, members, s, r+1, weight*(1-c), chance)
	}
}

// targetOf returns the systolic and diastolic targets of an age.
func (p *population) targetOf(age int) (systolic, diastolic float64) {
	for _, g := range p.figures["blood_pressure_target"] {
		span, part, _ := strings.Cut(g.key, " ")
		from, to := ageRange(span)
		if age < from || age > to {
			continue
		}
		if part == "systolic" {
			systolic = g.value
		} else {
			diastolic = g.value
		}
	}
	return systolic, diastolic
}
