package identifier

import "strings"

// words announce a personal identifier anywhere in a column's name, names only as
// the whole of it; both in lower case without separators.
var words = [...]string{
	"nhsnumber", "nhsno", "nhsnum", "newnhsno", "postcode", "postalcode", "zipcode", "forename", "firstname",
	"surname", "lastname", "familyname", "givenname", "middlename", "maidenname", "fullname", "patientname",
	"dateofbirth", "birthdate", "dateofdeath", "deathdate", "email", "telephone", "phonenumber",
	"mobilenumber", "hospitalnumber", "nationalinsurance", "addressline", "homeaddress", "streetaddress", "uprn",
}

var names = [...]string{
	"nhs", "name", "address", "dob", "dod", "phone", "mobile", "tel", "fax", "street", "nino", "mrn", "chi", "initials",
	"homephone", "mobilephone", "workphone", "phoneno", "mobileno", "telno",
}

// IsName reports whether a column's name is that of a personal
// identifier, whatever its case and separators.
func IsName(name string) bool {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, name)
	for _, word := range words {
		if strings.Contains(plain, word) {
			return true
		}
	}
	for _, whole := range names {
		if plain == whole {
			return true
		}
	}
	return false
}

// IsNHSNumber reports whether text is a valid NHS number: ten digits, plain or cut
// 3-3-4 by spaces or hyphens, whose last is the modulus 11 check digit of the
// first nine, weights 10 down to 2. Ten zeros are not one.
// Source: NHS Data Dictionary, NHS NUMBER.
func IsNHSNumber(text []byte) bool {
	switch {
	case len(text) == 10:
	case len(text) == 12 && separator(text[3]) && separator(text[7]):
	default:
		return false
	}
	sum, digits, seen := 0, 0, byte('0')
	last := 0
	for i, c := range text {
		if len(text) == 12 && (i == 3 || i == 7) {
			continue
		}
		if c < '0' || c > '9' {
			return false
		}
		seen |= c
		last = int(c - '0')
		if digits < 9 {
			sum += (10 - digits) * last
		}
		digits++
	}
	check := (11 - sum%11) % 11
	return seen != '0' && check == last
}

func separator(c byte) bool { return c == ' ' || c == '-' }

// IsPostcode reports whether text is a full UK postcode, in any case, with one
// space or none before the inward part.
// Source: NHS Data Dictionary and BS 7666, as area, district, sector and unit.
func IsPostcode(text []byte) bool {
	n := len(text)
	if n < 5 || n > 8 {
		return false
	}
	in := text[n-3:]
	if !digit(in[0]) || !unitLetter(in[1]) || !unitLetter(in[2]) {
		return false
	}
	out := text[:n-3]
	if out[len(out)-1] == ' ' {
		out = out[:len(out)-1]
	}
	if len(out) < 2 || len(out) > 4 || !letter(out[0]) {
		return false
	}
	if letter(out[1]) {
		out = out[1:]
	}
	switch rest := out[1:]; len(rest) {
	case 1:
		return digit(rest[0])
	case 2:
		return digit(rest[0]) && (digit(rest[1]) || letter(rest[1]))
	}
	return false
}

func digit(c byte) bool  { return c >= '0' && c <= '9' }
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// unitLetter leaves out the letters no inward part uses: C I K M O V.
func unitLetter(c byte) bool {
	return letter(c) && !strings.ContainsRune("cikmov", rune(c|0x20))
}
