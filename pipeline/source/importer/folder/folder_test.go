package folder

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"riskband/pipeline/extract/anytable"
)

// cells reads text as a table and prints it, null as "-".
func cells(text string, columns ...string) (string, error) {
	var out []string
	err := scanCSV(strings.NewReader(text), "t.csv", columns, func(values []anytable.Value) error {
		var line []string
		for _, v := range values {
			if v.Kind == anytable.NullValue {
				v.Text = "-"
			}
			line = append(line, v.Text)
		}
		out = append(out, strings.Join(line, "|"))
		return nil
	})
	return strings.Join(out, " "), err
}

func TestCSV(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got, err := cells(text, "b", "A?", "c?"); got != want || err != nil {
			t.Errorf("%q = %q, %v; want %q", text, got, err, want)
		}
	}
	f("a,b\n1,2\n,3\n", "2|1|- 3|-|-")
	f("\ufeffA,B\r\n1,2\r\n", "2|1|-")
	f("b,c\n\"x, \"\"y\"\"\",\n", `x, "y"|-|-`)
	f("B\tC\tA\nx\t\"half\t\n", `x|-|"half`)
	f("b\n", "")
	f("b,a,c\n\n4,5,6", "4|5|6")
}

func TestCSVRefusals(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, err := cells(text, "b", "d", "a?")
		if !errors.Is(err, ErrSource) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%q gave %v, want %q", text, err, want)
		}
	}
	f("", "no header")
	f("a\n", "column b: column missing")
	f("a\n", "column d: column missing")
	f("b,d,B\n", "column b: there twice")
	f("b,d\nSECRET\n", "line 2")
	f("b,d\nSECRET,2\n3,\"SECRET", "line 3")
	f("b\td\nSECRET\n", "line 2: 1 fields, the header has 2")
}

// Any bytes: an error, or rows as wide as the columns asked for; and what
// encoding/csv writes comes back.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a\tb\n1\t2\n", "\ufeffA,B\n\"x\",", "a,a\n", "", "\n\n", "a,b\n\"\n\",2"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := scanCSV(bytes.NewReader(text), "t.csv", []string{"a", "b?"}, func(values []anytable.Value) error {
			if len(values) != 2 {
				t.Fatalf("%d values", len(values))
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrSource) {
			t.Fatalf("an error of another kind: %v", err)
		}
		field := strings.ReplaceAll(string(text), "\r", "") // encoding/csv joins line ends
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		if err := errors.Join(w.Write([]string{"a", "b"}), w.Write([]string{field, "x"}), w.Write([]string{"y", field})); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		want := field
		if want == "" {
			want = "-"
		}
		if got, err := cells(b.String(), "a", "b"); err != nil || got != want+"|x y|"+want {
			t.Fatalf("%q came back as %q, %v", field, got, err)
		}
	})
}

func TestFields(t *testing.T) {
	text := func(s string) Row { return Row{{Kind: anytable.TextValue, Text: s}} }
	day := func(r Row, want string) {
		t.Helper()
		if got, ok := r.Day(0); got.String() != want || ok != (want != "") {
			t.Errorf("%+v is day %s %v, want %s", r, got, ok, want)
		}
	}
	day(text("2020-02-29"), "2020-02-29")
	day(text(" 20200229 "), "2020-02-29")
	day(text("2017-07-10T23:17:06-04:00"), "2017-07-10")
	day(text("2017-07-10 00:00:00"), "2017-07-10")
	day(text("2021-02-29"), "")
	day(text("10/07/2017"), "")
	day(text("1899-12-31"), "")
	day(Row{{}}, "")
	day(Row{{Kind: anytable.DayValue, Int: 19000}}, "2022-01-08")
	day(Row{{Kind: anytable.TimestampValue, Int: -1}}, "1969-12-31")
	day(Row{{Kind: anytable.DayValue, Int: 1 << 40}}, "")
	id := func(r Row, want int64, valid bool) {
		t.Helper()
		if got, ok := r.ID(0); ok != valid || (ok && got != want) {
			t.Errorf("%+v is id %d %v, want %d %v", r, got, ok, want, valid)
		}
	}
	id(text("12"), 12, true)
	id(text("12.0"), 12, true)
	id(text("12.5"), 0, false)
	id(text("x"), 0, false)
	id(Row{{}}, 0, false)
	id(Row{{Kind: anytable.FloatValue, Float: 12}}, 12, true)
	id(Row{{Kind: anytable.FloatValue, Float: 12.5}}, 0, false)
	id(Row{{Kind: anytable.FloatValue, Float: 1e300}}, 0, false)
	number := func(r Row, want float64, null, valid bool) {
		t.Helper()
		if got, n, ok := r.Number(0); ok != valid || n != null || (ok && got != want) {
			t.Errorf("%+v is %g %v %v", r, got, n, ok)
		}
	}
	number(text("-1.5e2"), -150, false, true)
	number(text("inf"), 0, false, false)
	number(text("120/80"), 0, false, false)
	number(Row{{}}, 0, true, false)
	number(Row{{Kind: anytable.IntegerValue, Int: 3}}, 3, false, true)
}

func TestOpenFolder(t *testing.T) {
	write := func(dir, name string) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte("a\n1\n"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"PERSON.CSV", "Visit/part-1.csv", "Visit/part-0.csv", "Visit/_SUCCESS", "notes.txt"} {
		write(dir, name)
	}
	f, missing, err := Open(t.Context(), dir, []string{"person"}, []string{"visit", "death"})
	if err != nil || strings.Join(missing, ",") != "death" || len(f.files["visit"]) != 2 ||
		!strings.HasSuffix(f.files["visit"][0], "part-0.csv") {
		t.Errorf("files %v missing %v: %v", f.files, missing, err)
	}
	rows := 0
	if err := f.Read("visit", []string{"A"}, func(Row) error { rows++; return nil }); err != nil || rows != 2 {
		t.Errorf("%d rows of two parts, %v", rows, err)
	}
	write(dir, "person.tsv")
	_, _, err = Open(t.Context(), dir, []string{"person", "concept"}, nil)
	for _, want := range []string{"table person twice", "no table concept"} {
		if !errors.Is(err, ErrSource) || !strings.Contains(err.Error(), want) {
			t.Errorf("faults %v lack %q", err, want)
		}
	}
}
