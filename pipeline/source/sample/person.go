package sample

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"time"

	"riskband/pipeline/source"
	"riskband/pipeline/source/sample/population"
	"riskband/stratify/frame"
)

// Streams of chance: each has its own second seed, so practices do not depend on
// each other and a change in one stream leaves the others alone.
const (
	streamPilot    = population.StreamMap + 1
	streamPractice = population.StreamMap + 2 // plus the practice's position
)

// standing is why a person is in a practice's file.
type standing uint8

const (
	current    standing = iota // registered, alive
	ended                      // left in the last 24 months
	died                       // died in the last 24 months
	temporary                  // temporary resident
	movedAway                  // now at the next practice
	doubleOpen                 // registered here and at the next practice
)

// person is one made-up person.
type person struct {
	id        string
	birth     frame.Day
	age       int // completed years at the as-of day
	shape     int // female or male, as the shapes by sex need it
	liability float64
	decile    int            // 0 unknown
	on        population.Set // registers
	standing  standing
	first     frame.Day // first day registered here
	last      frame.Day // last day that can hold a row
	row       source.Patient
}

// pseudonym returns 64 hexadecimal digits that look like what suppliers send.
func pseudonym(seed uint64, practice, index int) string {
	b := []byte("riskband synthetic person")
	b = binary.LittleEndian.AppendUint64(b, seed)
	b = binary.LittleEndian.AppendUint64(b, uint64(practice))
	b = binary.LittleEndian.AppendUint64(b, uint64(index))
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// newPerson draws everything but the registers. spot, in [0,1), places the
// person in the age structure, so that a practice's ages come out even.
func (m *maker) newPerson(r *rand.Rand, spot float64, why standing) person {
	q := person{standing: why}
	q.age = m.ageAt(spot)
	if why == died { // the oldest of four
		for range 3 {
			q.age = max(q.age, m.ageAt(r.Float64()))
		}
	}
	if r.Float64() >= m.population.FemaleShare[q.age] {
		q.shape = population.Male
	}
	q.liability = r.NormFloat64()
	year, month, _ := m.asOf.Time().Date()
	q.birth = frame.Date(year-q.age, month-time.Month(r.IntN(12)), 1)
	q.row = source.Patient{
		BirthMonth: q.birth, Sex: m.sex(r, q.shape), Ethnicity: m.ethnicity(r),
		RegistrationEnd: frame.NoDay, DeathMonth: frame.NoDay, RegistrationType: "regular", OptOut: "none",
	}
	m.home(r, &q)
	m.stay(r, &q)
	return q
}

// ageAt returns the completed age at a place in the age structure.
func (m *maker) ageAt(spot float64) int {
	for a, sum := range m.ageUpTo {
		if spot < sum {
			return a
		}
	}
	return population.Ages - 1
}

func (m *maker) sex(r *rand.Rand, shape int) string {
	u := r.Float64()
	switch {
	case u < m.intersex:
		return "intersex"
	case u < m.intersex+m.sexUnknown:
		return "unknown"
	case shape == population.Female:
		return "female"
	}
	return "male"
}

func (m *maker) ethnicity(r *rand.Rand) string {
	u := r.Float64()
	switch {
	case u < m.ethnicityNull:
		return ""
	case u < m.ethnicityNull+m.ethnicityAsked:
		return "Z"
	}
	return m.population.Figures["ethnicity_share"][m.ethnicities.Draw(r)].Key
}

// home draws where the person lives, a care home and an opt-out.
func (m *maker) home(r *rand.Rand, q *person) {
	near := m.geography.Within[m.geography.Practices[m.at].Neighbourhood]
	at := near[r.IntN(len(near))]
	u := r.Float64()
	if u < m.list.elsewhere {
		at = r.IntN(len(m.geography.Areas))
	}
	if u < 1-m.list.lsoaUnknown {
		q.decile = m.geography.Areas[at].Decile
		q.row.LSOACode = m.geography.Areas[at].Code
	}
	home := q.age >= 80 && r.Float64() < m.list.careHome
	q.row.CareHome = &m.no
	if home {
		q.row.CareHome = &m.yes
	}
	if r.Float64() < m.list.national {
		q.row.OptOut = "national"
	}
}

// stay draws when the registration began and, by standing, how it ended.
func (m *maker) stay(r *rand.Rand, q *person) {
	years := r.ExpFloat64() * m.mean.registered
	q.first = max(q.birth, m.asOf-frame.Day(math.Min(years*365.25, 80*365))-1)
	q.last = m.asOf
	gone := m.asOf - 1 - frame.Day(r.IntN(700))
	switch q.standing {
	case ended, movedAway:
		q.last = max(gone, q.birth)
		q.row.RegistrationEnd = q.last
	case died:
		q.last = max(gone, q.birth)
		q.row.RegistrationEnd = q.last
		y, mo, _ := q.last.Time().Date()
		q.row.DeathMonth = frame.Date(y, mo, 1)
	case temporary:
		q.row.RegistrationType = "temporary"
		q.first = max(q.birth, m.asOf-frame.Day(r.IntN(90)))
	case current, doubleOpen:
	}
	q.first = min(q.first, q.last)
	q.row.RegistrationStart = q.first
}

// enrol decides the registers. Current people are drawn evenly, so that the
// practice shows the prevalence it was drawn with; the rest by chance alone.
func (m *maker) enrol(r *rand.Rand, q *person) {
	for c := range population.Registers {
		chance := m.population.Chance(c, q.decile, q.shape, q.age, q.liability)
		yes := false
		if q.standing == current {
			yes = m.even[c].Draw(chance)
		} else {
			yes = r.Float64() < chance
		}
		if yes {
			q.on = q.on.With(c)
		}
	}
}
