package job

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"riskband/internal/strict"
	"riskband/stratify/frame"
)

// ErrInvalid is wrapped by the faults of a job file.
var ErrInvalid = errors.New("job is not valid")

// file is the job file key by key.
type file struct {
	Extract    string      `yaml:"extract"`
	Unsealed   string      `yaml:"unsealed,omitempty"`
	AsOf       string      `yaml:"as_of,omitempty"`
	Reference  reference   `yaml:"reference"`
	OptOuts    OptOuts     `yaml:"opt_outs"`
	Model      model       `yaml:"model"`
	Disclosure *disclosure `yaml:"disclosure,omitempty"`
	Practices  practices   `yaml:"practices,omitempty"`
	Outputs    []Output    `yaml:"outputs,omitempty"`
}

type reference struct {
	Practices string `yaml:"practices"`
	LSOA      string `yaml:"lsoa,omitempty"`
}

type model struct {
	Name    string `yaml:"name"`
	Version string `yaml:"version"`
}

type disclosure struct {
	Profile string `yaml:"profile"`
	KeyFile string `yaml:"key_file,omitempty"`
	KeyEnv  string `yaml:"key_env,omitempty"`
}

type practices struct {
	Missing Missing `yaml:"missing"`
}

// unsealed: whether an extract without a seal may run.
const (
	unsealedRefuse = "refuse"
	unsealedAllow  = "allow"
)

// readLimit is above the largest document that can be decoded.
const readLimit = 2 << 20

// Load reads and parses the job file at path. Faults wrap [ErrInvalid] and name
// the file as given.
func Load(path string) (*Job, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read job: %w", err)
	}
	src, err := io.ReadAll(io.LimitReader(f, readLimit))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read job: %w", err)
	}
	j, err := Parse(src, filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("read job %s: %w", path, err)
	}
	return j, nil
}

// Parse decodes and checks a job file that lies in the folder dir, against which
// relative paths are resolved. All faults come at once, sorted by line, as
// [strict.Faults] wrapped with [ErrInvalid].
func Parse(src []byte, dir string) (*Job, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("resolve the job's folder: %w", err)
	}
	f := file{
		Unsealed:  unsealedRefuse,
		Practices: practices{Missing: MissingStop},
		Outputs:   Outputs(),
	}
	lines, err := strict.Decode(src, &f)
	k := checker{lines: lines}
	if faults, ok := errors.AsType[strict.Faults](err); ok {
		k.faults = faults
	} else if err != nil {
		return nil, err
	}
	j := k.job(f, dir)
	if err := k.faults.Err(); err != nil {
		return nil, fmt.Errorf("%w:\n%w", ErrInvalid, err)
	}
	return j, nil
}

// checker checks what the file spells out; what it leaves out or what did not
// decode is a fault already.
type checker struct {
	lines  strict.Lines
	faults strict.Faults
}

func (k *checker) fault(path, format string, args ...any) {
	k.faults = append(k.faults, strict.Fault{
		Line: k.lines.At(path), Path: path, Message: fmt.Sprintf(format, args...),
	})
}

// spelt reports whether the file has a readable value at the path.
func (k *checker) spelt(path string) bool {
	_, there := k.lines[path]
	return there && !slices.ContainsFunc(k.faults, func(f strict.Fault) bool {
		return f.Path == path || strings.HasPrefix(f.Path, path+"[")
	})
}

func (k *checker) job(f file, dir string) *Job {
	j := &Job{
		Extract:       f.Extract,
		AllowUnsealed: f.Unsealed == unsealedAllow,
		AsOf:          frame.NoDay,
		Practices:     f.Reference.Practices,
		LSOA:          f.Reference.LSOA,
		OptOuts:       f.OptOuts,
		Model:         Model(f.Model),
		Disclosure:    Disclosure{Profile: ProfileInterim},
		Missing:       f.Practices.Missing,
		dir:           dir,
	}
	k.path("extract", f.Extract)
	k.path("reference.practices", f.Reference.Practices)
	k.path("reference.lsoa", f.Reference.LSOA)
	oneOf(k, "unsealed", f.Unsealed, unsealedRefuse, unsealedAllow)
	oneOf(k, "opt_outs", f.OptOuts, OptOutsUpstream, OptOutsHere, OptOutsNotApplicable)
	oneOf(k, "practices.missing", f.Practices.Missing, MissingStop, MissingLeaveOut)
	k.name("model.name", f.Model.Name)
	k.name("model.version", f.Model.Version)
	k.asOf(f, j)
	if f.Disclosure != nil {
		k.disclosure(*f.Disclosure)
		j.Disclosure = Disclosure{true, f.Disclosure.Profile, f.Disclosure.KeyFile, f.Disclosure.KeyEnv}
	}
	j.Outputs = k.outputs(f.Outputs)
	return j
}

func (k *checker) path(at, value string) {
	if k.spelt(at) && strings.TrimSpace(value) == "" {
		k.fault(at, "want a path")
	}
}

func (k *checker) name(at, value string) {
	if k.spelt(at) && !folderName.MatchString(value) {
		k.fault(at, "want lower-case letters, digits and . _ - only, got %q", value)
	}
}

// oneOf checks a value against a closed list.
func oneOf[T ~string](k *checker, at string, got T, want ...T) {
	if !k.spelt(at) || slices.Contains(want, got) {
		return
	}
	k.fault(at, "want %s, got %q", either(want), string(got))
}

func either[T ~string](words []T) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i > 0 && i == len(words)-1:
			b.WriteString(" or ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

func (k *checker) asOf(f file, j *Job) {
	switch {
	case k.spelt("as_of"):
		day, err := frame.ParseDay(f.AsOf)
		if err != nil {
			k.fault("as_of", "want a date like 2026-03-31, got %q", f.AsOf)
		}
		j.AsOf = day
	case f.AsOf == "" && f.Unsealed == unsealedAllow:
		k.fault("unsealed", "an unsealed extract does not say its day: add as_of")
	}
}

func (k *checker) disclosure(d disclosure) {
	oneOf(k, "disclosure.profile", d.Profile, ProfileInterim)
	k.path("disclosure.key_file", d.KeyFile)
	if k.spelt("disclosure.key_env") && !variable.MatchString(d.KeyEnv) {
		k.fault("disclosure.key_env", "want the name of an environment variable, got %q", d.KeyEnv)
	}
	if k.spelt("disclosure.key_file") && k.spelt("disclosure.key_env") {
		k.fault("disclosure", "want key_file or key_env, not both")
	}
}

// outputs checks the formats and puts them in order.
func (k *checker) outputs(listed []Output) []Output {
	seen := map[Output]bool{}
	for i, o := range listed {
		at := fmt.Sprintf("outputs[%d]", i)
		oneOf(k, at, o, Outputs()...)
		if seen[o] && k.spelt(at) {
			k.fault(at, "%s again", o)
		}
		seen[o] = true
	}
	if len(listed) == 0 && k.spelt("outputs") {
		k.fault("outputs", "want at least one of %s", either(Outputs()))
	}
	return slices.DeleteFunc(Outputs(), func(o Output) bool { return !seen[o] })
}

var (
	folderName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
	variable   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)
