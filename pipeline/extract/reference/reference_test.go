package reference

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"riskband/internal/strict"
	"riskband/pipeline/extract/refusal"
	"riskband/stratify/frame"
	"riskband/stratify/tally"
)

const practicesHeader = "practice_code,name,neighbourhood_code,neighbourhood,place_code,place,system_code,system,valid_from,valid_to,list_size\n"

func writeReference(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "reference.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadPractices(t *testing.T) {
	day := frame.Date
	moved := tally.Membership{
		Practice: "Y00001", Name: "Elm, Oak & Ash", NeighbourhoodCode: "N1", Neighbourhood: "East",
		PlaceCode: "P1", Place: "Town", SystemCode: "S1", System: "County",
		From: day(2024, time.April, 1), To: day(2025, time.March, 31), ListSize: 9000,
	}
	now := moved
	now.NeighbourhoodCode, now.Neighbourhood = "N2", "West"
	now.From, now.To, now.ListSize = day(2025, time.April, 1), frame.NoDay, -1
	late := now
	late.Practice, late.Name, late.From, late.ListSize = "Y00002", "Beech", day(2020, time.January, 1), 0
	want := []tally.Membership{moved, now, late}

	f := func(text string) {
		t.Helper()
		got, err := ReadPractices(writeReference(t, text))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q\ngave %+v, %v\nwant %+v", text, got, err, want)
		}
	}
	rows := []string{
		"Y00001,\"Elm, Oak & Ash\",N1,East,P1,Town,S1,County,2024-04-01,2025-03-31,9000\n",
		"Y00001,\"Elm, Oak & Ash\",N2,West,P1,Town,S1,County,2025-04-01,,\n",
		"Y00002,Beech,N2,West,P1,Town,S1,County,2020-01-01,,0\n",
	}
	f(practicesHeader + rows[0] + rows[1] + rows[2])
	f(practicesHeader + rows[2] + rows[1] + rows[0])
	f("\ufeff" + strings.ReplaceAll(practicesHeader+rows[0]+rows[1]+rows[2], "\n", "\r\n"))
	f("list_size,valid_to,valid_from,system,system_code,place,place_code,neighbourhood,neighbourhood_code,name,practice_code\n" +
		"9000,2025-03-31,2024-04-01,County,S1,Town,P1,East,N1,\"Elm, Oak & Ash\",Y00001\n" +
		",,2025-04-01,County,S1,Town,P1,West,N2,\"Elm, Oak & Ash\",Y00001\n" +
		"0,,2020-01-01,County,S1,Town,P1,West,N2,Beech,Y00002")
}

// refused checks that reading gives exactly the faults wanted, wrapped as a
// refusal that names the file.
func refused[T any](t *testing.T, read func(string) (T, error), text string, want ...string) {
	t.Helper()
	path := writeReference(t, text)
	_, err := read(path)
	if !errors.Is(err, refusal.ErrRefused) || !errors.As(err, new(strict.Faults)) {
		t.Errorf("%q: %v, want a refusal", text, err)
		return
	}
	whole := fmt.Sprintf("read reference table %s: extract refused:\n%s", path, strings.Join(want, "\n"))
	if err.Error() != whole {
		t.Errorf("%q\ngave %v\nwant %s", text, err, whole)
	}
}

func TestReadPracticesFaults(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		refused(t, ReadPractices, text, want...)
	}
	f("", "line 1: the file is empty: want a header")
	f(practicesHeader, "line 1: want at least one practice")
	f(practicesHeader+
		"y1,Elm,N1,East,P1,Town,S1,County,01/04/2024,,many\n"+
		"\n"+
		"Y00002,,N1,East,P1,Town,S1,County,2024-04-01,2024-03-31,-5\n"+
		"Y00003,Ash,N1,East\n"+
		"Y00004,A\"sh,N1,East,P1,Town,S1,County,2024-04-01,,\n"+
		"Y00005,Ash,N1, East,P1,Town,S1,County,2024-04-01,,\n",
		`line 2: list_size: want a whole number, from 0 to 1000000, got "many"`,
		`line 2: practice_code: want the form [A-Z][0-9]{5}, got "y1"`,
		`line 2: valid_from: want a date like 2026-03-01, from 1900-01-01 on, got "01/04/2024"`,
		`line 4: list_size: want a whole number, from 0 to 1000000, got "-5"`,
		`line 4: name: no value`,
		`line 5: 4 values under 11 columns`,
		`line 6: not valid CSV: bare " in non-quoted-field`,
		`line 7: neighbourhood: spaces around the value`)
	f("practice_code,name,name,region\nY00001,Elm,Elm,East\n",
		`line 1: unknown column "region", want practice_code, name, neighbourhood_code, neighbourhood, place_code, place, system_code, system, valid_from, valid_to, list_size`,
		`line 1: list_size: column is missing`,
		`line 1: name: column again`,
		`line 1: neighbourhood: column is missing`,
		`line 1: neighbourhood_code: column is missing`,
		`line 1: place: column is missing`,
		`line 1: place_code: column is missing`,
		`line 1: system: column is missing`,
		`line 1: system_code: column is missing`,
		`line 1: valid_from: column is missing`,
		`line 1: valid_to: column is missing`)
	f(practicesHeader+"Y00001,Elm,all,East,unmapped,Town,S1,County,2024-04-01,,\n",
		`line 2: neighbourhood_code: all has a meaning of its own in release tables: use another code`,
		`line 2: place_code: unmapped has a meaning of its own in release tables: use another code`)
}

func TestReadPracticesPeriods(t *testing.T) {
	f := func(rows string, want ...string) {
		t.Helper()
		refused(t, ReadPractices, practicesHeader+rows, want...)
	}
	f("Y00001,Elm,N1,East,P1,Town,S1,County,2024-04-01,2024-03-31,\n",
		`line 2: valid_to: 2024-03-31 is before valid_from, 2024-04-01`)
	// one day in common: the last of one is the first of the other
	f("Y00001,Elm,N1,East,P1,Town,S1,County,2025-03-31,,\n"+
		"Y00001,Elm,N1,East,P1,Town,S1,County,2024-04-01,2025-03-31,\n",
		`line 3: practice_code: Y00001 is in N1 from 2025-03-31 on line 2 and in N1 from 2024-04-01 here, for some of the same days`)
	// the same row twice
	f(strings.Repeat("Y00001,Elm,N1,East,P1,Town,S1,County,2024-04-01,,\n", 2),
		`line 3: practice_code: Y00001 is in N1 from 2024-04-01 on line 2 and in N1 from 2024-04-01 here, for some of the same days`)
	// an early period that has not ended is found behind later ones that have
	f("Y00001,Elm,N1,East,P1,Town,S1,County,2020-01-01,,\n"+
		"Y00002,Ash,N1,East,P1,Town,S1,County,2021-01-01,2021-12-31,\n"+
		"Y00003,Oak,N1,East,P2,Port,S1,County,2024-01-01,,\n"+
		"Y00004,Fir,N2,West,P2,Bay,S1,Shire,2024-01-01,,\n",
		`line 4: neighbourhood_code: N1 is "East" in P1 on line 2 and "East" in P2 here, for some of the same days`,
		`line 5: place_code: P2 is "Port" in S1 on line 4 and "Bay" in S1 here, for some of the same days`,
		`line 5: system_code: S1 is "County" on line 2 and "Shire" here, for some of the same days`)
	// a name may change when the earlier one has ended
	got, err := ReadPractices(writeReference(t, practicesHeader+
		"Y00001,Elm,N1,East,P1,Town,S1,County,2020-01-01,2023-12-31,\n"+
		"Y00001,Elm,N1,New East,P1,Town,S1,County,2024-01-01,,\n"))
	if err != nil || len(got) != 2 {
		t.Errorf("a change of name: %v, %v", got, err)
	}
}

func TestReadLSOA(t *testing.T) {
	f := func(text string) *LSOA {
		t.Helper()
		l, err := ReadLSOA(writeReference(t, text))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	decile := func(l *LSOA, code string, want uint8, there bool) {
		t.Helper()
		if got, ok := l.Decile(code); got != want || ok != there {
			t.Errorf("decile of %s: %d, %v; want %d, %v", code, got, ok, want, there)
		}
	}
	l := f("lsoa_code,vintage,imd_release,imd_decile,residence_neighbourhood\nE01000001,2021,2025,8,N1\nE01000002,2021,2025,10,\n")
	if l.Vintage != "2021" || l.IMDRelease != "2025" || l.Len() != 2 {
		t.Errorf("vintage %s, release %s, %d areas", l.Vintage, l.IMDRelease, l.Len())
	}
	decile(l, "E01000001", 8, true)
	decile(l, "E01000002", 10, true)
	decile(l, "E01000003", 0, false)
	if n, ok := l.ResidenceNeighbourhood("E01000001"); n != "N1" || !ok {
		t.Errorf("neighbourhood %q, %v", n, ok)
	}
	if n, ok := l.ResidenceNeighbourhood("E01000002"); n != "" || ok {
		t.Errorf("neighbourhood %q, %v", n, ok)
	}
	l = f("imd_decile,lsoa_code,vintage,imd_release\n1,E01000001,2011,2019\n")
	decile(l, "E01000001", 1, true)
	if l = f("lsoa_code,vintage,imd_release,imd_decile\n"); l.Len() != 0 || l.Vintage != "" {
		t.Errorf("a header alone gave %d areas of vintage %q", l.Len(), l.Vintage)
	}
}

func TestReadLSOAFaults(t *testing.T) {
	refused(t, ReadLSOA, "lsoa_code,vintage,imd_release,imd_decile\n"+
		"E01000001,2021,2025,8\n"+
		"E01000001,2021,2025,9\n"+
		"E01000002,2011,2019,0\n"+
		"E01000003,2011,2019,1\n"+
		"E01000004,2011,2025,1\n"+
		"E02000004,2021,,1\n",
		`line 3: lsoa_code: E01000001 again, first on line 2`,
		`line 4: imd_decile: want a whole number, from 1 to 10, got "0"`,
		`line 5: imd_release: 2019 here, 2025 above: want one in a file`,
		`line 5: vintage: 2011 here, 2021 above: want one in a file`,
		`line 7: imd_release: no value`,
		`line 7: lsoa_code: want the form [EW]01[0-9]{6}, got "E02000004"`)
}

func TestReadReferenceBounds(t *testing.T) {
	if _, err := ReadLSOA(filepath.Join(t.TempDir(), "absent.csv")); !errors.Is(err, os.ErrNotExist) || errors.Is(err, refusal.ErrRefused) {
		t.Errorf("absent file: %v", err)
	}
	path := writeReference(t, "")
	if err := os.Truncate(path, maxReference+1); err != nil {
		t.Fatal(err)
	}
	_, err := ReadLSOA(path)
	if !errors.Is(err, refusal.ErrRefused) || !strings.HasSuffix(err.Error(), "\nlarger than 67108864 bytes") {
		t.Errorf("large file: %v", err)
	}
	_, err = parseLSOA(sheetOf(t, "lsoa"), []byte("lsoa_code,vintage,imd_release,imd_decile\n"+strings.Repeat("x,2021,2025,1\n", 1500)))
	var faults strict.Faults
	if !errors.As(err, &faults) || len(faults) != 1001 || faults[1000].String() != "line 1002: 500 more faults from here on" {
		t.Errorf("%d faults, the last %v", len(faults), faults[len(faults)-1])
	}
}

// What is accepted keeps the contract, and every fault is one line.
func FuzzReadPractices(f *testing.F) {
	f.Add([]byte(practicesHeader + "Y00001,Elm,N1,East,P1,Town,S1,County,2024-04-01,2025-03-31,9000\nY00001,Elm,N2,West,P1,Town,S1,County,2025-04-01,,\n"))
	f.Add([]byte("\ufeff" + practicesHeader + "Y00001,\"E\nlm\",N1,East,P1,Town,S1,County,2024-04-01,,\r\n"))
	table := sheetOf(f, "practices").table
	f.Fuzz(func(t *testing.T, src []byte) {
		rows, err := parsePractices(&sheet{table: table}, src)
		checkFaults(t, err)
		for i, m := range rows {
			if m.Practice == "" || m.Name == "" || m.NeighbourhoodCode == "" || !m.From.Known() || m.ListSize < -1 {
				t.Fatalf("row %d does not keep the contract", i)
			}
			for _, n := range rows[:i] {
				apart := m.From > n.To && n.To.Known() || n.From > m.To && m.To.Known()
				if m.Practice == n.Practice && !apart {
					t.Fatalf("rows of %s overlap", m.Practice)
				}
			}
		}
	})
}

func FuzzReadLSOA(f *testing.F) {
	f.Add([]byte("lsoa_code,vintage,imd_release,imd_decile,residence_neighbourhood\nE01000001,2021,2025,8,N1\n"))
	f.Add([]byte("imd_decile,lsoa_code,vintage,imd_release\n1,E01000001,2011,2019\n1,E01000001,2011,2019\n"))
	table := sheetOf(f, "lsoa").table
	f.Fuzz(func(t *testing.T, src []byte) {
		l, err := parseLSOA(&sheet{table: table}, src)
		checkFaults(t, err)
		if err != nil {
			return
		}
		for code := range l.areas {
			if d, ok := l.Decile(code); !ok || d < 1 || d > 10 || l.Vintage == "" || l.IMDRelease == "" {
				t.Fatalf("area %q does not keep the contract", code)
			}
		}
	})
}

func sheetOf(t testing.TB, table string) *sheet {
	t.Helper()
	s, err := newSheet(table)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func checkFaults(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var faults strict.Faults
	if !errors.As(err, &faults) || len(faults) == 0 || strings.Count(err.Error(), "\n") != len(faults)-1 {
		t.Fatalf("not one fault a line: %v", err)
	}
}
