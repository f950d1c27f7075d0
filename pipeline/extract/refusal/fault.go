package refusal

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrRefused is wrapped by every refusal of data: see [Faults].
var ErrRefused = errors.New("extract refused")

// ErrSeal is wrapped, beside [ErrRefused], when the files are not the sealed ones.
var ErrSeal = errors.New("extract differs from its seal")

// Fault is one broken rule: where, which, and what the supplier can do. It never
// holds a value from the data.
type Fault struct {
	Practice string // code of the practice, "" for the extract itself
	File     string // path inside the extract, "" when no file is meant
	RowGroup int    // first row group that shows the fault, -1 where none is meant
	Column   string // "" where no column is meant; a column outside the contract is "#n", its position from 1; a field of extract.json
	Rule     string
	Remedy   string
}

// String is one line: place, rule and remedy.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(cmp.Or(f.File, f.Practice, "extract"))
	if f.RowGroup >= 0 {
		fmt.Fprintf(&b, ", row group %d", f.RowGroup)
	}
	if f.Column != "" {
		fmt.Fprintf(&b, ", column %s", f.Column)
	}
	fmt.Fprintf(&b, ": %s: %s", f.Rule, f.Remedy)
	return b.String()
}

func (f Fault) compare(g Fault) int {
	return cmp.Or(
		cmp.Compare(f.Practice, g.Practice), cmp.Compare(f.File, g.File),
		cmp.Compare(f.RowGroup, g.RowGroup), cmp.Compare(f.Column, g.Column),
		cmp.Compare(f.Rule, g.Rule),
	)
}

// Faults is every fault found, sorted by place and rule, as one error.
type Faults []Fault

// Error prints one fault a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// Is reports [ErrRefused] always and [ErrSeal] when a fault is one of the seal.
func (f Faults) Is(target error) bool {
	sealed := func(one Fault) bool { return strings.HasPrefix(one.Rule, sealPrefix) }
	return target == ErrRefused || target == ErrSeal && slices.ContainsFunc(f, sealed)
}

// Ledger collects faults; its zero value is empty. A rule broken again in the same file and column is
// kept once, at its first row group, so a bad file cannot flood the report.
type Ledger struct {
	faults Faults
	seen   map[[3]string]bool
}

// Add notes a fault, with its rule's remedy where it brings none.
func (l *Ledger) Add(f Fault) {
	k := [3]string{f.Practice + "/" + f.File, f.Column, f.Rule}
	if l.seen[k] {
		return
	}
	if l.seen == nil {
		l.seen = map[[3]string]bool{}
	}
	l.seen[k] = true
	f.Remedy = cmp.Or(f.Remedy, Remedy(f.Rule))
	l.faults = append(l.faults, f)
}

// Take adds the faults of an error, or returns the error when it is not one.
func (l *Ledger) Take(err error) error {
	var faults Faults
	if err == nil || !errors.As(err, &faults) {
		return err
	}
	for _, f := range faults {
		l.Add(f)
	}
	return nil
}

// Len returns the number of faults noted.
func (l *Ledger) Len() int { return len(l.faults) }

// Err returns the faults sorted, nil when there is none.
func (l *Ledger) Err() error {
	if len(l.faults) == 0 {
		return nil
	}
	slices.SortFunc(l.faults, Fault.compare)
	return l.faults
}
