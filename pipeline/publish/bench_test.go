package publish

import (
	"fmt"
	"testing"

	"riskband/pipeline/manifest"
	"riskband/stratify/frame"
)

// practiceOf makes a practice of n people with pseudonyms of 64 hexadecimal
// digits, of whom about 40 % have two reasons.
func practiceOf(n int) (PatientBands, PatientReasons) {
	var b PatientBands
	var r PatientReasons
	for i := range n {
		p := frame.NewPseudonym(manifest.Sum([]byte{byte(i), byte(i >> 8), byte(i >> 16)}))
		if i%5 > 1 {
			b.Add(p, "low", 0, nil, nil)
			continue
		}
		b.Add(p, "rising", 1, []string{"not_controlled", "overdue"}, []string{"hypertension"})
		r.Add(p, Evidence{"not_controlled", "hyp_bp", "Latest blood pressure", 150 + float64(i%40), 80 + float64(i%30), "mmHg", frame.Day(20000 + i%300)})
		r.Add(p, NoEvidence("overdue", "hba1c", "No measurement within 12 months"))
	}
	return b, r
}

func BenchmarkPractice(b *testing.B) {
	s := secureIn(b)
	bands, reasons := practiceOf(10_000)
	rows := float64(len(bands.Pseudonym) + len(reasons.Pseudonym))
	b.ReportAllocs()
	var size int64
	n := 0
	for b.Loop() {
		files, err := s.Practice(fmt.Sprintf("Y%05d", n), bands, reasons)
		if err != nil {
			b.Fatal(err)
		}
		n++
		size = files[0].Bytes + files[1].Bytes
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(size), "file-bytes")
}
