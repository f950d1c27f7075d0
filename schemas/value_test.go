package schemas

import "testing"

func TestRefuse(t *testing.T) {
	c := load(t)
	f := func(table, column, value, want string) {
		t.Helper()
		tab, _ := c.Table(table)
		col, ok := tab.Column(column)
		if got := col.Refuse(value); !ok || got != want {
			t.Errorf("%s.%s refuses %q with %q, want %q", table, column, value, got, want)
		}
	}
	f("practices", "practice_code", "A81001", "")
	f("practices", "practice_code", "81001", `want the form [A-Z][0-9]{5}, got "81001"`)
	f("practices", "name", "", "no value")
	f("practices", "name", "St John's", "")
	f("practices", "name", "a ", "spaces around the value")
	f("practices", "name", "a\nb", "control characters in the value")
	f("practices", "name", "\xff", "not UTF-8 text")
	f("practices", "valid_to", "", "")
	f("practices", "valid_from", "2026-02-28", "")
	f("practices", "valid_from", "2026-02-29", `want a date like 2026-03-01, from 1900-01-01 on, got "2026-02-29"`)
	f("practices", "valid_from", "1899-12-31", `want a date like 2026-03-01, from 1900-01-01 on, got "1899-12-31"`)
	f("practices", "valid_from", "2026-02-28T00:00:00Z", `want a date like 2026-03-01, from 1900-01-01 on, got "2026-02-28T00:00:00Z"`)
	f("practices", "list_size", "0", "")
	f("practices", "list_size", "-1", `want a whole number, from 0 to 1000000, got "-1"`)
	f("practices", "list_size", "1e3", `want a whole number, from 0 to 1000000, got "1e3"`)
	f("lsoa", "imd_decile", "1", "")
	f("lsoa", "imd_decile", "10", "")
	f("lsoa", "imd_decile", "0", `want a whole number, from 1 to 10, got "0"`)
	f("lsoa", "imd_decile", "11", `want a whole number, from 1 to 10, got "11"`)
	f("patients", "birth_month", "1950-06-01", "")
	f("patients", "birth_month", "1950-06-02", `want the first day of a month, like 2026-03-01, from 1900-01-01 on, got "1950-06-02"`)
	f("patients", "sex", "female", "")
	f("patients", "sex", "F", `want a value of the closed list, got "F"`)
	f("patients", "care_home", "yes", `want true or false, got "yes"`)
	f("scores", "value", "-0.5", "")
	f("scores", "value", "NaN", `want a number, got "NaN"`)
	f("band_by_imd", "status", "", "")
	f("patient_bands", "reasons", "a", "a list cannot be one text")
}
