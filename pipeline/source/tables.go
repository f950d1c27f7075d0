package source

type patientTable struct {
	table
	patient, practice    *column[string]
	start, end           *column[int32]
	kind                 *column[string]
	birth                *column[int32]
	sex, ethnicity, lsoa *column[string]
	death                *column[int32]
	careHome             *flags
	optOut               *column[string]
}

func newPatientTable() *patientTable {
	t := &patientTable{table: table{name: "patients"}}
	t.patient = text(&t.table, "patient_id", false)
	t.practice = text(&t.table, "practice_code", false)
	t.start = date(&t.table, "registration_start", false)
	t.end = date(&t.table, "registration_end", true)
	t.kind = text(&t.table, "registration_type", true)
	t.birth = date(&t.table, "birth_month", false)
	t.sex = text(&t.table, "sex", false)
	t.ethnicity = text(&t.table, "ethnicity", true)
	t.lsoa = text(&t.table, "lsoa_code", true)
	t.death = date(&t.table, "death_month", true)
	t.careHome = boolean(&t.table, "care_home")
	t.optOut = text(&t.table, "opt_out", true)
	return t
}

func (t *patientTable) add(practice string, p Patient) error {
	n := need{table: t.name}
	n.text("patient_id", p.PatientID)
	n.day("registration_start", p.RegistrationStart)
	n.day("birth_month", p.BirthMonth)
	n.text("sex", p.Sex)
	if err := n.err(); err != nil {
		return err
	}
	t.patient.put(p.PatientID)
	t.practice.put(practice)
	t.start.put(int32(p.RegistrationStart))
	putDay(t.end, p.RegistrationEnd)
	putText(t.kind, p.RegistrationType)
	t.birth.put(int32(p.BirthMonth))
	t.sex.put(p.Sex)
	putText(t.ethnicity, p.Ethnicity)
	putText(t.lsoa, p.LSOACode)
	putDay(t.death, p.DeathMonth)
	t.careHome.put(p.CareHome)
	putText(t.optOut, p.OptOut)
	return t.row()
}

type eventTable struct {
	table
	patient    *column[string]
	date       *column[int32]
	code       *column[string]
	value      *column[float64]
	comparator *column[string]
	unit       *column[string]
}

func newEventTable() *eventTable {
	t := &eventTable{table: table{name: "clinical_events"}}
	t.patient = text(&t.table, "patient_id", false)
	t.date = date(&t.table, "date", false)
	t.code = text(&t.table, "snomedct_code", false)
	t.value = double(&t.table, "numeric_value", true)
	t.comparator = text(&t.table, "comparator", true)
	t.unit = text(&t.table, "unit", true)
	return t
}

func (t *eventTable) add(e Event) error {
	if e.PatientID == "" || e.SnomedCTCode == "" || !e.Date.Known() {
		n := need{table: t.name}
		n.text("patient_id", e.PatientID)
		n.day("date", e.Date)
		n.text("snomedct_code", e.SnomedCTCode)
		return n.err()
	}
	t.patient.put(e.PatientID)
	t.date.put(int32(e.Date))
	t.code.put(e.SnomedCTCode)
	putNumber(t.value, e.NumericValue)
	putText(t.comparator, e.Comparator)
	putText(t.unit, e.Unit)
	return t.row()
}

type medicationTable struct {
	table
	patient *column[string]
	date    *column[int32]
	code    *column[string]
}

func newMedicationTable() *medicationTable {
	t := &medicationTable{table: table{name: "medications"}}
	t.patient = text(&t.table, "patient_id", false)
	t.date = date(&t.table, "date", false)
	t.code = text(&t.table, "dmd_code", false)
	return t
}

func (t *medicationTable) add(m Medication) error {
	n := need{table: t.name}
	n.text("patient_id", m.PatientID)
	n.day("date", m.Date)
	n.text("dmd_code", m.DMDCode)
	if err := n.err(); err != nil {
		return err
	}
	t.patient.put(m.PatientID)
	t.date.put(int32(m.Date))
	t.code.put(m.DMDCode)
	return t.row()
}

type scoreTable struct {
	table
	patient, name, version *column[string]
	value                  *column[float64]
	date                   *column[int32]
}

func newScoreTable() *scoreTable {
	t := &scoreTable{table: table{name: "scores"}}
	t.patient = text(&t.table, "patient_id", false)
	t.name = text(&t.table, "score_name", false)
	t.version = text(&t.table, "score_version", false)
	t.value = double(&t.table, "value", false)
	t.date = date(&t.table, "date", false)
	return t
}

func (t *scoreTable) add(s Score) error {
	n := need{table: t.table.name}
	n.text("patient_id", s.PatientID)
	n.text("score_name", s.ScoreName)
	n.text("score_version", s.ScoreVersion)
	n.number("value", s.Value)
	n.day("date", s.Date)
	if err := n.err(); err != nil {
		return err
	}
	t.patient.put(s.PatientID)
	t.name.put(s.ScoreName)
	t.version.put(s.ScoreVersion)
	t.value.put(s.Value)
	t.date.put(int32(s.Date))
	return t.row()
}
