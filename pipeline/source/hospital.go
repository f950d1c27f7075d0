package source

type spellTable struct {
	table
	patient, spell                *column[string]
	admitted, discharged          *column[int32]
	method, from, class           *column[string]
	primary, secondary, procedure *column[string]
	provider                      *column[string]
	cost                          *column[int64]
}

func newSpellTable() *spellTable {
	t := &spellTable{table: table{name: "apcs"}}
	t.patient = text(&t.table, "patient_id", false)
	t.spell = text(&t.table, "spell_id", false)
	t.admitted = date(&t.table, "admission_date", false)
	t.discharged = date(&t.table, "discharge_date", true)
	t.method = text(&t.table, "admission_method", false)
	t.from = text(&t.table, "admission_source", true)
	t.class = text(&t.table, "patient_class", true)
	t.primary = text(&t.table, "primary_diagnosis", false)
	t.secondary = texts(&t.table, "secondary_diagnoses")
	t.procedure = texts(&t.table, "procedures")
	t.provider = text(&t.table, "provider_code", true)
	t.cost = integer(&t.table, "cost_pence", true)
	return t
}

func (t *spellTable) add(s Spell) error {
	n := need{table: t.name}
	n.text("patient_id", s.PatientID)
	n.text("spell_id", s.SpellID)
	n.day("admission_date", s.AdmissionDate)
	n.text("admission_method", s.AdmissionMethod)
	n.text("primary_diagnosis", s.PrimaryDiagnosis)
	if err := n.err(); err != nil {
		return err
	}
	t.patient.put(s.PatientID)
	t.spell.put(s.SpellID)
	t.admitted.put(int32(s.AdmissionDate))
	putDay(t.discharged, s.DischargeDate)
	t.method.put(s.AdmissionMethod)
	putText(t.from, s.AdmissionSource)
	putText(t.class, s.PatientClass)
	t.primary.put(s.PrimaryDiagnosis)
	t.secondary.putAll(s.SecondaryDiagnoses)
	t.procedure.putAll(s.Procedures)
	putText(t.provider, s.ProviderCode)
	putInteger(t.cost, s.CostPence)
	return t.row()
}

type attendanceTable struct {
	table
	patient, attendance *column[string]
	arrived             *column[int32]
	kind, diagnosis     *column[string]
	admitted            *flags
	provider            *column[string]
	cost                *column[int64]
}

func newAttendanceTable() *attendanceTable {
	t := &attendanceTable{table: table{name: "ec"}}
	t.patient = text(&t.table, "patient_id", false)
	t.attendance = text(&t.table, "attendance_id", false)
	t.arrived = date(&t.table, "arrival_date", false)
	t.kind = text(&t.table, "attendance_type", true)
	t.diagnosis = text(&t.table, "diagnosis_snomed", true)
	t.admitted = boolean(&t.table, "admitted")
	t.provider = text(&t.table, "provider_code", true)
	t.cost = integer(&t.table, "cost_pence", true)
	return t
}

func (t *attendanceTable) add(a Attendance) error {
	n := need{table: t.name}
	n.text("patient_id", a.PatientID)
	n.text("attendance_id", a.AttendanceID)
	n.day("arrival_date", a.ArrivalDate)
	if err := n.err(); err != nil {
		return err
	}
	t.patient.put(a.PatientID)
	t.attendance.put(a.AttendanceID)
	t.arrived.put(int32(a.ArrivalDate))
	putText(t.kind, a.AttendanceType)
	putText(t.diagnosis, a.DiagnosisSnomed)
	t.admitted.put(a.Admitted)
	putText(t.provider, a.ProviderCode)
	putInteger(t.cost, a.CostPence)
	return t.row()
}
