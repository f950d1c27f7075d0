package identifier

import (
	"testing"

	"riskband/schemas"
)

// The examples are those of the NHS Data Dictionary and of the postcode formats
// the Office for National Statistics lists (A9, A99, AA9, AA99, A9A, AA9A).
func TestIsNHSNumber(t *testing.T) {
	f := func(text string, want bool) {
		t.Helper()
		if got := IsNHSNumber([]byte(text)); got != want {
			t.Errorf("IsNHSNumber(%q) = %v, want %v", text, got, want)
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

func TestIsPostcode(t *testing.T) {
	f := func(text string, want bool) {
		t.Helper()
		if got := IsPostcode([]byte(text)); got != want {
			t.Errorf("IsPostcode(%q) = %v, want %v", text, got, want)
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

func TestIsName(t *testing.T) {
	f := func(name string, want bool) {
		t.Helper()
		if got := IsName(name); got != want {
			t.Errorf("IsName(%q) = %v, want %v", name, got, want)
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
	contract, err := schemas.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range contract.Tables() {
		for _, c := range table.Columns {
			if table.Kind == schemas.Extract {
				f(c.Name, false)
			}
		}
	}
}
