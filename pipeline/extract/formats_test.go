package extract_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"riskband/pipeline/extract"
	"riskband/pipeline/extract/anytable"
	"riskband/stratify/frame"
)

const (
	fixtures = "testdata/formats"
	practice = "practice_code=Y00001"
)

var asOf = frame.Date(2026, 3, 31)

// variant says how the rows of a fixture differ from the logical ones.
type variant struct {
	first int                            // only so many rows, 0 all, -1 none
	cell  func(column string, v any) any // nil: as they are
	extra int                            // columns of clinical_events outside the contract
}

func (v variant) of(s sheet) sheet {
	n := len(s.Rows)
	if v.first != 0 {
		n = max(v.first, 0)
	}
	cell := v.cell
	if cell == nil {
		cell = func(_ string, v any) any { return v }
	}
	return s.change(n, cell)
}

func asFloat(column string, v any) any {
	if x, ok := v.(float64); ok && column == "numeric_value" {
		return float64(float32(x))
	}
	return v
}

func withoutValue(column string, v any) any {
	if slices.Contains([]string{"numeric_value", "comparator", "unit"}, column) {
		return nil
	}
	return v
}

// variants are the readable fixtures that do not hold the logical rows as they are.
var variants = []struct {
	name *regexp.Regexp
	variant
}{
	{regexp.MustCompile(`/(float|float-split|enum-float)$`), variant{cell: asFloat}},
	{regexp.MustCompile(`/nulls[^/]*$`), variant{cell: withoutValue, first: 12}},
	{regexp.MustCompile(`/empty$`), variant{first: -1}},
	{regexp.MustCompile(`^pyarrow/large$`), variant{extra: 1}},
	{regexp.MustCompile(`^pyarrow/extra$`), variant{extra: 9}},
	{regexp.MustCompile(`^duckdb/parts$`), variant{extra: 1}},
}

func variantOf(name string) variant {
	for _, v := range variants {
		if v.name.MatchString(name) {
			return v.variant
		}
	}
	return variant{}
}

func TestFormatsAreRead(t *testing.T) {
	logical := logicalRows(t)
	names, plain := listed(t)["read"], plainDigests{}
	for _, writer := range []string{"pyarrow", "duckdb", "polars", "spark"} {
		if !slices.Contains(names, writer+"/base") {
			t.Errorf("no fixture of %s", writer)
		}
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			dir, own := deliver(t, name)
			as := variantOf(name)
			sheets := maps.Clone(logical)
			for _, table := range own {
				sheets[table] = as.of(logical[table])
			}
			p, digests := opened(t, dir)
			for _, table := range own {
				if want := plain.digest(t, table, sheets[table]); digests[table] != want {
					t.Errorf("%s: digest %s, want %s", table, digests[table], want)
				}
			}
			people := samePatients(t, p, sheets["patients"])
			for _, src := range []frame.Source{frame.ClinicalEvents, frame.Medications, frame.APCS} {
				if table := src.String(); slices.Contains(own, table) {
					extra := map[bool]int{true: as.extra}[src == frame.ClinicalEvents]
					sameBatches(t, p, src, sheets[table], people, extra)
				}
			}
			for _, table := range own {
				sameCells(t, filepath.Join(dir, practice), table, sheets[table])
			}
		})
	}
}

func samePatients(t *testing.T, p *extract.Practice, s sheet) *frame.People {
	t.Helper()
	got, count, err := p.Registrations(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := registrationsOf(t, s)
	if !slices.Equal(episodes(got), episodes(want)) {
		t.Errorf("patients: %q\nwant %q", episodes(got), episodes(want))
	}
	if n := int64(len(s.Rows)); count.Read != n || count.Used != n {
		t.Errorf("patients: %+v, want %d", count, n)
	}
	return frame.NewPeople(want, asOf)
}

// sameBatches compares every row of the batches with the slow scan's. A spell's
// hash stands for its id: one to one.
func sameBatches(t *testing.T, p *extract.Practice, src frame.Source, s sheet, people *frame.People, extra int) {
	t.Helper()
	want, wantCount := slowScan(t, src, s, people)
	wantCount.ExtraColumns = extra
	spells, texts := spellsOf(t, src, s, people), map[uint64]string{}
	var got []string
	sink := func(b frame.Batch) {
		for i, who := range b.Person {
			value, id := math.NaN(), ""
			if b.Value != nil {
				value = b.Value[i]
			}
			if b.ID != nil {
				id = spells[fmt.Sprint(who, b.Day[i])]
				if other, known := texts[b.ID[i]]; known && other != id {
					t.Errorf("%s: spells %s and %s have one hash", src, id, other)
				}
				texts[b.ID[i]] = id
			}
			got = append(got, line(who, b.Concept[i], b.Day[i], value, id))
		}
	}
	count, err := p.Scan(context.Background(), src, extract.Scan{People: people, Book: book(t), Sink: sink})
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s: %d rows %q\nwant %d %q", src, len(got), got, len(want), want)
	}
	if fmt.Sprint(count) != fmt.Sprint(wantCount) {
		t.Errorf("%s: %+v, want %+v", src, count, wantCount)
	}
	distinct := map[string]bool{}
	for _, id := range texts {
		distinct[id] = true
	}
	if len(distinct) != len(texts) {
		t.Errorf("%s: %d hashes for %d spells", src, len(texts), len(distinct))
	}
}

// spellsOf names the spell of a person and a day: the rows have one each.
func spellsOf(t *testing.T, src frame.Source, s sheet, people *frame.People) map[string]string {
	t.Helper()
	ids := map[string]string{}
	if src != frame.APCS {
		return ids
	}
	for _, row := range s.Rows {
		who, _ := people.Row([]byte(s.text(row, "patient_id")))
		ids[fmt.Sprint(who, s.day(t, row, "admission_date"))] = s.text(row, "spell_id")
	}
	return ids
}

// sameCells compares every flat cell, columns that no batch holds included.
func sameCells(t *testing.T, dir, table string, s sheet) {
	t.Helper()
	columns, want := flatRows(s)
	files, err := filepath.Glob(filepath.Join(dir, table, "[^._]*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		files = []string{filepath.Join(dir, table+".parquet")}
	}
	got := []string{}
	for _, file := range files {
		err := anytable.Read(file, columns, func(row []anytable.Value) error {
			var cells []string
			for _, v := range row {
				cells = append(cells, printed(v))
			}
			got = append(got, strings.Join(cells, "|"))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sort.Strings(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s: %d rows %q\nwant %d %q", table, len(got), got, len(want), want)
	}
}

func printed(v anytable.Value) string {
	switch v.Kind {
	case anytable.TextValue:
		return v.Text
	case anytable.IntegerValue:
		return fmt.Sprint(v.Int)
	case anytable.FloatValue:
		if v.Float == v.Float {
			return fmt.Sprint(v.Float)
		}
	case anytable.DayValue:
		return frame.Day(v.Int).String()
	case anytable.NullValue, anytable.TimestampValue:
	}
	return "null"
}
