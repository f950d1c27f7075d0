package publish

import (
	"cmp"
	"fmt"
	"slices"

	"riskband/pipeline/publish/columnar"
	"riskband/schemas"
)

// Conservation says what became of the rows of one practice's table under one
// rule: in, used, or the rule that dropped them.
type Conservation struct {
	Practice string
	Table    string
	Rule     string
	Rows     int64
}

// Conservation writes checks/conservation.csv, sorted by practice, table and
// rule in the order given.
func (s *Secure) Conservation(rows []Conservation) (File, error) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Conservation) int {
		return cmp.Or(cmp.Compare(a.Practice, b.Practice), cmp.Compare(a.Table, b.Table))
	})
	var practice, table, rule columnar.Texts
	var n columnar.Counts
	for _, r := range rows {
		practice, table, rule = append(practice, r.Practice), append(table, r.Table), append(rule, r.Rule)
		n.Value = append(n.Value, r.Rows)
	}
	return s.check("conservation", map[string]columnar.Values{"practice_code": practice, "table": table, "rule": rule, "rows": n})
}

// ListHits is how many rows of the whole extract one code list found.
type ListHits struct {
	List string
	Rows int64
}

// ListHits writes checks/list_hits.csv, sorted by list.
func (s *Secure) ListHits(rows []ListHits) (File, error) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b ListHits) int { return cmp.Compare(a.List, b.List) })
	var list columnar.Texts
	var n columnar.Counts
	for _, r := range rows {
		list = append(list, r.List)
		n.Value = append(n.Value, r.Rows)
	}
	return s.check("list_hits", map[string]columnar.Values{"list": list, "rows": n})
}

// Coverage says what became of one practice: used, refused, missing or unmapped,
// and the kind of fault where it was refused.
type Coverage struct {
	Practice string
	State    string
	Reason   string // empty unless refused
}

// Coverage writes checks/coverage.csv, sorted by practice and state.
func (s *Secure) Coverage(rows []Coverage) (File, error) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Coverage) int {
		return cmp.Or(cmp.Compare(a.Practice, b.Practice), cmp.Compare(a.State, b.State))
	})
	var practice, state, reason columnar.Texts
	for _, r := range rows {
		practice, state, reason = append(practice, r.Practice), append(state, r.State), append(reason, r.Reason)
	}
	t, err := columnar.New(coverageSchema(), map[string]columnar.Values{"practice_code": practice, "state": state, "reason": reason}, "")
	if err != nil {
		return File{}, fmt.Errorf("write coverage: %w", err)
	}
	return save(t, s.dir, checksDir+"/coverage.csv", SecureSide, CSV, s.mem)
}

// coverageSchema is a table the contract does not hold: nobody reads it back,
// and the manifest has what may be published of it.
func coverageSchema() schemas.Table {
	return schemas.Table{Name: "coverage", Kind: schemas.Secure, Columns: []schemas.Column{
		{Name: "practice_code", Type: schemas.Text, Nulls: schemas.NullsRefused},
		{Name: "state", Type: schemas.Text, Nulls: schemas.NullsRefused, Values: []schemas.Value{
			{Value: "used"}, {Value: "refused"}, {Value: "missing"}, {Value: "unmapped"},
		}},
		{Name: "reason", Type: schemas.Text, Nulls: schemas.NullsAllowed},
	}}
}

// check writes a secure table as checks/<name>.csv.
func (s *Secure) check(name string, named map[string]columnar.Values) (File, error) {
	t, err := s.table(name, named)
	if err != nil {
		return File{}, fmt.Errorf("write %s: %w", name, err)
	}
	return save(t, s.dir, checksDir+"/"+name+".csv", SecureSide, CSV, s.mem)
}
