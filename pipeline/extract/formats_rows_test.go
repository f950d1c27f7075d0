package extract_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"riskband/pipeline/extract"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
)

// sheet is one table's logical rows, as rows.json holds them: a cell is nil, a
// string, a float64, a bool or a []any of strings.
type sheet struct {
	Columns [][2]string // name and kind
	Rows    [][]any
}

func logicalRows(t *testing.T) map[string]sheet {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, "rows.json"))
	if err != nil {
		t.Fatal(err)
	}
	var sheets map[string]sheet
	if err := json.Unmarshal(data, &sheets); err != nil {
		t.Fatal(err)
	}
	return sheets
}

// change returns the sheet with some of its rows, and cells of a column changed.
func (s sheet) change(n int, cell func(column string, v any) any) sheet {
	out := sheet{Columns: s.Columns}
	for _, r := range s.Rows[:min(n, len(s.Rows))] {
		r = slices.Clone(r)
		for i := range r {
			r[i] = cell(s.Columns[i][0], r[i])
		}
		out.Rows = append(out.Rows, r)
	}
	return out
}

// cell returns a row's cell by its column's name.
func (s sheet) cell(row []any, name string) any {
	return row[slices.IndexFunc(s.Columns, func(c [2]string) bool { return c[0] == name })]
}

func (s sheet) text(row []any, name string) string {
	text, _ := s.cell(row, name).(string)
	return text
}

func (s sheet) day(t *testing.T, row []any, name string) frame.Day {
	t.Helper()
	text := s.text(row, name)
	if text == "" {
		return frame.NoDay
	}
	d, err := frame.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// parquetOf writes a sheet in the plainest way: the test's own file, whose digest
// the fixtures must share.
func parquetOf(t *testing.T, s sheet) []byte {
	t.Helper()
	nodes := map[string]parquet.Node{
		"text": parquet.String(), "date": parquet.Date(), "bool": parquet.Leaf(parquet.BooleanType),
		"number": parquet.Leaf(parquet.DoubleType), "integer": parquet.Leaf(parquet.Int64Type),
	}
	group := parquet.Group{}
	for _, c := range s.Columns {
		if c[1] == "list" {
			group[c[0]] = parquet.Repeated(parquet.String())
			continue
		}
		group[c[0]] = parquet.Optional(nodes[c[1]])
	}
	var out bytes.Buffer
	w := parquet.NewWriter(&out, parquet.NewSchema("table", group))
	for _, r := range s.Rows {
		var row parquet.Row
		for k, name := range slices.Sorted(maps.Keys(group)) {
			kind := s.Columns[slices.IndexFunc(s.Columns, func(c [2]string) bool { return c[0] == name })][1]
			row = append(row, cells(t, kind, s.cell(r, name), k)...)
		}
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func cells(t *testing.T, kind string, v any, column int) []parquet.Value {
	t.Helper()
	list, _ := v.([]any)
	if v == nil || v != nil && kind == "list" && len(list) == 0 {
		return []parquet.Value{parquet.NullValue().Level(0, 0, column)}
	}
	switch kind {
	case "list":
		var out []parquet.Value
		for i, one := range list {
			out = append(out, parquet.ValueOf(one).Level(min(i, 1), 1, column))
		}
		return out
	case "date":
		text, _ := v.(string)
		d, err := frame.ParseDay(text)
		if err != nil {
			t.Fatal(err)
		}
		v = int32(d)
	case "integer":
		number, _ := v.(float64)
		v = int64(number)
	}
	return []parquet.Value{parquet.ValueOf(v).Level(0, 1, column)}
}

// registrationsOf is the slow reading of the patients.
func registrationsOf(t *testing.T, s sheet) frame.Registrations {
	t.Helper()
	ethnicity := []string{"", "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z"}
	kinds := []string{"", "regular", "temporary", "other"}
	sexes := []string{"unknown", "female", "male", "intersex"}
	optOuts := []string{"", "none", "type1", "national", "both"}
	var r frame.Registrations
	for _, row := range s.Rows {
		r.Pseudonym = append(r.Pseudonym, frame.NewPseudonym(s.text(row, "patient_id")))
		r.Start = append(r.Start, s.day(t, row, "registration_start"))
		r.End = append(r.End, s.day(t, row, "registration_end"))
		r.Type = append(r.Type, frame.RegistrationType(slices.Index(kinds, s.text(row, "registration_type"))))
		r.Birth = append(r.Birth, s.day(t, row, "birth_month"))
		r.Sex = append(r.Sex, frame.Sex(slices.Index(sexes, s.text(row, "sex"))))
		r.Ethnicity = append(r.Ethnicity, uint8(slices.Index(ethnicity, s.text(row, "ethnicity"))))
		r.LSOA = append(r.LSOA, s.text(row, "lsoa_code"))
		r.Death = append(r.Death, s.day(t, row, "death_month"))
		r.OptOut = append(r.OptOut, frame.OptOut(slices.Index(optOuts, s.text(row, "opt_out"))))
	}
	return r
}

// episodes prints registrations one a line, sorted.
func episodes(r frame.Registrations) []string {
	var lines []string
	for i := range r.Len() {
		lines = append(lines, fmt.Sprint(r.Pseudonym[i].Reveal(), r.Start[i], r.End[i], r.Type[i], r.Birth[i],
			r.Sex[i], r.Ethnicity[i], "/", r.LSOA[i], "/", r.Death[i], r.OptOut[i]))
	}
	sort.Strings(lines)
	return lines
}

// book lists the first five SNOMED CT codes of rows.py, one medicine and the
// emergency admissions.
func book(t *testing.T) *codes.Book {
	t.Helper()
	list := func(name string, system codes.System, of ...string) codes.List {
		l := codes.List{Name: name, System: system}
		for _, code := range of {
			l.Entries = append(l.Entries, codes.Entry{Code: code})
		}
		return l
	}
	b, err := codes.NewBook([]codes.List{
		list("ltc", codes.SNOMED, "38341003", "73211009", "195967001", "49436004"),
		list("sbp", codes.SNOMED, "271649006"),
		list("statin", codes.DMD, "320000009"),
		list("emergency", codes.AdmissionMethod, "21", "22", "2A"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// coded is where a coded table keeps what a batch holds.
var coded = map[frame.Source]struct {
	code, date, value, id string
	system                codes.System
}{
	frame.ClinicalEvents: {code: "snomedct_code", date: "date", value: "numeric_value", system: codes.SNOMED},
	frame.Medications:    {code: "dmd_code", date: "date", system: codes.DMD},
	frame.APCS:           {code: "admission_method", date: "admission_date", id: "spell_id", system: codes.AdmissionMethod},
}

// slowScan is the slow reading of a coded table: the lines of its batches,
// sorted, and the account of its rows.
func slowScan(t *testing.T, src frame.Source, s sheet, people *frame.People) ([]string, extract.Conservation) {
	t.Helper()
	at, b := coded[src], book(t)
	c := extract.Conservation{Table: src.String(), Dropped: []extract.Dropped{
		{Rule: "not_in_any_list"}, {Rule: "unknown_person"}, {Rule: "after_as_of"}, {Rule: "before_birth"},
	}}
	var lines []string
	for _, row := range s.Rows {
		c.Read++
		concept := b.Concept(at.system, []byte(s.text(row, at.code)))
		who, known := people.Row([]byte(s.text(row, "patient_id")))
		day := s.day(t, row, at.date)
		switch {
		case concept == 0:
			c.Dropped[0].Rows++
		case !known:
			c.Dropped[1].Rows++
		case day > people.AsOf:
			c.Dropped[2].Rows++
		case day < people.Birth[who]:
			c.Dropped[3].Rows++
		default:
			c.Used++
			value := math.NaN()
			if at.value != "" {
				if x, ok := s.cell(row, at.value).(float64); ok {
					value = x
				}
			}
			id := ""
			if at.id != "" {
				id = s.text(row, at.id)
			}
			lines = append(lines, line(who, concept, day, value, id))
		}
	}
	sort.Strings(lines)
	return lines, c
}

func line(who int32, concept uint16, day frame.Day, value float64, id string) string {
	if value != value {
		value = math.NaN() // whatever its bits
	}
	return fmt.Sprintf("%d %d %s %016x %s", who, concept, day, math.Float64bits(value), id)
}

// flatRows prints the sheet's cells that are not lists, one row a line, sorted.
func flatRows(s sheet) (columns, lines []string) {
	for _, c := range s.Columns {
		if c[1] != "list" {
			columns = append(columns, c[0])
		}
	}
	for _, r := range s.Rows {
		var cells []string
		for i, c := range s.Columns {
			switch v := r[i].(type) {
			case []any:
			case nil:
				if c[1] != "list" {
					cells = append(cells, "null")
				}
			case bool:
				cells = append(cells, map[bool]string{true: "1", false: "0"}[v])
			default:
				cells = append(cells, fmt.Sprint(v))
			}
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	sort.Strings(lines)
	return columns, lines
}
