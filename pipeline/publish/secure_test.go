package publish

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet/file"

	"riskband/schemas"
	"riskband/stratify/frame"
)

func contract(t testing.TB) *schemas.Contract {
	t.Helper()
	c, err := schemas.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// secureIn stages a run in a fresh secure root.
func secureIn(t testing.TB) *Secure {
	t.Helper()
	root, err := Open(filepath.Join(t.TempDir(), "secure"), SecureSide)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := root.Stage("2026-03-31-abcdef012345")
	if err != nil {
		t.Fatal(err)
	}
	secure, err := NewSecure(s, contract(t))
	if err != nil {
		t.Fatal(err)
	}
	return secure
}

// checked makes the test fail if writing leaks. Reading is not checked: Arrow's
// reader keeps one buffer a version 2 page, which the collector then frees.
func checked(t *testing.T, s *Secure) {
	t.Helper()
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	s.mem = mem
	t.Cleanup(func() { mem.AssertSize(t, 0) })
}

// twoPeople has a person with everything and one with nothing.
func twoPeople() (PatientBands, PatientReasons) {
	var b PatientBands
	var r PatientReasons
	everything, nothing := frame.NewPseudonym("canary-everything"), frame.NewPseudonym("canary-nothing")
	b.Add(everything, "rising", 1, []string{"not_controlled", "medicine_overdue"}, []string{"hypertension", "diabetes"})
	b.Add(nothing, "low", 0, nil, nil)
	r.Add(everything, Evidence{"not_controlled", "hyp_bp", "Latest blood pressure", 152, 91, "mmHg", frame.Date(2026, 2, 3)})
	r.Add(everything, NoEvidence("medicine_overdue", "statin", "None within 12 months"))
	return b, r
}

func TestFindPersonReadsBackWhatWasWritten(t *testing.T) {
	s := secureIn(t)
	checked(t, s)
	b, r := twoPeople()
	if _, err := s.Practice("Y00002", b, r); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Practice("Y00001", PatientBands{}, PatientReasons{}); err != nil { // nobody
		t.Fatal(err)
	}
	f := func(pseudonym string, want Person, known bool) {
		t.Helper()
		got, ok, err := FindPerson(context.Background(), s.dir, frame.NewPseudonym(pseudonym), s.contract)
		if err != nil || ok != known {
			t.Fatalf("found %v, %v", ok, err)
		}
		// NaN differs from itself: the second piece of evidence is looked at by hand.
		if len(got.Evidence) == 2 {
			if e := got.Evidence[1]; !math.IsNaN(e.Value) || !math.IsNaN(e.Value2) || e.Day.Known() || e.Unit != "" || e.Reason != "medicine_overdue" {
				t.Errorf("evidence without a value came back as %+v", e)
			}
			got.Evidence = got.Evidence[:1]
		}
		if len(got.Reasons) != len(want.Reasons) || len(got.Reasons) > 0 && !reflect.DeepEqual(got.Reasons, want.Reasons) {
			t.Errorf("reasons %v, want %v", got.Reasons, want.Reasons)
		}
		if strings.Join(got.Registers, " ") != strings.Join(want.Registers, " ") {
			t.Errorf("registers %v, want %v", got.Registers, want.Registers)
		}
		got.Reasons, want.Reasons, got.Registers, want.Registers = nil, nil, nil, nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	f("canary-everything", Person{
		Practice: "Y00002", Band: "rising", Tier: 1, Reasons: []string{"not_controlled", "medicine_overdue"}, Registers: []string{"hypertension", "diabetes"},
		Evidence: []Evidence{{"not_controlled", "hyp_bp", "Latest blood pressure", 152, 91, "mmHg", frame.Date(2026, 2, 3)}},
	}, true)
	f("canary-nothing", Person{Practice: "Y00002", Band: "low"}, true)
	f("canary-nobody", Person{}, false)
}

func TestSecureFilesHoldNoStatisticsAndAreTheirOwnersAlone(t *testing.T) {
	s := secureIn(t)
	b, r := twoPeople()
	files, err := s.Practice("Y00001", b, r)
	if err != nil {
		t.Fatal(err)
	}
	for i, rows := range []int64{2, 2} {
		name := filepath.Join(s.dir, filepath.FromSlash(files[i].Path))
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 || info.Size() != files[i].Bytes || files[i].Rows != rows {
			t.Errorf("%s: %v %v, listed as %+v", files[i].Path, info, err, files[i])
		}
		for dir := filepath.Dir(name); dir != filepath.Dir(s.dir); dir = filepath.Dir(dir) {
			if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("%s: %v %v", dir, info.Mode(), err)
			}
		}
		pf, err := file.OpenParquetFile(name, false)
		if err != nil {
			t.Fatal(err)
		}
		for c := range pf.MetaData().Schema.NumColumns() {
			chunk, err := pf.MetaData().RowGroup(0).ColumnChunk(c)
			if err != nil {
				t.Fatal(err)
			}
			if set, err := chunk.StatsSet(); err != nil || set {
				t.Errorf("%s: column %d has statistics: %v", files[i].Path, c, err)
			}
		}
		if err := pf.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if want := "patients/practice_code=Y00001/patient_bands.parquet"; files[0].Path != want {
		t.Errorf("path %s, want %s", files[0].Path, want)
	}
}

func TestRowsOutsideTheContractAreRefusedWithoutTheirValues(t *testing.T) {
	f := func(code string, change func(*PatientBands, *PatientReasons), where string) {
		t.Helper()
		s := secureIn(t)
		b, r := twoPeople()
		change(&b, &r)
		_, err := s.Practice(code, b, r)
		if err == nil || !strings.Contains(err.Error(), where) || strings.Contains(err.Error(), "canary") {
			t.Errorf("got %v, want a mention of %s and no value", err, where)
		}
		if !errors.Is(err, ErrSchema) && !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("got %v", err)
		}
	}
	f("Y00001", func(b *PatientBands, _ *PatientReasons) { b.Band[1] = "canary" }, "patient_bands.band: row 1")
	f("Y00001", func(b *PatientBands, _ *PatientReasons) { b.Band[1] = "" }, "patient_bands.band: row 1")
	f("Y00001", func(b *PatientBands, _ *PatientReasons) { b.Tier[0] = 4 }, "patient_bands.tier: row 0")
	f("Y00001", func(b *PatientBands, _ *PatientReasons) { b.Tier = b.Tier[:1] }, "patient_bands.tier: 1 rows")
	f("Y00001", func(b *PatientBands, _ *PatientReasons) { b.Pseudonym[0] = frame.Pseudonym{} }, "patient_bands.patient_id: row 0")
	f("Y00001", func(b *PatientBands, _ *PatientReasons) { b.ReasonEnd[1] = 9 }, "patient_bands.reasons")
	f("Y00001", func(b *PatientBands, _ *PatientReasons) { b.ReasonEnd[0] = 3 }, "patient_bands.reasons")
	f("Y00001", func(_ *PatientBands, r *PatientReasons) { r.Value[0] = math.Inf(1) }, "patient_reasons.value: row 0")
	f("Y00001", func(_ *PatientBands, r *PatientReasons) { r.Detail[1] = "" }, "patient_reasons.detail: row 1")
	f("Y1", func(*PatientBands, *PatientReasons) {}, "patient_bands.practice_code: row 0")
	f("../Y00001", func(*PatientBands, *PatientReasons) {}, "practice code")
}

func TestSecureRowsStayOutOfThePublicRoot(t *testing.T) {
	root, err := Open(t.TempDir(), Public)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := root.Close(); err != nil {
			t.Error(err)
		}
	}()
	s, err := root.Stage("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewSecure(s, contract(t)); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("got %v", err)
	}
}

func TestChecksAreSortedCSV(t *testing.T) {
	s := secureIn(t)
	f := func(file File, err error, want [][]string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		in, err := os.Open(filepath.Join(s.dir, filepath.FromSlash(file.Path)))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = in.Close() }()
		got, err := csv.NewReader(in).ReadAll()
		if err != nil || !reflect.DeepEqual(got, want) || file.Rows != int64(len(want)-1) {
			t.Errorf("%+v holds %q, %v; want %q", file, got, err, want)
		}
	}
	file, err := s.Conservation([]Conservation{
		{"Y00002", "patients", "in", 4},
		{"Y00001", "patients", "in", 3},
		{"Y00001", "patients", "used", 2},
		{"Y00001", "apcs", "in", 0},
		{"Y00001", "patients", "future_date", 1},
	})
	f(file, err, [][]string{
		{"practice_code", "table", "rule", "rows"},
		{"Y00001", "apcs", "in", "0"},
		{"Y00001", "patients", "in", "3"},
		{"Y00001", "patients", "used", "2"},
		{"Y00001", "patients", "future_date", "1"},
		{"Y00002", "patients", "in", "4"},
	})
	file, err = s.ListHits([]ListHits{{"hyp_cod", 7}, {"dm_cod", 0}})
	f(file, err, [][]string{{"list", "rows"}, {"dm_cod", "0"}, {"hyp_cod", "7"}})
	file, err = s.Coverage([]Coverage{{"Y00002", "refused", "digest"}, {"Y00001", "used", ""}})
	f(file, err, [][]string{{"practice_code", "state", "reason"}, {"Y00001", "used", ""}, {"Y00002", "refused", "digest"}})
	if _, err := s.Coverage([]Coverage{{"Y00001", "lost", ""}}); !errors.Is(err, ErrSchema) {
		t.Errorf("an unknown state got %v", err)
	}
}

// Practices come from several workers at once; run with -race this also holds
// the promise that they may.
func TestPracticesAreWrittenSideBySide(t *testing.T) {
	s := secureIn(t)
	b, r := practiceOf(50)
	var done sync.WaitGroup
	for i := range 16 {
		done.Go(func() {
			if _, err := s.Practice(fmt.Sprintf("Y%05d", i), b, r); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	last := b.Pseudonym[len(b.Pseudonym)-1]
	for i := range 16 {
		one := filepath.Join(s.dir, patientsDir, fmt.Sprintf("practice_code=Y%05d", i))
		alone := t.TempDir() // a run of this practice alone
		if err := os.CopyFS(filepath.Join(alone, patientsDir, filepath.Base(one)), os.DirFS(one)); err != nil {
			t.Fatal(err)
		}
		got, ok, err := FindPerson(context.Background(), alone, last, s.contract)
		if err != nil || !ok || got.Practice != fmt.Sprintf("Y%05d", i) {
			t.Errorf("practice %d: found %v, %v", i, ok, err)
		}
	}
	if _, err := s.Practice("Y00000", b, r); err == nil {
		t.Error("a practice was written over")
	}
}
