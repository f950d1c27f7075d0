package run

import (
	"riskband/stratify/disclose"
	"riskband/stratify/frame"
	"riskband/stratify/model"
)

// OptOuts says what the job asks for people who opted out.
type OptOuts uint8

// The words of the job file.
const (
	OptOutsUpstream      OptOuts = iota // already taken out: a type 1 row refuses the practice
	OptOutsApplyHere                    // taken out here, and counted
	OptOutsNotApplicable                // not asked for
)

// Deprivation gives the IMD decile of an LSOA, 1 the most deprived; ok is false
// when the LSOA is unknown.
type Deprivation interface {
	Decile(lsoa string) (decile uint8, ok bool)
}

// Plan is everything [Practice] needs beside the practice. It is read only.
type Plan struct {
	AsOf        frame.Day
	Model       *model.Compiled
	Tables      model.Tables // optional tables the extract has
	Programme   disclose.Programme
	Deprivation Deprivation
	Key         disclose.Key // the zero key: cells carry no key sums
	OptOuts     OptOuts
	Elsewhere   Elsewhere

	PseudonymPerPractice bool // people cannot be told apart across practices
}

// Elsewhere says, by practice, who is currently registered at another practice
// that has the better claim: the latest registration, then the lowest code.
type Elsewhere map[string]map[digest]bool
