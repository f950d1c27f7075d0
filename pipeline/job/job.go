package job

import (
	"path/filepath"

	"riskband/stratify/frame"
)

// Job is a checked job file with its defaults filled in. It is not changed after
// [Parse]. Paths are as the file writes them; the methods resolve them.
type Job struct {
	Extract       string    // folder of the extract
	AllowUnsealed bool      // false refuses an extract without a seal
	AsOf          frame.Day // the extract's day as the job asserts it, NoDay when it does not
	Practices     string    // reference table of practices
	LSOA          string    // reference table of small areas, "" for none
	OptOuts       OptOuts
	Model         Model
	Disclosure    Disclosure
	Missing       Missing
	Outputs       []Output // in the order of [Outputs], each once, never empty

	dir string // absolute folder of the job file
}

// Model names a model and its version.
type Model struct {
	Name    string
	Version string
}

// Disclosure says how counts are protected.
type Disclosure struct {
	Spelt   bool   // the job file names the profile itself
	Profile string // always "interim"
	KeyFile string // file that holds the key, "" for none; as written
	KeyEnv  string // environment variable that holds the key, "" for none
}

// ProfileInterim hides counts of 1 to 7 and rounds the rest to 5.
const ProfileInterim = "interim"

// OptOuts says who dealt with people who opted out of uses beyond direct care.
type OptOuts string

// What a job may say of opt-outs.
const (
	OptOutsUpstream      OptOuts = "applied-upstream" // the supplier removed them
	OptOutsHere          OptOuts = "apply-here"       // the run removes them
	OptOutsNotApplicable OptOuts = "not-applicable"   // none exist, as in synthetic data
)

// Missing says what becomes of a run when a practice cannot be used.
type Missing string

// What a job may say of missing practices.
const (
	MissingStop     Missing = "stop"      // nothing is published
	MissingLeaveOut Missing = "leave_out" // the others are published and it is named
)

// Output is a format the release is written in.
type Output string

// The formats of a release.
const (
	Parquet Output = "parquet"
	CSV     Output = "csv"
	Arrow   Output = "arrow"
)

// Outputs returns every format, in the order a job holds them.
func Outputs() []Output { return []Output{Parquet, CSV, Arrow} }

// ExtractDir returns the absolute, clean path of the extract.
func (j *Job) ExtractDir() string { return j.resolve(j.Extract) }

// PracticesFile returns the absolute, clean path of the practices table.
func (j *Job) PracticesFile() string { return j.resolve(j.Practices) }

// LSOAFile returns the absolute, clean path of the lsoa table, "" for none.
func (j *Job) LSOAFile() string { return j.resolve(j.LSOA) }

// KeyFile returns the absolute, clean path of the key file, "" for none.
func (j *Job) KeyFile() string { return j.resolve(j.Disclosure.KeyFile) }

func (j *Job) resolve(path string) string {
	if path == "" {
		return ""
	}
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(j.dir, path)
}
