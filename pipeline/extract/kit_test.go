package extract

import (
	"bytes"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"sync"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding"

	"riskband/schemas"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
)

// col is one column of a test file: its leaf node and one value a row, nil for a
// null, []string for a list.
type col struct {
	name   string
	node   parquet.Node
	values []any
}

// layout is one way to lay the same rows out.
type layout struct {
	codec    compress.Codec
	encoding encoding.Encoding // nil: plain
	optional bool              // every column optional, not only those with nulls
	rowGroup int64             // rows, 0 one group
	page     int               // bytes, 0 default
	version  int               // of data pages, 0 means 2
	fixed    bool              // text of one length as FIXED_LEN_BYTE_ARRAY
}

func (l layout) String() string {
	return fmt.Sprintf("%v %v optional=%v group=%d page=%d v%d fixed=%v",
		l.codec, l.encoding, l.optional, l.rowGroup, l.page, l.version, l.fixed)
}

func str() parquet.Node { return parquet.String() }

// write encodes columns as one file.
func write(t testing.TB, columns []col, l layout) []byte {
	t.Helper()
	group := parquet.Group{}
	columns = slices.Clone(columns)
	sort.Slice(columns, func(i, j int) bool { return columns[i].name < columns[j].name })
	for _, c := range columns {
		node := c.node
		if l.encoding != nil && node.Leaf() && node.Type().Kind() != parquet.Boolean && node.Type().Kind() != parquet.Int96 {
			node = parquet.Encoded(node, l.encoding)
		}
		hasNull := slices.Contains(c.values, nil) && !node.Repeated()
		if (l.optional || hasNull) && node.Leaf() && !node.Repeated() {
			node = parquet.Optional(node)
		}
		group[c.name] = node
	}
	schema := parquet.NewSchema("table", group)
	options := []parquet.WriterOption{schema, parquet.DataPageVersion(max(l.version, 0)), parquet.CreatedBy("test", "1", "1")}
	if l.version == 0 {
		options[1] = parquet.DataPageVersion(2)
	}
	if l.codec != nil {
		options = append(options, parquet.Compression(l.codec))
	}
	if l.page > 0 {
		options = append(options, parquet.PageBufferSize(l.page))
	}
	if l.rowGroup > 0 {
		options = append(options, parquet.MaxRowsPerRowGroup(l.rowGroup))
	}
	var b bytes.Buffer
	w := parquet.NewWriter(&b, options...)
	rows := 0
	if len(columns) > 0 {
		rows = len(columns[0].values)
	}
	for i := range rows {
		var row parquet.Row
		for k, c := range columns {
			row = appendCell(row, c, group[c.name], i, k)
		}
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			t.Fatalf("write row: %v", err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	return b.Bytes()
}

func appendCell(row parquet.Row, c col, node parquet.Node, i, k int) parquet.Row {
	if list, ok := c.values[i].([]string); ok {
		if len(list) == 0 {
			return append(row, parquet.NullValue().Level(0, 0, k))
		}
		for n, s := range list {
			row = append(row, parquet.ValueOf(s).Level(min(n, 1), 1, k))
		}
		return row
	}
	def := 0
	if node.Optional() {
		def = 1
	}
	if c.values[i] == nil {
		return append(row, parquet.NullValue().Level(0, 0, k))
	}
	return append(row, parquet.ValueOf(c.values[i]).Level(0, def, k))
}

// event is one row of clinical_events in the slow reference.
type event struct {
	patient string
	day     int32
	code    string
	value   any // float64 or nil
}

func eventColumns(events []event) []col {
	patient := col{name: "patient_id", node: str()}
	date := col{name: "date", node: parquet.Date()}
	code := col{name: "snomedct_code", node: str()}
	value := col{name: "numeric_value", node: parquet.Leaf(parquet.DoubleType)}
	for _, e := range events {
		patient.values = append(patient.values, e.patient)
		date.values = append(date.values, e.day)
		code.values = append(code.values, e.code)
		value.values = append(value.values, e.value)
	}
	return []col{patient, date, code, value}
}

var asOf = frame.Date(2026, 3, 31)

// patientRow is one row of the patients table.
type patientRow struct {
	id         string
	start      frame.Day
	end, death any
	birth      frame.Day
	sex        string
	ethnicity  any
	lsoa, kind any
	optOut     any
}

func patientColumns(code string, rows []patientRow) []col {
	names := []string{
		"patient_id", "practice_code", "registration_start", "registration_end", "registration_type",
		"birth_month", "sex", "ethnicity", "lsoa_code", "death_month", "care_home", "opt_out",
	}
	date := map[string]bool{"registration_start": true, "registration_end": true, "birth_month": true, "death_month": true}
	columns := make([]col, len(names))
	for i, n := range names {
		columns[i] = col{name: n, node: str()}
		if date[n] {
			columns[i].node = parquet.Date()
		}
		if n == "care_home" {
			columns[i].node = parquet.Leaf(parquet.BooleanType)
		}
	}
	for i, r := range rows {
		for k, v := range []any{
			r.id, code, int32(r.start), r.end, r.kind, int32(r.birth), r.sex, r.ethnicity,
			r.lsoa, r.death, any(i%3 == 0), r.optOut,
		} {
			if d, ok := v.(frame.Day); ok {
				v = int32(d)
			}
			columns[k].values = append(columns[k].values, v)
		}
	}
	return columns
}

// mix spreads a number over 64 bits.
func mix(x uint64) uint64 {
	const a, b, c = 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0xbb67ae8584caa73b
	high, low := bits.Mul64(x^7, a)
	high, low = bits.Mul64((high^low)+b, c^7)
	return high ^ low
}

// pseudonym returns the text of person i: 32 hex digits.
func pseudonym(i int) string { return fmt.Sprintf("%032x", mix(uint64(i))) }

func somePatients(n int) []patientRow {
	rows := make([]patientRow, n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range rows {
		rows[i] = patientRow{
			id: pseudonym(i), start: frame.Date(2015, 1, 1) + frame.Day(r.IntN(3000)),
			birth: frame.Date(1930+r.IntN(80), time.Month(1+r.IntN(12)), 1), sex: []string{"female", "male", "intersex", "unknown"}[r.IntN(4)],
		}
		if i%4 == 1 {
			rows[i].lsoa = fmt.Sprintf("E0100%04d", i%50)
			rows[i].ethnicity = "A"
			rows[i].optOut = "type1"
		}
		if i%7 == 1 {
			rows[i].end = frame.Date(2025, 1, 2)
			rows[i].death = frame.Date(2025, 1, 1)
			rows[i].kind = "temporary"
		}
	}
	return rows
}

// Codes with valid check digits from the SNOMED CT browser: hypertensive
// disorder, diabetes mellitus, asthma, atrial fibrillation, systolic pressure.
var snomed = []string{"38341003", "73211009", "195967001", "49436004", "271649006", "22298006", "13645005", "84114007"}

// book lists the first five of [snomed]; the others are in no list.
func book(t testing.TB) *codes.Book {
	t.Helper()
	entries := func(c ...string) []codes.Entry {
		var e []codes.Entry
		for _, one := range c {
			e = append(e, codes.Entry{Code: one})
		}
		return e
	}
	b, err := codes.NewBook([]codes.List{
		{Name: "hyp", System: codes.SNOMED, Entries: entries(snomed[0])},
		{Name: "ltc", System: codes.SNOMED, Entries: entries(snomed[0:4]...)},
		{Name: "sbp", System: codes.SNOMED, Entries: entries(snomed[4])},
		{Name: "statin", System: codes.DMD, Entries: entries("320000009")},
		{Name: "emergency", System: codes.AdmissionMethod, Entries: entries("21", "22")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// someEvents makes rows with every reason to be dropped among them.
func someEvents(n, people int, seed uint64) []event {
	r := rand.New(rand.NewPCG(seed, 1))
	events := make([]event, n)
	for i := range events {
		e := event{
			patient: pseudonym(r.IntN(people + people/20)), code: snomed[r.IntN(len(snomed))],
			day: int32(asOf) - int32(r.IntN(20000)) + 60,
		}
		switch r.IntN(5) {
		case 0, 1:
			e.value = math.Round(r.Float64()*1000) / 10
		case 2:
			e.value = math.NaN()
		}
		events[i] = e
	}
	return events
}

// put writes a file of an extract, making its folders.
func put(t testing.TB, dir, path string, data []byte) {
	t.Helper()
	path = filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

const (
	practicePrefix = "practice_code="
	home           = practicePrefix + "Y00001/"
)

var loadContract = sync.OnceValues(schemas.Load)

func contractOf(t testing.TB) *schemas.Contract {
	t.Helper()
	c, err := loadContract()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
