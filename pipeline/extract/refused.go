package extract

import "riskband/pipeline/extract/refusal"

// ErrRefused is wrapped by every refusal of data: see [Faults].
var ErrRefused = refusal.ErrRefused

// ErrSeal is wrapped, beside [ErrRefused], when the files are not the sealed ones.
var ErrSeal = refusal.ErrSeal

// Fault is one broken rule, and Faults all that were found, as one error.
type (
	Fault  = refusal.Fault
	Faults = refusal.Faults
)

// RuleTable is the rule that a practice delivers the tables it must: who runs
// practices knows what the others have.
const RuleTable = refusal.RuleTable
