package importer

import (
	"fmt"
	"path/filepath"
	"testing"

	"riskband/stratify/frame"
)

// As at 2020-12-31. One emergency visit ends late in the evening by its own clock,
// which is the next day in UTC: the date as written counts.
func TestSyntheaTiny(t *testing.T) {
	files := map[string]string{
		"patients.csv": "patient_id,birth_date,sex,death_date\na,1956-08-03,M,\nb,1949-11-29,F,2019-05-05\nc,,F,\na,1956-08-03,M,\n",
		"events.csv": `patient_id,kind,system,code,date,value,unit
a,condition,sct,38341003,2015-01-01T23:59:59-05:00,,
a,observation,loinc.org,4548-4,2016-01-01T00:00:00+00:00,7.5,%
a,observation,loinc.org,4548-4,2016-01-02T00:00:00+00:00,high,%
a,observation,loinc.org,8302-2,2016-01-02T00:00:00+00:00,tall,cm
a,immunisation,cvx,140,2016-01-01T00:00:00+00:00,,
a,condition,icd,I10,2016-01-01T00:00:00+00:00,,
b,condition,sct,38341003,,,
c,condition,sct,38341003,2016-01-01T00:00:00+00:00,,
`,
		"encounters.csv": `patient_id,encounter_id,class,type_code,start,end
a,1,EMER,50849002,2017-03-01T20:00:00-05:00,2017-03-01T23:00:00-05:00
a,2,IMP,183452005,2017-03-02T01:00:00-05:00,2017-03-04T01:00:00-05:00
a,3,inpatient,183495009,2018-03-02T01:00:00-05:00,2018-03-04T01:00:00-05:00
a,4,AMB,185349003,2014-12-24T01:00:00-05:00,2014-12-24T01:00:00-05:00
b,5,emergency,50849002,,
`,
	}
	const want = `patients Z00001 a 2014-12-24 - 1956-08-01 male -
patients Z00001 b 1949-11-01 2019-05-05 1949-11-01 female 2019-05-01
clinical_events Z00001 a 2015-01-01 38341003 - - -
clinical_events Z00001 a 2016-01-01 999791000000106 58 - mmol/mol
apcs Z00001 a 2 2017-03-02 2017-03-04 21 R69X
apcs Z00001 a 3 2018-03-02 2018-03-04 11 R69X
ec Z00001 a 1 2017-03-01`
	const report = `patients 4 2 duplicate_person=1 no_birth_date=1
medications 0 0
events 8 2 cvx_not_mapped=1 loinc_not_in_mapping=1 no_date=1 unknown_person=1 value_not_a_number=1 vocabulary_not_mapped=1
encounters 5 3 no_date=1 visit_kind_not_used=1
measures hba1c=1
assumed primary_diagnosis_unknown=2 registration_from_birth=1 registration_from_first_record=1`
	keys := map[string]string{}
	for _, key := range []string{"a", "b", "c"} {
		keys[pseudonym("synthea", key)] = key
	}
	for n := range 6 {
		keys[pseudonym("synthea encounter", fmt.Sprint(n))] = fmt.Sprint(n)
	}
	to := filepath.Join(t.TempDir(), "out")
	r, err := Synthea(t.Context(), folderOf(t, files), to, Options{AsOf: frame.Date(2020, 12, 31)})
	if err != nil {
		t.Fatal(err)
	}
	if got := dump(t, to, keys); got != want {
		t.Errorf("extract:\n%s\nwant:\n%s", got, want)
	}
	if got := lines(r); got != report {
		t.Errorf("report:\n%s\nwant:\n%s", got, report)
	}
}

// 2,076 people make three practices of 692; the order they come in does not matter.
func TestShareOut(t *testing.T) {
	f := func(people, size int, want ...int) {
		t.Helper()
		list, back := make([]person, people), make([]person, people)
		for i := range list {
			list[i].pseudonym = pseudonym("test", fmt.Sprint(i))
			back[people-1-i].pseudonym = list[i].pseudonym
		}
		n := shareOut(list, size)
		got := make([]int, n)
		for _, p := range list {
			got[p.practice]++
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%d people by %d: %v, want %v", people, size, got, want)
		}
		shareOut(back, size)
		for i := range list {
			if list[i].practice != back[people-1-i].practice {
				t.Fatalf("person %d moves with the order", i)
			}
		}
	}
	f(2076, 1000, 692, 692, 692)
	f(1000, 1000, 1000)
	f(1001, 1000, 501, 500)
	f(0, 1000)
}
