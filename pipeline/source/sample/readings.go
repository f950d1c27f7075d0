package sample

import (
	"math"
	"math/rand/v2"

	"riskband/pipeline/source"
	"riskband/pipeline/source/sample/population"
	"riskband/stratify/frame"
)

// pair is a blood pressure in the clinic, in mmHg.
type pair struct{ systolic, diastolic float64 }

// pressures writes blood pressures: by state for people on a register that asks
// for it, and as screening finds it for other adults.
func (m *maker) pressures(r *rand.Rand, q *person) {
	group := 0
	if q.age >= 80 {
		group = 1
	}
	c := &m.population.Pressure[group]
	s := q.on & c.Members
	switch {
	case s != 0:
		alone := population.NewEven(r.Float64())
		e := &alone
		if q.standing == current {
			e = &m.bp[group][s]
		}
		m.series(r, q, c.Draw(s, e, r), m.mean.pressure, m.pressure)
	case q.age >= 18:
		m.screen(r, q)
	}
}

// screen writes the readings of an adult without such a register.
func (m *maker) screen(r *rand.Rand, q *person) {
	recorded := m.screened
	if q.age < 45 {
		recorded *= 0.6 // assumption: younger adults are measured less
	}
	if r.Float64() >= recorded {
		return
	}
	for range 1 + population.Poisson(r, 0.6) {
		day := m.between(r, max(q.birth+16*366, q.last-5*365), q.last)
		m.pressure(r, q, day, r.Float64() < 0.88)
	}
}

// series writes a person's readings of one measure so that the latest decides
// the state asked for. Days count back from the last day of the record.
func (m *maker) series(r *rand.Rand, q *person, s population.State, yearly float64, write func(*rand.Rand, *person, frame.Day, bool)) {
	if s == population.Never {
		return
	}
	back := frame.Day(1 + math.Mod(r.ExpFloat64()*130, 350))
	if s == population.Stale {
		back = frame.Day(372 + math.Mod(r.ExpFloat64()*400, 2500))
	}
	latest := q.last - back
	if latest < q.birth+14*366 {
		if s == population.Stale { // too young a record to be out of date: never measured
			return
		}
		latest = max(q.birth, latest)
	}
	good := s == population.Controlled || s == population.Stale && r.Float64() < 0.6
	write(r, q, latest, good)
	from := max(q.birth+14*366, latest-frame.Day(m.mean.history*yearDays))
	if from >= latest {
		return
	}
	for range population.Poisson(r, float64(latest-from)/yearDays*yearly) {
		write(r, q, m.between(r, from, latest-1), r.Float64() < 0.6)
	}
}

// pressure writes one reading: two rows of a day, in the clinic or at home.
func (m *maker) pressure(r *rand.Rand, q *person, day frame.Day, good bool) {
	systolic, diastolic := m.target(q.age)
	p := pair{drawBelow(r, 128, 11, systolic), drawBelow(r, 76, 9, diastolic)}
	if !good {
		if r.Float64() < 0.85 {
			p.systolic = systolic + math.Ceil(r.ExpFloat64()*13)
			p.diastolic = drawBelow(r, 83, 10, 119)
		} else {
			p.diastolic = diastolic + math.Ceil(r.ExpFloat64()*7)
			p.systolic = drawBelow(r, 138, 12, 199)
		}
	}
	p.systolic, p.diastolic = min(p.systolic, 240), min(p.diastolic, 140)
	place := 0
	if r.Float64() < m.reading.home {
		place = 1
		p.systolic -= m.homeLower
		p.diastolic -= m.homeLower
	}
	up, down := pick(r, m.vocabulary.systolic[place]), pick(r, m.vocabulary.diastolic[place])
	m.both(q, day, up, down, p)
	switch u := r.Float64(); {
	case u < m.reading.half: // a systolic alone, on a day of its own
		if lone := day - 3 - frame.Day(r.IntN(20)); lone > q.birth {
			m.measured(q, lone, up, p.systolic, "mmHg")
		}
	case u < m.reading.half+m.reading.again: // taken again, higher: the lower of a day counts
		m.both(q, day, up, down, pair{p.systolic + float64(r.IntN(9)), p.diastolic + float64(r.IntN(5))})
	case u < m.reading.half+m.reading.again+m.reading.duplicate:
		m.both(q, day, up, down, p)
	}
}

func (m *maker) both(q *person, day frame.Day, up, down string, p pair) {
	m.measured(q, day, up, p.systolic, "mmHg")
	m.measured(q, day, down, p.diastolic, "mmHg")
}

func (m *maker) measured(q *person, day frame.Day, code string, v float64, unit string) {
	m.event(source.Event{PatientID: q.id, Date: day, SnomedCTCode: code, NumericValue: v, Unit: unit})
}

// target is the blood pressure target of an age.
func (m *maker) target(age int) (systolic, diastolic float64) {
	group := 0
	if age >= 80 {
		group = 1
	}
	return m.targets[group].systolic, m.targets[group].diastolic
}

// drawBelow draws a rounded normal value at or below a limit; every third value
// ends in nought, as hands write them, while that keeps the limit.
func drawBelow(r *rand.Rand, mean, sd, limit float64) float64 {
	for {
		v := math.Round(mean + sd*r.NormFloat64())
		if r.IntN(3) == 0 {
			v = math.Round(v/10) * 10
		}
		if v <= limit && v > mean-4*sd {
			return v
		}
	}
}

// sugars writes HbA1c readings: by state for people with diabetes, normal ones
// for some others.
func (m *maker) sugars(r *rand.Rand, q *person) {
	if q.on.Has(population.Diabetes) {
		alone := population.NewEven(r.Float64())
		e := &alone
		if q.standing == current {
			e = &m.sugar
		}
		m.series(r, q, m.population.Sugar.Draw(q.on, e, r), m.mean.sugar, m.sugarOf)
		return
	}
	if q.age >= 40 && r.Float64() < 0.35 { // assumption: health checks and other blood tests
		day := m.between(r, q.last-5*365, q.last)
		m.measured(q, day, pick(r, m.vocabulary.sugar), drawBelow(r, 38, 4, 47), "mmol/mol")
	}
}

func (m *maker) sugarOf(r *rand.Rand, q *person, day frame.Day, good bool) {
	v := drawBelow(r, 49, 6, m.sugarTarget)
	if !good {
		v = min(150, m.sugarTarget+math.Ceil(r.ExpFloat64()*16))
	}
	m.measured(q, day, pick(r, m.vocabulary.sugar), v, "mmol/mol")
	if r.Float64() < m.reading.duplicate {
		m.measured(q, day, pick(r, m.vocabulary.sugar), v, "mmol/mol")
	}
}
