// Package bench_test times the pieces of a run one by one, on one practice of a
// synthetic sample: 10,000 people with 150 events each.
package bench_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"riskband/bench/plan"
	"riskband/pipeline/extract"
	"riskband/pipeline/publish"
	"riskband/pipeline/run"
	"riskband/pipeline/source/sample"
	"riskband/schemas"
	"riskband/stratify/band"
	"riskband/stratify/disclose"
	"riskband/stratify/feature"
	"riskband/stratify/frame"
	"riskband/stratify/tally"
)

// practice is one practice ready to be measured.
type practice struct {
	*extract.Practice
	dir    string
	plan   *run.Plan
	people *frame.People
}

func newPractice(b *testing.B) practice {
	b.Helper()
	dir := b.TempDir()
	o := sample.Defaults()
	o.Practices, o.Patients, o.Events = 1, 10_000, 1_500_000
	_, err := sample.Write(b.Context(), dir, o, nil)
	check(b, err)
	_, err = extract.Seal(b.Context(), dir+"/extract", extract.SealOptions{AsOf: o.AsOf, Synthetic: true})
	check(b, err)
	e, err := extract.Open(dir+"/extract", false, frame.NoDay)
	check(b, err)
	b.Cleanup(func() { check(b, e.Close()) })
	p := practice{Practice: e.Practices()[0], dir: dir}
	p.plan, err = plan.For(e, dir)
	check(b, err)
	registrations, _, err := p.Registrations(b.Context())
	check(b, err)
	p.people = frame.NewPeople(registrations, p.plan.AsOf)
	return p
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// rate reports rows a second; call it after the loop.
func rate(b *testing.B, rows int64) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// scan hands every batch of one table to the sink.
func (p practice) scan(b *testing.B, s frame.Source, sink func(frame.Batch)) extract.Conservation {
	c, err := p.Scan(context.Background(), s, extract.Scan{People: p.people, Book: p.plan.Model.Book(), Sink: sink})
	check(b, err)
	return c
}

// table folds every table of the practice.
func (p practice) table(b *testing.B) *feature.Table {
	t := p.plan.Model.Plan.NewTable(p.people.Len())
	for s := range frame.Sources {
		p.scan(b, s, func(batch frame.Batch) { t.Fold(s, batch) })
	}
	t.Finish()
	return t
}

// Registrations, the order of people and their index.
func BenchmarkPeople(b *testing.B) {
	p := newPractice(b)
	registrations, _, err := p.Registrations(b.Context())
	check(b, err)
	b.ReportAllocs()
	for b.Loop() {
		frame.NewPeople(registrations, p.plan.AsOf)
	}
	rate(b, int64(registrations.Len()))
}

// Read, sum, decode, check and select the rows of clinical_events.
func BenchmarkScan(b *testing.B) {
	p := newPractice(b)
	b.SetBytes(p.LargestFile())
	b.ReportAllocs()
	var rows int64
	for b.Loop() {
		rows = p.scan(b, frame.ClinicalEvents, func(frame.Batch) {}).Read
	}
	rate(b, rows)
}

// Fold the rows in use.
func BenchmarkFold(b *testing.B) {
	p := newPractice(b)
	var batches []frame.Batch
	c := p.scan(b, frame.ClinicalEvents, func(x frame.Batch) {
		batches = append(batches, frame.Batch{
			Person: slices.Clone(x.Person), Concept: slices.Clone(x.Concept), Day: slices.Clone(x.Day), Value: slices.Clone(x.Value),
		})
	})
	t := p.plan.Model.Plan.NewTable(p.people.Len())
	b.ReportAllocs()
	for b.Loop() {
		t.Reset(p.people.Len())
		for _, x := range batches {
			t.Fold(frame.ClinicalEvents, x)
		}
		t.Finish()
	}
	rate(b, c.Used)
}

// Registers, control states, scores and bands of every person.
func BenchmarkPredicates(b *testing.B) {
	p := newPractice(b)
	t := p.table(b)
	b.ReportAllocs()
	for b.Loop() {
		band.Decide(p.plan.Model.Evaluate(t, p.people))
	}
	rate(b, int64(p.people.Len()))
}

// Count every person in every table of the programme.
func BenchmarkTally(b *testing.B) {
	p := newPractice(b)
	var shapes []tally.Shape
	for _, name := range p.plan.Programme.Tables() {
		s, _ := p.plan.Programme.Shape(name)
		shapes = append(shapes, s)
	}
	b.ReportAllocs()
	at := make([]int, 0, 8)
	for b.Loop() {
		hasher := disclose.NewHasher(p.plan.Key)
		for _, s := range shapes {
			t := tally.NewTable(s)
			for i := range p.people.Len() {
				at = at[:0]
				for _, d := range s.Dimensions {
					at = append(at, i%len(d.Categories))
				}
				t.Add(t.Index(at...), hasher.RecordKey(p.people.Pseudonym[i]))
			}
		}
	}
	rate(b, int64(p.people.Len()))
}

// Write one practice's secure rows, as a run does.
func BenchmarkPublish(b *testing.B) {
	p := newPractice(b)
	r, err := run.Practice(b.Context(), p.Practice, p.plan)
	check(b, err)
	contract, err := schemas.Load()
	check(b, err)
	root, err := publish.Open(filepath.Join(b.TempDir(), "secure"), publish.SecureSide)
	check(b, err)
	defer root.Close()
	staging, err := root.Stage("2026-03-31-abcdef012345")
	check(b, err)
	secure, err := publish.NewSecure(staging, contract)
	check(b, err)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		_, err := secure.Practice(fmt.Sprintf("Y%05d", n), r.Bands, r.Reasons)
		check(b, err)
		n++
	}
	rate(b, int64(len(r.Bands.Pseudonym)+len(r.Reasons.Pseudonym)))
}

// The kernel on one practice: everything but publishing.
func BenchmarkPractice(b *testing.B) {
	p := newPractice(b)
	b.SetBytes(p.LargestFile())
	b.ReportAllocs()
	for b.Loop() {
		_, err := run.Practice(context.Background(), p.Practice, p.plan)
		check(b, err)
	}
	rate(b, p.Rows("clinical_events"))
}
