package population

import (
	"math/rand/v2"
	"strings"
)

// State of one measure in one person with a condition that asks for it.
type State uint8

// The states.
const (
	Controlled State = iota // the latest reading of the last 12 months meets the target
	High                    // it does not
	Stale                   // the latest reading is older
	Never                   // there is none
)

// Control says how likely people on some registers are to have a measure under
// control. Someone on several registers takes the mean of their log odds.
type Control struct {
	Members Set
	logOdds [Registers]float64
	target  [Registers]float64 // published share under control
	split   Table              // of those not under control: high, stale, never
}

// Chance of being under control for someone on the registers of s; s must share
// a member with the control.
func (c *Control) Chance(s Set) float64 {
	sum, n := 0.0, 0
	for r := range Registers {
		if (s & c.Members).Has(r) {
			sum += c.logOdds[r]
			n++
		}
	}
	return logistic(sum / float64(n))
}

// Draw decides a state; e holds what the practice has drawn so far.
func (c *Control) Draw(s Set, e *Even, r *rand.Rand) State {
	if e.Draw(c.Chance(s)) {
		return Controlled
	}
	return High + State(c.split.Draw(r))
}

// fitControls finds the log odds that give every register its published share.
func (p *Population) fitControls() {
	p.Pressure[0] = p.newControl("blood_pressure", "0-79")
	p.Pressure[1] = p.newControl("blood_pressure", "80-120")
	p.Sugar = p.newControl("hba1c", "0-120")
	p.fit(&p.Pressure[0], 0, 80)
	p.fit(&p.Pressure[1], 80, Ages)
	p.fit(&p.Sugar, 0, Ages)
}

func (p *Population) newControl(measure, group string) Control {
	var c Control
	for _, g := range p.Figures[measure+"_controlled_pct"] {
		for r := range Registers {
			if g.Key == r.String()+" "+group {
				c.Members = c.Members.With(r)
				c.target[r] = g.Value / 100
				c.logOdds[r] = logit(c.target[r])
			}
		}
	}
	var weights []float64
	for _, s := range []string{"high", "stale", "never"} {
		weights = append(weights, p.Figures.One("not_controlled_share_pct", measure+" "+s))
	}
	c.split = NewTable(weights)
	return c
}

// rounds of the fit; it stops moving long before.
const rounds = 400

func (p *Population) fit(c *Control, from, below int) {
	cells := p.cells(c.Members, from, below)
	for range rounds {
		reached := c.reached(cells)
		for r := range Registers {
			if c.Members.Has(r) {
				c.logOdds[r] += logit(c.target[r]) - logit(reached[r])
			}
		}
	}
}

// reached returns the share under control of each member register.
func (c *Control) reached(cells map[Set]float64) [Registers]float64 {
	var yes, all [Registers]float64
	for s := Set(1); s <= c.Members; s++ { // in a fixed order, so sums are reproducible
		weight, ok := cells[s]
		if !ok {
			continue
		}
		chance := c.Chance(s)
		for r := range Registers {
			if s.Has(r) {
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
func (p *Population) cells(members Set, from, below int) map[Set]float64 {
	cells := map[Set]float64{}
	for a := from; a < below; a++ {
		for sex := range Sexes {
			for i, z := range p.liability {
				weight := p.Age[a] * p.sexShare(sex, a) * p.weight[i]
				p.spread(cells, members, 0, 0, weight, func(r Register) float64 { return p.Chance(r, 0, sex, a, z) })
			}
		}
	}
	delete(cells, 0)
	return cells
}

// spread divides weight over the subsets of members from register r on.
func (p *Population) spread(cells map[Set]float64, members, s Set, r Register, weight float64, chance func(Register) float64) {
	switch {
	case weight == 0:
		return
	case r == Registers:
		cells[s] += weight
	case !members.Has(r):
		p.spread(cells, members, s, r+1, weight, chance)
	default:
		c := chance(r)
		p.spread(cells, members, s.With(r), r+1, weight*c, chance)
		p.spread(cells, members, s, r+1, weight*(1-c), chance)
	}
}

// TargetOf returns the systolic and diastolic targets of an age.
func (p *Population) TargetOf(age int) (systolic, diastolic float64) {
	for _, g := range p.Figures["blood_pressure_target"] {
		span, part, _ := strings.Cut(g.Key, " ")
		from, to := ageRange(span)
		if age < from || age > to {
			continue
		}
		if part == "systolic" {
			systolic = g.Value
		} else {
			diastolic = g.Value
		}
	}
	return systolic, diastolic
}
