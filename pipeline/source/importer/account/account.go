package account

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Reason says why a row was left out.
type Reason string

// The reasons a row can be left out for.
const (
	UnknownPerson   Reason = "unknown_person"        // not in the table of people
	DuplicatePerson Reason = "duplicate_person"      // a second row of a person
	NoBirth         Reason = "no_birth_date"         // no year of birth, or before 1900
	NoID            Reason = "no_id"                 // the row's own id is missing or not a number
	NoDate          Reason = "no_date"               // no date, not one, or before 1900
	EndsFirst       Reason = "ends_before_it_starts" // end before start
	AfterDeath      Reason = "starts_after_death"    // a period of registration only
	NoConcept       Reason = "no_concept"            // concept 0 or none
	UnknownConcept  Reason = "concept_not_in_table"  // concept id absent from concept
	OtherVocabulary Reason = "vocabulary_not_mapped" // neither SNOMED nor LOINC
	NotSNOMED       Reason = "not_a_snomed_concept"  // wrong form or partition
	CheckDigit      Reason = "bad_check_digit"       // SNOMED check digit wrong
	OtherLOINC      Reason = "loinc_not_in_mapping"
	PanelOnly       Reason = "panel_without_components" // the panel row itself carries no reading
	NoValue         Reason = "no_value"                 // a measure without its number
	NotNumber       Reason = "value_not_a_number"
	NoUnit          Reason = "unit_missing"
	OtherUnit       Reason = "unit_not_in_table"
	OtherOperator   Reason = "operator_not_known"
	NoDMD           Reason = "no_dmd_mapping" // RxNorm does not map to dm+d
	NoCVX           Reason = "cvx_not_mapped" // US vaccine codes
	NotHospital     Reason = "visit_kind_not_used"
	NotNamed        Reason = "not_named_by_any_row" // of the concept table
)

// What had to be assumed, and for how many people or rows.
const (
	AssumedBirthMonth = "birth_month_taken_as_july"
	AssumedOpen       = "registration_open_at_last_record"
	AssumedFirst      = "registration_from_first_record"
	AssumedBirth      = "registration_from_birth"
	AssumedNoPractice = "person_without_care_site"
	AssumedDiagnosis  = "primary_diagnosis_unknown"
	AssumedMethod     = "admission_method_unknown"
)

// Report counts what an import did. It holds counts and names of tables, reasons
// and measures, never a value from the data.
type Report struct {
	Source      string       `json:"source"` // omop or synthea
	AsOf        string       `json:"as_of"`
	Synthetic   bool         `json:"synthetic"` // the people are known not to exist
	People      int64        `json:"people"`
	Practices   int64        `json:"practices"`
	Tables      []TableCount `json:"tables"`
	Measures    []Count      `json:"measures"`    // rows mapped, by measure
	Assumptions []Count      `json:"assumptions"` // people or rows, by what was assumed
	Missing     []string     `json:"missing_tables"`
}

// TableCount accounts for every row of a source table: Rows is the sum of Used
// and Dropped.
type TableCount struct {
	Table   string  `json:"table"`
	Rows    int64   `json:"rows"`
	Used    int64   `json:"used"`
	Dropped []Count `json:"dropped"`
}

// Count is a number of rows or people under a name.
type Count struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// Print writes the report as lines of text, in a fixed order.
func (r Report) Print(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "imported %s as at %s: %d people, practices %d\n", r.Source, r.AsOf, r.People, r.Practices)
	for _, t := range r.Tables {
		fmt.Fprintf(&text, "  %-40s %9d rows %9d used\n", t.Table, t.Rows, t.Used)
		for _, c := range t.Dropped {
			fmt.Fprintf(&text, "    %-38s %9d left out\n", c.Name, c.N)
		}
	}
	for _, c := range r.Measures {
		fmt.Fprintf(&text, "  measure %-32s %9d rows\n", c.Name, c.N)
	}
	for _, c := range r.Assumptions {
		fmt.Fprintf(&text, "  assumed %-32s %9d\n", c.Name, c.N)
	}
	for _, t := range r.Missing {
		fmt.Fprintf(&text, "  no table %s\n", t)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// file is the report's name beside the job file.
const file = "import-report.json"

// Save writes the report as import-report.json in a folder.
func (r Report) Save(dir string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode import report: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, file), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write import report: %w", err)
	}
	return nil
}

// Ledger gathers counts while rows pass. Make it with [NewLedger]; it is not safe
// for concurrent use.
type Ledger struct {
	Measures map[string]int64 // rows mapped, by measure
	Assumed  map[string]int64 // people or rows, by assumption
	tables   []*Rows
}

// NewLedger returns an empty ledger.
func NewLedger() *Ledger {
	return &Ledger{Measures: map[string]int64{}, Assumed: map[string]int64{}}
}

// Rows accounts for the rows of one source table.
type Rows struct {
	table   string
	rows    int64
	used    int64
	dropped map[Reason]int64
}

// Table returns the account of a source table, in the order first asked for.
func (l *Ledger) Table(name string) *Rows {
	for _, t := range l.tables {
		if t.table == name {
			return t
		}
	}
	t := &Rows{table: name, dropped: map[Reason]int64{}}
	l.tables = append(l.tables, t)
	return t
}

// Use counts a row that went into the extract or was read for it.
func (r *Rows) Use() { r.rows++; r.used++ }

// Drop counts a row left out.
func (r *Rows) Drop(why Reason) { r.rows++; r.dropped[why]++ }

// Settle counts a row as used, or as left out when there is a reason.
func (r *Rows) Settle(why Reason) {
	if why == "" {
		r.Use()
		return
	}
	r.Drop(why)
}

// Fill copies the counts into a report.
func (l *Ledger) Fill(r *Report) {
	for _, t := range l.tables {
		c := TableCount{Table: t.table, Rows: t.rows, Used: t.used, Dropped: sorted(t.dropped)}
		r.Tables = append(r.Tables, c)
	}
	r.Measures, r.Assumptions = sorted(l.Measures), sorted(l.Assumed)
}

func sorted[K ~string](m map[K]int64) []Count {
	list := make([]Count, 0, len(m))
	for name, n := range m {
		list = append(list, Count{string(name), n})
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
