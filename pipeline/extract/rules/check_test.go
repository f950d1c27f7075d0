package rules

import (
	"testing"

	"riskband/schemas"
)

// The fast check of a SNOMED CT id answers as the contract's own pattern does.
func TestSnomedForm(t *testing.T) {
	c, err := schemas.Load()
	if err != nil {
		t.Fatal(err)
	}
	events, _ := c.Table("clinical_events")
	code, _ := events.Column("snomedct_code")
	if code.Pattern != snomedPattern {
		t.Errorf("pattern %q is not snomedPattern: the fast check is off", code.Pattern)
	}
	for _, s := range []string{
		"38341003", "73211009", "271649006", "12345", "123456", "012345", "123456789012345678", "1234567890123456789", "12345a", "",
	} {
		if got, want := snomedForm([]byte(s)), code.Expression().MatchString(s); got != want {
			t.Errorf("snomedForm(%q) = %v, the pattern says %v", s, got, want)
		}
	}
}
