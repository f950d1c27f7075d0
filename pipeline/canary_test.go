package pipeline

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"riskband/pipeline/extract"
	"riskband/pipeline/job"
	"riskband/pipeline/run"
	"riskband/pipeline/source"
	"riskband/stratify/frame"
	"riskband/stratify/tally"
)

// canaries are marked values, one for every sensitive column that takes free
// text or numbers; none may leave the secure side. Dates and codes of closed
// lists cannot be marked: they are the values below that occur nowhere else.
var canaries = []string{
	"CANARY-PSEUDONYM", "CANARY-SPELL", "177.777", "88.888", "E01999993", "1931-05", "2026-02-13", "CANARY-BAD",
}

// canaryPractice writes one practice full of marked values.
func canaryPractice(t *testing.T, dir, code string, bad bool) {
	t.Helper()
	w, err := source.NewPractice(dir, code)
	if err != nil {
		t.Fatal(err)
	}
	day := frame.Date(2026, 2, 13)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	patient := func(id, sex string) source.Patient {
		return source.Patient{
			PatientID: id, RegistrationStart: frame.Date(2015, 1, 1), RegistrationEnd: frame.NoDay, RegistrationType: "regular",
			BirthMonth: frame.Date(1931, 5, 1), Sex: sex, LSOACode: "E01999993", DeathMonth: frame.NoDay,
		}
	}
	for _, suffix := range []string{"1", "2", "3"} {
		id := "CANARY-PSEUDONYM-" + code + suffix
		ok(w.Patient(patient(id, "female")))
		for _, e := range []source.Event{
			{PatientID: id, Date: day, SnomedCTCode: "38341003", NumericValue: math.NaN()},
			{PatientID: id, Date: day, SnomedCTCode: "271649006", NumericValue: 177.777, Unit: "mmHg"},
			{PatientID: id, Date: day, SnomedCTCode: "271650006", NumericValue: 88.888, Unit: "mmHg"},
			{PatientID: "CANARY-PSEUDONYM-stranger", Date: day, SnomedCTCode: "38341003", NumericValue: 177.777},
		} {
			ok(w.Event(e))
		}
		ok(w.Spell(source.Spell{
			PatientID: id, SpellID: "CANARY-SPELL-" + id, AdmissionDate: day, DischargeDate: day, AdmissionMethod: "21", PrimaryDiagnosis: "I10",
		}))
	}
	if bad {
		ok(w.Patient(patient("CANARY-PSEUDONYM-bad", "CANARY-BAD-sex")))
		ok(w.Event(source.Event{PatientID: "CANARY-PSEUDONYM-bad", Date: day, SnomedCTCode: "CANARY-BAD-code", NumericValue: math.Inf(1)}))
		ok(w.Spell(source.Spell{PatientID: "CANARY-PSEUDONYM-bad", SpellID: "CANARY-SPELL", AdmissionDate: day, AdmissionMethod: "CANARY-BAD", PrimaryDiagnosis: "CANARY-BAD"}))
	}
	ok(w.Close())
}

// canaryJob writes an extract of one good and one bad practice.
func canaryJob(t *testing.T, missing string) (dir string, j *job.Job) {
	t.Helper()
	dir = t.TempDir()
	canaryPractice(t, filepath.Join(dir, "extract"), "Y90001", false)
	canaryPractice(t, filepath.Join(dir, "extract"), "Y90002", true)
	members := []tally.Membership{
		{Practice: "Y90001", Name: "One", NeighbourhoodCode: "N1", Neighbourhood: "N", PlaceCode: "P1", Place: "P", SystemCode: "S1", System: "S", From: 0, To: frame.NoDay, ListSize: -1},
		{Practice: "Y90002", Name: "Two", NeighbourhoodCode: "N1", Neighbourhood: "N", PlaceCode: "P1", Place: "P", SystemCode: "S1", System: "S", From: 0, To: frame.NoDay, ListSize: -1},
	}
	if err := source.WriteReference(dir, members, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := extract.Seal(t.Context(), filepath.Join(dir, "extract"), sealed(sampleDay)); err != nil {
		t.Fatal(err)
	}
	text := "extract: extract\nreference: {practices: reference/practices.csv}\nopt_outs: not-applicable\n" +
		"model: {name: ten-registers, version: 1.0.0}\npractices: {missing: " + missing + "}\n"
	j, err := job.Parse([]byte(text), dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir, j
}

// No patient value reaches a log at any level, an error, a quarantine report, or
// anything under --out, neither from good rows nor from bad ones.
func TestCanary(t *testing.T) {
	for _, missing := range []string{"stop", "leave_out"} {
		dir, j := canaryJob(t, missing)
		var log bytes.Buffer
		out, secure := filepath.Join(dir, "out"), filepath.Join(dir, "secure")
		_, err := Run(context.Background(), j, Options{
			Out: out, Secure: secure, Limits: run.Limits{Workers: 2, Memory: 1 << 28}, Version: "test",
			Log: zerolog.New(&log).Level(zerolog.TraceLevel),
		})
		var refused Refused
		if missing == "stop" && !errors.As(err, &refused) || missing == "leave_out" && err != nil {
			t.Fatalf("%s: Run = %v", missing, err)
		}
		seen := map[string]string{"the log": log.String()}
		if err != nil {
			seen["the error"] = err.Error()
		}
		gather(t, out, seen)
		if missing == "leave_out" {
			gather(t, filepath.Join(secure, "runs"), seen)
			if text := quarantined(seen); !strings.Contains(text, "column sex") || !strings.Contains(text, "column snomedct_code") {
				t.Errorf("the quarantine report does not name the bad columns:\n%s", text)
			}
		}
		for where, text := range seen {
			if strings.Contains(where, "patient_bands") || strings.Contains(where, "patient_reasons") {
				if missing == "leave_out" && !strings.Contains(text, "CANARY-PSEUDONYM-Y90001") {
					t.Errorf("%s does not hold the planted people: the test looks in the wrong place", where)
				}
				continue // the one place meant for them
			}
			for _, c := range canaries {
				if strings.Contains(text, c) {
					t.Errorf("%s: %q is in %s", missing, c, where)
				}
			}
		}
	}
}

func quarantined(seen map[string]string) (text string) {
	for where, t := range seen {
		if strings.Contains(where, "quarantine") {
			text += t
		}
	}
	return text
}

func gather(t *testing.T, root string, into map[string]string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || (err == nil && e.IsDir()) {
			return nil
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		src, err := os.ReadFile(path)
		into[path] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
