package extract

import "riskband/pipeline/extract/refusal"

// ErrRefused is wrapped by every refusal of data: see [Faults].
var ErrRefused = refusal.ErrRefused

// ErrSeal is wrapped, beside [ErrRefused], when the files are not the sealed ones.
var ErrSeal = refusal.ErrSeal

// Fault is one broken rule: where, which, and what the supplier can do.
type Fault = refusal.Fault

// Faults is every fault found, sorted by place and rule, as one error.
type Faults = refusal.Faults

// RuleTable is the rule that a practice delivers the tables it must: who runs
// practices knows what the others have.
const RuleTable = refusal.RuleTable
