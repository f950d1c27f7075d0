package refusal

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestLedgerKeepsARuleOnce(t *testing.T) {
	var l Ledger
	if l.Err() != nil || l.Len() != 0 {
		t.Errorf("an empty ledger: %v, %d faults", l.Err(), l.Len())
	}
	l.Add(Fault{Practice: "Y00002", File: "b", RowGroup: 3, Column: "date", Rule: RuleNull})
	l.Add(Fault{Practice: "Y00002", File: "b", RowGroup: 5, Column: "date", Rule: RuleNull}) // again
	l.Add(Fault{Practice: "Y00002", File: "b", RowGroup: 0, Column: "date", Rule: RuleRange, Remedy: "ask"})
	more := Faults{{Practice: "Y00001", RowGroup: -1, Column: "patients", Rule: RuleTable}}
	if err := l.Take(fmt.Errorf("read: %w", more)); err != nil {
		t.Errorf("faults are not taken: %v", err)
	}
	if err := l.Take(io.EOF); !errors.Is(err, io.EOF) {
		t.Errorf("another error: %v, want it back", err)
	}
	if err := l.Take(nil); err != nil || l.Len() != 3 {
		t.Errorf("nothing: %v, %d faults", err, l.Len())
	}
	want := "Y00001, column patients: missing_table: deliver the table: the contract requires it\n" +
		"b, row group 0, column date: range: ask\n" +
		"b, row group 3, column date: null: fill the column or leave the rows out: nulls are not allowed here"
	if got := l.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSentinels(t *testing.T) {
	f := func(rule string, seal bool) {
		t.Helper()
		err := fmt.Errorf("open: %w", Faults{{Rule: RuleNull}, {Rule: rule}})
		if !errors.Is(err, ErrRefused) || errors.Is(err, ErrSeal) != seal {
			t.Errorf("%s: refused %v, seal %v", rule, errors.Is(err, ErrRefused), errors.Is(err, ErrSeal))
		}
	}
	for _, rule := range []string{RuleSealMissing, RuleSealExtra, RuleSealSize, RuleSealSum, RuleSealRows} {
		f(rule, true)
	}
	f(RuleUnsealed, false)
	f(RuleManifest, false)
	f(RuleDamaged, false)
}
