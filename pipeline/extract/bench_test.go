package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"syscall"
	"testing"

	"github.com/parquet-go/parquet-go"

	"riskband/pipeline/extract/digest"
	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/refusal"
	"riskband/pipeline/extract/seal"
	"riskband/stratify/frame"
)

const (
	benchRows   = 1_000_000
	benchPeople = 7_000
)

type benchRow struct {
	Patient string   `parquet:"patient_id"`
	Date    int32    `parquet:"date,date"`
	Code    string   `parquet:"snomedct_code"`
	Value   *float64 `parquet:"numeric_value"`
}

type benchDictRow struct {
	Patient string   `parquet:"patient_id,dict"`
	Date    int32    `parquet:"date,date,dict"`
	Code    string   `parquet:"snomedct_code,dict"`
	Value   *float64 `parquet:"numeric_value,dict"`
}

// benchPractice returns a practice whose events file has a million rows, two in
// five of them with a concept, and the file's bytes. Rows of dictionary files
// are in the order of people, as suppliers write them; of plain files by date.
func benchPractice(b *testing.B, dict bool) (*Practice, *frame.People, []byte) {
	b.Helper()
	dir := b.TempDir()
	put(b, dir, home+"patients.parquet", write(b, patientColumns("Y00001", somePatients(benchPeople)), layout{}))
	r := rand.New(rand.NewPCG(9, 9))
	other := make([]string, 3000)
	for i := range other {
		other[i] = verhoeff(100_000_000 + i*7)
	}
	rows := make([]benchRow, benchRows)
	for i := range rows {
		code := snomed[r.IntN(5)]
		if r.IntN(5) > 1 {
			code = other[r.IntN(len(other))]
		}
		rows[i] = benchRow{Patient: pseudonym(i * benchPeople / benchRows), Date: int32(asOf) - int32(r.IntN(7000)), Code: code}
		if !dict {
			rows[i].Patient = pseudonym(r.IntN(benchPeople))
			rows[i].Date = int32(asOf) - int32((benchRows-i)/150)
		}
		if r.IntN(5) < 2 {
			v := float64(r.IntN(2000)) / 10
			rows[i].Value = &v
		}
	}
	put(b, dir, home+"clinical_events.parquet", benchFile(b, rows, dict))
	p := open(b, dir)
	registrations, _, err := p.Registrations(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	data, _, err := seal.Whole(p.root, p.Code(), home+"clinical_events.parquet", 0)
	if err != nil {
		b.Fatal(err)
	}
	return p, frame.NewPeople(registrations, asOf), data
}

func benchFile(b *testing.B, rows []benchRow, dict bool) []byte {
	var out bytes.Buffer
	options := []parquet.WriterOption{parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(122_880), parquet.PageBufferSize(1 << 20)}
	var err error
	if dict {
		w := parquet.NewGenericWriter[benchDictRow](&out, options...)
		for _, r := range rows {
			_, e := w.Write([]benchDictRow{benchDictRow(r)})
			err = errors.Join(err, e)
		}
		err = errors.Join(err, w.Close())
	} else {
		w := parquet.NewGenericWriter[benchRow](&out, options...)
		_, err = w.Write(rows)
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkScan(b *testing.B) {
	for _, kind := range []struct {
		name string
		dict bool
	}{{"dictionary", true}, {"plain", false}} {
		p, people, data := benchPractice(b, kind.dict)
		lists := book(b)
		b.Run(kind.name+"/scan", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			defer cpuPerOp(b)()
			used := 0
			for b.Loop() {
				_, err := p.Scan(context.Background(), frame.ClinicalEvents, Scan{
					People: people, Book: lists, Sink: func(x frame.Batch) { used += x.Len() },
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run(kind.name+"/sha", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			defer cpuPerOp(b)()
			for b.Loop() {
				sha256.Sum256(data)
			}
		})
		b.Run(kind.name+"/bare_decode", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			defer cpuPerOp(b)()
			for b.Loop() {
				bareDecode(b, data)
			}
		})
		b.Run(kind.name+"/digest", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			defer cpuPerOp(b)()
			var l refusal.Ledger
			table, _ := p.contract.Table("clinical_events")
			f := pages.Open(pages.Place{Table: table}, data, &l)
			for b.Loop() {
				var d digest.Digest
				if err := d.File(f); err != nil || l.Err() != nil {
					b.Fatal(err, l.Err())
				}
			}
			b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// bareDecode reads every page of every column and looks at no value: the floor
// of what a scan can cost.
func bareDecode(b *testing.B, data []byte) {
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		b.Fatal(err)
	}
	for _, g := range f.RowGroups() {
		for _, c := range g.ColumnChunks() {
			stream := c.Pages()
			for {
				page, err := stream.ReadPage()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					b.Fatal(err)
				}
				parquet.Release(page)
			}
			_ = stream.Close()
		}
	}
}

// verhoeff returns digits with a check digit that make a SNOMED CT id of the
// core, by the published tables of the Verhoeff check.
func verhoeff(n int) string {
	d := [10][10]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5}, {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7}, {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1}, {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3}, {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}}
	p := [8][10]int{{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4}, {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7}, {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1}, {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}}
	inverse := [10]int{0, 4, 3, 2, 1, 5, 6, 7, 8, 9}
	c := 0
	for i, rest := 1, n*100; rest > 0; i, rest = i+1, rest/10 { // the partition 00
		c = d[c][p[i%8][rest%10]]
	}
	return strconv.Itoa(n*1000 + inverse[c])
}

// cpuPerOp reports the processor time of the whole process, collector included,
// which a busy machine distorts less than the clock.
func cpuPerOp(b *testing.B) func() {
	before := cpuTime(b)
	return func() {
		b.ReportMetric(float64(cpuTime(b)-before)/1e6/float64(b.N), "cpu-ms/op")
	}
}

func cpuTime(b *testing.B) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
