package extract

import (
	"context"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	arrowparquet "github.com/apache/arrow/go/v15/parquet"
	"github.com/parquet-go/parquet-go"

	"riskband/stratify/frame"
)

// spellsByArrow writes the rows of [spells] with a three-level list, null where
// the bare repeated column is empty.
func spellsByArrow(t *testing.T, n int) []byte {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "spell_id", Type: arrow.BinaryTypes.String},
		{Name: "patient_id", Type: arrow.BinaryTypes.String},
		{Name: "admission_date", Type: arrow.FixedWidthTypes.Date32},
		{Name: "admission_method", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "primary_diagnosis", Type: arrow.BinaryTypes.String},
		{Name: "secondary_diagnoses", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
		{Name: "cost_pence", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "discharge_date", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "ward", Type: arrow.BinaryTypes.String, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	columns := map[string]col{}
	for _, c := range spells(n) {
		columns[c.name] = c
	}
	for i := range n {
		for k, f := range schema.Fields() {
			if f.Name == "ward" {
				as[*array.StringBuilder](t, b.Field(k)).Append("A1")
				continue
			}
			switch v := columns[f.Name].values[i].(type) {
			case string:
				as[*array.StringBuilder](t, b.Field(k)).Append(v)
			case int32:
				as[*array.Date32Builder](t, b.Field(k)).Append(arrow.Date32(v))
			case int64:
				as[*array.Int64Builder](t, b.Field(k)).Append(v)
			case []string:
				list := as[*array.ListBuilder](t, b.Field(k))
				list.Append(len(v) > 0)
				for _, s := range v {
					as[*array.StringBuilder](t, list.ValueBuilder()).Append(s)
				}
			default:
				t.Fatalf("%s: %T", f.Name, v)
			}
		}
	}
	return arrowFile(t, schema, b.NewRecord(), arrowparquet.WithDataPageSize(300), arrowparquet.WithBatchSize(16))
}

func TestScanSpells(t *testing.T) {
	const n = 400
	named := ""
	for i, data := range [][]byte{
		write(t, spells(n), layout{}),
		write(t, spells(n), layout{page: 100, rowGroup: 77, codec: &parquet.Zstd, version: 1, encoding: &parquet.RLEDictionary}),
		spellsByArrow(t, n),
	} {
		dir := t.TempDir()
		put(t, dir, home+"patients.parquet", write(t, patientColumns("Y00001", somePatients(3)), layout{}))
		put(t, dir, home+"apcs.parquet", data)
		p := open(t, dir)
		r, _, err := p.Registrations(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		people := frame.NewPeople(r, asOf)
		got, c, err := scanAll(t, p, frame.APCS, people)
		if err != nil {
			t.Fatal(err)
		}
		// Every second spell is an emergency (method 21); two rows share a spell.
		if c.Read != n || c.Used != n/2 || c.Dropped[0].Rows != n/2 || c.ExtraColumns != i/2 {
			t.Errorf("file %d: %+v", i, c)
		}
		ids := map[uint64]bool{}
		for _, one := range got {
			ids[one.id] = true
			if one.value != "" || one.concept != book(t).Concept("admission_method", []byte("21")) {
				t.Errorf("file %d: row %+v", i, one)
			}
		}
		if len(ids) != n/2 || ids[0] {
			t.Errorf("file %d: %d spells, want %d", i, len(ids), n/2)
		}
		if named == "" {
			named = p.listed.Tables[0].ContentDigest
		}
		if d := p.listed.Tables[0].ContentDigest; d != named {
			t.Errorf("file %d: digest %s, want %s", i, d, named)
		}
	}
}
