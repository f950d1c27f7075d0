package sample

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"riskband/pipeline/source"
	"riskband/pipeline/source/sample/population"
	"riskband/stratify/codelists"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
)

func small() Options {
	return Options{Practices: 3, Patients: 150, Events: 5000, Seed: 7, AsOf: frame.Date(2025, 2, 28)}
}

// sums returns the SHA-256 of every file by path.
func sums(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		sum := sha256.Sum256(b)
		out[strings.TrimPrefix(path, dir)] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameSeedSameBytes(t *testing.T) {
	write := func(o Options) map[string]string {
		t.Helper()
		dir := t.TempDir()
		if _, err := Write(context.Background(), dir, o, nil); err != nil {
			t.Fatal(err)
		}
		return sums(t, dir)
	}
	first, again := write(small()), write(small())
	if len(first) != 3*4+4 { // four tables a practice, two references, job and notice
		t.Errorf("%d files written: %v", len(first), first)
	}
	for path, sum := range first {
		if again[path] != sum {
			t.Errorf("%s differs between two runs of one seed", path)
		}
	}
	other := small()
	other.Seed++
	events := "/extract/practice_code=Y90001/clinical_events.parquet"
	if write(other)[events] == first[events] {
		t.Error("another seed gave the same events")
	}
}

// ledger keeps every row of a practice, in order.
type ledger struct {
	patients []source.Patient
	events   map[string][]source.Event
	spells   map[string]bool
	total    int
}

func (l *ledger) Patient(p source.Patient) error { l.patients = append(l.patients, p); return nil }
func (l *ledger) Event(e source.Event) error {
	l.events[e.PatientID] = append(l.events[e.PatientID], e)
	l.total++
	return nil
}
func (l *ledger) Medication(source.Medication) error { return nil }
func (l *ledger) Spell(s source.Spell) error         { l.spells[s.SpellID] = true; return nil }

func ledgers(t *testing.T, o Options) []*ledger {
	t.Helper()
	m, err := newMaker(o)
	if err != nil {
		t.Fatal(err)
	}
	var out []*ledger
	for at := range m.geography.Practices {
		l := &ledger{events: map[string][]source.Event{}, spells: map[string]bool{}}
		if err := m.practice(at, l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

// Someone at two practices has one pseudonym and one record, ended at the first
// or, for a very few, open at both.
func TestPeopleAtTwoPracticesHaveOneRecord(t *testing.T) {
	o := small()
	o.Patients = 4000
	all := ledgers(t, o)
	shared, open := 0, 0
	for _, p := range all[0].patients {
		for _, q := range all[1].patients {
			if p.PatientID != q.PatientID {
				continue
			}
			shared++
			if !p.RegistrationEnd.Known() && !q.RegistrationEnd.Known() {
				open++
			}
			same := func(a, b source.Event) bool {
				return a.Date == b.Date && a.SnomedCTCode == b.SnomedCTCode &&
					(a.NumericValue == b.NumericValue || math.IsNaN(a.NumericValue) && math.IsNaN(b.NumericValue))
			}
			if p.BirthMonth != q.BirthMonth || p.Sex != q.Sex || !slices.EqualFunc(all[0].events[p.PatientID], all[1].events[q.PatientID], same) {
				t.Error("one person, two records")
			}
		}
	}
	// 0.27 % of about 4,000 each way, and none of them by chance alone
	if shared < 3 || shared > 40 || open > shared {
		t.Errorf("%d people at both practices, %d of them open at both", shared, open)
	}
}

func TestRowsKeepTheContract(t *testing.T) {
	o := small()
	o.Patients, o.Events = 4000, 160_000
	total, unknown, future, early := 0, 0, 0, 0
	for _, l := range ledgers(t, o) {
		birth := map[string]frame.Day{}
		for _, p := range l.patients {
			birth[p.PatientID] = p.BirthMonth
			if !p.BirthMonth.FirstOfMonth() || p.BirthMonth > p.RegistrationStart || p.RegistrationStart > o.AsOf ||
				p.DeathMonth.Known() && (!p.DeathMonth.FirstOfMonth() || p.DeathMonth > p.RegistrationEnd) ||
				p.RegistrationEnd.Known() && (p.RegistrationEnd < p.RegistrationStart || p.RegistrationEnd <= o.AsOf-731) ||
				strings.HasPrefix(p.OptOut, "type1") || p.OptOut == "both" || len(p.PatientID) != 64 {
				t.Fatal("a registration breaks the contract")
			}
		}
		for id, events := range l.events {
			total += len(events)
			for _, e := range events {
				switch born, known := birth[id]; {
				case !known:
					unknown++
				case e.Date > o.AsOf:
					future++
				case e.Date < born:
					early++
				}
				if e.SnomedCTCode == "" || math.IsInf(e.NumericValue, 0) || codes.SNOMED.Check(e.SnomedCTCode) != nil {
					t.Fatal("an event breaks the contract")
				}
			}
		}
	}
	if want := o.Events * o.Practices; math.Abs(float64(total)/float64(want)-1) > 0.05 {
		t.Errorf("%d events, %d asked for", total, want)
	}
	for name, n := range map[string]int{"of unknown people": unknown, "after the as-of day": future, "before birth": early} {
		if n < total/50_000 || n > total/1000 {
			t.Errorf("%d of %d events %s", n, total, name)
		}
	}
}

// A code that two lists hold would put people on a register they were not drawn
// for.
func TestVocabularyUsesCodesOfOneListOnly(t *testing.T) {
	v, err := newVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	lists, err := codelists.Load(codelists.Names()...)
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]int{}
	for _, l := range lists {
		for _, e := range l.Entries {
			held[e.Code]++
		}
	}
	f := func(want int, all ...[]string) {
		t.Helper()
		for _, some := range all {
			for _, code := range some {
				if held[code] != want {
					t.Errorf("code %s stands in %d lists, want %d", code, held[code], want)
				}
			}
		}
	}
	f(1, v.diagnosis[:]...)
	f(1, v.undone[:]...)
	f(1, v.systolic[0], v.systolic[1], v.diastolic[0], v.diastolic[1], v.sugar, v.asthma)
	f(0, v.other, v.medicine)
	if len(v.undone[population.CoronaryHeartDisease]) != 0 || len(v.undone[population.ChronicKidneyDisease]) < 10 {
		t.Error("resolved codes do not follow the lists")
	}
}

func TestOptionsAreRefusedTogether(t *testing.T) {
	_, err := Write(context.Background(), t.TempDir(), Options{Patients: 1, Events: -1}, nil)
	if !errors.Is(err, ErrOptions) || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("error %v, want four faults", err)
	}
}

func TestWriteStops(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	var seen []int
	_, err := Write(ctx, t.TempDir(), small(), func(done, total int) {
		seen = append(seen, done, total)
		stop()
	})
	if !errors.Is(err, context.Canceled) || !slices.Equal(seen, []int{1, 3}) {
		t.Errorf("error %v after progress %v", err, seen)
	}
}
