package strict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Fault is one thing wrong with a document.
type Fault struct {
	Line    int    // from 1; 0 where there is no line to name
	Path    string // like "registers[2].codes"; "" is the whole document
	Message string // what is wrong and what is wanted, lower case, no full stop
}

// String gives the fault as one line: "line 12: registers[2].codes: ...".
func (f Fault) String() string {
	var b strings.Builder
	if f.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", f.Line)
	}
	if f.Path != "" {
		b.WriteString(f.Path + ": ")
	}
	b.WriteString(f.Message)
	return b.String()
}

// Faults is every fault of a document. It is an error; a nil or empty Faults
// must not be returned as one: use [Faults.Err].
type Faults []Fault

// Error gives one fault a line, sorted by line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs.sorted() {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Err returns nil when there is no fault, else the faults sorted by line.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs.sorted()
}

func (fs Faults) sorted() Faults {
	out := slices.Clone(fs)
	slices.SortStableFunc(out, func(a, b Fault) int { return cmp.Compare(a.Line, b.Line) })
	return out
}

// Lines holds the line of every path that was decoded, from 1. A single value
// written where a list is expected stands under both "codes" and "codes[0]".
type Lines map[string]int

// At returns the line of a path or, when the document does not spell the path
// out, of its nearest parent that is there; 0 for an empty Lines.
func (l Lines) At(path string) int {
	for {
		if line, ok := l[path]; ok {
			return line
		}
		if path == "" {
			return 0
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}
