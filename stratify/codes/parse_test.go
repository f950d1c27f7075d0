package codes_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"riskband/stratify/codes"
)

func TestParseList(t *testing.T) {
	src := "code,term\n38341003,Hypertensive disorder\n59621000,\"Essential hypertension, primary\"\n"
	list, err := codes.ParseList("hyp_cod", []byte(src), codes.Provenance{
		System: codes.SNOMED, Title: "Hypertension", Source: "owner/repo:file.csv",
		Release: "2025-06-27", Licence: "OGL-UK-3.0", Note: "none",
	})
	if err != nil {
		t.Fatal(err)
	}
	// The sum is what sha256sum prints for the bytes of src.
	want := codes.List{
		Name: "hyp_cod", System: codes.SNOMED, Title: "Hypertension", Source: "owner/repo:file.csv",
		Release: "2025-06-27", Licence: "OGL-UK-3.0", Note: "none",
		SHA256: "d9919cc4e487af0051e23df2298151d7a95f9b8c48c1d0fe19279a9da1368766",
		Entries: []codes.Entry{
			{Code: "38341003", Term: "Hypertensive disorder"},
			{Code: "59621000", Term: "Essential hypertension, primary"},
		},
	}
	if list.SHA256 != want.SHA256 || list.Title != want.Title || list.Source != want.Source ||
		list.Release != want.Release || list.Licence != want.Licence || list.Note != want.Note ||
		list.Name != want.Name || list.System != want.System || len(list.Entries) != 2 ||
		list.Entries[0] != want.Entries[0] || list.Entries[1] != want.Entries[1] {
		t.Errorf("ParseList = %+v\nwant %+v", list, want)
	}
}

// Every fault of a list comes at once, each with its line.
func TestParseListReportsEveryFault(t *testing.T) {
	src := strings.Join([]string{
		"code,term",
		"38341003,Hypertensive disorder",
		"38341004,wrong digit",
		"461371000000000,rounded",
		"1.23E+17,rounded",
		"38341003,again",
		",no code",
		"59621000,",
		"37436014,a description",
		"73211009,three,values",
		"22298006,\"bare\"quote",
		"044054006,leading zero",
	}, "\n")
	list, err := codes.ParseList("hyp_cod", []byte(src), codes.Provenance{System: codes.SNOMED})
	if err == nil || len(list.Entries) != 0 {
		t.Fatalf("ParseList = %v, %v; want no list and an error", list, err)
	}
	want := []string{
		`line 3: code "38341004": check digit is wrong`,
		`line 4: code "461371000000000": code looks rounded by a spreadsheet`,
		`line 5: code "1.23E+17": code looks rounded by a spreadsheet`,
		`line 6: code "38341003": code stands in the list twice: first on line 2`,
		`line 7: code is empty`,
		`line 8: code "59621000": term is empty`,
		`line 9: code "37436014": code is not a concept: partition 01`,
		`line 10: line is not two comma-separated values: it has 3`,
		`line 11: line is not two comma-separated values`,
		`line 12: code "044054006": code has the wrong form: it begins with 0`,
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(want) {
		t.Fatalf("%d faults, want %d:\n%v", len(lines), len(want), err)
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], "read list hyp_cod: "+w) {
			t.Errorf("fault %d is %q; want %q", i+1, lines[i], w)
		}
	}
}

func TestParseListRefusesTheWhole(t *testing.T) {
	f := func(name, src string, want error) {
		t.Helper()
		if _, err := codes.ParseList(name, []byte(src), codes.Provenance{System: codes.SNOMED}); !errors.Is(err, want) {
			t.Errorf("ParseList(%s, %q) = %v; want %v", name, src, err, want)
		}
	}
	f("hyp_cod", "", codes.ErrHeader)
	f("hyp_cod", "code,term\n", codes.ErrNoCodes)
	f("hyp_cod", "term,code\nHypertension,38341003\n", codes.ErrHeader)
	f("hyp_cod", "38341003,Hypertensive disorder\n", codes.ErrHeader)
	f("hyp_cod", "code;term\n38341003;Hypertensive disorder\n", codes.ErrHeader)
	f("", "code,term\n38341003,Hypertensive disorder\n", codes.ErrListName)
	f("Hyp cod", "code,term\n38341003,Hypertensive disorder\n", codes.ErrListName)
	f("../hyp", "code,term\n38341003,Hypertensive disorder\n", codes.ErrListName)
	f("hyp_cod", "\ufeffcode,term\r\n38341003,Hypertensive disorder\r\n", nil)
	f("hyp_cod", "code,term\n38341003,\xff\n", codes.ErrTerm)
}

func FuzzList(f *testing.F) {
	f.Add([]byte("code,term\n38341003,Hypertensive disorder\n"))
	f.Add([]byte("\ufeffcode,term\r\n59621000,\"a, b\"\r\n"))
	f.Add([]byte("code,term\n461371000000000,rounded\n1.23E+17,x\n,\n"))
	f.Add([]byte("code,term\n\"38341003,open quote\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p := codes.Provenance{System: codes.SNOMED}
		list, err := codes.ParseList("fuzz", src, p)
		if err != nil {
			if len(list.Entries) != 0 {
				t.Fatalf("an error and %d entries", len(list.Entries))
			}
			return
		}
		sum := sha256.Sum256(src)
		if list.SHA256 != hex.EncodeToString(sum[:]) {
			t.Fatal("sum is not that of the bytes read")
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		rows := [][]string{{"code", "term"}}
		for _, e := range list.Entries {
			if err := codes.SNOMED.Check(e.Code); err != nil {
				t.Fatalf("kept a code that fails: %v", err)
			}
			rows = append(rows, []string{e.Code, e.Term})
		}
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		again, err := codes.ParseList("fuzz", out.Bytes(), p)
		if err != nil || len(again.Entries) != len(list.Entries) {
			t.Fatalf("written and read again: %d entries, %v; want %d", len(again.Entries), err, len(list.Entries))
		}
		for i := range again.Entries {
			if again.Entries[i] != list.Entries[i] {
				t.Fatalf("entry %d changed on the way", i)
			}
		}
	})
}
