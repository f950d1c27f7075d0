package importer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"riskband/stratify/frame"
)

// Options of an import.
type Options struct {
	AsOf frame.Day // the extract's own day; must be known
}

// Reason says why a row was left out.
type Reason string

// The reasons a row can be left out for.
const (
	ReasonUnknownPerson   Reason = "unknown_person"        // not in the table of people
	ReasonDuplicatePerson Reason = "duplicate_person"      // a second row of a person
	ReasonNoBirth         Reason = "no_birth_date"         // no year of birth, or before 1900
	ReasonNoDate          Reason = "no_date"               // no date, not one, or before 1900
	ReasonEndsFirst       Reason = "ends_before_it_starts" // end before start
	ReasonAfterDeath      Reason = "starts_after_death"    // a period of registration only
	ReasonNoConcept       Reason = "no_concept"            // concept 0 or none
	ReasonUnknownConcept  Reason = "concept_not_in_table"  // concept id absent from concept
	ReasonVocabulary      Reason = "vocabulary_not_mapped" // neither SNOMED nor LOINC
	ReasonBadForm         Reason = "not_a_snomed_concept"  // wrong form or partition
	ReasonCheckDigit      Reason = "bad_check_digit"       // SNOMED check digit wrong
	ReasonLOINC           Reason = "loinc_not_in_mapping"
	ReasonPanel           Reason = "panel_without_components" // the panel row itself carries no reading
	ReasonNoValue         Reason = "no_value"                 // a measure without its number
	ReasonNotNumber       Reason = "value_not_a_number"
	ReasonNoUnit          Reason = "unit_missing"
	ReasonUnit            Reason = "unit_not_in_table"
	ReasonOperator        Reason = "operator_not_known"
	ReasonNoDMD           Reason = "no_dmd_mapping" // RxNorm does not map to dm+d
	ReasonCVX             Reason = "cvx_not_mapped" // US vaccine codes
	ReasonNotHospital     Reason = "visit_kind_not_used"
	ReasonNotNamed        Reason = "not_named_by_any_row" // of the concept table
)

// What had to be assumed, and for how many people or rows.
const (
	assumedBirthMonth = "birth_month_taken_as_july"
	assumedOpen       = "registration_open_at_last_record"
	assumedFirst      = "registration_from_first_record"
	assumedBirth      = "registration_from_birth"
	assumedNoPractice = "person_without_care_site"
	assumedDiagnosis  = "primary_diagnosis_unknown"
	assumedMethod     = "admission_method_unknown"
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

// DroppedFor returns how many rows of a table were left out for a reason.
func (r Report) DroppedFor(table string, why Reason) int64 {
	for _, t := range r.Tables {
		if t.Table != table {
			continue
		}
		for _, c := range t.Dropped {
			if c.Name == string(why) {
				return c.N
			}
		}
	}
	return 0
}

// Print writes the report as lines of text, in a fixed order.
func (r Report) Print(w io.Writer) error {
	text := fmt.Sprintf("imported %s as at %s: %d people in %d practices\n", r.Source, r.AsOf, r.People, r.Practices)
	for _, t := range r.Tables {
		text += fmt.Sprintf("  %-22s %9d rows %9d used\n", t.Table, t.Rows, t.Used)
		for _, c := range t.Dropped {
			text += fmt.Sprintf("    %-33s %9d left out\n", c.Name, c.N)
		}
	}
	for _, c := range r.Measures {
		text += fmt.Sprintf("  measure %-27s %9d rows\n", c.Name, c.N)
	}
	for _, c := range r.Assumptions {
		text += fmt.Sprintf("  assumed %-27s %9d\n", c.Name, c.N)
	}
	for _, t := range r.Missing {
		text += fmt.Sprintf("  no table %s\n", t)
	}
	_, err := io.WriteString(w, text)
	return err
}

// reportFile is the report's name beside the job file.
const reportFile = "import-report.json"

func (r Report) save(dir string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encode import report: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, reportFile), append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("write import report: %w", err)
	}
	return nil
}

// ledger gathers counts while rows pass.
type ledger struct {
	tables   []*account
	measures counts
	assumed  counts
}

// account of the rows of one source table.
type account struct {
	table   string
	rows    int64
	used    int64
	dropped map[Reason]int64
}

type counts map[string]int64

// table returns the account of a source table, in the order first asked for.
func (l *ledger) table(name string) *account {
	for _, t := range l.tables {
		if t.table == name {
			return t
		}
	}
	t := &account{table: name, dropped: map[Reason]int64{}}
	l.tables = append(l.tables, t)
	return t
}

func (t *account) use() { t.rows++; t.used++ }

func (t *account) drop(why Reason) { t.rows++; t.dropped[why]++ }

// settle counts a row as used, or as dropped when there is a reason.
func (t *account) settle(why Reason) {
	if why == "" {
		t.use()
		return
	}
	t.drop(why)
}

func (l *ledger) fill(r *Report) {
	for _, t := range l.tables {
		c := TableCount{Table: t.table, Rows: t.rows, Used: t.used, Dropped: sorted(t.dropped)}
		r.Tables = append(r.Tables, c)
	}
	r.Measures, r.Assumptions = sorted(l.measures), sorted(l.assumed)
}

func sorted[K ~string](m map[K]int64) []Count {
	list := make([]Count, 0, len(m))
	for name, n := range m {
		list = append(list, Count{string(name), n})
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
