package extract

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"riskband/stratify/frame"
)

// Row groups of several strides, whose pages end elsewhere in every column.
func TestScanAcrossStrides(t *testing.T) {
	patients := somePatients(300)
	events := someEvents(2*stride+777, 300, 21)
	for _, l := range []layout{{page: 5000}, {page: 30_000, encoding: &parquet.RLEDictionary, codec: &parquet.Zstd, version: 1}} {
		dir := t.TempDir()
		put(t, dir, home+"patients.parquet", write(t, patientColumns("Y00001", patients), layout{}))
		put(t, dir, home+"clinical_events.parquet", write(t, eventColumns(events), l))
		put(t, dir, home+"apcs.parquet", write(t, spells(stride+501), l))
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
			t.Errorf("%v: %d rows, %+v; want %d, %+v", l, len(got), count, len(want), wantCount)
		}
		// The list column is read across strides when it is sealed: the digest
		// must be that of small row groups.
		small := l
		small.rowGroup = 1000
		put(t, dir, home+"apcs.parquet", write(t, spells(stride+501), small))
		if other := open(t, dir); other.listed.Tables[0].ContentDigest != p.listed.Tables[0].ContentDigest {
			t.Errorf("%v: the digest of spells depends on row groups", l)
		}
	}
}

// Cut and order the rows anyhow: the same rows and the same digest.
func TestScanAnyCut(t *testing.T) {
	patients := somePatients(30)
	r := registrationsOf(patients)
	people := frame.NewPeople(r, asOf)
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		events := someEvents(rapid.IntRange(0, 300).Draw(rt, "rows"), 30, rapid.Uint64().Draw(rt, "seed"))
		l := layouts()[rapid.IntRange(0, len(layouts())-1).Draw(rt, "layout")]
		l.page = rapid.IntRange(20, 3000).Draw(rt, "page")
		l.rowGroup = int64(rapid.IntRange(5, 400).Draw(rt, "group"))
		cut := rapid.IntRange(0, len(events)).Draw(rt, "cut")
		put(t, dir, home+"patients.parquet", write(t, patientColumns("Y00001", patients), layout{}))
		put(t, dir, home+"clinical_events/0.parquet", write(t, eventColumns(events[cut:]), l))
		put(t, dir, home+"clinical_events/1.parquet", write(t, eventColumns(events[:cut]), layout{}))
		p := open(t, dir)
		got, count, err := scanAll(t, p, frame.ClinicalEvents, people)
		if err != nil {
			rt.Fatal(err)
		}
		want, wantCount := slowScan(t, events, people)
		if fmt.Sprint(got) != fmt.Sprint(want) || !reflect.DeepEqual(count, wantCount) {
			rt.Fatalf("%d rows, %+v; want %d, %+v", len(got), count, len(want), wantCount)
		}
	})
}

// Memory per row is none: twice the rows cost only their pages.
func TestScanAllocatesNothingPerRow(t *testing.T) {
	people := frame.NewPeople(registrations(), asOf)
	allocs := func(rows int) float64 {
		dir := t.TempDir()
		put(t, dir, home+"patients.parquet", write(t, patientColumns("Y00001", somePatients(20)), layout{}))
		put(t, dir, home+"clinical_events.parquet", write(t, eventColumns(someEvents(rows, 20, 6)), layout{encoding: &parquet.RLEDictionary}))
		p, b := open(t, dir), book(t)
		return testing.AllocsPerRun(5, func() {
			_, err := p.Scan(context.Background(), frame.ClinicalEvents, Scan{People: people, Book: b, Sink: func(frame.Batch) {}})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
	one, two := allocs(10_000), allocs(20_000)
	if more := two - one; more > 100 {
		t.Errorf("10,000 more rows: %v more allocations, want at most 100", more)
	}
}
