package gen

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"riskband/pipeline/source"
)

// GoString lists the rows of the extract, person by person, for the reader of a
// failed test. The people are invented, so their pseudonyms may be seen.
func (e Extract) GoString() string {
	var b strings.Builder
	fmt.Fprintf(&b, "extract as of %s\n", e.AsOf)
	for _, p := range e.Practices {
		fmt.Fprintf(&b, "practice %s, medications delivered %t, apcs delivered %t\n", p.Code, p.Medications != nil, p.Spells != nil)
		rows := append(patientRows(p.Patients), eventRows(p.Events)...)
		for _, m := range p.Medications {
			rows = append(rows, fmt.Sprintf("%s issued %s %s", m.PatientID, m.DMDCode, m.Date))
		}
		for _, s := range p.Spells {
			rows = append(rows, fmt.Sprintf("%s spell %s %s by %s", s.PatientID, s.SpellID, s.AdmissionDate, s.AdmissionMethod))
		}
		slices.Sort(rows)
		for _, row := range rows {
			fmt.Fprintf(&b, "  %s\n", row)
		}
	}
	return b.String()
}

func patientRows(all []source.Patient) (rows []string) {
	for _, r := range all {
		rows = append(rows, fmt.Sprintf("%s (registered %s to %s %s) born %s %s area %q died %s opt-out %q", r.PatientID,
			r.RegistrationStart, r.RegistrationEnd, r.RegistrationType, r.BirthMonth, r.Sex, r.LSOACode, r.DeathMonth, r.OptOut))
	}
	return rows
}

func eventRows(all []source.Event) (rows []string) {
	for _, r := range all {
		value := ""
		if !math.IsNaN(r.NumericValue) {
			value = fmt.Sprint(" value ", r.NumericValue)
		}
		rows = append(rows, fmt.Sprintf("%s event %s %s%s", r.PatientID, r.SnomedCTCode, r.Date, value))
	}
	return rows
}
