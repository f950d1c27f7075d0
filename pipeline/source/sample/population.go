package sample

import (
	"fmt"
	"math"
)

// register numbers the ten conditions, in the order of the model.
type register int

const (
	hypertension register = iota
	diabetes
	atrialFibrillation
	coronaryHeartDisease
	strokeTIA
	copd
	asthma
	heartFailure
	chronicKidneyDisease
	depression
	registers // how many there are
)

// String returns the model's id of the register.
func (r register) String() string {
	return [...]string{
		"hypertension", "diabetes", "atrial_fibrillation", "coronary_heart_disease", "stroke_tia",
		"copd", "asthma", "heart_failure", "chronic_kidney_disease", "depression",
	}[r]
}

// set is a set of registers, one bit each.
type set uint16

func (s set) has(r register) bool { return s&(1<<r) != 0 }

func (s set) with(r register) set { return s | 1<<r }

func (s set) len() int {
	n := 0
	for ; s != 0; s &= s - 1 {
		n++
	}
	return n
}

// The sexes that shapes know; position in tables by sex.
const (
	female = iota
	male
	sexes
)

// deciles counts the tenths of deprivation and 0 for unknown.
const deciles = 11

// steps of the shared liability over which expectations are taken.
const steps = 64

// population holds everything that is computed once from the figures.
type population struct {
	figures   figures
	age       [ages]float64 // share of the list
	female    [ages]float64
	threshold [registers][deciles][sexes][ages]float64 // standard normal quantile of the prevalence
	loading   [registers]float64
	liability [steps]float64 // equally likely values of the shared liability
	pressure  [2]control     // below 80, and 80 and over
	sugar     control
	emergency [sexes][ages]float64 // a year, at no condition and no liability
	elective  [sexes][ages]float64
	perFactor float64 // admission factor of one register
	perStep   float64 // admission factor of one standard deviation of liability
}

// newPopulation reads the figures and scales what has to meet a total.
func newPopulation() (*population, error) {
	f, err := readFigures(figuresFile)
	if err != nil {
		return nil, fmt.Errorf("prepare sample: %w", err)
	}
	p := &population{figures: f}
	for i := range p.liability {
		p.liability[i] = quantile((float64(i) + 0.5) / steps)
	}
	p.spreadAges()
	for r := range registers {
		p.loading[r] = f.one("liability_loading", r.String())
		p.scaleRegister(r)
	}
	p.fitControls()
	p.scaleAdmissions()
	return p, nil
}

func (p *population) spreadAges() {
	total := 0.0
	for _, g := range p.figures["age_share_pct"] {
		from, to := ageRange(g.key)
		for a := from; a <= to; a++ {
			p.age[a] = g.value / float64(to-from+1)
			total += p.age[a]
		}
	}
	for a := range p.age {
		p.age[a] /= total
	}
	p.female = p.figures.byAge("female_pct", "")
	for a := range p.female {
		p.female[a] /= 100
	}
}

// sexShare is the share of a sex at an age.
func (p *population) sexShare(sex, age int) float64 {
	if sex == female {
		return p.female[age]
	}
	return 1 - p.female[age]
}

// scaleRegister turns the shape of a register into thresholds whose prevalence,
// over the ages and sexes of this population, is the published one.
func (p *population) scaleRegister(r register) {
	shape := [sexes][ages]float64{
		p.figures.byAge("shape_pct", r.String()+" female "),
		p.figures.byAge("shape_pct", r.String()+" male "),
	}
	from := int(p.figures.one("denominator_age_from", r.String()))
	cases, people := 0.0, 0.0
	for a := range ages {
		if a >= from {
			people += p.age[a]
		}
		for sex := range sexes {
			if a < from {
				shape[sex][a] = 0
			}
			cases += p.age[a] * p.sexShare(sex, a) * shape[sex][a]
		}
	}
	scale := p.figures.share("prevalence_pct", r.String()) * people / cases
	factors := p.deprivation(r)
	for d := range deciles {
		for sex := range sexes {
			for a := range ages {
				p.threshold[r][d][sex][a] = quantile(min(0.95, shape[sex][a]*scale*factors[d]))
			}
		}
	}
}

// deprivation returns the factor of each decile, with mean 1 over the area.
func (p *population) deprivation(r register) [deciles]float64 {
	out := [deciles]float64{}
	for d := range out {
		out[d] = 1
	}
	sum, people := 0.0, 0.0
	for d, g := range p.figures["imd_lsoas"] {
		for _, h := range p.figures["deprivation_factor"] {
			if h.key == r.String()+" "+g.key {
				out[d+1] = h.value
			}
		}
		sum += out[d+1] * g.value
		people += g.value
	}
	for d := 1; d < deciles; d++ {
		out[d] *= people / sum
	}
	return out
}

// chance is the probability of being on a register given the liability.
func (p *population) chance(r register, decile, sex, age int, liability float64) float64 {
	t := p.threshold[r][decile][sex][age]
	if math.IsInf(t, -1) {
		return 0
	}
	a := p.loading[r]
	return phi((t + a*liability) / math.Sqrt(1-a*a))
}

// scaleAdmissions sets the base rates so that each age and sex keeps its
// published rate once the factors of conditions and liability are applied.
func (p *population) scaleAdmissions() {
	p.perFactor = p.figures.one("admission_factor", "each condition")
	p.perStep = p.figures.one("admission_factor", "liability")
	emergency := p.figures.byAge("emergency_admissions_per_1000", "")
	elective := p.figures.byAge("elective_admissions_per_1000", "")
	for sex := range sexes {
		for a := range ages {
			mean := 0.0
			for _, z := range p.liability {
				// given z the conditions are independent
				m := math.Pow(p.perStep, z)
				for r := range registers {
					m *= 1 + (p.perFactor-1)*p.chance(r, 0, sex, a, z)
				}
				mean += m / steps
			}
			p.emergency[sex][a] = emergency[a] / 1000 / mean
			p.elective[sex][a] = elective[a] / 1000 / mean
		}
	}
}
