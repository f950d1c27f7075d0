package extract

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"sort"
	"testing"

	"github.com/parquet-go/parquet-go"

	"riskband/stratify/frame"
)

// open seals the folder and returns its only practice.
func open(t testing.TB, dir string) *Practice {
	t.Helper()
	if _, err := Seal(context.Background(), dir, SealOptions{AsOf: asOf, Synthetic: true}); err != nil {
		t.Fatalf("seal: %v", err)
	}
	e, err := Open(dir, false, frame.NoDay)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = e.Close() })
	if len(e.Practices()) != 1 {
		t.Fatalf("%d practices, want 1", len(e.Practices()))
	}
	return e.Practices()[0]
}

// row is one row of a batch, comparable and sortable.
type row struct {
	person  int32
	concept uint16
	day     frame.Day
	value   string
	id      uint64
}

// scanAll returns every row that reaches the sink, sorted.
func scanAll(t testing.TB, p *Practice, src frame.Source, people *frame.People) ([]row, Conservation, error) {
	t.Helper()
	var rows []row
	sink := func(b frame.Batch) {
		for i := range b.Person {
			r := row{person: b.Person[i], concept: b.Concept[i], day: b.Day[i]}
			if b.Value != nil {
				r.value = fmt.Sprint(b.Value[i])
			}
			if b.ID != nil {
				r.id = b.ID[i]
			}
			rows = append(rows, r)
		}
	}
	c, err := p.Scan(context.Background(), src, Scan{People: people, Book: book(t), Sink: sink})
	sortRows(rows)
	return rows, c, err
}

func sortRows(rows []row) {
	sort.Slice(rows, func(i, j int) bool { return fmt.Sprint(rows[i]) < fmt.Sprint(rows[j]) })
}

// slowScan says the same of rows in memory, as plainly as can be.
func slowScan(t testing.TB, events []event, people *frame.People) ([]row, Conservation) {
	b := book(t)
	rows := []row{}
	c := Conservation{Table: "clinical_events"}
	drop := map[string]int64{}
	for _, e := range events {
		c.Read++
		concept := b.Concept("snomedct", []byte(e.code))
		who, known := people.Row([]byte(e.patient))
		switch {
		case concept == 0:
			drop["not_in_any_list"]++
		case !known:
			drop["unknown_person"]++
		case frame.Day(e.day) > people.AsOf:
			drop["after_as_of"]++
		case frame.Day(e.day) < people.Birth[who]:
			drop["before_birth"]++
		default:
			c.Used++
			value := math.NaN()
			if v, ok := e.value.(float64); ok {
				value = v
			}
			rows = append(rows, row{person: who, concept: concept, day: frame.Day(e.day), value: fmt.Sprint(value)})
		}
	}
	for _, rule := range []string{"not_in_any_list", "unknown_person", "after_as_of", "before_birth"} {
		c.Dropped = append(c.Dropped, Dropped{rule, drop[rule]})
	}
	sortRows(rows)
	return rows, c
}

func layouts() []layout {
	dict := &parquet.RLEDictionary
	return []layout{
		{},
		{codec: &parquet.Zstd, encoding: dict},
		{codec: &parquet.Snappy, encoding: dict, page: 512, rowGroup: 700},
		{codec: &parquet.Snappy, page: 2000, version: 1},
		{codec: &parquet.Gzip, encoding: dict, optional: true, version: 1, page: 300},
		{codec: &parquet.Zstd, optional: true, page: 4000, rowGroup: 37},
		{encoding: &parquet.PlainDictionary, version: 1, rowGroup: 1999},
		{codec: &parquet.Uncompressed, optional: true, rowGroup: 64, page: 100},
	}
}

func TestScanSameRowsInEveryLayout(t *testing.T) {
	patients := somePatients(200)
	events := someEvents(3000, 200, 5)
	var digests []string
	for _, l := range layouts() {
		t.Run(l.String(), func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, home+"patients.parquet", write(t, patientColumns("Y00001", patients), l))
			half := len(events) / 2
			put(t, dir, home+"clinical_events/part-0.parquet", write(t, eventColumns(events[half:]), l))
			put(t, dir, home+"clinical_events/part-1.parquet", write(t, eventColumns(events[:half]), l))
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
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%d rows differ from the slow scan's %d", len(got), len(want))
			}
			if !reflect.DeepEqual(count, wantCount) {
				t.Errorf("conservation %+v, want %+v", count, wantCount)
			}
			for _, table := range p.listed.Tables {
				digests = append(digests, table.Name+table.ContentDigest)
			}
		})
	}
	for i, d := range digests {
		if d != digests[i%2] {
			t.Errorf("layout %d: digest %s, want %s", i/2, d, digests[i%2])
		}
	}
}
