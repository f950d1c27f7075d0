package frame

// Sex as recorded by the practice.
type Sex uint8

// The values of patients.sex, in the order of the contract.
const (
	SexUnknown Sex = iota
	Female
	Male
	Intersex
)

// String returns the contract's word.
func (s Sex) String() string { return [...]string{"unknown", "female", "male", "intersex"}[s] }

// RegistrationType of an episode; a missing type is [RegistrationUnknown] and
// counts as regular, because suppliers leave it out when they send only
// regular registrations.
type RegistrationType uint8

// The values of patients.registration_type.
const (
	RegistrationUnknown RegistrationType = iota
	Regular
	Temporary
	OtherRegistration
)

// OptOut of a person from uses beyond direct care.
type OptOut uint8

// The values of patients.opt_out.
const (
	OptOutUnknown OptOut = iota
	OptOutNone
	OptOutType1
	OptOutNational
	OptOutBoth
)

// Type1 reports whether the person stopped their record leaving the practice.
func (o OptOut) Type1() bool { return o == OptOutType1 || o == OptOutBoth }

// Any reports whether the person opted out in any way.
func (o OptOut) Any() bool { return o >= OptOutType1 }

// or joins what two episodes of one person say: type 1 on one and national on
// another are both. The order of the values does the rest.
func (o OptOut) or(p OptOut) OptOut {
	if min(o, p) == OptOutType1 && max(o, p) == OptOutNational {
		return OptOutBoth
	}
	return max(o, p)
}

// Registrations holds the patients table of one practice: one row a
// registration episode, in file order. Every slice has the same length.
type Registrations struct {
	Pseudonym []Pseudonym
	Start     []Day // first day registered
	End       []Day // day the registration ended, NoDay while open
	Type      []RegistrationType
	Birth     []Day // first of the month of birth
	Sex       []Sex
	Ethnicity []uint8  // position in the contract's list plus one, 0 unknown
	LSOA      []string // "" unknown
	Death     []Day    // first of the month of death, NoDay while alive
	OptOut    []OptOut
}

// Len returns the number of episodes.
func (r Registrations) Len() int { return len(r.Pseudonym) }

// OpenAt reports whether episode i is open, regular and its person alive at
// the day: start <= day, and no end or an end after it; death is known to the
// month and taken as its first day.
func (r Registrations) OpenAt(i int, day Day) bool {
	started := r.Start[i] <= day
	ended := r.End[i].Known() && r.End[i] <= day
	regular := r.Type[i] == Regular || r.Type[i] == RegistrationUnknown
	return started && !ended && regular && !r.DeadAt(i, day)
}

// DeadAt reports whether episode i says that its person died by the day.
func (r Registrations) DeadAt(i int, day Day) bool {
	return r.Death[i].Known() && r.Death[i] <= day
}
