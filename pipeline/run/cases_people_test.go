package run_test

import (
	"fmt"
	"strings"
	"testing"

	"riskband/internal/gen"
	"riskband/pipeline/run"
	"riskband/pipeline/source"
	"riskband/stratify/frame"
)

func shown(lines []string) string { return strings.Join(lines, "\n") }

// patients words the conservation of a patients table.
func patients(code string, read, used, episode, optedOut, notCurrent, elsewhere int) []string {
	rows := []string{}
	for rule, n := range map[string]int{
		"read": read, "used": used, "another_episode": episode, "opted_out": optedOut, "not_current": notCurrent, "registered_elsewhere": elsewhere,
	} {
		rows = append(rows, fmt.Sprintf("%s rows patients %s %d", code, rule, n))
	}
	return rows
}

func TestWhoIsCounted(t *testing.T) {
	t.Parallel()
	f := check(t)
	one := func(counted bool, episodes ...row) {
		t.Helper()
		n := len(episodes)
		want := patients("Y00001", n, 1, n-1, 0, 0, 0)
		if !counted {
			want = patients("Y00001", n, 0, n-1, 0, 1, 0)
		}
		f(run.OptOutsNotApplicable, []gen.Practice{practice("Y00001", episodes...)}, want...)
	}
	march, april := frame.Date(2026, 3, 1), frame.Date(2026, 4, 1)
	one(true, lives("anna"))
	one(true, lives("anna", from(today)))
	one(false, lives("anna", from(today+1)))
	one(false, lives("anna", until(today))) // on that day the person no longer counts
	one(true, lives("anna", until(today+1)))
	one(false, lives("anna", kind("temporary")))
	one(false, lives("anna", kind("other")))
	one(true, lives("anna", kind(""))) // a missing type counts as regular
	one(false, lives("anna", died(march)))
	one(true, lives("anna", died(april)))
	one(true, lives("anna", until(long+9)), lives("anna", from(long+20)))
	one(true, lives("anna"), lives("anna", kind("temporary"), from(long+20)))
	one(false, lives("anna", until(today)), lives("anna", kind("temporary"), from(long+20)))
	one(false, lives("anna"), lives("anna", from(long-900), until(long-800), died(march))) // death holds for the person
}

func TestWhoMoved(t *testing.T) {
	t.Parallel()
	f := check(t)
	two := func(stays int, first, second row) {
		t.Helper()
		want := patients("Y00001", 1, 1, 0, 0, 0, 0)
		want = append(want, patients("Y00002", 1, 0, 0, 0, 0, 1)...)
		if stays == 2 {
			want = append(patients("Y00001", 1, 0, 0, 0, 0, 1), patients("Y00002", 1, 1, 0, 0, 0, 0)...)
		}
		f(run.OptOutsNotApplicable, []gen.Practice{practice("Y00001", first), practice("Y00002", second)}, want...)
	}
	two(2, lives("anna", from(long)), lives("anna", from(long+1))) // the latest registration
	two(1, lives("anna", from(long+1)), lives("anna", from(long)))
	two(1, lives("anna"), lives("anna")) // then the lowest code
	f(run.OptOutsNotApplicable, []gen.Practice{
		practice("Y00001", lives("anna", until(today))), practice("Y00002", lives("anna", from(long-900))),
	}, append(patients("Y00001", 1, 0, 0, 0, 1, 0), patients("Y00002", 1, 1, 0, 0, 0, 0)...)...)
}

func TestOptOuts(t *testing.T) {
	t.Parallel()
	f := check(t)
	one := func(o run.OptOuts, want []string, rows ...row) {
		t.Helper()
		f(o, []gen.Practice{practice("Y00001", rows...)}, want...)
	}
	refused := []string{"Y00001 refused type1_opt_out"}
	one(run.OptOutsUpstream, refused, lives("anna", optOut("type1")))
	one(run.OptOutsUpstream, refused, lives("anna", optOut("both"), until(long+1))) // whoever the row is of
	one(run.OptOutsUpstream, refused, lives("anna", optOut("type1"), until(long+1)), lives("anna", from(long+2), optOut("national")))
	one(run.OptOutsUpstream, patients("Y00001", 1, 1, 0, 0, 0, 0), lives("anna", optOut("national")))
	one(run.OptOutsNotApplicable, patients("Y00001", 1, 1, 0, 0, 0, 0), lives("anna", optOut("type1")))
	one(run.OptOutsApplyHere, patients("Y00001", 1, 0, 0, 1, 0, 0), lives("anna", optOut("type1")))
	one(run.OptOutsApplyHere, patients("Y00001", 1, 0, 0, 1, 0, 0), lives("anna", optOut("national")))
	one(run.OptOutsApplyHere, patients("Y00001", 1, 1, 0, 0, 0, 0), lives("anna", optOut("none")))
	one(run.OptOutsApplyHere, patients("Y00001", 2, 0, 1, 1, 0, 0), lives("anna", until(long+9), optOut("type1")), lives("anna", from(long+20)))
	one(run.OptOutsApplyHere, patients("Y00001", 1, 0, 0, 1, 0, 0), lives("anna", optOut("type1"), until(long+9))) // asked first
}

func TestEmptyAndAbsentTables(t *testing.T) {
	t.Parallel()
	f := check(t)
	twice := []row{lives("anna"), spell("anna", "s1", "21", today), spell("anna", "s2", "21", today)}
	f(run.OptOutsNotApplicable, []gen.Practice{practice("Y00001")}, // nobody and nothing
		append(patients("Y00001", 0, 0, 0, 0, 0, 0), "Y00001 rows clinical_events read 0", "Y00001 rows apcs read 0")...)
	f(run.OptOutsNotApplicable, []gen.Practice{practice("Y00001", twice...), practice("Y00002", lives("bert"))},
		"Y00001 person anna high tier 0: emergency_admissions", "Y00002 person bert low tier 0: ")
	f(run.OptOutsNotApplicable, []gen.Practice{practice("Y00001", twice...), practice("Y00002", lives("bert"), noSpells)},
		"Y00001 person anna high tier 0: emergency_admissions", "Y00002 refused missing_table apcs")
	f(run.OptOutsNotApplicable, []gen.Practice{practice("Y00001", lives("anna"), noSpells)}, // the rule is off
		"Y00001 person anna low tier 0: ")
	f(run.OptOutsUpstream, []gen.Practice{practice("Y00001", twice...), practice("Y00002", lives("bert", optOut("type1")), noSpells)},
		"Y00002 refused missing_table apcs", "Y00002 refused type1_opt_out")
}

// The record keys were computed with OpenSSL: printf rkeyanna | openssl dgst
// -sha256 -hmac 0123456789abcdef0123456789ABCDEF. That of anna and that of carl,
// c8394405285fe9f7, add up to more than 64 bits: the sum wraps round.
func TestCells(t *testing.T) {
	t.Parallel()
	f := check(t)
	of := func(rows ...row) []gen.Practice { return []gen.Practice{practice("Y00001", rows...)} }
	const anna, bert = "90ab79ba42434b23", "5736aaf50d2f518a"
	both := fmt.Sprintf("%016x", uint64(0x90ab79ba42434b23+0x5736aaf50d2f518a))
	f(run.OptOutsNotApplicable, of(lives("anna", lsoa("E01000002")), lives("bert", lsoa("E01000010"), born(frame.Date(1961, 3, 1)))),
		"Y00001 cell band_by_practice/low n=2 key="+both,
		"Y00001 cell band_by_imd/1/low n=1 key="+anna, "Y00001 cell band_by_imd/5/low n=1 key="+bert,
		"Y00001 cell band_by_age_sex/female/40-64/low n=1 key="+anna, "Y00001 cell band_by_age_sex/female/65-74/low n=1 key="+bert)
	f(run.OptOutsNotApplicable, of(lives("anna", lsoa("E01000077")), lives("bert"), lives("bert", until(long+9), lsoa("E01000001"))),
		"Y00001 cell band_by_imd/unknown/low n=2 key="+both)
	f(run.OptOutsNotApplicable, of(lives("anna"), lives("carl")), "Y00001 cell band_by_practice/low n=2 key=58e4bdbf6aa3351a")
	f(run.OptOutsNotApplicable, of(lives("anna", born(frame.Date(1961, 4, 1)), func(e *source.Patient) { e.Sex = "unknown" })),
		"Y00001 cell band_by_age_sex/unknown/40-64/low n=1 key="+anna)
}
