package importer

import (
	"path/filepath"
	"testing"

	"riskband/pipeline/extract"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
)

// accepted seals an extract and reads it by the contract's own rules. It returns
// how many people are current and, by code, how many rows are used.
func accepted(t *testing.T, dir string, o extract.SealOptions, list []string) (current int, used map[string]int) {
	t.Helper()
	dir = filepath.Join(dir, "extract")
	if _, err := extract.Seal(t.Context(), dir, o); err != nil {
		t.Fatal(err)
	}
	e, err := extract.Open(dir, false, o.AsOf)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	lists := []codes.List{{Name: "emergency", System: codes.AdmissionMethod, Entries: []codes.Entry{{Code: "21"}}}}
	for _, code := range list {
		lists = append(lists, codes.List{Name: code, System: codes.SNOMED, Entries: []codes.Entry{{Code: code}}})
	}
	book, err := codes.NewBook(lists)
	if err != nil {
		t.Fatal(err)
	}
	used = map[string]int{}
	for _, p := range e.Practices() {
		r, _, err := p.Registrations(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		people := frame.NewPeople(r, o.AsOf)
		for i := range people.Len() {
			if people.Current[i] {
				current++
			}
		}
		s := extract.Scan{People: people, Book: book, Sink: func(b frame.Batch) {
			for _, c := range b.Concept {
				for _, l := range book.Members(c) {
					used[book.Lists()[l].Name]++
				}
			}
		}}
		for _, source := range []frame.Source{frame.ClinicalEvents, frame.APCS} {
			if _, err := p.Scan(t.Context(), source, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	return current, used
}

func checkAccepted(t *testing.T, current, people int, used, want map[string]int) {
	t.Helper()
	if current != people {
		t.Errorf("%d current people, want %d", current, people)
	}
	for name, n := range want {
		if used[name] != n {
			t.Errorf("%d rows of %s, want %d", used[name], name, n)
		}
	}
}

// What is imported is what the contract takes: no fault, and the rows come back.
// Of the tiny folder's four people 1 and 6 are current; the reading of 2030 is
// after the as-of day.
func TestImportsAreAccepted(t *testing.T) {
	to := filepath.Join(t.TempDir(), "out")
	if _, err := OMOP(t.Context(), folderOf(t, tinyOMOP()), to, asOf2022()); err != nil {
		t.Fatal(err)
	}
	current, used := accepted(t, to, extract.SealOptions{AsOf: asOf2022().AsOf}, []string{"38341003", "271649006"})
	checkAccepted(t, current, 2, used, map[string]int{"38341003": 4, "271649006": 2, "emergency": 3})
}

// By DuckDB 2.0.0: the people alive, and for each code
//
//	select count(*) from 'events.parquet' join 'patients.parquet' using (patient_id)
//	where code = '44054006' and left(date, 10)::date >= date_trunc('month', birth_date::date)
func TestRealImportsAreAccepted(t *testing.T) {
	o := Options{AsOf: frame.Date(2021, 3, 31)}
	to := filepath.Join(t.TempDir(), "out")
	if _, err := Synthea(t.Context(), realFolder(t, "synthea-smart"), to, o); err != nil {
		t.Fatal(err)
	}
	list := []string{"38341003", "44054006", "999791000000106"}
	current, used := accepted(t, to, extract.SealOptions{AsOf: o.AsOf, Synthetic: true}, list)
	checkAccepted(t, current, 1492, used, map[string]int{
		"38341003": 546, "44054006": 118, "999791000000106": 5888, "emergency": 80,
	})
}
