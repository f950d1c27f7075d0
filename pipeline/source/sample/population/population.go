package population

import (
	"fmt"
	"math"
)

// Register numbers the ten conditions, in the order of the model.
type Register int

// The ten conditions.
const (
	Hypertension Register = iota
	Diabetes
	AtrialFibrillation
	CoronaryHeartDisease
	StrokeTIA
	COPD
	Asthma
	HeartFailure
	ChronicKidneyDisease
	Depression
	Registers // how many there are
)

// String returns the model's id of the register.
func (r Register) String() string {
	return [...]string{
		"hypertension", "diabetes", "atrial_fibrillation", "coronary_heart_disease", "stroke_tia",
		"copd", "asthma", "heart_failure", "chronic_kidney_disease", "depression",
	}[r]
}

// Set is a set of registers, one bit each.
type Set uint16

// Has reports whether r is in the set.
func (s Set) Has(r Register) bool { return s&(1<<r) != 0 }

// With returns the set and r.
func (s Set) With(r Register) Set { return s | 1<<r }

// Len returns how many registers are in the set.
func (s Set) Len() int {
	n := 0
	for ; s != 0; s &= s - 1 {
		n++
	}
	return n
}

// The sexes that shapes know; position in tables by sex.
const (
	Female = iota
	Male
	Sexes
)

// Deciles counts the tenths of deprivation and 0 for unknown.
const Deciles = 11

// Expectations over the shared liability, a standard normal, are sums over
// points this far apart from -reach to reach, each with its density as weight:
// for so smooth an integrand that is exact to many digits.
const (
	apart = 0.25
	reach = 6
	steps = 2*reach/apart + 1
)

// Population holds everything that is computed once from the figures.
type Population struct {
	Figures     Figures
	Age         [Ages]float64 // share of the list
	FemaleShare [Ages]float64
	threshold   [Registers][Deciles][Sexes][Ages]float64 // standard normal quantile of the prevalence
	loading     [Registers]float64
	liability   [steps]float64 // values of the shared liability
	weight      [steps]float64 // of each value; they sum to 1
	Pressure    [2]Control     // below 80, and 80 and over
	Sugar       Control
	Emergency   [Sexes][Ages]float64 // a year, at no condition and no liability
	Elective    [Sexes][Ages]float64
	PerFactor   float64 // admission factor of one register
	PerStep     float64 // admission factor of one standard deviation of liability
}

// New reads the figures and scales what has to meet a total.
func New() (*Population, error) {
	f, err := readFigures(figuresFile)
	if err != nil {
		return nil, fmt.Errorf("prepare sample: %w", err)
	}
	p := &Population{Figures: f}
	for i := range p.liability {
		z := float64(i)*apart - reach
		p.liability[i] = z
		p.weight[i] = apart * math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
	}
	p.spreadAges()
	for r := range Registers {
		p.loading[r] = f.One("liability_loading", r.String())
		p.scaleRegister(r)
	}
	p.fitControls()
	p.scaleAdmissions()
	return p, nil
}

func (p *Population) spreadAges() {
	total := 0.0
	for _, g := range p.Figures["age_share_pct"] {
		from, to := ageRange(g.Key)
		for a := from; a <= to; a++ {
			p.Age[a] = g.Value / float64(to-from+1)
			total += p.Age[a]
		}
	}
	for a := range p.Age {
		p.Age[a] /= total
	}
	p.FemaleShare = p.Figures.ByAge("female_pct", "")
	for a := range p.FemaleShare {
		p.FemaleShare[a] /= 100
	}
}

// sexShare is the share of a sex at an age.
func (p *Population) sexShare(sex, age int) float64 {
	if sex == Female {
		return p.FemaleShare[age]
	}
	return 1 - p.FemaleShare[age]
}

// scaleRegister turns the shape of a register into thresholds whose prevalence,
// over the ages and sexes of this population, is the published one.
func (p *Population) scaleRegister(r Register) {
	shape := [Sexes][Ages]float64{
		p.Figures.ByAge("shape_pct", r.String()+" female "),
		p.Figures.ByAge("shape_pct", r.String()+" male "),
	}
	from := int(p.Figures.One("denominator_age_from", r.String()))
	cases, people := 0.0, 0.0
	for a := range Ages {
		if a >= from {
			people += p.Age[a]
		}
		for sex := range Sexes {
			if a < from {
				shape[sex][a] = 0
			}
			cases += p.Age[a] * p.sexShare(sex, a) * shape[sex][a]
		}
	}
	scale := p.Figures.Share("prevalence_pct", r.String()) * people / cases
	factors := p.deprivation(r)
	for d := range Deciles {
		for sex := range Sexes {
			for a := range Ages {
				p.threshold[r][d][sex][a] = quantile(min(0.95, shape[sex][a]*scale*factors[d]))
			}
		}
	}
}

// deprivation returns the factor of each decile, with mean 1 over the area.
func (p *Population) deprivation(r Register) [Deciles]float64 {
	out := [Deciles]float64{}
	for d := range out {
		out[d] = 1
	}
	sum, people := 0.0, 0.0
	for d, g := range p.Figures["imd_lsoas"] {
		for _, h := range p.Figures["deprivation_factor"] {
			if h.Key == r.String()+" "+g.Key {
				out[d+1] = h.Value
			}
		}
		sum += out[d+1] * g.Value
		people += g.Value
	}
	for d := 1; d < Deciles; d++ {
		out[d] *= people / sum
	}
	return out
}

// Chance is the probability of being on a register given the liability.
func (p *Population) Chance(r Register, decile, sex, age int, liability float64) float64 {
	t := p.threshold[r][decile][sex][age]
	if math.IsInf(t, -1) {
		return 0
	}
	a := p.loading[r]
	return phi((t + a*liability) / math.Sqrt(1-a*a))
}

// scaleAdmissions sets the base rates so that each age and sex keeps its
// published rate once the factors of conditions and liability are applied.
func (p *Population) scaleAdmissions() {
	p.PerFactor = p.Figures.One("admission_factor", "each condition")
	p.PerStep = p.Figures.One("admission_factor", "liability")
	emergency := p.Figures.ByAge("emergency_admissions_per_1000", "")
	elective := p.Figures.ByAge("elective_admissions_per_1000", "")
	for sex := range Sexes {
		for a := range Ages {
			mean := 0.0
			for i, z := range p.liability {
				// given z the conditions are independent
				m := math.Pow(p.PerStep, z)
				for r := range Registers {
					m *= 1 + (p.PerFactor-1)*p.Chance(r, 0, sex, a, z)
				}
				mean += m * p.weight[i]
			}
			p.Emergency[sex][a] = emergency[a] / 1000 / mean
			p.Elective[sex][a] = elective[a] / 1000 / mean
		}
	}
}
