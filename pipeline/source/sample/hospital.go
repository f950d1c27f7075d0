package sample

import (
	"fmt"
	"math"
	"math/rand/v2"

	"riskband/pipeline/source"
	"riskband/pipeline/source/sample/population"
	"riskband/stratify/frame"
)

// admissionYears is how far back admitted spells go.
const admissionYears = 2

// admissions writes the spells of the last two years of the record.
func (m *maker) admissions(r *rand.Rand, q *person) {
	m.spell = 0
	from := max(q.birth, q.last-admissionYears*365+1)
	years := float64(q.last-from+1) / yearDays
	factor := math.Pow(m.population.PerFactor, float64(q.on.Len())) * math.Pow(m.population.PerStep, q.liability)
	// a spread of mean 1 beyond what is known of a person makes repeats common
	emergency := years * m.population.Emergency[q.shape][q.age] * factor * r.ExpFloat64()
	elective := years * m.population.Elective[q.shape][q.age] * factor * r.ExpFloat64()
	for range population.Poisson(r, emergency) {
		m.admit(r, q, from, m.code("emergency_method_share", m.methods.Draw(r)),
			m.code("emergency_diagnosis_share", m.diagnoses.Draw(r)), r.ExpFloat64()*4)
	}
	for range population.Poisson(r, elective) {
		stay := 0.0
		if r.Float64() < 0.2 { // assumption: most elective care is day care
			stay = r.ExpFloat64() * 3
		}
		m.admit(r, q, from, m.code("elective_method_share", m.electives.Draw(r)),
			m.code("elective_diagnosis_share", m.electiveCauses.Draw(r)), stay)
	}
	if q.shape == population.Female {
		for range population.Poisson(r, years*m.maternity[q.age]/1000) {
			m.admit(r, q, from, "31", "O800", r.ExpFloat64()*2)
		}
	}
}

func (m *maker) code(name string, at int) string { return m.population.Figures[name][at].Key }

// admit writes one spell; days is its length.
func (m *maker) admit(r *rand.Rand, q *person, from frame.Day, method, diagnosis string, days float64) {
	in := m.between(r, from, q.last)
	out := in + frame.Day(min(days, 90))
	m.spell++
	s := source.Spell{
		PatientID: q.id, SpellID: fmt.Sprintf("%s-%02d", q.id[:16], m.spell), AdmissionDate: in, DischargeDate: out,
		AdmissionMethod: method, AdmissionSource: "19", PatientClass: "1", PrimaryDiagnosis: diagnosis, ProviderCode: "SYN01",
	}
	if out > m.asOf { // still in hospital
		s.DischargeDate = frame.NoDay
	}
	if out == in && method[0] == '1' {
		s.PatientClass = "2"
	}
	for c := range population.Registers {
		if q.on.Has(c) {
			s.SecondaryDiagnoses = append(s.SecondaryDiagnoses, icd10(c))
		}
	}
	m.keep(m.out.Spell(s))
	m.rows.Spells++
}

// icd10 gives each register one ICD-10 code for secondary diagnoses.
func icd10(r population.Register) string {
	return [...]string{"I10X", "E119", "I48X", "I259", "I694", "J449", "J459", "I509", "N183", "F329"}[r]
}
