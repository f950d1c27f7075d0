package vocabulary

import "strconv"

// UnknownMethod is the admission method "not known".
const UnknownMethod = "99"

// admissionRule is one row of mapping/admissions.csv; the first that holds gives
// the admission method.
type admissionRule struct{ source, test, value, method string }

// Stay is what the rules of admission may look at.
type Stay struct {
	Source         string // omop or synthea
	VisitConcept   int64  // OMOP
	AdmittedFrom   int64  // OMOP, 0 when not said
	EncounterType  string // Synthea, a SNOMED code
	SinceEmergency int    // days from the end of the latest emergency visit to admission, -1 when none
}

// AdmissionMethod applies the rules of mapping/admissions.csv in order and returns
// an NHS Data Dictionary code.
func (m *Tables) AdmissionMethod(s Stay) string {
	for _, r := range m.rules {
		if (r.source == s.Source || r.source == "any") && r.holds(s) {
			return r.method
		}
	}
	return UnknownMethod
}

func (r admissionRule) holds(s Stay) bool {
	switch r.test {
	case "visit_concept":
		return strconv.FormatInt(s.VisitConcept, 10) == r.value
	case "admitted_from":
		return strconv.FormatInt(s.AdmittedFrom, 10) == r.value
	case "encounter_type":
		return s.EncounterType == r.value
	case "days_after_emergency":
		within, err := strconv.Atoi(r.value)
		return err == nil && s.SinceEmergency >= 0 && s.SinceEmergency <= within
	}
	return r.test == "otherwise"
}
