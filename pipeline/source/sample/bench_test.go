package sample

import (
	"context"
	"testing"
)

// BenchmarkWrite writes two practices of a realistic size with 60 events a
// person and reports rows of every table a second.
func BenchmarkWrite(b *testing.B) {
	o := Defaults()
	o.Practices, o.Patients, o.Events = 2, 11_000, 660_000
	b.ReportAllocs()
	rows := int64(0)
	for b.Loop() {
		s, err := Write(context.Background(), b.TempDir(), o, nil)
		if err != nil {
			b.Fatal(err)
		}
		rows += s.Registrations + s.Events + s.Medications + s.Spells
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
