package importer

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"riskband/pipeline/extract/anytable"
	"riskband/pipeline/source/importer/folder"
	"riskband/stratify/frame"
)

// sums holds, by table and practice-independent key, how many rows an extract has
// and what they add up to.
type sums struct {
	rows  map[string]int64   // by table, by code, by admission method
	value map[string]float64 // by SNOMED code
	days  map[string]int64   // by column
}

func sumUp(t *testing.T, dir string) sums {
	t.Helper()
	s := sums{map[string]int64{}, map[string]float64{}, map[string]int64{}}
	each := func(table string, columns []string, do func(folder.Row)) {
		files, err := filepath.Glob(filepath.Join(dir, "extract", "*", table+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			err := anytable.Read(file, columns, func(values []anytable.Value) error {
				s.rows[table]++
				do(values)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	each("patients", []string{"birth_month", "death_month", "registration_start", "registration_end", "sex"}, func(r folder.Row) {
		s.days["birth"] += r[0].Int
		s.days["death"] += r[1].Int
		s.days["start"] += r[2].Int
		if r[3].Kind == anytable.NullValue {
			s.rows["open"]++
		}
		s.rows[r.Text(4)]++
	})
	each("clinical_events", []string{"snomedct_code", "numeric_value", "date"}, func(r folder.Row) {
		s.rows[r.Text(0)]++
		s.value[r.Text(0)] += r[1].Float
		if r[1].Kind == anytable.NullValue {
			s.days["coded"] += r[2].Int
		}
	})
	each("apcs", []string{"admission_method"}, func(r folder.Row) { s.rows["method "+r.Text(0)]++ })
	each("ec", []string{"patient_id"}, func(folder.Row) {})
	return s
}

func (s sums) check(t *testing.T, rows map[string]int64, values map[string]float64, days map[string]int64) {
	t.Helper()
	for name, want := range rows {
		if s.rows[name] != want {
			t.Errorf("%d rows of %s, want %d", s.rows[name], name, want)
		}
	}
	for code, want := range values {
		if math.Abs(s.value[code]-want) > want*1e-6 {
			t.Errorf("values of %s add up to %.3f, want %.3f", code, s.value[code], want)
		}
	}
	for column, want := range days {
		if s.days[column] != want {
			t.Errorf("days of %s add up to %d, want %d", column, s.days[column], want)
		}
	}
}

const shared = "../../../../shared"

func realFolder(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(shared, "data", name)
	if _, err := os.Stat(dir); err != nil {
		t.Skip("skipped: no folder at", dir)
	}
	return dir
}

// Figures by DuckDB 2.0.0 over the same folder, worked without this package:
//
//	-- rows and values of a measure; cholesterol over 38.67, HbA1c as rounded
//	select k.concept_code, count(*), sum(value_as_number),
//	       sum(round(10.929 * (value_as_number::double - 2.15))), sum(value_as_number::double / 38.67)
//	from 'measurement.parquet' m join 'concept.parquet' k on k.concept_id = m.measurement_concept_id
//	where k.vocabulary_id = 'LOINC' and k.concept_code in (the seven of loinc.csv) group by 1
//	-- rows with a SNOMED concept, and their days
//	select count(*), sum(d - date '1970-01-01') from (
//	  select condition_concept_id c, condition_start_date d from 'condition_occurrence.parquet' union all
//	  select measurement_concept_id, measurement_date from 'measurement.parquet' union all
//	  select observation_concept_id, observation_date from 'observation.parquet')
//	join 'concept.parquet' on concept_id = c where vocabulary_id = 'SNOMED'
//	-- stays after an emergency visit
//	with e as (select person_id, visit_end_date d from 'visit_occurrence.parquet' where visit_concept_id = 9203)
//	select exists(select 1 from e where e.person_id = v.person_id
//	  and e.d between v.visit_start_date - interval 1 day and v.visit_start_date), count(*)
//	from 'visit_occurrence.parquet' v where visit_concept_id = 9201 group by 1
//	-- people
//	select sum(make_date(year_of_birth, month_of_birth, 1) - date '1970-01-01'),
//	  count(*) filter (gender_concept_id = 8532) from 'person.parquet'
//	select sum(date_trunc('month', death_date)::date - date '1970-01-01') from 'death.parquet'
//	select sum(greatest(observation_period_start_date, make_date(year_of_birth, month_of_birth, 1))
//	  - date '1970-01-01') from 'observation_period.parquet' join 'person.parquet' using (person_id)
func TestOMOPRealFolder(t *testing.T) {
	to := filepath.Join(t.TempDir(), "out")
	r, err := OMOP(t.Context(), realFolder(t, "omop-synthea27nj"), to, Options{AsOf: frame.Date(2022, 10, 10)})
	if err != nil {
		t.Fatal(err)
	}
	const want = `person 28 28
death 3 3
drug_exposure 883 0 no_dmd_mapping=883
observation_period 28 28
concept 2294 297 not_named_by_any_row=1997
care_site 0 0
condition_occurrence 470 470
measurement 10040 3286 loinc_not_in_mapping=6754
observation 8099 450 loinc_not_in_mapping=7649
visit_occurrence 1791 69 visit_kind_not_used=1722
measures bmi=438 diastolic_bp=726 hba1c=195 ldl_cholesterol=158 systolic_bp=726 total_cholesterol=158
assumed admission_method_unknown=9 person_without_care_site=28 primary_diagnosis_unknown=13 registration_open_at_last_record=24`
	if got := lines(r); got != want {
		t.Errorf("report:\n%s\nwant:\n%s", got, want)
	}
	sumUp(t, to).check(t,
		map[string]int64{
			"patients": 28, "female": 13, "male": 15, "open": 25, "clinical_events": 1805 + 2401,
			"271649006": 726, "271650006": 726, "60621009": 438, "999791000000106": 195,
			"1022191000000100": 158, "1005671000000105": 158,
			"apcs": 13, "method 21": 4, "method 99": 9, "ec": 56,
		},
		map[string]float64{
			"271649006": 87633, "271650006": 58437, "60621009": 11287, "999791000000106": 8194,
			"1022191000000100": 405.55728, "1005671000000105": 758.55443,
		},
		map[string]int64{"birth": 146_323, "death": 44_009, "start": 227_097, "coded": 26_022_781},
	)
}

// Figures by DuckDB 2.0.0 over the same folder, worked without this package:
//
//	select case when system = 'cvx' then 'cvx'
//	  when system = 'sct' then case when regexp_full_match(code, '[0-9]+') then 'snomed' else 'form' end
//	  when code in ('55284-4', '85354-9') then 'panel'
//	  when code in (the seven of loinc.csv) then code else 'other' end, count(*),
//	  sum(value::double), sum(round(10.929 * (value::double - 2.15))), sum(value::double / 38.67)
//	from 'events.parquet' group by 1
//	select sum(left(date, 10)::date - date '1970-01-01') from 'events.parquet'
//	where system = 'sct' and regexp_full_match(code, '[0-9]+')
//	with e as (select patient_id, left("end", 10)::date d from 'encounters.parquet' where class in ('EMER', 'emergency'))
//	select case when exists(select 1 from e where e.patient_id = v.patient_id
//	    and e.d between left(start, 10)::date - interval 1 day and left(start, 10)::date) then '21'
//	  when type_code = '183495009' then '11' else '99' end, count(*)
//	from 'encounters.parquet' v where class in ('IMP', 'inpatient') group by 1
//	select sum(date_trunc('month', birth_date::date)::date - date '1970-01-01'),
//	  sum(date_trunc('month', death_date::date)::date - date '1970-01-01'),
//	  count(*) filter (sex = 'F'), count(*) filter (death_date is null) from 'patients.parquet'
//	-- first record, not after death nor before the month of birth
//	select sum(greatest(least(f, coalesce(death_date::date, f)), date_trunc('month', birth_date::date)::date)
//	  - date '1970-01-01') from 'patients.parquet' left join (select patient_id, min(left(d, 10)::date) f from (
//	  select patient_id, date d from 'events.parquet' union all select patient_id, start from 'encounters.parquet'
//	  union all select patient_id, authored from 'medications.parquet') group by 1) using (patient_id)
//
// Every numeric sct code passes the check digit by a Verhoeff scheme written in
// another language; the 74 others are one LOINC code under the wrong system.
func TestSyntheaRealFolder(t *testing.T) {
	to := filepath.Join(t.TempDir(), "out")
	r, err := Synthea(t.Context(), realFolder(t, "synthea-smart"), to, Options{AsOf: frame.Date(2021, 3, 31)})
	if err != nil {
		t.Fatal(err)
	}
	const want = `patients 2076 2076
medications 10292 0 no_dmd_mapping=10292
events 209988 64312 cvx_not_mapped=20552 loinc_not_in_mapping=110913 not_a_snomed_concept=74 panel_without_components=14137
encounters 36543 2845 visit_kind_not_used=33698
measures bmi=12182 egfr=3956 hba1c=5888 ldl_cholesterol=3963 total_cholesterol=3963
assumed admission_method_unknown=811 primary_diagnosis_unknown=929 registration_from_birth=1 registration_from_first_record=2075`
	if got := lines(r); got != want {
		t.Errorf("report:\n%s\nwant:\n%s", got, want)
	}
	if !r.Synthetic || r.People != 2076 || r.Practices != 3 || r.Source != "synthea" {
		t.Errorf("report head %+v", r)
	}
	sumUp(t, to).check(t,
		map[string]int64{
			"patients": 2076, "female": 1044, "male": 1032, "open": 1492, "clinical_events": 34360 + 29952,
			"60621009": 12182, "80274001": 3956, "999791000000106": 5888,
			"1022191000000100": 3963, "1005671000000105": 3963,
			"apcs": 929, "method 21": 80, "method 11": 38, "method 99": 811, "ec": 1916,
		},
		map[string]float64{
			"60621009": 327975.8669, "80274001": 307977.536, "999791000000106": 250521,
			"1022191000000100": 9904.54961, "1005671000000105": 19077.118,
		},
		map[string]int64{"birth": -150_930, "death": 6_331_326, "start": 9_972_830, "coded": 503_430_625},
	)
}

// An invented code must belong to no real practice.
func TestInventedPracticesAreInvented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(shared, "data/reference/epraccur_2023.csv"))
	if err != nil {
		t.Skip("skipped: no list of practices beside the project")
	}
	codes := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(strings.Trim(line, `"`), withoutCareSite[:1]) {
			t.Fatal("a real organisation has a code with this letter")
		}
		codes++
	}
	if codes < 10_000 {
		t.Errorf("%d organisations in the list, want the whole of it", codes)
	}
}
