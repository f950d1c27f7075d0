package source

import "riskband/stratify/frame"

// Patient is one registration episode: one row of the patients table. An empty
// text, [frame.NoDay] or nil means the value is missing; only the columns marked
// optional may be missing.
type Patient struct {
	PatientID         string    // pseudonym
	RegistrationStart frame.Day // first day registered
	RegistrationEnd   frame.Day // day the registration ended; optional
	RegistrationType  string    // regular, temporary or other; optional
	BirthMonth        frame.Day // first of the month of birth
	Sex               string    // female, male, intersex or unknown
	Ethnicity         string    // code of the 16+1 categories; optional
	LSOACode          string    // optional
	DeathMonth        frame.Day // first of the month of death; optional
	CareHome          *bool     // optional
	OptOut            string    // none, type1, national or both; optional
}

// Event is one row of the clinical_events table.
type Event struct {
	PatientID    string
	Date         frame.Day
	SnomedCTCode string  // SNOMED CT concept id as text
	NumericValue float64 // in Unit; NaN when missing
	Comparator   string  // <, ≤, ≥ or >; optional
	Unit         string  // as recorded; optional
}

// Medication is one row of the medications table: one issue of a medicine.
type Medication struct {
	PatientID string
	Date      frame.Day
	DMDCode   string // dm+d id as text
}

// Spell is one row of the apcs table: one admitted spell.
type Spell struct {
	PatientID          string
	SpellID            string
	AdmissionDate      frame.Day
	DischargeDate      frame.Day // optional
	AdmissionMethod    string    // NHS Data Dictionary code, for example 21
	AdmissionSource    string    // optional
	PatientClass       string    // optional
	PrimaryDiagnosis   string    // ICD-10
	SecondaryDiagnoses []string  // ICD-10, in order; nil when missing
	Procedures         []string  // OPCS-4, in order; nil when missing
	ProviderCode       string    // optional
	CostPence          *int64    // optional
}

// Attendance is one row of the ec table: one emergency care attendance.
type Attendance struct {
	PatientID       string
	AttendanceID    string
	ArrivalDate     frame.Day
	AttendanceType  string // optional
	DiagnosisSnomed string // optional
	Admitted        *bool  // optional
	ProviderCode    string // optional
	CostPence       *int64 // optional
}

// Score is one row of the scores table: a score computed elsewhere.
type Score struct {
	PatientID    string
	ScoreName    string
	ScoreVersion string
	Value        float64 // never NaN
	Date         frame.Day
}
