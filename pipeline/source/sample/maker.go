package sample

import (
	"math"
	"math/rand/v2"

	"riskband/pipeline/source"
	"riskband/pipeline/source/sample/population"
	"riskband/stratify/frame"
)

// sink receives rows; [source.PracticeWriter] is the one in use.
type sink interface {
	Patient(source.Patient) error
	Event(source.Event) error
	Medication(source.Medication) error
	Spell(source.Spell) error
}

// maker makes the rows of one practice after another.
type maker struct {
	population *population.Population
	vocabulary *vocabulary
	geography  *population.Geography
	settings
	asOf   frame.Day
	seed   uint64
	noise  float64 // unlisted events a unit of weight
	weight float64 // of everyone made so far: by age and registers, how much a person is seen
	at     int     // practice being made
	index  int     // people made so far at this practice
	even   [population.Registers]population.Even
	bp     [2][1 << population.Registers]population.Even // by age group and registers
	sugar  population.Even
	out    sink
	err    error // the first error of out; rows after it are dropped
	rows   Summary
	spell  int // spells of the person so far
}

// settings are figures looked up once.
type settings struct {
	ageUpTo                   [population.Ages]float64
	ethnicities               population.Table
	ethnicityNull             float64
	ethnicityAsked            float64
	intersex, sexUnknown      float64
	list                      listShares
	history                   historyShares
	reading                   readingShares
	row                       rowShares
	mean                      means
	methods, electives        population.Table
	diagnoses, electiveCauses population.Table
	maternity                 [population.Ages]float64
	homeLower                 float64
	targets                   [2]pair // below 80, and 80 and over
	sugarTarget               float64
	screened                  float64
	yes, no                   bool
}

type listShares struct {
	ended, died, temporary, moved, double, lsoaUnknown, elsewhere, careHome, national float64
}

type historyShares struct{ resolved, again, stage, early, young float64 }

type readingShares struct{ home, half, again, duplicate float64 }

type rowShares struct{ beforeBirth, afterAsOf, unknown, duplicate float64 }

type means struct{ diagnosed, repeats, pressure, sugar, issues, history, registered float64 }

func newSettings(p *population.Population) settings {
	f := p.Figures
	s := settings{yes: true}
	sum := 0.0
	for a, w := range p.Age {
		sum += w
		s.ageUpTo[a] = sum
	}
	s.ethnicities = weighted(f["ethnicity_share"])
	s.ethnicityNull, s.ethnicityAsked = f.Share("ethnicity_missing_pct", "null"), f.Share("ethnicity_missing_pct", "Z")
	s.intersex, s.sexUnknown = f.Share("sex_other_pct", "intersex"), f.Share("sex_other_pct", "unknown")
	s.readShares(f)
	s.methods, s.electives = weighted(f["emergency_method_share"]), weighted(f["elective_method_share"])
	s.diagnoses, s.electiveCauses = weighted(f["emergency_diagnosis_share"]), weighted(f["elective_diagnosis_share"])
	s.maternity = f.ByAge("maternity_admissions_per_1000_women", "")
	s.targets[0].systolic, s.targets[0].diastolic = p.TargetOf(0)
	s.targets[1].systolic, s.targets[1].diastolic = p.TargetOf(80)
	s.homeLower, s.sugarTarget = f.One("home_reading_lower_by", "mmHg"), f.One("hba1c_target", "diabetes")
	s.screened = f.Share("blood_pressure_recorded_pct", "45-120 5 years")
	return s
}

func (s *settings) readShares(f population.Figures) {
	l := func(key string) float64 { return f.Share("list_pct", key) }
	s.list = listShares{
		ended: l("ended in 24 months"), died: l("died in 24 months"), temporary: l("temporary"),
		moved: l("moved to the next practice"), double: l("open at two practices"), lsoaUnknown: l("lsoa unknown"),
		elsewhere: l("lsoa of another neighbourhood"), careHome: l("care home 80 and over"), national: l("national opt-out"),
	}
	h := func(key string) float64 { return f.Share("history_pct", key) }
	s.history = historyShares{
		h("resolved"), h("resolved then again"), h("stage 1 or 2 later"), h("before the register starts"), h("below the age floor"),
	}
	g := func(key string) float64 { return f.Share("reading_pct", key) }
	s.reading = readingShares{g("home reading"), g("half missing"), g("same day again"), g("exact duplicate")}
	w := func(key string) float64 { return f.Share("row_pct", key) }
	s.row = rowShares{w("before birth"), w("after the as-of day"), w("unknown person"), w("exact duplicate")}
	m := func(key string) float64 { return f.One("mean", key) }
	s.mean = means{
		m("years since diagnosis"), m("repeats of a diagnosis a year"), m("blood pressure readings a year with a register"),
		m("HbA1c readings a year with diabetes"), m("asthma medicine issues a year"), m("years of history"), m("years registered"),
	}
}

func weighted(figures []population.Figure) population.Table {
	weights := make([]float64, len(figures))
	for i, g := range figures {
		weights[i] = g.Value
	}
	return population.NewTable(weights)
}

// golden steps through the unit interval evenly, whatever the number of steps.
const golden = 0.6180339887498949

// practice makes every row of the practice at a position.
func (m *maker) practice(at int, out sink) error {
	m.at, m.index, m.out, m.err = at, 0, out, nil
	r := rand.New(rand.NewPCG(m.seed, streamPractice+uint64(at)))
	m.restart(r)
	list := float64(m.geography.Practices[at].List)
	spot := r.Float64()
	for range m.geography.Practices[at].List {
		_, spot = math.Modf(spot + golden)
		m.person(r, spot, current)
	}
	for _, g := range m.leavers() {
		for range population.Poisson(r, list*g.share) {
			m.person(r, r.Float64(), g.why)
		}
	}
	m.strangers(r)
	m.shared(at, false)
	if last := len(m.geography.Practices) - 1; last > 0 {
		m.shared((at+last)%(last+1), true)
	}
	return m.err
}

// leaver is a group of people beside those registered, as a share of the list.
type leaver struct {
	why   standing
	share float64
}

func (m *maker) leavers() []leaver {
	return []leaver{{ended, m.list.ended}, {died, m.list.died}, {temporary, m.list.temporary}}
}

// restart begins the even draws of a practice at a place of chance.
func (m *maker) restart(r *rand.Rand) {
	for i := range m.even {
		m.even[i] = population.NewEven(r.Float64())
	}
	for i := range m.bp {
		start := r.Float64()
		for j := range m.bp[i] {
			_, start = math.Modf(start + golden)
			m.bp[i][j] = population.NewEven(start)
		}
	}
	m.sugar = population.NewEven(r.Float64())
}

func (m *maker) person(r *rand.Rand, spot float64, why standing) {
	q := m.newPerson(r, spot, why)
	q.id = pseudonym(m.seed, m.at, m.index)
	m.index++
	m.enrol(r, &q)
	m.record(r, &q)
}

// shared makes the people known to practice `home` and to the next one. Both
// draw them from one stream of their own, so the record is the same at both;
// arrived says whether this is the next practice.
func (m *maker) shared(home int, arrived bool) {
	if len(m.geography.Practices) < 2 {
		return
	}
	here := m.at
	m.at = home
	r := rand.New(rand.NewPCG(m.seed, streamPractice+uint64(len(m.geography.Practices)+home)))
	list := float64(m.geography.Practices[home].List)
	moved, double := population.Poisson(r, list*m.list.moved), population.Poisson(r, list*m.list.double)
	for i := range moved + double {
		why := movedAway
		if i >= moved {
			why = doubleOpen
		}
		q := m.newPerson(r, r.Float64(), why)
		q.id = pseudonym(m.seed, home, sharedIndex+i)
		second := m.between(r, q.first, m.asOf) // when someone open at both came here
		if arrived && why == movedAway {
			second, q.row.RegistrationEnd = q.last, frame.NoDay
		}
		if arrived {
			q.row.RegistrationStart = second
		}
		m.enrol(r, &q)
		m.record(r, &q)
	}
	m.at = here
}

// Indexes of pseudonyms far from those of a practice's own people.
const (
	sharedIndex  = 1 << 40
	unknownIndex = 1 << 41
)

// strangers writes rows of people who are in no patients table.
func (m *maker) strangers(r *rand.Rand) {
	for i := range population.Poisson(r, float64(m.rows.Events-m.rows.before)*m.row.unknown) {
		code := m.vocabulary.other[m.vocabulary.otherDraw.Draw(r)]
		if i%2 == 0 {
			code = m.anyDiagnosis(r)
		}
		m.event(source.Event{
			PatientID: pseudonym(m.seed, m.at, unknownIndex+i), Date: m.asOf - frame.Day(r.IntN(1000)),
			SnomedCTCode: code, NumericValue: math.NaN(),
		})
	}
}
