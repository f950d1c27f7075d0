package importer

import (
	"cmp"
	"slices"
	"strconv"

	"riskband/stratify/frame"
)

// unknownDiagnosis is what ICD-10 itself has for a cause that is not known: R69,
// filled to four characters as admitted patient care data are.
const unknownDiagnosis = "R69X"

// unknownMethod is the admission method "not known".
const unknownMethod = "99"

// admissionRule is one row of mapping/admissions.csv; the first that holds gives
// the admission method.
type admissionRule struct{ source, test, value, method string }

// stay is what the rules may look at.
type stay struct {
	source        string // omop or synthea
	visitConcept  string // OMOP
	admittedFrom  string // OMOP
	encounterType string // Synthea, a SNOMED code
	sinceEmerg    int    // days from the end of the latest emergency visit to admission, -1 when none
}

// admissionMethod applies the rules in order.
func (m *mapping) admissionMethod(s stay) string {
	for _, r := range m.rules {
		if (r.source == s.source || r.source == "any") && r.holds(s) {
			return r.method
		}
	}
	return unknownMethod
}

func (r admissionRule) holds(s stay) bool {
	switch r.test {
	case "visit_concept":
		return s.visitConcept == r.value
	case "admitted_from":
		return s.admittedFrom == r.value
	case "encounter_type":
		return s.encounterType == r.value
	case "days_after_emergency":
		within, err := strconv.Atoi(r.value)
		return err == nil && s.sinceEmerg >= 0 && s.sinceEmerg <= within
	}
	return r.test == "otherwise"
}

// emergencies holds the last day of every emergency visit by person, sorted
// once all are there.
type emergencies[K cmp.Ordered] struct{ list []emergency[K] }

type emergency[K cmp.Ordered] struct {
	person K
	end    frame.Day
}

func (e *emergencies[K]) add(person K, end frame.Day) {
	e.list = append(e.list, emergency[K]{person, end})
}

func (e *emergencies[K]) sort() { slices.SortFunc(e.list, emergency[K].compare) }

func (a emergency[K]) compare(b emergency[K]) int {
	return cmp.Or(cmp.Compare(a.person, b.person), cmp.Compare(a.end, b.end))
}

// since returns the days from the latest emergency visit that ended on or before
// a day, -1 when there is none.
func (e *emergencies[K]) since(person K, day frame.Day) int {
	at, found := slices.BinarySearchFunc(e.list, emergency[K]{person, day}, emergency[K].compare)
	switch {
	case found:
		return 0
	case at == 0 || e.list[at-1].person != person:
		return -1
	}
	return int(day - e.list[at-1].end)
}
