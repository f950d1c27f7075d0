package sample

import (
	"math"
	"math/rand/v2"

	"riskband/pipeline/source"
	"riskband/pipeline/source/sample/population"
	"riskband/stratify/frame"
)

const yearDays = 365.25

// record writes every row of one person.
func (m *maker) record(r *rand.Rand, q *person) {
	q.row.PatientID = q.id
	m.patient(q.row)
	m.conditions(r, q)
	m.pressures(r, q)
	m.sugars(r, q)
	m.medicines(r, q)
	m.admissions(r, q)
	m.others(r, q)
	m.strays(r, q)
}

func (m *maker) patient(p source.Patient) {
	m.keep(m.out.Patient(p))
	m.rows.Registrations++
}

func (m *maker) event(e source.Event) {
	m.keep(m.out.Event(e))
	m.rows.Events++
}

func (m *maker) keep(err error) {
	if m.err == nil {
		m.err = err
	}
}

// plain writes an event without a value.
func (m *maker) plain(q *person, day frame.Day, code string) {
	m.event(source.Event{PatientID: q.id, Date: day, SnomedCTCode: code, NumericValue: math.NaN()})
}

// conditions writes diagnoses, and the histories of people who are not, or no
// longer, on a register.
func (m *maker) conditions(r *rand.Rand, q *person) {
	for c := range population.Registers {
		from := m.earliest(c, q)
		if q.on.Has(c) {
			m.diagnose(r, q, c, from)
			continue
		}
		chance := m.population.Chance(c, q.decile, q.shape, q.age, q.liability)
		switch u := r.Float64(); {
		case c == population.Asthma && q.age < 6:
			if u < m.history.young {
				m.plain(q, m.between(r, q.birth, q.last), pick(r, m.vocabulary.diagnosis[c]))
			}
		case c == population.Depression && u < chance*m.history.early:
			if last := frame.Date(2006, 4, 1) - 1; q.birth+16*366 < last {
				m.plain(q, m.between(r, q.birth+16*366, last), pick(r, m.vocabulary.diagnosis[c]))
			}
		case u > 1-chance*m.undone(c) && len(m.vocabulary.undone[c]) > 0 && from < q.last:
			day := m.between(r, from, q.last-1)
			m.plain(q, day, pick(r, m.vocabulary.diagnosis[c]))
			m.plain(q, m.between(r, day+1, q.last), pick(r, m.vocabulary.undone[c]))
		}
	}
}

// undone is how many were taken off a register, as a share of those on it.
func (m *maker) undone(c population.Register) float64 {
	if c == population.ChronicKidneyDisease {
		return m.history.resolved + m.history.stage
	}
	return m.history.resolved
}

// earliest day a diagnosis can count from.
func (m *maker) earliest(c population.Register, q *person) frame.Day {
	age := [population.Registers]int{18, 17, 16, 20, 16, 30, 1, 16, 18, 16}[c]
	day := q.birth + frame.Day(float64(min(age, q.age))*yearDays)
	if c == population.Depression {
		day = max(day, frame.Date(2006, 4, 1))
	}
	return min(day, q.last)
}

// diagnose puts the person on a register: a first diagnosis, reviews that repeat
// it and, for a few, a resolved code with a diagnosis after it.
func (m *maker) diagnose(r *rand.Rand, q *person, c population.Register, from frame.Day) {
	back := frame.Day(r.ExpFloat64() * m.mean.diagnosed * yearDays)
	day := max(from, q.last-back)
	code := pick(r, m.vocabulary.diagnosis[c])
	m.plain(q, day, code)
	if off := m.vocabulary.undone[c]; len(off) > 0 && r.Float64() < m.history.again && q.last-day > 60 {
		undone := m.between(r, day+1, q.last-30)
		m.plain(q, undone, pick(r, off))
		day = m.between(r, undone+1, q.last)
		m.plain(q, day, code)
	}
	for range population.Poisson(r, float64(q.last-day)/yearDays*m.mean.repeats) {
		m.plain(q, m.between(r, day, q.last), pick(r, m.vocabulary.diagnosis[c]))
	}
}

// between draws a day, both ends included.
func (m *maker) between(r *rand.Rand, from, to frame.Day) frame.Day {
	if to <= from {
		return from
	}
	return from + frame.Day(r.IntN(int(to-from)+1))
}

func pick(r *rand.Rand, codes []string) string { return codes[r.IntN(len(codes))] }

// medicines writes issues: for everyone on the asthma register at least one in
// the last 12 months, for some with COPD, and unlisted ones by age.
func (m *maker) medicines(r *rand.Rand, q *person) {
	issue := func(day frame.Day, code string) {
		m.keep(m.out.Medication(source.Medication{PatientID: q.id, Date: day, DMDCode: code}))
		m.rows.Medications++
	}
	if q.on.Has(population.Asthma) || q.on.Has(population.COPD) && r.Float64() < 0.8 {
		code := pick(r, m.vocabulary.asthma)
		start := max(q.birth, q.last-364)
		issue(m.between(r, start, q.last), code)
		for range population.Poisson(r, 2*m.mean.issues) {
			issue(m.between(r, max(q.birth, q.last-730), q.last), code)
		}
	}
	if r.Float64() < 0.1+0.008*float64(q.age) {
		code := pick(r, m.vocabulary.medicine)
		for range population.Poisson(r, 4) {
			issue(m.between(r, max(q.birth, q.last-730), q.last), code)
		}
	}
}

// others writes events whose codes no list holds: most of a real record.
func (m *maker) others(r *rand.Rand, q *person) {
	weight := (0.5 + 0.0125*float64(q.age)) * (1 + 0.2*float64(q.on.Len()))
	m.weight += weight
	if m.noise <= 0 {
		return
	}
	weight *= r.ExpFloat64() // some are seen far more than others of their age
	span := frame.Day(m.mean.history * yearDays)
	from := max(q.birth, q.last-span)
	for range population.Poisson(r, m.noise*weight) {
		kind := m.vocabulary.otherDraw.Draw(r)
		e := source.Event{
			PatientID: q.id, Date: m.between(r, from, q.last),
			SnomedCTCode: m.vocabulary.other[kind], NumericValue: math.NaN(),
		}
		if kind%3 == 0 { // a third of the codes are measurements
			e.NumericValue = math.Round((20+float64(kind%90))*(0.7+0.6*r.Float64())*2) / 2
			e.Unit = [...]string{"mmol/L", "g/L", "U/L", "10*9/L"}[kind%4]
			if kind%60 == 0 {
				e.Comparator = "<"
			}
		}
		m.fault(r, q, &e)
		m.event(e)
		if r.Float64() < m.row.duplicate {
			m.event(e)
		}
	}
}

// strayChances is how often a person may get a stray diagnosis, so that strays
// are about as common among listed codes as among the others.
const strayChances = 20

// strays writes diagnoses on days that cannot count.
func (m *maker) strays(r *rand.Rand, q *person) {
	for range strayChances {
		e := source.Event{PatientID: q.id, Date: frame.NoDay, NumericValue: math.NaN()}
		m.fault(r, q, &e)
		if e.Date.Known() {
			e.SnomedCTCode = m.anyDiagnosis(r)
			m.event(e)
		}
	}
}

func (m *maker) anyDiagnosis(r *rand.Rand) string {
	return pick(r, m.vocabulary.diagnosis[r.IntN(int(population.Registers))])
}

// fault turns a very few rows into ones the checks have to find.
func (m *maker) fault(r *rand.Rand, q *person, e *source.Event) {
	switch u := r.Float64(); {
	case u < m.row.beforeBirth:
		e.Date = q.birth - 1 - frame.Day(r.IntN(400))
	case u < m.row.beforeBirth+m.row.afterAsOf:
		e.Date = m.asOf + 1 + frame.Day(r.IntN(400))
	}
}
