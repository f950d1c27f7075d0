package codes_test

import (
	"encoding/csv"
	"errors"
	"os"
	"strings"
	"testing"

	"riskband/stratify/codes"
)

func TestCheckSNOMED(t *testing.T) {
	f := func(code string, want error) {
		t.Helper()
		if err := codes.SNOMED.Check(code); !errors.Is(err, want) {
			t.Errorf("Check(%s) = %v; want %v", code, err, want)
		}
	}
	// Examples printed in the SNOMED CT technical guides: the root concept, the
	// concept myocardial infarction and its descriptions, the core module.
	f("138875005", nil)
	f("22298006", nil)
	f("37436014", codes.ErrPartition)
	f("751689013", codes.ErrPartition)
	f("900000000000207008", nil)
	f("100022", codes.ErrPartition) // the first relationship of the international release
	// Published by OpenCodelists: hyp_cod, dm_cod, ifcchbam_cod, c19astdrug_cod.
	f("38341003", nil)
	f("73211009", nil)
	f("999791000000106", nil)
	f("1049301000000100", nil)
	f("375711000001100", nil)
	f("73595000", nil) // a short concept may end in 000

	// One digit changed, two digits exchanged: Verhoeff catches every such slip.
	f("22298007", codes.ErrCheckDigit)
	f("22928006", codes.ErrCheckDigit)

	f("", codes.ErrEmpty)
	f("12345", codes.ErrForm)
	f("9000000000002070080", codes.ErrForm)
	f("022298006", codes.ErrForm)
	f(" 22298006", codes.ErrForm)
	f("22298006\u00a0", codes.ErrForm)
	f("٢٢٢٩٨٠٠٦", codes.ErrForm)
	f("G20..", codes.ErrForm)
	f("1.07888E+15", codes.ErrRounded)
	f("1.23E+17", codes.ErrRounded)
	f("38341003.0", codes.ErrRounded)
}

// Every single-digit error and every exchange of neighbours is caught: the two
// properties the Verhoeff scheme is chosen for.
func TestCheckDigitCatchesSlips(t *testing.T) {
	for _, code := range []string{"22298006", "999791000000106", "900000000000207008"} {
		for i := range code {
			for d := byte('0'); d <= '9'; d++ {
				if slip := code[:i] + string(d) + code[i+1:]; slip != code && codes.SNOMED.Check(slip) == nil {
					t.Errorf("%s passes as a slip of %s", slip, code)
				}
			}
			if i+1 < len(code) && code[i] != code[i+1] {
				slip := code[:i] + code[i+1:i+2] + code[i:i+1] + code[i+2:]
				if codes.SNOMED.Check(slip) == nil {
					t.Errorf("%s passes as an exchange of %s", slip, code)
				}
			}
		}
	}
}

// 40 broken ids found in public code lists, all rounded by a spreadsheet.
func TestCheckRefusesBrokenPublicIDs(t *testing.T) {
	file, err := os.Open("../../../shared/methods/snomed_bad_examples.csv")
	if err != nil {
		t.Skipf("skipped: the broken ids found in public lists are not here: %v", err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 41 {
		t.Fatalf("read %d rows; want a header and 40 ids", len(rows))
	}
	for _, row := range rows[1:] {
		if err := codes.SNOMED.Check(row[0]); !errors.Is(err, codes.ErrRounded) {
			t.Errorf("Check(%s) = %v; want %v", row[0], err, codes.ErrRounded)
		}
	}
}

func TestCheckOtherSystems(t *testing.T) {
	f := func(s codes.System, code string, want error) {
		t.Helper()
		if err := s.Check(code); !errors.Is(err, want) {
			t.Errorf("%s.Check(%s) = %v; want %v", s, code, err, want)
		}
	}
	f(codes.AdmissionMethod, "21", nil)
	f(codes.AdmissionMethod, "2A", nil)
	f(codes.AdmissionMethod, "2a", codes.ErrForm)
	f(codes.AdmissionMethod, "2", codes.ErrForm)
	f(codes.AdmissionMethod, "210", codes.ErrForm)
	f(codes.AdmissionMethod, "é", codes.ErrForm)
	f(codes.DMD, "375711000001100", nil)
	f(codes.DMD, "375711000001101", codes.ErrCheckDigit)
	f(codes.System("read2"), "G20..", codes.ErrSystem)
}

func TestCheckNeverRepeatsTheCode(t *testing.T) {
	for _, code := range []string{"22298007", "1.07888E+15", "37436014", "461371000000000", "12345", "secret"} {
		if err := codes.SNOMED.Check(code); err == nil || strings.Contains(err.Error(), code) {
			t.Errorf("Check(%s) = %v; want an error without the code", code, err)
		}
	}
}
