package anytable

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

// every kind of column Read knows, one row of nulls and one of values.
type everyKind struct {
	Text   *string          `parquet:"PERSON_Name,optional,dict"`
	Whole  *int32           `parquet:"whole,optional"`
	Big    *uint64          `parquet:"big,optional"`
	Float  *float32         `parquet:"float,optional"`
	Double *float64         `parquet:"double,optional"`
	Yes    *bool            `parquet:"yes,optional"`
	Money  *int64           `parquet:"money,optional,decimal(3:18)"`
	Day    *int32           `parquet:"day,optional,date"`
	Milli  *int64           `parquet:"milli,optional,timestamp(millisecond)"`
	Micro  *int64           `parquet:"micro,optional,timestamp(microsecond)"`
	Nano   *int64           `parquet:"nano,optional,timestamp(nanosecond)"`
	Julian deprecated.Int96 `parquet:"julian"`
	UUID   [16]byte         `parquet:"uuid,uuid"`
	Extra  string           `parquet:"extra"`
}

func writeRows[T any](t *testing.T, rows []T, options ...parquet.WriterOption) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.parquet")
	if err := parquet.WriteFile(path, rows, options...); err != nil {
		t.Fatal(err)
	}
	return path
}

func readAll(path string, columns ...string) (rows [][]Value, err error) {
	err = Read(path, columns, func(row []Value) error {
		rows = append(rows, append([]Value(nil), row...))
		return nil
	})
	return rows, err
}

func TestReadKinds(t *testing.T) {
	// -1.5 s before the epoch rounds down to -2; day 19,000 is 2022-01-08
	// (Julian day 2,459,588) and 19,000 x 86,400 = 1,641,600,000 seconds.
	full := everyKind{
		Text: new("Ünal"), Whole: new(int32(-7)), Big: new(uint64(12)),
		Float: new(float32(0.5)), Double: new(-2.25), Yes: new(true),
		Money: new(int64(-48100)), Day: new(int32(19000)),
		Milli: new(int64(-1500)), Micro: new(int64(-1_500_000)), Nano: new(int64(1_999_999_999)),
		Julian: deprecated.Int96{1_000_000_000, 0, 2_440_588 + 19_000},
		UUID:   [16]byte{0x10, 0x07, 0xc0, 0x5b, 0x8d, 0x20, 0x8f, 0xe6, 0x67, 0x90, 0x44, 0x62, 0x2f, 0x83, 0x16, 0xdf},
	}
	want := []Value{
		{Kind: TextValue, Text: "Ünal"},
		{Kind: IntegerValue, Int: -7},
		{Kind: IntegerValue, Int: 12},
		{Kind: FloatValue, Float: 0.5},
		{Kind: FloatValue, Float: -2.25},
		{Kind: IntegerValue, Int: 1},
		{Kind: FloatValue, Float: -48.1},
		{Kind: DayValue, Int: 19000},
		{Kind: TimestampValue, Int: -2},
		{Kind: TimestampValue, Int: -2},
		{Kind: TimestampValue, Int: 1},
		{Kind: TimestampValue, Int: 1_641_600_001},
		{Kind: TextValue, Text: "1007c05b-8d20-8fe6-6790-44622f8316df"},
		{},
	}
	columns := []string{
		"person_name", "WHOLE", "big", "float", "double", "yes", "money", "day",
		"milli", "micro", "nano", "julian", "uuid", "absent?",
	}
	for name, codec := range map[string]parquet.WriterOption{
		"none": parquet.Compression(&parquet.Uncompressed), "snappy": parquet.Compression(&parquet.Snappy),
		"gzip": parquet.Compression(&parquet.Gzip), "zstd": parquet.Compression(&parquet.Zstd),
		"brotli": parquet.Compression(&parquet.Brotli),
	} {
		rows, err := readAll(writeRows(t, []everyKind{full, {}, full}, codec), columns...)
		if err != nil || len(rows) != 3 {
			t.Fatalf("%s: %d rows, %v; want 3", name, len(rows), err)
		}
		for i, w := range want {
			if rows[0][i] != w || rows[2][i] != w {
				t.Errorf("%s: column %s = %+v and %+v, want %+v", name, columns[i], rows[0][i], rows[2][i], w)
			}
			null := rows[1][i].Kind == NullValue
			if optional := i < 11 || i == 13; null != optional {
				t.Errorf("%s: column %s of the empty row: null is %v, want %v", name, columns[i], null, optional)
			}
		}
	}
}

func TestReadDecimals(t *testing.T) {
	type decimals struct {
		Narrow int32    `parquet:"narrow,decimal(2:9)"`
		Fixed  [16]byte `parquet:"fixed,decimal(4:38)"`
	}
	minus := [16]byte{}
	for i := range minus {
		minus[i] = 0xff // two's complement of -1
	}
	large := [16]byte{7: 1, 15: 2} // 2^64 + 2
	path := writeRows(t, []decimals{{-1234, minus}, {5, large}})
	rows, err := readAll(path, "narrow", "fixed")
	if err != nil {
		t.Fatal(err)
	}
	f := func(row, column int, want float64) {
		t.Helper()
		if got := rows[row][column].Float; got != want {
			t.Errorf("row %d column %d = %v, want %v", row, column, got, want)
		}
	}
	f(0, 0, -12.34)
	f(0, 1, -0.0001)
	f(1, 0, 0.05)
	f(1, 1, 1844674407370955.1618) // 18446744073709551618 / 10^4
}

// Pages, row groups and blocks are cut at sizes that do not divide each other.
func TestReadAcrossPages(t *testing.T) {
	type pair struct {
		ID   int64   `parquet:"id"`
		Code *string `parquet:"code,optional,dict"`
	}
	const n = 10_007
	rows := make([]pair, n)
	for i := range rows {
		rows[i].ID = int64(i)
		if i%3 != 0 {
			rows[i].Code = new(strings.Repeat("x", i%11))
		}
	}
	path := writeRows(t, rows, parquet.PageBufferSize(777), parquet.MaxRowsPerRowGroup(3001))
	at := 0
	err := Read(path, []string{"code", "id"}, func(row []Value) error {
		want := Value{}
		if rows[at].Code != nil {
			want = Value{Kind: TextValue, Text: *rows[at].Code}
		}
		if row[0] != want || row[1].Int != int64(at) {
			t.Fatalf("row %d = %+v, want %+v and %d", at, row, want, at)
		}
		at++
		return nil
	})
	if err != nil || at != n {
		t.Fatalf("read %d rows, %v; want %d", at, err, n)
	}
	enough := errors.New("enough")
	if err := Read(path, []string{"id"}, func([]Value) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("error of each came back as %v", err)
	}
}

func TestReadRefusals(t *testing.T) {
	type odd struct {
		List   []int64 `parquet:"list"`
		Twice  int64   `parquet:"twice"`
		Again  int64   `parquet:"TWICE"`
		Time   int32   `parquet:"time,time(millisecond)"`
		Useful int64   `parquet:"useful"`
	}
	path := writeRows(t, []odd{{List: []int64{1, 2}, Useful: 5}})
	rows, err := readAll(path, "useful")
	if err != nil || rows[0][0].Int != 5 {
		t.Errorf("a flat column beside a list = %v, %v", rows, err)
	}
	_, err = readAll(path, "list", "twice", "time", "missing", "useful")
	if !errors.Is(err, ErrTable) {
		t.Fatalf("want ErrTable, got %v", err)
	}
	for _, want := range []string{
		"column list: nested", "column twice: there 2 times", "column time: type not supported", "column missing: column missing",
	} {
		if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
			t.Errorf("faults lack %q:\n%v", want, err)
		}
	}
	if _, err := readAll(path, "absent?"); !errors.Is(err, ErrTable) {
		t.Errorf("a table without any column asked for gave %v", err)
	}
	lz4 := writeRows(t, []odd{{}}, parquet.Compression(&parquet.Lz4Raw))
	if _, err := readAll(lz4, "useful"); !errors.Is(err, ErrTable) || !strings.Contains(err.Error(), "zstd") {
		t.Errorf("LZ4 gave %v, want a refusal with the remedy", err)
	}
	if _, err := readAll(filepath.Join(t.TempDir(), "none.parquet"), "a"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent file gave %v", err)
	}
}

// A flipped byte gives an error or as many rows as the footer says, never a panic,
// and an error never quotes the data.
func TestReadDamage(t *testing.T) {
	type secret struct {
		Code string  `parquet:"code,dict"`
		N    float64 `parquet:"n"`
	}
	rows := make([]secret, 400)
	for i := range rows {
		rows[i] = secret{"SECRET" + strings.Repeat("A", i%7), float64(i) + 0.125}
	}
	good, err := os.ReadFile(writeRows(t, rows, parquet.Compression(&parquet.Snappy), parquet.PageBufferSize(512)))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "damaged.parquet")
	refused := 0
	for at := 0; at < len(good); at += 3 {
		if err := os.WriteFile(path, flipped(good, at), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readAll(path, "code", "n"); err != nil {
			refused++
			if strings.Contains(err.Error(), "SECRET") {
				t.Fatalf("byte %d: the error quotes a value", at)
			}
		}
	}
	// The magic numbers and the footer alone are more than one byte in ten.
	if total := (len(good) + 2) / 3; refused < total/10 {
		t.Errorf("%d of %d damaged files refused", refused, total)
	}
}

// Any bytes: an error or rows, never a panic, and every error of the file is ErrTable.
func FuzzRead(f *testing.F) {
	type pair struct {
		Code string  `parquet:"code,dict"`
		N    float64 `parquet:"n"`
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, []pair{{"a", 1}, {"b", 2}}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("PAR1PAR1"))
	f.Add([]byte{})
	path := filepath.Join(f.TempDir(), "table.parquet")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readAll(path, "code?", "n?"); err != nil && !errors.Is(err, ErrTable) {
			t.Fatalf("an error of another kind: %v", err)
		}
	})
}

func flipped(good []byte, at int) []byte {
	b := bytes.Clone(good)
	b[at] ^= 0xff
	return b
}

// Figures by DuckDB 2.0.0 over the same file:
//
//	select count(*), sum(value_as_number), count(unit_source_value),
//	       sum(person_id), max(measurement_date),
//	       sum(epoch(measurement_datetime)) from 'measurement.parquet'
func TestReadDuckDBFile(t *testing.T) {
	path := "../../../../shared/data/omop-synthea27nj/measurement.parquet"
	if _, err := os.Stat(path); err != nil {
		t.Skip("skipped: no file at", path)
	}
	var rows, units, people, latest, seconds int64
	var sum float64
	columns := []string{"VALUE_AS_NUMBER", "unit_source_value", "person_id", "measurement_date", "measurement_datetime"}
	err := Read(path, columns, func(r []Value) error {
		rows++
		sum += r[0].Float
		if r[1].Kind == TextValue {
			units++
		}
		people += r[2].Int
		latest = max(latest, r[3].Int)
		seconds += r[4].Int
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if rows != 10040 || units != 9139 || people != 140_948 || latest != 19_275 || seconds != 13_348_154_073_600 ||
		math.Abs(sum-623_864.8) > 1e-3 {
		t.Errorf("rows %d units %d people %d latest %d seconds %d sum %.3f", rows, units, people, latest, seconds, sum)
	}
}
