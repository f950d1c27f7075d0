package extract

import (
	"testing"
)

// The examples are those of the NHS Data Dictionary and of the postcode formats
// the Office for National Statistics lists (A9, A99, AA9, AA99, A9A, AA9A).
func TestNHSNumber(t *testing.T) {
	f := func(text string, want bool) {
		t.Helper()
		if got := nhsNumber([]byte(text)); got != want {
			t.Errorf("nhsNumber(%q) = %v, want %v", text, got, want)
		}
	}
	for _, s := range []string{"9434765919", "6541003238", "6716689966", "9990000018", "943 476 5919", "943-476-5919"} {
		f(s, true)
	}
	for _, s := range []string{
		"9434765918", "1234567890", "0000000001", "0000000000", "943 4765919", "9434 765919", "94347659190",
		"943476591", "943476591X", "943.476.5919", "", "9434765919 ",
	} {
		f(s, false)
	}
}

func TestPostcode(t *testing.T) {
	f := func(text string, want bool) {
		t.Helper()
		if got := postcode([]byte(text)); got != want {
			t.Errorf("postcode(%q) = %v, want %v", text, got, want)
		}
	}
	for _, s := range []string{
		"M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A 1BB", "SG12AB", "sg1 2ab", "ZZ99 3WZ",
	} {
		f(s, true)
	}
	for _, s := range []string{
		"M1", "SG1", "SG1  2AB", "SG1 2A", "SG1 2CB", "SG1 AAB", "1SG 2AB", "SGX1 2AB", "E01012345", "Y00001", "mmol/L",
		"0f3a9b77c2d14e55", "W1A1 1HQ", "A", "", "kg/m2",
	} {
		f(s, false)
	}
}

func TestIdentifierName(t *testing.T) {
	f := func(name string, want bool) {
		t.Helper()
		if got := identifierName(name); got != want {
			t.Errorf("identifierName(%q) = %v, want %v", name, got, want)
		}
	}
	for _, s := range []string{
		"nhs_number", "NHS Number", "NhsNo", "patient_nhs_number", "PostCode", "post_code", "forename", "First-Name", "surname",
		"last_name", "name", "ADDRESS", "address_line_1", "dob", "D.O.B.", "date_of_birth", "birth_date", "e-mail", "telephone",
		"mobile", "phone", "patient_name",
	} {
		f(s, true)
	}
	for _, s := range []string{
		"patient_id", "birth_month", "death_month", "score_name", "practice_name", "unit", "ward", "nameplate", "episode", "cost",
	} {
		f(s, false)
	}
	// No column of the contract may be refused by its own name.
	for _, table := range contractOf(t).Tables() {
		for _, c := range table.Columns {
			if contractTable(table.Name) {
				f(c.Name, false)
			}
		}
	}
}

func TestMemoIsExact(t *testing.T) {
	var m memo
	words := map[string]uint16{}
	for i := range 20_000 {
		text := []byte(verhoeff(i * 37))[:]
		switch i % 5 {
		case 0:
			text = text[:3]
		case 1:
			text = append(text, "0000000000000000000"[:i%19]...)
		case 2:
			text = append(text, 0)
		}
		s, known := m.find(text)
		want, seen := words[string(text)]
		if known && (!seen || s.concept != want) {
			t.Fatalf("text %d of %d bytes: taken for another", i, len(text))
		}
		if !known {
			s.concept = uint16(i)
			words[string(text)] = uint16(i)
		}
		if again, ok := m.find(text); len(text) <= 24 && (!ok || again.concept != words[string(text)]) {
			t.Fatalf("text %d of %d bytes: not remembered", i, len(text))
		}
	}
}
