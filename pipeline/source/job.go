package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The values of a job's opt_outs key: who has already dealt with people who
// stopped their record leaving the practice.
const (
	OptOutsAppliedUpstream = "applied-upstream"
	OptOutsApplyHere       = "apply-here"
	OptOutsNotApplicable   = "not-applicable"
)

// JobText is what varies between the job files written beside an extract.
type JobText struct {
	Notice  []string // lines of plain English on top: what the data are, and what they are not
	OptOuts string   // one of the OptOuts constants
}

// WriteJob writes job.yaml in dir: it runs the first model over dir/extract with
// the reference tables of dir/reference, under the interim disclosure profile.
func WriteJob(dir string, j JobText) error {
	var b strings.Builder
	for _, line := range j.Notice {
		b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
	fmt.Fprintf(&b, jobTemplate, j.OptOuts)
	path := filepath.Join(dir, "job.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		return fmt.Errorf("write job file: %w", err)
	}
	return nil
}

const jobTemplate = `
# The practices' Parquet files. Paths are relative to this file.
extract: extract

# Which neighbourhood, place and system each practice belongs to, and how
# deprived each small area (LSOA) is.
reference:
  practices: reference/practices.csv
  lsoa: reference/lsoa.csv

# Who removed the people who opted out: applied-upstream means the supplier did,
# and a row that still carries a type 1 opt-out refuses its practice.
opt_outs: %s

# The rules: registers, controls, scores and bands, as data.
model:
  name: ten-registers
  version: 1.0.0

# How counts are protected. The interim profile hides 1-7 and rounds to 5, and
# marks every file as not for publication.
disclosure:
  profile: interim
`
