package codes

import (
	"errors"
	"fmt"
)

// What can be wrong with one code. No message holds the code itself, so a check
// of a person's record may be logged; [ParseList] adds the code of a list.
var (
	ErrEmpty      = errors.New("code is empty")
	ErrForm       = errors.New("code has the wrong form")
	ErrRounded    = errors.New("code looks rounded by a spreadsheet")
	ErrPartition  = errors.New("code is not a concept")
	ErrCheckDigit = errors.New("check digit is wrong")
	ErrSystem     = errors.New("coding system is not known")
)

// Check returns nil when the code has the form its system demands; the error
// wraps one of the sentinels of this file.
//
// SNOMED CT and dm+d: 6 to 18 digits, no leading zero, partition 00 or 10
// (concepts alone), Verhoeff check digit. Admission method: two of [0-9A-Z].
// A code that passes need not exist, nor mean what its list says.
//
// Source: SNOMED CT identifier rules as in the SNOMED International release
// file specification; NHS Data Dictionary, admission method.
func (s System) Check(code string) error {
	if code == "" {
		return ErrEmpty
	}
	switch s {
	case SNOMED, DMD:
		return checkSNOMED(code)
	case AdmissionMethod:
		return checkAdmissionMethod(code)
	}
	return fmt.Errorf("%w: %q", ErrSystem, string(s))
}

const (
	snomedMin = 6
	snomedMax = 18
	// A spreadsheet keeps 15 significant digits and shows 6 of a long number;
	// no concept id of 15 digits or more ends in 000, because its partition
	// would be that of a core concept and core ids are shorter.
	spreadsheetDigits = 15
)

func checkSNOMED(code string) error {
	if !digits(code) {
		if scientific(code) {
			return fmt.Errorf("%w: it is written as a floating-point number", ErrRounded)
		}
		return fmt.Errorf("%w: want digits only", ErrForm)
	}
	n := len(code)
	switch {
	case n < snomedMin || n > snomedMax:
		return fmt.Errorf("%w: %d digits, want %d to %d", ErrForm, n, snomedMin, snomedMax)
	case code[0] == '0':
		return fmt.Errorf("%w: it begins with 0", ErrForm)
	case n >= spreadsheetDigits && code[n-3:] == "000":
		return fmt.Errorf("%w: %d digits ending in 000", ErrRounded, n)
	}
	valid := verhoeff(code)
	if !valid && n > spreadsheetDigits && zeros(code[spreadsheetDigits:]) {
		return fmt.Errorf("%w: only zeros after the first %d digits", ErrRounded, spreadsheetDigits)
	}
	if !valid {
		return ErrCheckDigit
	}
	return checkPartition(code[n-3 : n-1])
}

func checkPartition(p string) error {
	switch p {
	case "00", "10":
		return nil
	case "01", "11":
		return fmt.Errorf("%w: partition %s is a description id", ErrPartition, p)
	case "02", "12":
		return fmt.Errorf("%w: partition %s is a relationship id", ErrPartition, p)
	}
	return fmt.Errorf("%w: partition %s is not used for concepts", ErrPartition, p)
}

func checkAdmissionMethod(code string) error {
	if len(code) != 2 {
		return fmt.Errorf("%w: want two characters", ErrForm)
	}
	for i := range len(code) {
		if c := code[i]; (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return fmt.Errorf("%w: want 0-9 or A-Z", ErrForm)
		}
	}
	return nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func zeros(s string) bool {
	for i := range len(s) {
		if s[i] != '0' {
			return false
		}
	}
	return true
}

// scientific reports whether s is made of the characters of a floating-point
// number and has a point or an exponent, such as 1.07888E+15 or 38341003.0.
func scientific(s string) bool {
	var mark bool
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '+', c == '-':
		case c == '.', c == 'E', c == 'e':
			mark = true
		default:
			return false
		}
	}
	return mark && s[0] >= '0' && s[0] <= '9'
}

// The dihedral group's product and the position permutation of the Verhoeff
// scheme, one row after another, as constants so that nothing can change them.
const (
	product = "0123456789" + "1234067895" + "2340178956" + "3401289567" + "4012395678" +
		"5987604321" + "6598710432" + "7659821043" + "8765932104" + "9876543210"
	permutation = "0123456789" + "1576283094" + "5803796142" + "8916043527" +
		"9453126870" + "4286573901" + "2793806415" + "7046913258"
)

// verhoeff reports whether a string of digits ends in the right check digit.
//
// Source: Verhoeff (1969), Error detecting decimal codes, Mathematical Centre
// Tract 29.
func verhoeff(code string) bool {
	sum := byte(0)
	for i := range len(code) {
		digit := code[len(code)-1-i] - '0'
		step := permutation[i%8*10+int(digit)] - '0'
		sum = product[int(sum)*10+int(step)] - '0'
	}
	return sum == 0
}
