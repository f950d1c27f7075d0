package extract_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"riskband/pipeline/extract"
	"riskband/stratify/frame"
)

// refused are the fixtures that must be refused: the column and the rule, "*" for
// every column of the file.
var refused = map[string]struct{ column, rule string }{
	"pyarrow/lz4":                    {"*", "codec"},
	"pyarrow/brotli":                 {"*", "codec"},
	"pyarrow/lz4-one-column":         {"unit", "codec"},
	"pyarrow/encrypted":              {"", "encrypted"},
	"pyarrow/encrypted-plain-footer": {"", "encrypted"},
	"pyarrow/encrypted-column":       {"", "encrypted"},
	"pyarrow/int96":                  {"date", "date_type"},
	"pyarrow/timestamp-ms":           {"date", "date_type"},
	"pyarrow/timestamp-us":           {"date", "date_type"},
	"pyarrow/timestamp-ns":           {"date", "date_type"},
	"pyarrow/timestamp-utc":          {"date", "date_type"},
	"pyarrow/date-text":              {"date", "date_type"},
	"pyarrow/date-integer":           {"date", "date_type"},
	"pyarrow/code-integer":           {"snomedct_code", "text_type"},
	"pyarrow/code-decimal":           {"snomedct_code", "text_type"},
	"pyarrow/value-decimal":          {"numeric_value", "type"},
	"pyarrow/value-decimal-integer":  {"numeric_value", "type"},
	"pyarrow/value-half":             {"numeric_value", "type"},
	"pyarrow/value-integer":          {"numeric_value", "type"},
	"pyarrow/value-text":             {"numeric_value", "type"},
	"pyarrow/unit-null":              {"unit", "text_type"},
	"pyarrow/struct":                 {"numeric_value", "nested"},
	"pyarrow/list":                   {"snomedct_code", "nested"},
	"pyarrow/hive":                   {"practice_code", "missing_column"},
	"duckdb/lz4-raw":                 {"*", "codec"},
	"duckdb/brotli":                  {"*", "codec"},
	"duckdb/encrypted":               {"", "encrypted"},
	"duckdb/timestamp":               {"date", "date_type"},
	"duckdb/timestamp-ms":            {"date", "date_type"},
	"duckdb/timestamp-ns":            {"date", "date_type"},
	"duckdb/timestamp-tz":            {"date", "date_type"},
	"duckdb/date-text":               {"date", "date_type"},
	"duckdb/code-integer":            {"snomedct_code", "text_type"},
	"duckdb/code-hugeint":            {"snomedct_code", "text_type"},
	"duckdb/patient-uuid":            {"patient_id", "text_type"},
	"duckdb/value-decimal":           {"numeric_value", "type"},
	"duckdb/struct":                  {"numeric_value", "nested"},
	"duckdb/hive":                    {"practice_code", "missing_column"},
	"polars/lz4":                     {"*", "codec"},
	"polars/brotli":                  {"*", "codec"},
	"polars/datetime-ms":             {"date", "date_type"},
	"polars/datetime-us":             {"date", "date_type"},
	"polars/datetime-ns":             {"date", "date_type"},
	"polars/date-text":               {"date", "date_type"},
	"polars/code-integer":            {"snomedct_code", "text_type"},
	"polars/value-decimal":           {"numeric_value", "type"},
	"polars/unit-null":               {"unit", "text_type"},
	"polars/struct":                  {"numeric_value", "nested"},
	"spark/lz4":                      {"*", "codec"},
	"spark/lz4-raw":                  {"*", "codec"},
	"spark/int96":                    {"date", "date_type"},
	"spark/timestamp-millis":         {"date", "date_type"},
	"spark/timestamp-micros":         {"date", "date_type"},
	"spark/timestamp-ntz":            {"date", "date_type"},
	"spark/date-text":                {"date", "date_type"},
	"spark/code-integer":             {"snomedct_code", "text_type"},
	"spark/value-decimal":            {"numeric_value", "type"},
	"spark/value-decimal-legacy":     {"numeric_value", "type"},
	"spark/struct":                   {"numeric_value", "nested"},
	"spark/hive":                     {"practice_code", "missing_column"},
}

var remedies = map[string]string{
	"codec":          "write the file with snappy, zstd, gzip or no compression",
	"encrypted":      "write the file without Parquet encryption",
	"date_type":      "cast the column to DATE: timestamps, integers and text are not taken as dates",
	"text_type":      "cast the column to text: codes and pseudonyms are never numbers",
	"type":           "write the column with the type the contract gives",
	"nested":         "write a flat column: structs, maps and repeated fields are not part of the contract here",
	"missing_column": "add the column: the contract requires it",
}

// faultsOf reads the fixture's table without a seal.
func faultsOf(t *testing.T, dir, table string) extract.Faults {
	t.Helper()
	e, err := extract.Open(dir, true, asOf)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	defer e.Close()
	p := e.Practices()[0]
	r, _, err := p.Registrations(context.Background())
	if table != "patients" && err == nil {
		s := extract.Scan{People: frame.NewPeople(r, asOf), Book: book(t), Sink: func(frame.Batch) {}}
		_, err = p.Scan(context.Background(), frame.ClinicalEvents, s)
	}
	var faults extract.Faults
	if err != nil && !errors.As(err, &faults) {
		t.Fatalf("not faults: %v", err)
	}
	return faults
}

// TestFormatsAreRefused holds that a refusal names the rule and the remedy, and
// that it comes before a page of the column is decoded: it is the same when every
// byte of the pages is overwritten.
func TestFormatsAreRefused(t *testing.T) {
	names := listed(t)["refused"]
	for name := range refused {
		if !slices.Contains(names, name) {
			t.Errorf("no fixture %s", name)
		}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			rule, known := refused[name]
			if !known {
				t.Fatal("the test does not know it")
			}
			dir, own := deliver(t, name)
			at := filepath.Join(dir, practice, own[0]+".parquet")
			data, err := os.ReadFile(at)
			if err != nil {
				t.Fatal(err)
			}
			want := wanted(own[0], rule.column, rule.rule)
			if got := faultsOf(t, dir, own[0]); !slices.Equal(got, want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
			if got := sealFaults(t, dir); len(got) > 0 != wantSeal[rule.rule] || len(got) > 0 && !slices.Equal(got, want) {
				t.Errorf("seal: got %v\nwant %v", got, want)
			}
			write(t, at, spoiled(t, data, rule.column, rule.rule))
			if got := faultsOf(t, dir, own[0]); !slices.Equal(got, want) {
				t.Errorf("pages overwritten: got %v\nwant %v", got, want)
			}
		})
	}
}

// wantSeal are the rules that sealing holds to: what cannot be decoded. Types are
// judged when a table is used.
var wantSeal = map[string]bool{"codec": true, "encrypted": true}

func sealFaults(t *testing.T, dir string) extract.Faults {
	t.Helper()
	_, err := extract.Seal(context.Background(), dir, extract.SealOptions{AsOf: asOf})
	var faults extract.Faults
	if err != nil && !errors.As(err, &faults) {
		t.Fatalf("seal: not faults: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, extract.ManifestName)); err != nil && len(faults) == 0 {
		t.Fatal(err)
	}
	return faults
}

// Spark makes a folder of whatever path it is given: one named TABLE.parquet is
// told how parts are laid out, not that it is a link.
func TestFolderNamedAsFile(t *testing.T) {
	dir, _ := deliver(t, "spark/base")
	events := filepath.Join(dir, practice, "clinical_events")
	if err := os.Rename(events, events+".parquet"); err != nil {
		t.Fatal(err)
	}
	want := extract.Faults{{
		Practice: "Y00001", File: practice + "/clinical_events.parquet", RowGroup: -1, Rule: "unexpected_file",
		Remedy: "remove it: a practice folder holds TABLE.parquet or TABLE/*.parquet for tables of the contract only",
	}}
	if got := sealFaults(t, dir); !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

func wanted(table, column, rule string) extract.Faults {
	columns, group := []string{column}, -1
	if column == "*" {
		columns = []string{"comparator", "date", "numeric_value", "patient_id", "snomedct_code", "unit"}
	}
	if rule == "codec" {
		group = 0
	}
	var all extract.Faults
	for _, c := range columns {
		all = append(all, extract.Fault{
			Practice: "Y00001", File: path.Join(practice, table+".parquet"),
			RowGroup: group, Column: c, Rule: rule, Remedy: remedies[rule],
		})
	}
	return all
}

// spoiled overwrites the pages that are not to be decoded: all of an encrypted or
// compressed file, headers too; else the bodies of the column's pages.
func spoiled(t *testing.T, data []byte, column, rule string) []byte {
	t.Helper()
	data = bytes.Clone(data)
	footer := len(data) - 8 - int(binary.LittleEndian.Uint32(data[len(data)-8:]))
	if rule == "encrypted" || rule == "codec" && column == "*" {
		overwrite(data[4:footer])
		return data
	}
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range f.Metadata().RowGroups {
		for _, chunk := range group.Columns {
			m := chunk.MetaData
			start := m.DataPageOffset
			if m.DictionaryPageOffset > 0 {
				start = m.DictionaryPageOffset
			}
			pages := data[start : start+m.TotalCompressedSize]
			switch {
			case m.PathInSchema[0] != column:
			case rule == "codec":
				overwrite(pages)
			case m.Codec != format.Uncompressed:
				t.Fatalf("%v: compressed, so its pages cannot be told apart", m.PathInSchema)
			default:
				overwriteBodies(t, pages)
			}
		}
	}
	return data
}

func overwriteBodies(t *testing.T, pages []byte) {
	t.Helper()
	for p := (thrift.CompactProtocol{}); len(pages) > 0; {
		var head format.PageHeader
		r := p.NewReaderFromBytes(pages)
		if err := thrift.NewDecoder(r).Decode(&head); err != nil {
			t.Fatal(err)
		}
		pages = pages[r.BytesRead():]
		overwrite(pages[:head.CompressedPageSize])
		pages = pages[head.CompressedPageSize:]
	}
}

func overwrite(b []byte) {
	for i := range b {
		b[i] = 0xFF
	}
}
