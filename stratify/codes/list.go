package codes

// System names a coding system.
type System string

// The systems the contract knows.
const (
	SNOMED          System = "snomedct"         // SNOMED CT concept ids, 6-18 digits, Verhoeff check digit
	DMD             System = "dmd"              // dm+d ids (VTM, VMP, AMP): SNOMED CT ids
	AdmissionMethod System = "admission_method" // NHS Data Dictionary admission method codes, two characters
)

// Entry is one code and its published term.
type Entry struct {
	Code string
	Term string
}

// List is one code list with where it came from.
type List struct {
	Name    string // as models name it, for example hyp_cod
	System  System
	Title   string
	Source  string // public place the codes were read from
	Release string // ISO date of the release; "" when the source gives none
	Licence string
	Note    string // what a reader must know, for example what it over-includes
	SHA256  string // of the list file's bytes, hex
	Entries []Entry
}
