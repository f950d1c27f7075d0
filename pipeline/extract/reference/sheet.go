package reference

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"

	"riskband/internal/strict"
	"riskband/schemas"
)

// sheet reads one reference file against its table of the contract.
type sheet struct {
	table  schemas.Table
	faults strict.Faults
}

func newSheet(name string) (*sheet, error) {
	contract, err := schemas.Load()
	if err != nil {
		return nil, err
	}
	table, _ := contract.Table(name)
	return &sheet{table: table}, nil
}

func (s *sheet) fault(line int, column, format string, args ...any) {
	s.faults = append(s.faults, strict.Fault{Line: line, Path: column, Message: fmt.Sprintf(format, args...)})
}

// err returns the faults in line order, the first thousand of them.
func (s *sheet) err() error {
	slices.SortStableFunc(s.faults, func(a, b strict.Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Path, b.Path))
	})
	if more := len(s.faults) - maxReferenceFaults; more > 0 {
		s.faults = append(s.faults[:maxReferenceFaults:maxReferenceFaults], strict.Fault{
			Line: s.faults[maxReferenceFaults].Line, Message: fmt.Sprintf("%d more faults from here on", more),
		})
	}
	return s.faults.Err()
}

// read calls row for every row whose values all keep the contract; get returns a
// value by column, "" where it is missing.
func (s *sheet) read(src []byte, row func(line int, get func(string) string)) {
	if len(src) > maxReference {
		s.fault(0, "", "larger than %d bytes", maxReference)
		return
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(src, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	header, line, more := s.next(r)
	if !more {
		s.fault(1, "", "the file is empty: want a header")
		return
	}
	position := s.header(line, header)
	for {
		values, line, more := s.next(r)
		if !more {
			return
		}
		if values != nil && s.row(line, values, len(header), position) {
			row(line, func(column string) string {
				if i, ok := position[column]; ok {
					return values[i]
				}
				return ""
			})
		}
	}
}

// next returns a record and its line, nil for one that is not CSV.
func (s *sheet) next(r *csv.Reader) (record []string, line int, more bool) {
	record, err := r.Read()
	var broken *csv.ParseError
	switch {
	case errors.As(err, &broken):
		s.fault(broken.StartLine, "", "not valid CSV: %s", broken.Err)
		return nil, broken.StartLine, true
	case err != nil:
		return nil, 0, false
	}
	line, _ = r.FieldPos(0)
	return record, line, true
}

// header returns where the contract's columns stand.
func (s *sheet) header(line int, names []string) map[string]int {
	position := map[string]int{}
	for i, name := range names {
		_, known := s.table.Column(name)
		_, twice := position[name]
		switch {
		case !known:
			s.fault(line, "", "unknown column %q, want %s", name, strings.Join(s.columns(), ", "))
		case twice:
			s.fault(line, name, "column again")
		default:
			position[name] = i
		}
	}
	for _, c := range s.table.Columns {
		if _, there := position[c.Name]; !there && !c.Absent {
			s.fault(line, c.Name, "column is missing")
		}
	}
	return position
}

func (s *sheet) columns() []string {
	var names []string
	for _, c := range s.table.Columns {
		names = append(names, c.Name)
	}
	return names
}

// row checks one row; false when a value does not keep the contract or a column
// it needs is missing.
func (s *sheet) row(line int, values []string, width int, position map[string]int) bool {
	if len(values) != width {
		s.fault(line, "", "%d values under %d columns", len(values), width)
		return false
	}
	whole := true
	for _, c := range s.table.Columns {
		i, there := position[c.Name]
		if !there {
			whole = whole && c.Absent
			continue
		}
		if want := c.Refuse(values[i]); want != "" {
			s.fault(line, c.Name, "%s", want)
			whole = false
		}
	}
	return whole
}
