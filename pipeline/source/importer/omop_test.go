package importer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"riskband/stratify/frame"
)

// folderOf writes files and returns their folder.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The tiny folder. As at 2022-12-31; the last record of anyone is 2022-06-01.
//
//	1 woman, site 7, period to 2023-12-31 (past the data: open)
//	2 man, site 5, month from the timestamp, period ended 2019-06-30 although
//	  records go on to 2021-02-01 (really ended)
//	3 sex unknown, no site, July assumed, no period: from the first record, to death
//	4 no year of birth; the second row of 1; both left out
//	6 period ends with the last record, 2021-03-03: open
func tinyOMOP() map[string]string {
	return map[string]string{
		"person.csv": `person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth,birth_datetime,care_site_id
1,8532,1950,3,15,,7
2,8507,1960,,,1960-11-20 00:00:00,5
3,0,1970,,,,
4,8507,,,,,7
1,8507,1951,1,1,,5
6,8507,1980,1,1,,8
`,
		"care_site.csv": "care_site_id,care_site_name\n9,Nobody's\n7,A name never copied\n5,Another\n",
		"observation_period.csv": `observation_period_id,person_id,observation_period_start_date,observation_period_end_date
1,1,2010-01-01,2023-12-31
2,2,2015-05-01,2019-06-30
3,99,2015-05-01,2019-06-30
4,2,2019-01-01,2018-01-01
5,6,2020-01-01,2021-03-02
`,
		"death.csv": "person_id,death_date\n3,2022-03-09\n99,2022-01-01\n",
		"concept.csv": `concept_id,concept_name,vocabulary_id,concept_code
100,Hypertensive disorder,SNOMED,38341003
101,Broken,SNOMED,38341004
200,Systolic,LOINC,8480-6
201,A1c,LOINC,4548-4
202,Height,LOINC,8302-2
300,Hypertension,ICD10,I10
301,Hypertension,ICD10CM,I10
302,Heart disease,ICD10,I11.9
400,mmHg,UCUM,mm[Hg]
401,%,UCUM,%
900,Not named,RxNorm,1
`,
		"condition_occurrence.csv": `condition_occurrence_id,person_id,condition_concept_id,condition_start_date,visit_occurrence_id,condition_source_concept_id
12,1,100,2012-04-04,1000,302
11,1,300,2012-04-04,1000,
13,2,301,2016-01-01,,100
14,2,301,2016-01-01,,0
15,2,0,2016-01-01,,
16,2,777,2016-01-01,,
17,2,101,2016-01-01,,
18,2,100,,,
19,99,100,2016-01-01,,
`,
		"measurement.csv": `measurement_id,person_id,measurement_concept_id,measurement_date,operator_concept_id,value_as_number,unit_concept_id,unit_source_value,measurement_source_concept_id
1,1,200,2022-06-01,0,139,400,,0
2,1,201,2022-05-01,4171756,6.5,401,,
3,1,202,2022-05-01,,170,,cm,
4,1,200,2022-05-01,,18.5,,kPa,
5,1,200,2022-05-01,,120,,,
6,1,200,2022-05-01,,,400,,
7,1,200,2022-05-01,1234,120,400,,
8,2,200,2021-02-01,,150,0,mmHg,
9,1,200,2022-05-01,,120/80,400,,
10,1,200,2030-01-01,4172703,121,400,,
`,
		"observation.csv":   "observation_id,person_id,observation_concept_id,observation_date,value_as_number\n1,3,100,2020-02-02,\n2,6,100,2021-03-03,4.5\n",
		"drug_exposure.csv": "person_id,drug_exposure_start_date\n1,2020-01-01\n99,\n",
		"visit_occurrence.csv": `visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_end_date,admitted_from_concept_id
1000,1,9201,2012-04-04,2012-04-09,
1001,1,9203,2012-05-01,2012-05-02,
1002,1,9201,2012-05-03,,
1003,2,262,2016-02-02,2016-02-03,
1004,2,9202,2016-02-02,2016-02-02,
1005,2,9201,2016-02-02,2016-02-01,
1006,2,9201,2017-02-02,2017-02-04,9203
1007,99,9203,2016-02-02,2016-02-02,
`,
	}
}

const tinyWant = `patients Z00001 2 2015-05-01 2019-06-30 1960-11-01 male -
patients Z00002 1 2010-01-01 - 1950-03-01 female -
patients Z99999 3 2020-02-02 2022-03-09 1970-07-01 unknown 2022-03-01
patients Z99999 6 2020-01-01 - 1980-01-01 male -
clinical_events Z00001 2 2016-01-01 38341003 - - -
clinical_events Z00001 2 2021-02-01 271649006 150 - mmHg
clinical_events Z00002 1 2012-04-04 38341003 - - -
clinical_events Z00002 1 2022-05-01 999791000000106 48 < mmol/mol
clinical_events Z00002 1 2022-06-01 271649006 139 - mmHg
clinical_events Z00002 1 2030-01-01 271649006 121 - mmHg
clinical_events Z99999 3 2020-02-02 38341003 - - -
clinical_events Z99999 6 2021-03-03 38341003 4.5 - -
apcs Z00001 2 1003 2016-02-02 2016-02-03 21 R69X
apcs Z00001 2 1006 2017-02-02 2017-02-04 21 R69X
apcs Z00002 1 1000 2012-04-04 2012-04-09 99 I10
apcs Z00002 1 1002 2012-05-03 - 21 R69X
ec Z00002 1 1001 2012-05-01`

const tinyReport = `person 6 4 duplicate_person=1 no_birth_date=1
death 2 1 unknown_person=1
drug_exposure 2 0 no_dmd_mapping=2
observation_period 5 3 ends_before_it_starts=1 unknown_person=1
concept 11 10 not_named_by_any_row=1
care_site 3 3
condition_occurrence 9 2 bad_check_digit=1 concept_not_in_table=1 no_concept=1 no_date=1 unknown_person=1 vocabulary_not_mapped=2
measurement 10 4 loinc_not_in_mapping=1 no_value=1 operator_not_known=1 unit_missing=1 unit_not_in_table=1 value_not_a_number=1
observation 2 2
visit_occurrence 8 5 ends_before_it_starts=1 unknown_person=1 visit_kind_not_used=1
measures hba1c=1 systolic_bp=3
assumed admission_method_unknown=1 birth_month_taken_as_july=1 person_without_care_site=2 primary_diagnosis_unknown=3 registration_from_first_record=1 registration_open_at_last_record=1`

func asOf2022() Options { return Options{AsOf: frame.Date(2022, 12, 31)} }

func checkTiny(t *testing.T, files map[string]string, want string) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "out")
	r, err := OMOP(t.Context(), folderOf(t, files), to, asOf2022())
	if err != nil {
		t.Fatal(err)
	}
	if got := dump(t, to, omopKeys()); got != want {
		t.Errorf("extract:\n%s\nwant:\n%s", got, want)
	}
	if got := lines(r); got != tinyReport {
		t.Errorf("report:\n%s\nwant:\n%s", got, tinyReport)
	}
	if r.People != 4 || r.Practices != 3 || r.Synthetic || r.AsOf != "2022-12-31" || r.Source != "omop" {
		t.Errorf("report head %+v", r)
	}
}

func TestOMOP54(t *testing.T) { checkTiny(t, tinyOMOP(), tinyWant) }

// 5.3 spells one column otherwise; names come in capitals, the vocabulary with
// tabs and plain dates, whole numbers with a point.
func TestOMOP53(t *testing.T) {
	files := map[string]string{}
	for name, text := range tinyOMOP() {
		text = strings.ReplaceAll(text, "admitted_from_concept_id", "admitting_source_concept_id")
		head, body, _ := strings.Cut(text, "\n")
		if name == "concept.csv" {
			head, body = strings.ReplaceAll(head, ",", "\t"), strings.ReplaceAll(body, ",", "\t")
			body = strings.ReplaceAll(body, "Not named", `5" stent`)
		}
		if name == "observation.csv" {
			body = strings.ReplaceAll(body, "2021-03-03", "20210303")
		}
		body = strings.ReplaceAll(body, ",8507,", ",8507.0,")
		files[strings.ToUpper(name)] = "\ufeff" + strings.ToUpper(head) + "\r\n" + strings.ReplaceAll(body, "\n", "\r\n")
	}
	checkTiny(t, files, tinyWant)
}

// What stands beside the extract.
func TestOMOPFiles(t *testing.T) {
	to := filepath.Join(t.TempDir(), "out")
	from := folderOf(t, tinyOMOP())
	r, err := OMOP(t.Context(), from, to, asOf2022())
	if err != nil {
		t.Fatal(err)
	}
	text := func(name string) string {
		b, err := os.ReadFile(filepath.Join(to, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	practices := text("reference/practices.csv")
	want := "\nZ99999,Imported practice 99999,IMPORTED-N,Imported neighbourhood,IMPORTED-P,Imported place,IMPORTED-S,Imported system,2010-01-01,,\n"
	if !strings.HasSuffix(practices, want) || strings.Count(practices, "\n") != 4 || strings.Contains(practices, "never copied") {
		t.Errorf("practices.csv:\n%s", practices)
	}
	if lsoa := text("reference/lsoa.csv"); strings.Count(lsoa, "\n") != 1 {
		t.Errorf("lsoa.csv:\n%s", lsoa)
	}
	if job := text("job.yaml"); !strings.Contains(job, "disclosure:\n  profile: interim\n") || !strings.Contains(job, "personal data") {
		t.Errorf("job.yaml:\n%s", job)
	}
	var saved Report
	if err := json.Unmarshal([]byte(text("import-report.json")), &saved); err != nil || lines(saved) != lines(r) {
		t.Errorf("import-report.json: %v\n%s", err, lines(saved))
	}
	if _, err := OMOP(t.Context(), from, to, asOf2022()); !errors.Is(err, ErrTarget) {
		t.Errorf("a second import into the same folder gave %v", err)
	}
}

// With more care sites than practices written at once, every row is read several
// times but counted and written once.
func TestOMOPManyPractices(t *testing.T) {
	files := map[string]string{
		"person.csv":      "person_id,gender_concept_id,year_of_birth,month_of_birth,care_site_id\n",
		"care_site.csv":   "care_site_id\n",
		"concept.csv":     tinyOMOP()["concept.csv"],
		"observation.csv": "person_id,observation_concept_id,observation_date\n99,100,2020-01-01\n",
	}
	var want []string
	const n = 2*practicesAtOnce + 3
	for i := 1; i <= n; i++ {
		files["person.csv"] += fmt.Sprintf("%d,8532,1980,1,%d\n", i, i)
		files["care_site.csv"] += fmt.Sprintf("%d\n", i)
		files["observation.csv"] += fmt.Sprintf("%d,100,2020-01-02\n", i)
		want = append(want, fmt.Sprintf("patients Z%05d %d 2020-01-02 - 1980-01-01 female -", i, i))
	}
	slices.Sort(want)
	to := filepath.Join(t.TempDir(), "out")
	r, err := OMOP(t.Context(), folderOf(t, files), to, asOf2022())
	if err != nil {
		t.Fatal(err)
	}
	got := dump(t, to, omopKeys())
	if !strings.HasPrefix(got, strings.Join(want, "\n")+"\n") || strings.Count(got, "clinical_events") != n {
		t.Errorf("extract:\n%s", got)
	}
	if r.Practices != n || !strings.Contains(lines(r), fmt.Sprintf("observation %d %d unknown_person=1\n", n+1, n)) {
		t.Errorf("report:\n%s", lines(r))
	}
	if missing := strings.Join(r.Missing, " "); missing != "observation_period death condition_occurrence measurement drug_exposure visit_occurrence" {
		t.Errorf("missing tables %q", missing)
	}
}

func TestOMOPRefusals(t *testing.T) {
	f := func(files map[string]string, wants ...string) {
		t.Helper()
		_, err := OMOP(t.Context(), folderOf(t, files), filepath.Join(t.TempDir(), "out"), asOf2022())
		for _, want := range wants {
			if !errors.Is(err, ErrSource) || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v lacks %q", err, want)
			}
		}
	}
	f(map[string]string{"death.csv": "person_id,death_date\n"}, "no table person", "no table concept")
	broken := tinyOMOP()
	broken["measurement.csv"] = "person_id,measurement_concept_id\n1,200\n"
	f(broken, "measurement.csv column measurement_date: column missing")
	damaged := tinyOMOP()
	damaged["measurement.parquet"] = "PAR1 no PAR1"
	delete(damaged, "measurement.csv")
	f(damaged, "measurement.parquet: not a Parquet file")
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := OMOP(stopped, folderOf(t, tinyOMOP()), filepath.Join(t.TempDir(), "out"), asOf2022()); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped import gave %v", err)
	}
	if _, err := OMOP(t.Context(), folderOf(t, tinyOMOP()), filepath.Join(t.TempDir(), "out"), Options{AsOf: frame.NoDay}); !errors.Is(err, ErrAsOf) {
		t.Errorf("an import without a day gave %v", err)
	}
}
