package model

// State of a control for one person. The states exclude one another.
type State uint8

// The states of DESIGN section 7, in the order they are printed.
const (
	NotApplicable State = iota // outside the control's people
	Controlled                 // measured in the window and in target
	NotControlled              // measured in the window and out of target: tier 1
	Stale                      // measured, but before the window: tier 2
	NeverMeasured              // no plausible reading on record: tier 2
	NotYetDue                  // diagnosed or registered here too recently to be due
	states
)

var stateWords = [states]string{
	"not_applicable", "controlled", "not_controlled", "stale", "never_measured", "not_yet_due",
}

// String returns the word used in model files and secure outputs.
func (s State) String() string { return stateWords[s] }

// Tier returns 1 for measured and out of target, 2 for measurement overdue, and
// 0 for a state that does not count towards rising.
func (s State) Tier() int {
	switch s {
	case NotControlled:
		return 1
	case Stale, NeverMeasured:
		return 2
	case NotApplicable, Controlled, NotYetDue:
	}
	return 0
}

// stateMask returns the set of states a word stands for, bit s for state s;
// "counting" is every state with a tier. tiers, when not empty, keeps only the
// states of those tiers.
func stateMask(word string, tiers []int) (mask uint, ok bool) {
	for s := range states {
		if word == stateWords[s] || (word == "counting" && s.Tier() > 0) {
			ok = true
			if inTiers(s, tiers) {
				mask |= 1 << s
			}
		}
	}
	return mask, ok
}

func inTiers(s State, tiers []int) bool {
	for _, t := range tiers {
		if s.Tier() == t {
			return true
		}
	}
	return len(tiers) == 0
}
