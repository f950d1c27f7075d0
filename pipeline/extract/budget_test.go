package extract

import (
	"testing"

	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/refusal"
)

// A page that would take more than the budget once decoded is refused before it
// is decoded, whatever its bytes on disk; with room for it the file is read.
func TestPagesWithinBudget(t *testing.T) {
	table, _ := contractOf(t).Table("clinical_events")
	for _, data := range seeds(t) {
		open := func(budget int64) (broken map[string]bool) {
			var l refusal.Ledger
			pages.Open(pages.Place{Practice: "Y00001", Path: "f", Table: table, Budget: budget}, data, &l)
			broken = map[string]bool{}
			if faults, ok := l.Err().(Faults); ok { //nolint:errorlint // the ledger gives Faults itself
				for _, f := range faults {
					broken[f.Rule] = true
				}
			}
			return broken
		}
		if got := open(32); len(got) != 1 || !got[refusal.RulePage] {
			t.Errorf("32 bytes: broken rules %v", got)
		}
		if got := open(1 << 20); len(got) != 0 {
			t.Errorf("1 MiB: broken rules %v", got)
		}
	}
}
