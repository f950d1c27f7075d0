package sample

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"riskband/pipeline/source"
	"riskband/pipeline/source/sample/population"
	"riskband/stratify/frame"
)

// Options says how large the sample is. The zero value is not usable: start
// from [Defaults].
type Options struct {
	Practices int       // 1 to population.MostPractices
	Patients  int       // registered people a practice, on average; 10 to 200,000
	Events    int       // clinical events a practice, on average; 0 writes those of conditions and readings alone
	Seed      uint64    // same options and seed, same bytes
	AsOf      frame.Day // day the extract is as at; from 2010-01-01
}

// Defaults returns the options of a sample that is quick to make: 12 practices
// of 2,000 people with 50 events each, as at 2026-03-31.
func Defaults() Options {
	return Options{Practices: 12, Patients: 2000, Events: 100_000, Seed: 1, AsOf: frame.Date(2026, 3, 31)}
}

// ErrOptions says an option is outside its range.
var ErrOptions = errors.New("option out of range")

func (o Options) check() error {
	var errs []error
	f := func(name string, v, low, high int) {
		if v < low || v > high {
			errs = append(errs, fmt.Errorf("make sample: %s %d: want %d to %d: %w", name, v, low, high, ErrOptions))
		}
	}
	f("practices", o.Practices, 1, population.MostPractices)
	f("patients", o.Patients, 10, 200_000)
	f("events", o.Events, 0, 100_000_000)
	if first := frame.Date(2010, 1, 1); o.AsOf < first || o.AsOf > frame.Date(2099, 12, 31) {
		errs = append(errs, fmt.Errorf("make sample: as-of day: want %s to 2099-12-31: %w", first, ErrOptions))
	}
	return errors.Join(errs...)
}

// Summary counts what was written.
type Summary struct {
	Practices      int
	Neighbourhoods int
	Registrations  int64 // rows of patients
	Events         int64
	Medications    int64
	Spells         int64
	before         int64 // events before the practice being made
}

// Notice is what every sample says of itself, line by line.
func Notice() []string {
	return []string{
		"SYNTHETIC: nobody in these data exists. Practices, neighbourhoods, small areas and",
		"people are invented; the figures they were drawn from are published or assumed and",
		"stand in pipeline/source/sample/population/inputs/figures.csv. Nothing about the",
		"health of any real place can be learnt from them.",
	}
}

// Write makes up a population and writes DIR/extract, DIR/reference and
// DIR/job.yaml. It holds one practice's row group in memory at a time. progress,
// when not nil, is told after each practice. The extract is left unsealed.
//
// Errors wrap [ErrOptions] for options, the context's error when it was
// stopped, and otherwise that of the file; what was written until then stays.
func Write(ctx context.Context, dir string, o Options, progress func(done, total int)) (Summary, error) {
	if err := o.check(); err != nil {
		return Summary{}, err
	}
	m, err := newMaker(o)
	if err != nil {
		return Summary{}, err
	}
	for at := range m.geography.Practices {
		if err := ctx.Err(); err != nil {
			return Summary{}, fmt.Errorf("make sample: stopped: %w", err)
		}
		if err := m.writePractice(dir, at); err != nil {
			return Summary{}, fmt.Errorf("make sample: %w", err)
		}
		if progress != nil {
			progress(at+1, len(m.geography.Practices))
		}
	}
	err = source.WriteReference(dir, m.geography.Memberships(), m.geography.LSOAs())
	if err == nil {
		err = source.WriteJob(dir, source.JobText{Notice: Notice(), OptOuts: source.OptOutsAppliedUpstream})
	}
	if err == nil {
		err = writeReadme(dir)
	}
	if err != nil {
		return Summary{}, fmt.Errorf("make sample: %w", err)
	}
	m.rows.Practices, m.rows.Neighbourhoods = len(m.geography.Practices), len(m.geography.Place)
	return m.rows, nil
}

func writeReadme(dir string) error {
	text := "# Synthetic sample\n\n" + strings.Join(Notice(), "\n") + "\n"
	if err := os.WriteFile(filepath.Join(dir, "README.md"), []byte(text), 0o644); err != nil {
		return fmt.Errorf("write notice: %w", err)
	}
	return nil
}

func (m *maker) writePractice(dir string, at int) (err error) {
	w, err := source.NewPractice(filepath.Join(dir, "extract"), m.geography.Practices[at].Code)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := w.Start("medications", "apcs"); err != nil {
		return err
	}
	m.rows.before = m.rows.Events
	return m.practice(at, w)
}

// newMaker prepares everything that does not depend on a practice.
func newMaker(o Options) (*maker, error) {
	p, err := population.New()
	if err != nil {
		return nil, err
	}
	v, err := newVocabulary()
	if err != nil {
		return nil, err
	}
	m := &maker{
		population: p, vocabulary: v, geography: p.Map(o.Practices, o.Patients, o.Seed),
		settings: newSettings(p), asOf: o.AsOf, seed: o.Seed,
	}
	m.noise = m.noiseFor(float64(o.Events) / float64(o.Patients))
	return m, nil
}

// pilotPeople is how many people are made, and thrown away, to learn how many
// events conditions and readings bring and how the rest are spread.
const pilotPeople = 4000

// noiseFor returns the unlisted events a unit of weight that bring the events of
// a registered person, those who left included, to the number asked for.
func (m *maker) noiseFor(wanted float64) float64 {
	pilot := *m
	pilot.out = discard{}
	r := rand.New(rand.NewPCG(m.seed, streamPilot))
	pilot.restart(r)
	for i := range pilotPeople {
		pilot.person(r, (float64(i)+0.5)/pilotPeople, current)
	}
	for _, g := range m.leavers() {
		for range int(math.Round(pilotPeople * g.share)) {
			pilot.person(r, r.Float64(), g.why)
		}
	}
	listed := float64(pilot.rows.Events) / pilotPeople
	weight := pilot.weight / pilotPeople
	return max(0, wanted-listed) / weight / (1 + m.row.duplicate)
}

// discard takes rows and forgets them.
type discard struct{}

func (discard) Patient(source.Patient) error       { return nil }
func (discard) Event(source.Event) error           { return nil }
func (discard) Medication(source.Medication) error { return nil }
func (discard) Spell(source.Spell) error           { return nil }
