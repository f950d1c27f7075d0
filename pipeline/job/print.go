package job

import (
	"fmt"
	"strconv"
	"strings"
)

// Canonical returns the job as YAML in one fixed form: every key in order, every
// default spelt out, texts in double quotes, paths as written. Jobs of the same
// meaning give the same bytes, and parsing them gives the same job. The
// disclosure block is written only where the job file has one.
func (j *Job) Canonical() []byte {
	var b strings.Builder
	line := func(key, value string) { fmt.Fprintf(&b, "%s: %s\n", key, strconv.Quote(value)) }
	optional := func(key, value string) {
		if value != "" {
			line(key, value)
		}
	}
	line("extract", j.Extract)
	if j.AllowUnsealed {
		line("unsealed", unsealedAllow)
	} else {
		line("unsealed", unsealedRefuse)
	}
	optional("as_of", j.AsOf.String())
	b.WriteString("reference:\n")
	line("  practices", j.Practices)
	optional("  lsoa", j.LSOA)
	line("opt_outs", string(j.OptOuts))
	b.WriteString("model:\n")
	line("  name", j.Model.Name)
	line("  version", j.Model.Version)
	if j.Disclosure.Spelt {
		b.WriteString("disclosure:\n")
		line("  profile", j.Disclosure.Profile)
		optional("  key_file", j.Disclosure.KeyFile)
		optional("  key_env", j.Disclosure.KeyEnv)
	}
	b.WriteString("practices:\n")
	line("  missing", string(j.Missing))
	b.WriteString("outputs:\n")
	for _, o := range j.Outputs {
		b.WriteString("  - " + strconv.Quote(string(o)) + "\n")
	}
	return []byte(b.String())
}
