package run_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"riskband/internal/gen"
	"riskband/pipeline/extract"
	"riskband/pipeline/run"
	"riskband/stratify/codelists"
	"riskband/stratify/codes"
	"riskband/stratify/disclose"
	"riskband/stratify/frame"
	"riskband/stratify/model"
	"riskband/stratify/models"
)

// secret is the key of the record keys in these tests.
const secret = "0123456789abcdef0123456789ABCDEF"

// bench is one model with all that its runs need.
type bench struct {
	spec      *model.Spec
	lists     []codes.List
	book      *codes.Book
	programme disclose.Programme
	key       disclose.Key
}

func newBench(t *testing.T, spec *model.Spec) *bench {
	t.Helper()
	b := &bench{spec: spec}
	var err error
	must := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	b.lists, err = codelists.Load(spec.Lists()...)
	must()
	b.book, err = codes.NewBook(b.lists)
	must()
	b.programme, err = disclose.Shipped()
	must()
	b.key, err = disclose.ParseKey([]byte(fmt.Sprintf("%x", secret)))
	must()
	return b
}

func first(t *testing.T) *bench {
	t.Helper()
	m, err := models.Load("ten-registers", "1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	return newBench(t, m.Spec)
}

func probe(t *testing.T) *bench {
	t.Helper()
	src, err := os.ReadFile("testdata/probe.yaml")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := model.Parse(src, nil)
	if err != nil {
		t.Fatal(err)
	}
	return newBench(t, spec)
}

// setting is what a job says beside its model.
type setting struct {
	optOuts     run.OptOuts
	perPractice bool // pseudonyms are of one practice only
	noKey       bool // cells carry no key sums
}

// reference gives the slow answer.
func (b *bench) reference(e gen.Extract, s setting) []string {
	r := reference{
		spec: b.spec, lists: map[string]map[string]bool{}, systems: map[string]string{},
		optOuts: s.optOuts, perPractice: s.perPractice, extract: e,
	}
	if !s.noKey {
		r.key = []byte(secret)
	}
	for _, l := range b.lists {
		r.lists[l.Name], r.systems[l.Name] = map[string]bool{}, string(l.System)
		for _, entry := range l.Entries {
			r.lists[l.Name][entry.Code] = true
		}
	}
	return r.lines()
}

// kernel runs an opened extract and gives what it decided in the same lines.
func (b *bench) kernel(ctx context.Context, opened *extract.Extract, e gen.Extract, s setting, workers int) (lines []string, err error) {
	plan := &run.Plan{AsOf: e.AsOf, Programme: b.programme, Deprivation: e, OptOuts: s.optOuts, PseudonymPerPractice: s.perPractice}
	if !s.noKey {
		plan.Key = b.key
	}
	plan.Tables[frame.ClinicalEvents] = true
	for _, p := range opened.Practices() {
		for s := range frame.Sources {
			plan.Tables[s] = plan.Tables[s] || p.Has(s.String())
		}
	}
	if plan.Model, err = model.Compile(b.spec, b.book, e.AsOf, plan.Tables); err != nil {
		return nil, err
	}
	practices := slices.Clone(opened.Practices())
	if workers > 1 { // nor may the order matter
		slices.Reverse(practices)
	}
	var mu sync.Mutex
	refusals, err := run.Local(ctx, practices, plan, run.Limits{Workers: workers, Memory: 1 << 30}, func(r *run.Result) error {
		if r != nil {
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, resultLines(r, plan.Model)...)
		}
		return nil
	})
	for _, r := range refusals {
		for _, f := range r.Faults {
			line := r.Practice + " refused " + f.Rule
			if f.Rule == extract.RuleTable {
				line += " " + strings.Fields(strings.Trim(f.Remedy, ":"))[1]
			}
			lines = append(lines, strings.TrimSuffix(line, ":"))
		}
	}
	slices.Sort(lines)
	return lines, err
}

// write writes an extract and the empty files of tables without rows.
func write(dir string, e gen.Extract) error {
	if err := e.Write(dir); err != nil {
		return err
	}
	for _, p := range e.Practices {
		folder := filepath.Join(dir, "practice_code="+p.Code)
		if p.Spells != nil && len(p.Spells) == 0 {
			if err := parquet.WriteFile(filepath.Join(folder, "apcs.parquet"), []emptySpell{}); err != nil {
				return err
			}
		}
		if p.Medications != nil && len(p.Medications) == 0 {
			if err := parquet.WriteFile(filepath.Join(folder, "medications.parquet"), []emptyMedication{}); err != nil {
				return err
			}
		}
	}
	return nil
}

type emptySpell struct {
	PatientID        string `parquet:"patient_id"`
	SpellID          string `parquet:"spell_id"`
	AdmissionDate    int32  `parquet:"admission_date,date"`
	AdmissionMethod  string `parquet:"admission_method"`
	PrimaryDiagnosis string `parquet:"primary_diagnosis"`
}

type emptyMedication struct {
	PatientID string `parquet:"patient_id"`
	Date      int32  `parquet:"date,date"`
	DMDCode   string `parquet:"dmd_code"`
}

// agree fails unless the kernel says what the reference says, with one worker
// and with three, for every model.
func agree(t rapid.TB, dir string, e gen.Extract, s setting, models ...*bench) {
	t.Helper()
	if err := write(dir, e); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	}()
	opened, err := extract.Open(dir, true, e.AsOf)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	for _, b := range models {
		want := b.reference(e, s)
		for _, workers := range []int{1, 3} {
			got, err := b.kernel(context.Background(), opened, e, s, workers)
			if err != nil {
				t.Fatalf("%s, %d workers: %v", b.spec.Name, workers, err)
			}
			if d := diff(want, got); d != "" {
				t.Fatalf("%s, %d workers, %+v, as of %s:\n%s", b.spec.Name, workers, s, e.AsOf, d)
			}
		}
	}
}

// TestKernelAgreesWithReference fails when run.Local and the slow reference
// differ in one fact about any practice of a random extract. More cases:
// -rapid.checks=5000.
func TestKernelAgreesWithReference(t *testing.T) {
	t.Parallel()
	one, two := first(t), probe(t)
	extracts := gen.Extracts(gen.NewWorld(slices.Concat(one.lists, two.lists), one.spec, two.spec))
	dirs, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		e := extracts.Draw(rt, "extract")
		s := setting{
			optOuts:     rapid.SampledFrom([]run.OptOuts{run.OptOutsApplyHere, run.OptOutsNotApplicable, run.OptOutsUpstream}).Draw(rt, "opt-outs"),
			perPractice: rapid.IntRange(0, 7).Draw(rt, "per practice") == 7,
			noKey:       rapid.IntRange(0, 7).Draw(rt, "no key") == 7,
		}
		n++
		agree(rt, filepath.Join(dirs, strconv.Itoa(n)), e, s, one, two)
	})
}
