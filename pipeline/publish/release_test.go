package publish

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet/file"

	"riskband/pipeline/publish/columnar"
	"riskband/schemas"
	"riskband/stratify/disclose"
	"riskband/stratify/tally"
)

// sample is a release of every table of the programme: cell i of a table counts
// i people, so that 0, the hidden 1 to 7 and rounded counts all come, and one
// area's name is a spreadsheet formula.
func sample(t testing.TB) disclose.Release {
	t.Helper()
	p, err := disclose.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var given []tally.AreaTable
	for _, name := range p.Tables() {
		shape, _ := p.Shape(name)
		for _, level := range p.Levels(name) {
			for _, area := range []tally.Area{
				{Level: level, Code: "Y00001", Name: "=HYPERLINK(\"x\"), \"North\""},
				{Level: level, Code: "Y00002", Name: "Süd"},
			} {
				counted := tally.NewTable(shape)
				for i := range counted.Cells {
					counted.Cells[i].N = int64(i)
				}
				given = append(given, tally.AreaTable{Area: area, Table: counted})
			}
		}
	}
	r, err := disclose.Interim(p, given)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func writeSample(t testing.TB, mem memory.Allocator) (dir string, files []File) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "release")
	files, err := release(dir, sample(t), []Format{Parquet, Arrow, CSV}, contract(t), mem)
	if err != nil {
		t.Fatal(err)
	}
	return dir, files
}

// wanted returns a table's rows as read back, from the release itself.
func wanted(table disclose.Table) []Row {
	var rows []Row
	for r := range table.Rows() {
		n, ok := r.People.Count()
		rows = append(rows, Row{r.Area, r.Categories, n, ok, r.People.Symbol(), "INTERIM: not for publication"})
	}
	return rows
}

func TestParquetReadsBackAsTheRelease(t *testing.T) {
	dir, _ := writeSample(t, memory.NewGoAllocator())
	hidden, zero := 0, 0
	for _, table := range sample(t).Tables() {
		schema, _ := contract(t).Table(table.Name())
		got, err := ReadParquet(context.Background(), filepath.Join(dir, table.Name()+".parquet"), schema)
		if err != nil {
			t.Fatal(err)
		}
		if want := wanted(table); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %d rows %v, want %d rows %v", table.Name(), len(got), got, len(want), want)
		}
		for _, r := range got {
			switch {
			case !r.Shown:
				hidden++
			case r.People == 0:
				zero++
			}
		}
	}
	// By hand: cell 0 of each table is the only zero. Hidden are cells 1 to 7 and
	// the first cells of the three bands together, 0+1+2; of a practice, cells 1
	// and 2 and that total. Two tables for 2 areas at 3 levels, one for 2 areas.
	if zero != 6+6+2 || hidden != 6*8+6*8+2*3 {
		t.Errorf("%d hidden and %d zero counts", hidden, zero)
	}
}

func TestCSVReadsBackAsTheRelease(t *testing.T) {
	dir, _ := writeSample(t, memory.NewGoAllocator())
	for _, table := range sample(t).Tables() {
		data, err := os.ReadFile(filepath.Join(dir, table.Name()+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsAny(data, "\r") {
			t.Errorf("%s.csv has carriage returns", table.Name())
		}
		got, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{append(append([]string{"area_type", "area_code", "area_name"}, table.Dimensions()...), "people_rounded5", "status", "notice")}
		for _, r := range wanted(table) {
			shown := ""
			if r.Shown {
				shown = strconv.FormatInt(r.People, 10)
			}
			name := strings.Replace(r.Area.Name, "=", "'=", 1)
			want = append(want, append(append([]string{r.Area.Level.String(), r.Area.Code, name}, r.Categories...), shown, r.Status, r.Notice))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s.csv: got %q, want %q", table.Name(), got, want)
		}
	}
}

func TestArrowReadsBackAsTheRelease(t *testing.T) {
	dir, _ := writeSample(t, memory.NewGoAllocator())
	for _, table := range sample(t).Tables() {
		in, err := os.Open(filepath.Join(dir, table.Name()+".arrow"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = in.Close() }()
		r, err := ipc.NewFileReader(in)
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := r.Schema().Metadata().GetValue("riskband.notice"); !ok || text != "INTERIM: not for publication" {
			t.Errorf("%s.arrow has the notice %q", table.Name(), text)
		}
		rec, err := r.Record(0)
		if err != nil || r.NumRecords() != 1 {
			t.Fatalf("%d batches, %v", r.NumRecords(), err)
		}
		want := wanted(table)
		if rec.NumRows() != int64(len(want)) {
			t.Fatalf("%d rows, want %d", rec.NumRows(), len(want))
		}
		n, ok := rec.Column(3 + len(table.Dimensions())).(*array.Int64)
		code, also := rec.Column(1).(*array.String)
		if !ok || !also {
			t.Fatalf("columns of %s", rec.Schema())
		}
		for i, w := range want {
			if n.IsValid(i) != w.Shown || w.Shown && n.Value(i) != w.People || code.Value(i) != w.Area.Code {
				t.Errorf("%s.arrow row %d: %v %v, want %+v", table.Name(), i, n.IsValid(i), n.Value(i), w)
			}
		}
	}
}

func TestReleaseFilesAreAsListedAndTheSameEachTime(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	defer mem.AssertSize(t, 0)
	dir, files := writeSample(t, mem)
	_, again := writeSample(t, mem)
	if !reflect.DeepEqual(files, again) {
		t.Errorf("a second release gave %+v, the first %+v", again, files)
	}
	if len(files) != 3*3+1 {
		t.Errorf("%d files", len(files))
	}
	for _, f := range files {
		info, err := os.Stat(filepath.Join(dir, f.Path))
		if err != nil || info.Size() != f.Bytes || info.Mode().Perm() != 0o644 {
			t.Errorf("%+v is %v, %v", f, info, err)
		}
	}
	if got := Within("release", files[:1])[0].Path; got != "release/band_by_age_sex.parquet" {
		t.Errorf("path in the run: %s", got)
	}
}

func TestParquetFooterSaysWhatItMust(t *testing.T) {
	dir, _ := writeSample(t, memory.NewGoAllocator())
	r, err := file.OpenParquetFile(filepath.Join(dir, "band_by_imd.parquet"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	m := r.MetaData()
	if m.GetCreatedBy() != "riskband version 1" {
		t.Errorf("created by %q", m.GetCreatedBy())
	}
	if v := m.KeyValueMetadata().FindValue("riskband.notice"); v == nil || *v != "INTERIM: not for publication" {
		t.Errorf("notice %v", v)
	}
	if m.KeyValueMetadata().Len() != 1 {
		t.Errorf("metadata %v", m.KeyValueMetadata().Keys())
	}
}

func TestAReleaseOutsideItsSchemaIsOurBug(t *testing.T) {
	r := sample(t)
	if _, err := Release(t.TempDir(), r, []Format{Parquet}, &schemas.Contract{}); !errors.Is(err, ErrSchema) || strings.Count(err.Error(), "no release table") != 3 {
		t.Errorf("an empty contract gave %v", err)
	}
	named, err := columns(r.Tables()[2], r.Notice())
	if err != nil {
		t.Fatal(err)
	}
	schema, _ := contract(t).Table("band_by_practice")
	f := func(want string, change func(map[string]columnar.Values)) {
		t.Helper()
		changed := maps.Clone(named)
		change(changed)
		if _, err := columnar.New(schema, changed, ""); !errors.Is(err, ErrSchema) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want a mention of %q", err, want)
		}
	}
	f("band_by_practice.status: nothing to write", func(m map[string]columnar.Values) { delete(m, "status") })
	f("8 columns to write, the schema knows 7", func(m map[string]columnar.Values) { m["more"] = m["status"] })
	f("band_by_practice.people_rounded5: columnar.Texts are not integer", func(m map[string]columnar.Values) { m["people_rounded5"] = m["band"] })
	f("band_by_practice.status: row 0", func(m map[string]columnar.Values) {
		m["status"] = columnar.Repeated{Value: "[q]", Rows: r.Tables()[2].Len()}
	})
	f("band_by_practice.area_code: row 0", func(m map[string]columnar.Values) {
		m["area_code"] = columnar.Repeated{Value: "", Rows: r.Tables()[2].Len()}
	})
	f("band_by_practice.notice: row 0", func(m map[string]columnar.Values) {
		m["notice"] = columnar.Repeated{Value: "Official statistics", Rows: r.Tables()[2].Len()}
	})
	f("band_by_practice.people_rounded5: row 0", func(m map[string]columnar.Values) {
		m["people_rounded5"] = columnar.Counts{Value: []int64{-5, 0, 0, 0, 0, 0, 0, 0}}
	})
}

func TestTheDictionaryDescribesTheTablesWritten(t *testing.T) {
	dir, _ := writeSample(t, memory.NewGoAllocator())
	data, err := os.ReadFile(filepath.Join(dir, "data-dictionary.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"INTERIM: not for publication", "## band_by_age_sex", "## band_by_imd", "## band_by_practice", "`people_rounded5`"} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("no %q in the dictionary", want)
		}
	}
	if bytes.Contains(data, []byte("patient_id")) {
		t.Error("the dictionary describes a table that was not written")
	}
}

func TestADamagedTableIsNotReadAsAShorterOne(t *testing.T) {
	dir, _ := writeSample(t, memory.NewGoAllocator())
	name := filepath.Join(dir, "band_by_imd.parquet")
	age, _ := contract(t).Table("band_by_age_sex")
	if _, err := ReadParquet(context.Background(), name, age); !errors.Is(err, ErrStored) {
		t.Errorf("another table's schema gave %v", err)
	}
	practice, _ := contract(t).Table("band_by_practice")
	if _, err := ReadParquet(context.Background(), name, practice); !errors.Is(err, ErrStored) {
		t.Errorf("a schema with fewer columns gave %v", err)
	}
}
