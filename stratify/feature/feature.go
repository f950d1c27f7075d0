package feature

import "riskband/stratify/frame"

// Kind is how rows become one quantity.
type Kind uint8

const (
	// FirstDay keeps the earliest day.
	FirstDay Kind = iota
	// LastDay keeps the latest day.
	LastDay
	// Latest keeps the plausible value of the latest day.
	Latest
	// Pair keeps, of the latest day that has a plausible value of both parts,
	// one value of each.
	Pair
	// Count counts distinct row identities.
	Count
)

// Tie says which of several values of one day stands.
type Tie uint8

// The ties. They depend on values alone, never on the order of rows.
const (
	Lowest Tie = iota
	Highest
)

// Range of plausible values, in the unit of the feature after conversion: From
// is inclusive, Below exclusive.
type Range struct{ From, Below float64 }

func (r Range) holds(v float64) bool { return v >= r.From && v < r.Below }

// Input is one code list that feeds a feature.
type Input struct {
	List  string  // name of a list in the book
	Part  int     // of a Pair: 0 or 1
	Scale float64 // the recorded value is multiplied by Scale (0 means 1),
	Add   float64 // then Add is added
}

// Feature is one quantity per person.
type Feature struct {
	Name      string // unique in the plan; appears in secure outputs
	Source    frame.Source
	Kind      Kind
	From      frame.Day // rows before this day are left out; NoDay means no bound
	Tie       Tie
	Plausible [2]Range // Latest uses the first; Pair one a part
	Inputs    []Input
}

func (f Feature) parts() int {
	switch f.Kind {
	case Latest:
		return 1
	case Pair:
		return 2
	case FirstDay, LastDay, Count:
	}
	return 0
}
