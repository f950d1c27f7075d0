package extract

import (
	"bytes"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"riskband/pipeline/extract/seal"
)

var update = flag.Bool("update", false, "rewrite the extracts of sample-data/damaged")

const (
	damagedSet  = "../../sample-data/damaged"
	damagedCode = "Y90001" // a practice of sample-data/reference
	damagedHome = practicePrefix + damagedCode + "/"
)

// damagedFile is how every file of the set is laid out unless a case says
// otherwise: no codec, so that the bytes are the same on every machine.
var damagedFile = layout{}

// delivery is one folder of the damaged set while it is made: what a supplier
// would deliver, and where it goes wrong.
type delivery struct {
	why      string // what is wrong, for people
	planted  string // a value that must not be repeated by the refusal
	patients []col
	events   []col
	layout   layout                     // of the events
	written  func(events []byte) []byte // changes the events' file after it is written
	unsealed func(dir string)           // changes the extract before it is sealed
	manifest func(m *Manifest)          // changes the seal
	sealed   func(dir string)           // changes the extract after it is sealed
	job      string                     // lines the job has besides
	practice string                     // table of practices, the shared one when ""
	genuine  bool                       // not marked synthetic
}

// soundDelivery has nothing wrong: three people and eight events.
func soundDelivery() *delivery {
	people := somePatients(3)
	for i := range people { // nothing a supplier may leave out
		people[i].end, people[i].death, people[i].lsoa, people[i].kind, people[i].ethnicity, people[i].optOut = nil, nil, nil, nil, nil, nil
	}
	patients := patientColumns(damagedCode, people)
	patients = slices.DeleteFunc(patients, func(c col) bool { return slices.Contains(c.values, nil) || c.name == "care_home" })
	var events []event
	for i := range 8 {
		events = append(events, event{patient: people[i%3].id, day: int32(asOf) - int32(40*i), code: snomed[i%4], value: 60 + float64(i)})
	}
	return &delivery{patients: patients, events: eventColumns(events), layout: damagedFile}
}

// make writes the delivery into a folder: the job and the sealed extract.
func (d *delivery) make(t *testing.T, dir string) {
	t.Helper()
	extract := filepath.Join(dir, "extract")
	if err := os.MkdirAll(extract, 0o755); err != nil {
		t.Fatal(err)
	}
	events := write(t, d.events, d.layout)
	if d.written != nil {
		events = d.written(events)
	}
	put(t, extract, damagedHome+"patients.parquet", write(t, d.patients, damagedFile))
	put(t, extract, damagedHome+"clinical_events.parquet", events)
	if d.unsealed != nil {
		d.unsealed(extract)
	}
	d.seal(t, extract)
	if d.sealed != nil {
		d.sealed(extract)
	}
	put(t, dir, "job.yaml", d.jobFile())
}

// seal lists the files whatever their state: a supplier's own tool may not look.
func (d *delivery) seal(t *testing.T, dir string) {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	m, _, err := seal.Read(root, contractOf(t), true, asOf)
	if err != nil {
		t.Fatal(err)
	}
	m.Synthetic = !d.genuine
	if d.manifest != nil {
		d.manifest(&m)
	}
	m.ContentDigest = m.Digest()
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	put(t, dir, ManifestName, data)
}

func (d *delivery) jobFile() []byte {
	practices := "../../reference/practices.csv"
	if d.practice != "" {
		practices = d.practice
	}
	return []byte("# SYNTHETIC: nobody in these data exists.\n# " + d.why + "\n" + `extract: extract
reference:
  practices: ` + practices + `
  lsoa: ../../reference/lsoa.csv
opt_outs: applied-upstream
model:
  name: ten-registers
  version: 1.0.0
` + d.job)
}

// The set is what this test makes, byte for byte; with -update it is made again.
// What the command says to each folder, expected.txt, is cmd/riskband's to check.
func TestDamagedSetIsMadeHere(t *testing.T) {
	root := t.TempDir()
	for name, d := range damagedDeliveries(t) {
		d.make(t, filepath.Join(root, name))
	}
	made, kept := filesUnder(t, root), filesUnder(t, damagedSet)
	if *update {
		replaceSet(t, made, kept)
		return
	}
	for path, data := range made {
		if !bytes.Equal(data, kept[path]) {
			t.Errorf("%s differs: run go test ./pipeline/extract -run TestDamagedSet -update and read the difference", path)
		}
	}
	total := 0
	for path, data := range kept {
		if _, ok := made[path]; !ok {
			t.Errorf("%s is not made by this test", path)
		}
		total += len(data)
		if len(data) > 3000 {
			t.Errorf("%s has %d bytes, want at most 3000", path, len(data))
		}
	}
	if total > 512<<10 {
		t.Errorf("the set has %d bytes, want at most half a MiB", total)
	}
}

// No refusal repeats the value that was planted to cause it.
func TestDamagedSetKeepsItsSecrets(t *testing.T) {
	for name, d := range damagedDeliveries(t) {
		said, err := os.ReadFile(filepath.Join(damagedSet, name, "expected.txt"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, secret := range append(d.secrets(), d.planted) {
			if secret != "" && strings.Contains(string(said), secret) {
				t.Errorf("%s: expected.txt repeats a value of the data", name)
			}
		}
	}
}

// secrets are the pseudonyms and codes of a delivery.
func (d *delivery) secrets() []string {
	var texts []string
	for _, c := range append(slices.Clone(d.patients), d.events...) {
		for _, v := range c.values {
			if s, ok := v.(string); ok && len(s) > 7 { // longer than a practice's code or a word of a list
				texts = append(texts, s)
			}
		}
	}
	return texts
}

// filesUnder reads the files that make up the set: not what is for people, and
// of a link where it leads.
func filesUnder(t *testing.T, root string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || e.IsDir() || e.Name() == "README.md" || e.Name() == "expected.txt" {
			return err
		}
		inside, _ := filepath.Rel(root, path)
		if e.Type()&fs.ModeSymlink != 0 {
			to, err := os.Readlink(path)
			files[inside] = []byte("-> " + to)
			return err
		}
		files[inside], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// replaceSet removes what the set held and writes what was made.
func replaceSet(t *testing.T, made, kept map[string][]byte) {
	t.Helper()
	for path := range kept {
		if err := os.Remove(filepath.Join(damagedSet, path)); err != nil {
			t.Fatal(err)
		}
	}
	for path, data := range made {
		to, link := strings.CutPrefix(string(data), "-> ")
		if !link {
			put(t, damagedSet, path, data)
			continue
		}
		if err := os.Symlink(to, filepath.Join(damagedSet, path)); err != nil {
			t.Fatal(err)
		}
	}
}
