package run

import (
	"riskband/stratify/band"
	"riskband/stratify/disclose"
	"riskband/stratify/frame"
	"riskband/stratify/model"
	"riskband/stratify/tally"
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
	Deprivation Deprivation
	Key         disclose.Key // the zero key: cells carry no key sums
	OptOuts     OptOuts
	Elsewhere   Elsewhere

	PseudonymPerPractice bool // people cannot be told apart across practices
}

// Elsewhere says, by practice, who is currently registered at another practice
// that has the better claim: the latest registration, then the lowest code.
type Elsewhere map[string]map[digest]bool

// The categories people are counted by.
var (
	ageBands = []struct {
		from int
		name string
	}{{0, "0-17"}, {18, "18-39"}, {40, "40-64"}, {65, "65-74"}, {75, "75-84"}, {85, "85+"}}
	sexes     = []string{"female", "male", "intersex", "unknown"}
	quintiles = []string{"1", "2", "3", "4", "5", "unknown"}
)

// Shapes of the tallies a run makes, in the order of [Result.Tallies].
func Shapes() []tally.Shape {
	ages := make([]string, len(ageBands))
	for i, a := range ageBands {
		ages[i] = a.name
	}
	bands := tally.Dimension{Name: "band", Categories: band.Names()}
	return []tally.Shape{
		{Name: "band_by_age_sex", Dimensions: []tally.Dimension{{Name: "sex", Categories: sexes}, {Name: "age_band", Categories: ages}, bands}},
		{Name: "band_by_imd", Dimensions: []tally.Dimension{{Name: "imd_quintile", Categories: quintiles}, bands}},
	}
}

// ageBand returns the position of an age in completed years.
func ageBand(age int) int {
	at := 0
	for i, a := range ageBands {
		if age >= a.from {
			at = i
		}
	}
	return at
}

// sexCategory returns the position of a sex in the counted categories.
func sexCategory(s frame.Sex) int {
	return map[frame.Sex]int{frame.Female: 0, frame.Male: 1, frame.Intersex: 2, frame.SexUnknown: 3}[s]
}

// quintile returns the position of an LSOA's IMD quintile: 1 the most deprived,
// the last position unknown.
func quintile(d Deprivation, lsoa string) int {
	if d != nil {
		if decile, ok := d.Decile(lsoa); ok {
			return (int(decile) - 1) / 2
		}
	}
	return len(quintiles) - 1
}
