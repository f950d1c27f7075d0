package account

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	l := NewLedger()
	person := l.Table("person")
	person.Use()
	person.Settle("")
	person.Settle(NoBirth)
	l.Table("death").Drop(UnknownPerson)
	l.Table("person").Drop(DuplicatePerson)
	l.Measures["hba1c"] += 2
	l.Assumed[AssumedOpen]++
	r := Report{Source: "omop", AsOf: "2022-10-10", People: 2, Practices: 1, Missing: []string{"care_site"}}
	l.Fill(&r)
	const want = `imported omop as at 2022-10-10: 2 people, practices 1
  person                                           4 rows         2 used
    duplicate_person                               1 left out
    no_birth_date                                  1 left out
  death                                            1 rows         0 used
    unknown_person                                 1 left out
  measure hba1c                                    2 rows
  assumed registration_open_at_last_record         1
  no table care_site
`
	var b strings.Builder
	if err := r.Print(&b); err != nil || b.String() != want {
		t.Errorf("printed, %v:\n%s\nwant:\n%s", err, b.String(), want)
	}
	dir := t.TempDir()
	if err := r.Save(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "import-report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	for _, table := range back.Tables {
		sum := table.Used
		for _, c := range table.Dropped {
			sum += c.N
		}
		if sum != table.Rows {
			t.Errorf("%s: %d used and dropped of %d", table.Table, sum, table.Rows)
		}
	}
	if len(back.Tables) != 2 || back.Tables[0].Dropped[0] != (Count{"duplicate_person", 1}) {
		t.Errorf("saved %s", text)
	}
}
