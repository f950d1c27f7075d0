package source

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	reader "github.com/parquet-go/parquet-go"

	"riskband/stratify/frame"
	"riskband/stratify/tally"
)

// Rows as another library reads them: parquet-go/parquet-go matches columns by
// name and fails when a type differs.
type readPatient struct {
	ID       string  `parquet:"patient_id"`
	Practice string  `parquet:"practice_code"`
	Start    int32   `parquet:"registration_start,date"`
	End      *int32  `parquet:"registration_end,optional,date"`
	Kind     *string `parquet:"registration_type,optional"`
	Birth    int32   `parquet:"birth_month,date"`
	Sex      string  `parquet:"sex"`
	Ethnic   *string `parquet:"ethnicity,optional"`
	LSOA     *string `parquet:"lsoa_code,optional"`
	Death    *int32  `parquet:"death_month,optional,date"`
	CareHome *bool   `parquet:"care_home,optional"`
	OptOut   *string `parquet:"opt_out,optional"`
}

type readEvent struct {
	ID    string   `parquet:"patient_id"`
	Date  int32    `parquet:"date,date"`
	Code  string   `parquet:"snomedct_code"`
	Value *float64 `parquet:"numeric_value,optional"`
	Less  *string  `parquet:"comparator,optional"`
	Unit  *string  `parquet:"unit,optional"`
}

type readSpell struct {
	ID        string   `parquet:"patient_id"`
	Spell     string   `parquet:"spell_id"`
	In        int32    `parquet:"admission_date,date"`
	Out       *int32   `parquet:"discharge_date,optional,date"`
	Method    string   `parquet:"admission_method"`
	Primary   string   `parquet:"primary_diagnosis"`
	Secondary []string `parquet:"secondary_diagnoses,list,optional"`
	Cost      *int64   `parquet:"cost_pence,optional"`
}

func written(t *testing.T, fill func(w *PracticeWriter)) string {
	t.Helper()
	dir := t.TempDir()
	w, err := NewPractice(dir, "Y00001")
	if err != nil {
		t.Fatal(err)
	}
	fill(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "practice_code=Y00001")
}

func read[T any](t *testing.T, dir, table string) []T {
	t.Helper()
	rows, err := reader.ReadFile[T](filepath.Join(dir, table+".parquet"))
	if err != nil {
		t.Fatalf("read %s: %v", table, err)
	}
	return rows
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func shown[T any](v *T) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprint(*v)
}

func TestPatientsReadBackByAnotherLibrary(t *testing.T) {
	yes := true
	birth := frame.Date(1950, 2, 1)
	dir := written(t, func(w *PracticeWriter) {
		must(t, w.Patient(Patient{
			PatientID: "a", RegistrationStart: 100, RegistrationEnd: 200, RegistrationType: "regular",
			BirthMonth: birth, Sex: "female", Ethnicity: "A", LSOACode: "E0109", DeathMonth: 300,
			CareHome: &yes, OptOut: "none",
		}))
		must(t, w.Patient(Patient{
			PatientID: "b", RegistrationStart: -5, RegistrationEnd: frame.NoDay, BirthMonth: -31,
			Sex: "unknown", DeathMonth: frame.NoDay,
		}))
	})
	got := ""
	for _, r := range read[readPatient](t, dir, "patients") {
		got += fmt.Sprintln(r.ID, r.Practice, r.Start, shown(r.End), shown(r.Kind), r.Birth, r.Sex,
			shown(r.Ethnic), shown(r.LSOA), shown(r.Death), shown(r.CareHome), shown(r.OptOut))
	}
	want := "a Y00001 100 200 regular -7274 female A E0109 300 true none\n" +
		"b Y00001 -5 null null -31 unknown null null null null null\n"
	if got != want {
		t.Errorf("read back\n%swant\n%s", got, want)
	}
	if rows := read[readEvent](t, dir, "clinical_events"); len(rows) != 0 {
		t.Errorf("empty table reads as %d rows", len(rows))
	}
	if _, err := os.Stat(filepath.Join(dir, "apcs.parquet")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a table without rows exists: %v", err)
	}
}

// Two row groups, so that dictionaries, null counts and page indexes of the
// second are its own.
func TestEventsAcrossRowGroups(t *testing.T) {
	const rows = groupPages*pageRows + pageRows + 7
	at := func(i int) Event {
		e := Event{
			PatientID: fmt.Sprintf("p%06d", i/40), Date: frame.Day(i % 7000),
			SnomedCTCode: fmt.Sprint(1000 + i%700), NumericValue: math.NaN(),
		}
		if i%3 == 1 {
			e.NumericValue, e.Unit = float64(i%900)/8, "mmHg"
		}
		return e
	}
	dir := written(t, func(w *PracticeWriter) {
		for i := range rows {
			must(t, w.Event(at(i)))
		}
	})
	got := read[readEvent](t, dir, "clinical_events")
	if len(got) != rows {
		t.Fatalf("read %d rows, want %d", len(got), rows)
	}
	for i, r := range got {
		e := at(i)
		missing := math.IsNaN(e.NumericValue)
		if r.ID != e.PatientID || r.Date != int32(e.Date) || r.Code != e.SnomedCTCode || r.Less != nil ||
			missing != (r.Value == nil) || missing != (r.Unit == nil) || (!missing && *r.Value != e.NumericValue) {
			t.Fatalf("row %d differs from what was written", i)
		}
	}
	footer(t, filepath.Join(dir, "clinical_events.parquet"), rows)
}

// footer checks what readers prune by: rows, nulls and page positions.
func footer(t *testing.T, path string, rows int64) {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	info, err := file.Stat()
	must(t, err)
	f, err := reader.OpenFile(file, info.Size())
	must(t, err)
	if f.NumRows() != rows || len(f.RowGroups()) != 2 {
		t.Fatalf("footer says %d rows in %d row groups", f.NumRows(), len(f.RowGroups()))
	}
	for g, group := range f.RowGroups() {
		first := int64(g) * groupPages * pageRows
		var nulls int64
		for i := first; i < first+group.NumRows(); i++ {
			if i%3 != 1 {
				nulls++
			}
		}
		if got := f.Metadata().RowGroups[g].Columns[3].MetaData.Statistics.NullCount; got != nulls {
			t.Errorf("row group %d numeric_value: footer says %d nulls, want %d", g, got, nulls)
		}
		offsets, err := group.ColumnChunks()[3].OffsetIndex()
		must(t, err)
		index, err := group.ColumnChunks()[3].ColumnIndex()
		must(t, err)
		if offsets.NumPages() != index.NumPages() || offsets.FirstRowIndex(offsets.NumPages()-1) != int64(offsets.NumPages()-1)*pageRows {
			t.Errorf("row group %d: page indexes disagree", g)
		}
	}
}

func TestListsAndMissingListsReadBack(t *testing.T) {
	cost := int64(123456)
	dir := written(t, func(w *PracticeWriter) {
		for i, list := range [][]string{{"I10", "E119", "I10"}, nil, {}, {"J449"}} {
			s := Spell{
				PatientID: "a", SpellID: fmt.Sprint("s", i), AdmissionDate: frame.Day(i), DischargeDate: frame.NoDay,
				AdmissionMethod: "21", PrimaryDiagnosis: "J440", SecondaryDiagnoses: list,
			}
			if i == 2 {
				s.CostPence, s.DischargeDate = &cost, 9
			}
			must(t, w.Spell(s))
		}
	})
	got := ""
	for _, r := range read[readSpell](t, dir, "apcs") {
		got += fmt.Sprintln(r.Spell, r.In, shown(r.Out), r.Method, r.Primary, r.Secondary, r.Secondary == nil, shown(r.Cost))
	}
	want := "s0 0 null 21 J440 [I10 E119 I10] false null\ns1 1 null 21 J440 [] true null\n" +
		"s2 2 9 21 J440 [] false 123456\ns3 3 null 21 J440 [J449] false null\n"
	if got != want {
		t.Errorf("read back\n%swant\n%s", got, want)
	}
}

func TestIncompleteRowsAreRefusedByColumn(t *testing.T) {
	written(t, func(w *PracticeWriter) {
		err := w.Event(Event{PatientID: "secret", Date: frame.NoDay})
		want := "write table clinical_events column date: row lacks a required value\n" +
			"write table clinical_events column snomedct_code: row lacks a required value"
		if !errors.Is(err, ErrIncomplete) || err.Error() != want {
			t.Errorf("error %v", err)
		}
	})
}

func TestReferenceAndJob(t *testing.T) {
	dir := t.TempDir()
	must(t, WriteReference(dir, []tally.Membership{{
		Practice: "Y00001", Name: "Synthetic practice 001", NeighbourhoodCode: "N1", Neighbourhood: "North, one",
		PlaceCode: "P1", Place: "Place", SystemCode: "S1", System: "System",
		From: frame.Date(2020, 4, 1), To: frame.NoDay, ListSize: -1,
	}}, []LSOA{{Code: "E01900001", Vintage: "2021", IMDRelease: "R", IMDDecile: 0}, {Code: "E01900002", Vintage: "2021", IMDRelease: "R", IMDDecile: 10}}))
	must(t, WriteJob(dir, JobText{Notice: []string{"Made up.", ""}, OptOuts: OptOutsAppliedUpstream}))
	f := func(file, want string) {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, file))
		must(t, err)
		if string(b) != want {
			t.Errorf("%s is\n%s", file, b)
		}
	}
	f("reference/practices.csv", "practice_code,name,neighbourhood_code,neighbourhood,place_code,place,system_code,system,valid_from,valid_to,list_size\n"+
		"Y00001,Synthetic practice 001,N1,\"North, one\",P1,Place,S1,System,2020-04-01,,\n")
	f("reference/lsoa.csv", "lsoa_code,vintage,imd_release,imd_decile,residence_neighbourhood\nE01900002,2021,R,10,\n")
	f("job.yaml", "# Made up.\n#\n"+fmt.Sprintf(jobTemplate, "applied-upstream"))
}

func BenchmarkEvents(b *testing.B) {
	w, err := NewPractice(b.TempDir(), "Y00001")
	if err != nil {
		b.Fatal(err)
	}
	ids, list := make([]string, 5000), make([]string, 3000)
	for i := range ids {
		ids[i] = fmt.Sprintf("%064x", i*7919)
	}
	for i := range list {
		list[i] = fmt.Sprint(100000000 + i*7)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e := Event{PatientID: ids[i/60%len(ids)], Date: frame.Day(10000 + i*31%9000), SnomedCTCode: list[i*i%len(list)], NumericValue: math.NaN()}
		if i%3 == 0 {
			e.NumericValue, e.Unit = float64(i%400)/2, "mmHg"
		}
		if err := w.Event(e); err != nil {
			b.Fatal(err)
		}
		i++
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "rows/s")
}
