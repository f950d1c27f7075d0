package extract

import (
	"bytes"
	"context"
	"math"
	"reflect"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	arrowparquet "github.com/apache/arrow/go/v15/parquet"
	arrowcodec "github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/parquet-go/parquet-go"
	xparquet "github.com/xitongsys/parquet-go/parquet"
	xwriter "github.com/xitongsys/parquet-go/writer"

	"riskband/pipeline/extract/digest"
	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/refusal"
	"riskband/stratify/frame"
)

// as asserts the type of an Arrow builder.
func as[T any](t *testing.T, builder array.Builder) T {
	t.Helper()
	b, ok := builder.(T)
	if !ok {
		t.Fatalf("builder is a %T", builder)
	}
	return b
}

// byArrow writes events as Arrow's own writer does.
func byArrow(t *testing.T, events []event, options ...arrowparquet.WriterProperty) []byte {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "patient_id", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "date", Type: arrow.FixedWidthTypes.Date32},
		{Name: "snomedct_code", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "numeric_value", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for _, e := range events {
		as[*array.StringBuilder](t, b.Field(0)).Append(e.patient)
		as[*array.Date32Builder](t, b.Field(1)).Append(arrow.Date32(e.day))
		as[*array.StringBuilder](t, b.Field(2)).Append(e.code)
		if v, ok := e.value.(float64); ok {
			as[*array.Float64Builder](t, b.Field(3)).Append(v)
		} else {
			b.Field(3).AppendNull()
		}
	}
	return arrowFile(t, schema, b.NewRecord(), options...)
}

func arrowFile(t *testing.T, schema *arrow.Schema, r arrow.Record, options ...arrowparquet.WriterProperty) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := pqarrow.NewFileWriter(schema, &out, arrowparquet.NewWriterProperties(options...), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type xEvent struct {
	Patient string   `parquet:"name=patient_id, type=BYTE_ARRAY, convertedtype=UTF8, encoding=PLAIN_DICTIONARY"`
	Date    int32    `parquet:"name=date, type=INT32, convertedtype=DATE"`
	Code    string   `parquet:"name=snomedct_code, type=BYTE_ARRAY, convertedtype=UTF8, encoding=PLAIN_DICTIONARY"`
	Value   *float64 `parquet:"name=numeric_value, type=DOUBLE"`
}

// byXitongsys writes events as the sample does.
func byXitongsys(t *testing.T, events []event, codec xparquet.CompressionCodec, page int64) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := xwriter.NewParquetWriterFromWriter(&out, new(xEvent), 1)
	if err != nil {
		t.Fatal(err)
	}
	w.CompressionType, w.PageSize = codec, page
	for _, e := range events {
		x := xEvent{Patient: e.patient, Date: e.day, Code: e.code}
		if v, ok := e.value.(float64); ok {
			x.Value = &v
		}
		if err := w.Write(x); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.WriteStop(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// delta writes events in the encodings few writers use, pseudonyms fixed in
// length and values as floats.
func delta(t *testing.T, events []event) []byte {
	c := eventColumns(events)
	c[0].node = parquet.Encoded(parquet.Leaf(parquet.FixedLenByteArrayType(32)), &parquet.DeltaByteArray)
	c[1].node = parquet.Encoded(parquet.Date(), &parquet.DeltaBinaryPacked)
	c[2].node = parquet.Encoded(parquet.String(), &parquet.DeltaLengthByteArray)
	c[3].node = parquet.Encoded(parquet.Leaf(parquet.FloatType), &parquet.ByteStreamSplit)
	for i, e := range events {
		c[0].values[i] = []byte(e.patient)
		if v, ok := e.value.(float64); ok {
			c[3].values[i] = float32(v)
		}
	}
	return write(t, c, layout{codec: &parquet.Snappy, rowGroup: 900})
}

func TestScanSameRowsFromEveryWriter(t *testing.T) {
	patients := somePatients(60)
	events := someEvents(2000, 60, 11)
	for i := range events { // values a float holds exactly
		if v, ok := events[i].value.(float64); ok && v == v {
			events[i].value = math.Round(v)
		}
	}
	props := func(p ...arrowparquet.WriterProperty) []byte { return byArrow(t, events, p...) }
	files := []struct {
		name string
		data []byte
	}{
		{"parquet-go", write(t, eventColumns(events), layout{})},
		{"parquet-go delta", delta(t, events)},
		{"arrow", props()},
		{"arrow zstd", props(arrowparquet.WithCompression(arrowcodec.Codecs.Zstd), arrowparquet.WithDataPageSize(900))},
		{"arrow plain v2", props(arrowparquet.WithDictionaryDefault(false), arrowparquet.WithDataPageVersion(arrowparquet.DataPageV2), arrowparquet.WithCompression(arrowcodec.Codecs.Snappy))},
		{"arrow gzip groups", props(arrowparquet.WithMaxRowGroupLength(300), arrowparquet.WithCompression(arrowcodec.Codecs.Gzip))},
		{"arrow fall back", props(arrowparquet.WithDictionaryPageSizeLimit(500), arrowparquet.WithBatchSize(64), arrowparquet.WithDataPageSize(400))},
		{"xitongsys", byXitongsys(t, events, xparquet.CompressionCodec_SNAPPY, 1<<20)},
		{"xitongsys zstd", byXitongsys(t, events, xparquet.CompressionCodec_ZSTD, 2000)},
		{"xitongsys none", byXitongsys(t, events, xparquet.CompressionCodec_UNCOMPRESSED, 700)},
	}
	named := ""
	for _, one := range files {
		t.Run(one.name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, home+"patients.parquet", write(t, patientColumns("Y00001", patients), layout{}))
			put(t, dir, home+"clinical_events.parquet", one.data)
			p := open(t, dir)
			r, _, err := p.Registrations(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			people := frame.NewPeople(r, asOf)
			got, count, err := scanAll(t, p, frame.ClinicalEvents, people)
			if err != nil {
				t.Fatal(err)
			}
			want, wantCount := slowScan(t, events, people)
			if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(count, wantCount) {
				t.Errorf("%d rows, %+v; want %d, %+v", len(got), count, len(want), wantCount)
			}
			digest := p.listed.Tables[0].ContentDigest
			if named == "" {
				named = digest
			}
			if digest != named {
				t.Errorf("digest %s, want %s", digest, named)
			}
		})
	}
}

// One changed value, a row twice or a row less must change a digest.
func TestDigestTellsRowsApart(t *testing.T) {
	events := someEvents(300, 20, 2)
	seen := map[string]string{}
	f := func(what string, columns []col) {
		t.Helper()
		var l refusal.Ledger
		var d digest.Digest
		table, _ := contractOf(t).Table("clinical_events")
		opened := pages.Open(pages.Place{Table: table}, write(t, columns, layout{}), &l)
		if opened == nil {
			t.Fatal(l.Err())
		}
		if err := d.File(opened); err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[d.String()]; ok {
			t.Errorf("%s and %s share a digest", what, other)
		}
		seen[d.String()] = what
	}
	swap := eventColumns(events)
	swap[0].values[3], swap[0].values[4] = swap[0].values[4], swap[0].values[3]
	f("as is", eventColumns(events))
	f("patients swapped", swap)
	f("one date", set(eventColumns(events), "date", 7, int32(1)))
	f("one null", set(eventColumns(events), "snomedct_code", 7, nil))
	f("zero for null", set(set(eventColumns(events), "numeric_value", 7, 0.0), "numeric_value", 8, 0.0))
	f("twice", eventColumns(append(events[:300:300], events[0])))
	f("thrice", eventColumns(append(events[:300:300], events[0], events[0])))
	f("less", eventColumns(events[1:]))
	f("none", eventColumns(nil))
	f("no values", without(eventColumns(events), "numeric_value"))
}
