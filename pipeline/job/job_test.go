package job_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"riskband/internal/strict"
	"riskband/pipeline/job"
	"riskband/stratify/frame"
)

const least = `extract: extract
reference: {practices: reference/practices.csv}
opt_outs: not-applicable
model: {name: ten-registers, version: 1.0.0}
`

const most = `# every key
outputs: [csv, parquet]
practices:
  missing: leave_out
disclosure: {profile: interim, key_env: RISKBAND_KEY}
model:
  version: 1.0
  name: ten-registers
opt_outs: applied-upstream
reference:
  lsoa: ../lsoa.csv
  practices: /data/practices.csv
as_of: 2026-03-31
unsealed: allow
extract: ./nightly//extract
`

func parse(t *testing.T, src string) *job.Job {
	t.Helper()
	j, err := job.Parse([]byte(src), "/jobs/west")
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestParseDefaults(t *testing.T) {
	j := parse(t, least)
	if j.AllowUnsealed || j.AsOf.Known() || j.Missing != job.MissingStop || j.LSOA != "" || j.LSOAFile() != "" || j.KeyFile() != "" {
		t.Errorf("defaults: %+v", j)
	}
	if j.Disclosure != (job.Disclosure{Profile: job.ProfileInterim}) {
		t.Errorf("disclosure: %+v", j.Disclosure)
	}
	if !slices.Equal(j.Outputs, []job.Output{job.Parquet, job.CSV, job.Arrow}) {
		t.Errorf("outputs: %v", j.Outputs)
	}
	if j.ExtractDir() != "/jobs/west/extract" || j.PracticesFile() != "/jobs/west/reference/practices.csv" {
		t.Errorf("paths: %s, %s", j.ExtractDir(), j.PracticesFile())
	}
}

func TestParseEveryKey(t *testing.T) {
	j := parse(t, most)
	if !j.AllowUnsealed || j.AsOf != frame.Date(2026, time.March, 31) || j.Missing != job.MissingLeaveOut || j.OptOuts != job.OptOutsUpstream {
		t.Errorf("job: %+v", j)
	}
	if j.Model != (job.Model{Name: "ten-registers", Version: "1.0"}) {
		t.Errorf("model: %+v", j.Model)
	}
	if j.Disclosure != (job.Disclosure{Spelt: true, Profile: "interim", KeyEnv: "RISKBAND_KEY"}) {
		t.Errorf("disclosure: %+v", j.Disclosure)
	}
	if !slices.Equal(j.Outputs, []job.Output{job.Parquet, job.CSV}) {
		t.Errorf("outputs: %v", j.Outputs)
	}
	if j.Extract != "./nightly//extract" || j.ExtractDir() != "/jobs/west/nightly/extract" {
		t.Errorf("extract: %s, %s", j.Extract, j.ExtractDir())
	}
	if j.PracticesFile() != "/data/practices.csv" || j.LSOAFile() != "/jobs/lsoa.csv" {
		t.Errorf("reference: %s, %s", j.PracticesFile(), j.LSOAFile())
	}
}

func TestParseFaults(t *testing.T) {
	f := func(src string, want ...string) {
		t.Helper()
		j, err := job.Parse([]byte(src), "/jobs/west")
		if err == nil || j != nil || !errors.Is(err, job.ErrInvalid) {
			t.Errorf("%q: %v, want faults", src, err)
			return
		}
		if got := err.Error(); got != "job is not valid:\n"+strings.Join(want, "\n") {
			t.Errorf("%q:\n%s\nwant\n%s", src, got, strings.Join(want, "\n"))
		}
	}
	const keys = "want one of extract, unsealed, as_of, reference, opt_outs, model, disclosure, practices, outputs"

	// faults of form and of meaning come together, in line order
	f(`extract: ""
unsealed: maybe
as_of: 31/03/2026
reference: {practice: p.csv, lsoa: " "}
opt_outs: applied
model: {name: ../x, version: [1]}
disclosure: {profile: hes, key_file: k, key_env: 9K}
practices: {missing: carry_forward}
outputs: [csv, report, csv]
codelists: lists
`,
		`line 1: extract: want a path`,
		`line 2: unsealed: want refuse or allow, got "maybe"`,
		`line 3: as_of: want a date like 2026-03-31, got "31/03/2026"`,
		`line 4: reference: unknown key "practice", want one of practices, lsoa; did you mean "practices"?`,
		`line 4: reference: missing key "practices"`,
		`line 4: reference.lsoa: want a path`,
		`line 5: opt_outs: want applied-upstream, apply-here or not-applicable, got "applied"`,
		`line 6: model.version: want text, got a list`,
		`line 6: model.name: want lower-case letters, digits and . _ - only, got "../x"`,
		`line 7: disclosure.profile: want interim, got "hes"`,
		`line 7: disclosure.key_env: want the name of an environment variable, got "9K"`,
		`line 8: practices.missing: want stop or leave_out, got "carry_forward"`,
		`line 9: outputs[1]: want parquet, csv or arrow, got "report"`,
		`line 9: outputs[2]: csv again`,
		`line 10: unknown key "codelists", `+keys)

	f("", `line 1: the document is empty`)
	f("extract: e\n", `line 1: missing key "reference"`, `line 1: missing key "opt_outs"`, `line 1: missing key "model"`)
	f(least+"unsealed: allow\n", `line 5: unsealed: an unsealed extract does not say its day: add as_of`)
	f(least+"as_of: 2026-02-29\n", `line 5: as_of: want a date like 2026-03-31, got "2026-02-29"`)
	f(least+"disclosure: {profile: interim, key_file: k, key_env: K}\n", `line 5: disclosure: want key_file or key_env, not both`)
	f(least+"disclosure: {}\n", `line 5: disclosure: missing key "profile"`)
	f(least+"disclosure: {profile: interim, programme: x}\n",
		`line 5: disclosure: unknown key "programme", want one of profile, key_file, key_env`)
	f(least+"disclosure: {profile: interim, epoch_day: 1}\n",
		`line 5: disclosure: unknown key "epoch_day", want one of profile, key_file, key_env`)
	f(least+"outputs: []\n", `line 5: outputs: want at least one of parquet, csv or arrow`)
	f(least+"outputs: [xlsx, mart]\n",
		`line 5: outputs[0]: want parquet, csv or arrow, got "xlsx"`,
		`line 5: outputs[1]: want parquet, csv or arrow, got "mart"`)
	f(least+"checks: {}\n", `line 5: unknown key "checks", `+keys)
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "job.yaml")
	if err := os.WriteFile(path, []byte(least), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := job.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "extract"); j.ExtractDir() != want {
		t.Errorf("extract %s, want %s", j.ExtractDir(), want)
	}
	if err := os.WriteFile(path, []byte("extract: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = job.Load(path)
	var faults strict.Faults
	if !errors.Is(err, job.ErrInvalid) || !errors.As(err, &faults) || !strings.HasPrefix(err.Error(), "read job "+path+": job is not valid:\nline 1: not valid YAML: ") {
		t.Errorf("broken file: %v", err)
	}
	if _, err := job.Load(filepath.Join(dir, "absent.yaml")); !errors.Is(err, os.ErrNotExist) || errors.Is(err, job.ErrInvalid) {
		t.Errorf("absent file: %v", err)
	}
}

func TestLoadRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("job.yaml", []byte(least), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := job.Load("job.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := j.ExtractDir(); !filepath.IsAbs(got) || filepath.Base(got) != "extract" {
		t.Errorf("extract %s is not absolute", got)
	}
}

func TestCanonical(t *testing.T) {
	const want = `extract: "extract"
unsealed: "refuse"
reference:
  practices: "reference/practices.csv"
opt_outs: "not-applicable"
model:
  name: "ten-registers"
  version: "1.0.0"
practices:
  missing: "stop"
outputs:
  - "parquet"
  - "csv"
  - "arrow"
`
	f := func(src string) {
		t.Helper()
		if got := string(parse(t, src).Canonical()); got != want {
			t.Errorf("%q gives\n%s\nwant\n%s", src, got, want)
		}
	}
	f(least)
	f(want)
	f("# other spelling, other order\n" + `"outputs": [arrow, csv, parquet]
practices: {missing: stop}
unsealed: refuse
model: {version: '1.0.0', name: ten-registers}
opt_outs: |-
  not-applicable
reference:
    practices: reference/practices.csv
extract: extract
`)
}

// Changing any one value changes the canonical form.
func TestCanonicalTells(t *testing.T) {
	base := parse(t, most).Canonical()
	for _, change := range [][2]string{
		{"[csv, parquet]", "csv"},
		{"leave_out", "stop"},
		{"key_env: RISKBAND_KEY", "key_file: k"},
		{"RISKBAND_KEY", "OTHER"},
		{"version: 1.0", "version: 1.00"},
		{"ten-registers", "other"},
		{"applied-upstream", "apply-here"},
		{"../lsoa.csv", "lsoa.csv"},
		{"/data/practices.csv", "p.csv"},
		{"2026-03-31", "2026-04-01"},
		{"unsealed: allow", "unsealed: refuse"},
		{"./nightly//extract", "./nightly/extract"},
		{"disclosure: {profile: interim, key_env: RISKBAND_KEY}\n", ""},
	} {
		changed := strings.Replace(most, change[0], change[1], 1)
		if changed == most || bytes.Equal(parse(t, changed).Canonical(), base) {
			t.Errorf("%s for %s leaves the canonical form as it was", change[1], change[0])
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(least))
	f.Add([]byte(most))
	f.Add([]byte("extract: \"\\u00e9 \\x07\\U0001F600\"\nreference: {practices: 'it''s', lsoa: |\n  a\n  b\n}\n"))
	f.Add([]byte("outputs: []\nas_of: 9999-12-31\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		a, err := job.Parse(src, "/jobs")
		if err != nil {
			return
		}
		b, err := job.Parse(a.Canonical(), "/jobs")
		if err != nil {
			t.Fatalf("canonical form is refused: %v\n%s", err, a.Canonical())
		}
		if !reflect.DeepEqual(a, b) || !bytes.Equal(a.Canonical(), b.Canonical()) {
			t.Fatalf("print and parse changed the job\n%s\n%s", a.Canonical(), b.Canonical())
		}
	})
}
