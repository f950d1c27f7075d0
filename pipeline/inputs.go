package pipeline

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/rs/zerolog"

	"riskband/pipeline/extract"
	"riskband/pipeline/extract/reference"
	"riskband/pipeline/job"
	"riskband/pipeline/manifest"
	"riskband/pipeline/run"
	"riskband/schemas"
	"riskband/stratify/disclose"
	"riskband/stratify/frame"
	"riskband/stratify/model"
	"riskband/stratify/models"
	"riskband/stratify/tally"
)

// ErrJob means that the job asks for something this extract does not allow.
var ErrJob = errors.New("job does not fit the extract")

// inputs is everything a run reads, opened and checked.
type inputs struct {
	job       *job.Job
	contract  *schemas.Contract
	extract   *extract.Extract
	model     models.Model
	compiled  *model.Compiled
	tables    model.Tables
	members   []tally.Membership
	geography *tally.Geography
	lsoa      *reference.LSOA // nil when the job names none
	programme disclose.Programme
	key       disclose.Key
	sums      struct{ practices, lsoa string }
	log       zerolog.Logger

	environment func(name string) (value string, ok bool)
}

// open opens and checks what the job names, in the order a reader would.
func open(j *job.Job, o Options) (*inputs, error) {
	in := &inputs{job: j, log: o.Log, environment: o.Environment}
	steps := []func() error{in.openExtract, in.openModel, in.openReference, in.openDisclosure}
	for _, step := range steps {
		if err := step(); err != nil {
			in.close()
			return nil, err
		}
	}
	return in, nil
}

func (in *inputs) close() {
	if in.extract != nil {
		if err := in.extract.Close(); err != nil {
			in.log.Warn().Err(err).Msg("close extract")
		}
	}
}

func (in *inputs) openExtract() (err error) {
	if in.contract, err = schemas.Load(); err != nil {
		return err
	}
	in.extract, err = extract.Open(in.job.ExtractDir(), in.job.AllowUnsealed, in.job.AsOf)
	if err != nil {
		return err
	}
	for s := range frame.Sources {
		for _, p := range in.extract.Practices() {
			in.tables[s] = in.tables[s] || p.Has(s.String())
		}
	}
	in.log.Info().Int("practices", len(in.extract.Practices())).Bool("sealed", in.extract.Sealed()).
		Stringer("as_of", in.extract.AsOf()).Msg("opened extract")
	return nil
}

func (in *inputs) openModel() (err error) {
	if in.model, err = models.Load(in.job.Model.Name, in.job.Model.Version); err != nil {
		return err
	}
	book, err := in.model.Book()
	if err != nil {
		return err
	}
	if in.compiled, err = model.Compile(in.model.Spec, book, in.extract.AsOf(), in.tables); err != nil {
		return err
	}
	for _, off := range in.compiled.Off {
		in.log.Warn().Str("what", off.What).Str("why", off.Why).Msg("switched off")
	}
	return nil
}

func (in *inputs) openReference() (err error) {
	if in.members, err = reference.ReadPractices(in.job.PracticesFile()); err != nil {
		return err
	}
	if in.geography, err = tally.NewGeography(in.members, in.extract.AsOf()); err != nil {
		return err
	}
	if in.sums.practices, err = sumFile(in.job.PracticesFile()); err != nil {
		return err
	}
	if in.job.LSOAFile() == "" {
		return nil
	}
	if in.lsoa, err = reference.ReadLSOA(in.job.LSOAFile()); err != nil {
		return err
	}
	in.sums.lsoa, err = sumFile(in.job.LSOAFile())
	return err
}

func sumFile(path string) (string, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read reference: %w", err)
	}
	return manifest.Sum(src), nil
}

// openDisclosure settles the profile and the key of record keys.
func (in *inputs) openDisclosure() (err error) {
	synthetic := in.extract.Manifest().Synthetic
	if !synthetic && !in.job.Disclosure.Spelt {
		return fmt.Errorf("%w: the extract is not marked synthetic, so the job must say disclosure: {profile: interim}: "+
			"the interim profile is not for publication", ErrJob)
	}
	if in.programme, err = disclose.Shipped(); err != nil {
		return err
	}
	if in.key, err = readKey(in.job, in.environment); err != nil {
		return err
	}
	if in.key.Demo() && !synthetic {
		return fmt.Errorf("%w: the key is the published demonstration key, which protects nobody: make one of your own", ErrJob)
	}
	if in.key.IsZero() && synthetic {
		in.key = disclose.DemoKey()
	}
	return nil
}

// readKey reads the key the job names, from a file or the environment; the zero
// key when it names none.
func readKey(j *job.Job, environment func(string) (string, bool)) (disclose.Key, error) {
	var text []byte
	switch {
	case j.KeyFile() != "":
		src, err := os.ReadFile(j.KeyFile())
		if err != nil {
			return disclose.Key{}, fmt.Errorf("read key: %w", err)
		}
		text = src
	case j.Disclosure.KeyEnv != "":
		value, ok := environment(j.Disclosure.KeyEnv)
		if !ok {
			return disclose.Key{}, fmt.Errorf("%w: the job reads its key from the environment variable %s, which is not set", ErrJob, j.Disclosure.KeyEnv)
		}
		text = []byte(value)
	default:
		return disclose.Key{}, nil
	}
	key, err := disclose.ParseKey(text)
	if err != nil {
		return key, fmt.Errorf("%w: %w", ErrJob, err)
	}
	return key, nil
}

// plan is what every practice needs.
func (in *inputs) plan() *run.Plan {
	p := &run.Plan{
		AsOf: in.extract.AsOf(), Model: in.compiled, Tables: in.tables, Programme: in.programme, Key: in.key,
		OptOuts:              map[job.OptOuts]run.OptOuts{job.OptOutsHere: run.OptOutsApplyHere, job.OptOutsNotApplicable: run.OptOutsNotApplicable}[in.job.OptOuts],
		PseudonymPerPractice: in.extract.Manifest().PseudonymScope == extract.ScopePractice,
	}
	if in.lsoa != nil {
		p.Deprivation = in.lsoa
	}
	return p
}

// digest names the inputs by their content: not by paths, file layout, workers
// or memory.
func (in *inputs) digest() string {
	var lists strings.Builder
	for _, l := range in.compiled.Book().Lists() {
		lists.WriteString(l.SHA256)
	}
	j := in.job
	return manifest.InputsDigest(
		manifest.Part{Name: "extract", Value: in.extract.Manifest().ContentDigest},
		manifest.Part{Name: "sealed", Value: fmt.Sprint(in.extract.Sealed())},
		manifest.Part{Name: "model", Value: in.model.SHA256},
		manifest.Part{Name: "code lists", Value: lists.String()},
		manifest.Part{Name: "practices", Value: in.sums.practices},
		manifest.Part{Name: "lsoa", Value: in.sums.lsoa},
		manifest.Part{Name: "opt outs", Value: string(j.OptOuts)},
		manifest.Part{Name: "disclosure", Value: j.Disclosure.Profile + " " + in.programme.Version()},
		manifest.Part{Name: "missing", Value: string(j.Missing)},
		manifest.Part{Name: "outputs", Value: fmt.Sprint(j.Outputs)},
	)
}

func (in *inputs) runID() string { return manifest.RunID(in.extract.AsOf(), in.digest()) }
