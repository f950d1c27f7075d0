package extract

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"riskband/pipeline/extract/refusal"
	"riskband/stratify/frame"
)

// sealed writes a sealed extract of two practices and returns its folder.
func sealed(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for i, code := range []string{"Y00002", "Y00001"} {
		put(t, dir, practicePrefix+code+"/patients.parquet", write(t, patientColumns(code, somePatients(9+i)), layout{}))
		put(t, dir, practicePrefix+code+"/clinical_events/b.parquet", write(t, eventColumns(someEvents(50, 9, 1)), layout{}))
		put(t, dir, practicePrefix+code+"/clinical_events/a.parquet", write(t, eventColumns(someEvents(40, 9, 2)), layout{}))
		put(t, dir, practicePrefix+code+"/clinical_events/_SUCCESS", nil)
		put(t, dir, practicePrefix+code+"/.hidden", nil)
	}
	if _, err := Seal(context.Background(), dir, SealOptions{AsOf: asOf, PseudonymScope: ScopePractice}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestSealAndOpen(t *testing.T) {
	dir := sealed(t)
	first, _ := os.ReadFile(filepath.Join(dir, ManifestName))
	e, err := Open(dir, false, frame.NoDay)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	m := e.Manifest()
	if !e.Sealed() || e.AsOf() != asOf || m.AsOf != "2026-03-31" || m.Synthetic || m.PseudonymScope != "practice" {
		t.Errorf("opened %v %v %+v", e.Sealed(), e.AsOf(), m)
	}
	p := e.Practices()
	if len(p) != 2 || p[0].Code() != "Y00001" || p[1].Code() != "Y00002" {
		t.Fatalf("practices %v", p)
	}
	if p[0].Rows("patients") != 10 || p[0].Rows("clinical_events") != 90 || p[0].Has("apcs") || p[0].Rows("apcs") != 0 {
		t.Errorf("rows %d %d", p[0].Rows("patients"), p[0].Rows("clinical_events"))
	}
	var largest int64
	for _, name := range []string{"patients.parquet", "clinical_events/a.parquet", "clinical_events/b.parquet"} {
		info, err := os.Stat(filepath.Join(dir, home+name))
		if err != nil {
			t.Fatal(err)
		}
		largest = max(largest, info.Size())
	}
	if p[0].LargestFile() != largest {
		t.Errorf("largest %d, want %d", p[0].LargestFile(), largest)
	}
	if files := m.Practices[0].Tables[0].Files; files[0].Path != home+"clinical_events/a.parquet" || len(files) != 2 {
		t.Errorf("files %v", files)
	}
	// Sealing the same files again writes the same bytes.
	if _, err := Seal(context.Background(), dir, SealOptions{AsOf: asOf, PseudonymScope: ScopePractice}); err != nil {
		t.Fatal(err)
	}
	if second, _ := os.ReadFile(filepath.Join(dir, ManifestName)); !bytes.Equal(first, second) {
		t.Error("a second seal differs")
	}
	names, _ := os.ReadDir(dir)
	if len(names) != 3 {
		t.Errorf("left behind: %v", names)
	}
}

func TestOpenComparesBothWays(t *testing.T) {
	f := func(rule, file string, spoil func(dir string)) {
		t.Helper()
		dir := sealed(t)
		spoil(dir)
		_, err := Open(dir, true, frame.NoDay)
		var got Faults
		if !errors.As(err, &got) || len(got) != 1 || got[0].Rule != rule || got[0].File != file || got[0].RowGroup != -1 {
			t.Errorf("%s: got %v", rule, err)
		}
		if errors.Is(err, ErrSeal) != strings.HasPrefix(rule, "seal_") || !errors.Is(err, ErrRefused) {
			t.Errorf("%s: wrong sentinels", rule)
		}
	}
	at := func(dir, path string) string { return filepath.Join(dir, filepath.FromSlash(path)) }
	f(refusal.RuleSealMissing, home+"patients.parquet", func(d string) { _ = os.Remove(at(d, home+"patients.parquet")) })
	f(refusal.RuleSealExtra, home+"clinical_events/c.parquet", func(d string) { put(t, d, home+"clinical_events/c.parquet", nil) })
	f(refusal.RuleSealExtra, home+"apcs.parquet", func(d string) { put(t, d, home+"apcs.parquet", nil) })
	f(refusal.RuleSealExtra, "practice_code=Y00003", func(d string) { _ = os.Mkdir(at(d, "practice_code=Y00003"), 0o755) })
	f(refusal.RuleSealSize, home+"patients.parquet", func(d string) {
		data, _ := os.ReadFile(at(d, home+"patients.parquet"))
		put(t, d, home+"patients.parquet", append(data, 0))
	})
	f(refusal.RuleUnexpected, home+"notes.txt", func(d string) { put(t, d, home+"notes.txt", nil) })
	f(refusal.RuleUnexpected, home+"gp_events.parquet", func(d string) { put(t, d, home+"gp_events.parquet", nil) })
	f(refusal.RuleUnexpected, home+"clinical_events/year=2025", func(d string) { _ = os.Mkdir(at(d, home+"clinical_events/year=2025"), 0o755) })
	f(refusal.RuleTwice, home+"clinical_events", func(d string) { put(t, d, home+"clinical_events.parquet", nil) })
	f(refusal.RuleLink, home+"clinical_events/l.parquet", func(d string) {
		_ = os.Symlink(at(d, home+"patients.parquet"), at(d, home+"clinical_events/l.parquet"))
	})
	f(refusal.RuleFolder, "practice_code=...", func(d string) { _ = os.Mkdir(at(d, "practice_code=Smith"), 0o755) })
}

func TestOpenWithoutSeal(t *testing.T) {
	dir := sealed(t)
	withSeal, err := Open(dir, false, asOf)
	if err != nil {
		t.Fatal(err)
	}
	defer withSeal.Close()
	if _, err := Open(dir, false, asOf+1); !errors.Is(err, ErrRefused) || errors.Is(err, ErrSeal) {
		t.Errorf("another day: %v", err)
	}
	_ = os.Remove(filepath.Join(dir, ManifestName))
	var got Faults
	if _, err := Open(dir, false, asOf); !errors.As(err, &got) || got[0].Rule != refusal.RuleUnsealed {
		t.Errorf("refused without a seal: %v", err)
	}
	if _, err := Open(dir, true, frame.NoDay); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("no day: %v", err)
	}
	put(t, dir, "practice_code=Y00002/patients.parquet", []byte("PAR1, or not"))
	e, err := Open(dir, true, asOf)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if e.Sealed() || len(e.Practices()) != 2 {
		t.Errorf("sealed %v, %d practices", e.Sealed(), len(e.Practices()))
	}
	// The good practice keeps its name and is read; the bad one fails alone.
	if a, b := withSeal.Manifest().Practices[0], e.Manifest().Practices[0]; a.Tables[1].ContentDigest != b.Tables[1].ContentDigest {
		t.Error("digest differs without a seal")
	}
	if e.Manifest().ContentDigest == withSeal.Manifest().ContentDigest {
		t.Error("a damaged file does not change the content digest")
	}
	if _, c, err := e.Practices()[0].Registrations(context.Background()); err != nil || c.Read != 10 || c.Used != 10 {
		t.Errorf("good practice: %+v %v", c, err)
	}
	if _, _, err := e.Practices()[1].Registrations(context.Background()); !errors.As(err, &got) || got[0].Rule != refusal.RuleNotParquet {
		t.Errorf("bad practice: %v", err)
	}
}

// A byte flipped anywhere in a sealed file is refused before it is decoded.
func TestSealedFlipIsRefused(t *testing.T) {
	dir := sealed(t)
	path := filepath.Join(dir, home+"patients.parquet")
	good, _ := os.ReadFile(path)
	e, err := Open(dir, false, frame.NoDay)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for at := 0; at < len(good); at += 1 + len(good)/300 {
		bad := slices.Clone(good)
		bad[at] ^= 1 << (at % 8)
		put(t, dir, home+"patients.parquet", bad)
		_, _, err := e.Practices()[0].Registrations(context.Background())
		var got Faults
		if !errors.Is(err, ErrSeal) || !errors.As(err, &got) || len(got) != 1 || got[0].Rule != refusal.RuleSealSum {
			t.Fatalf("byte %d flipped: %v", at, err)
		}
	}
}

func TestLimit(t *testing.T) {
	dir := sealed(t)
	e, err := Open(dir, false, frame.NoDay)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	p := e.Practices()[0]
	size := p.files(tablePatients)[0].Bytes
	p.SetLimit(size)
	r, _, err := p.Registrations(context.Background())
	if err != nil {
		t.Errorf("a file of the limit's size: %v", err)
	}
	p.SetLimit(size - 1)
	_, _, err = p.Registrations(context.Background())
	var got Faults
	if !errors.As(err, &got) || len(got) != 1 || got[0].Rule != refusal.RuleTooLarge || !strings.Contains(got[0].Remedy, "split into parts") {
		t.Errorf("above the limit: %v", err)
	}
	_, err = p.Scan(context.Background(), frame.ClinicalEvents, Scan{People: frame.NewPeople(r, asOf), Book: book(t), MaxFile: 10, Sink: func(frame.Batch) {}})
	if !errors.As(err, &got) || len(got) != 2 || got[1].Rule != refusal.RuleTooLarge {
		t.Errorf("MaxFile: %v", err)
	}
}

func TestMissingTables(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, home+"clinical_events.parquet", write(t, eventColumns(someEvents(5, 3, 1)), layout{}))
	p := openUnsealed(t, dir)
	_, _, err := p.Registrations(context.Background())
	var got Faults
	if !errors.As(err, &got) || len(got) != 1 || got[0] != (Fault{Practice: "Y00001", RowGroup: -1, Column: "patients", Rule: refusal.RuleTable, Remedy: refusal.Remedy(refusal.RuleTable)}) {
		t.Errorf("patients: %v", err)
	}
	people := frame.NewPeople(frame.Registrations{}, asOf)
	if _, c, err := scanAll(t, p, frame.Medications, people); err != nil || c.Read != 0 || len(c.Dropped) != 4 {
		t.Errorf("optional table: %+v %v", c, err)
	}
}
