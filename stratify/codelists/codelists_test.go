package codelists_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"riskband/internal/strict"
	"riskband/stratify/codelists"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
)

// Sizes as the sources state them: a truncated or doubled file fails here.
func TestEveryListLoads(t *testing.T) {
	want := map[string]int{
		"afib_cod": 19, "afibres_cod": 1, "ast_cod": 142, "asthma_medicines": 907, "astres_cod": 1,
		"chd_cod": 336, "ckd1and2_cod": 25, "ckd_cod": 51, "ckdres_cod": 1, "copd_cod": 56,
		"copdres_cod": 1, "dbp_clinic": 6, "dbp_home": 2, "depr_cod": 106, "depres_cod": 1,
		"dm_cod": 86, "dmres_cod": 1, "emergency_admission": 10, "hba1c_ifcc": 6, "hf_cod": 42,
		"hfres_cod": 1, "hyp_cod": 117, "hypres_cod": 1, "sbp_clinic": 6, "sbp_home": 2,
		"strk_cod": 264, "tia_cod": 17,
	}
	lists, err := codelists.Load(codelists.Names()...)
	if err != nil {
		t.Fatal(err)
	}
	if len(lists) != len(want) {
		t.Errorf("%d lists are shipped; want %d", len(lists), len(want))
	}
	for _, l := range lists {
		if len(l.Entries) != want[l.Name] {
			t.Errorf("%s has %d codes; want %d", l.Name, len(l.Entries), want[l.Name])
		}
		for _, e := range l.Entries {
			if err := l.System.Check(e.Code); err != nil {
				t.Errorf("%s: code %s: %v", l.Name, e.Code, err)
			}
		}
		for field, text := range map[string]string{"title": l.Title, "source": l.Source, "licence": l.Licence, "note": l.Note} {
			if text == "" {
				t.Errorf("%s has no %s", l.Name, field)
			}
		}
		if _, err := frame.ParseDay(l.Release); l.Release != "" && err != nil {
			t.Errorf("%s: release: %v", l.Name, err)
		}
	}
	if _, err := codes.NewBook(lists); err != nil {
		t.Errorf("the shipped lists make no book: %v", err)
	}
}

func TestProvenanceMatchesFiles(t *testing.T) {
	src, err := os.ReadFile("provenance.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Lists []map[string]string `yaml:"lists"`
	}
	if _, err := strict.Decode(src, &file); err != nil {
		t.Fatal(err)
	}
	var described []string
	for _, l := range file.Lists {
		described = append(described, l["name"])
	}
	onDisk, err := filepath.Glob("*.csv")
	if err != nil {
		t.Fatal(err)
	}
	for i := range onDisk {
		onDisk[i] = strings.TrimSuffix(onDisk[i], ".csv")
	}
	if !slices.Equal(described, onDisk) {
		t.Errorf("described: %v\non disk:   %v", described, onDisk)
	}
	if !slices.Equal(codelists.Names(), onDisk) {
		t.Errorf("Names() = %v; want %v", codelists.Names(), onDisk)
	}
}

func TestLoadKeepsTheOrderAsked(t *testing.T) {
	lists, err := codelists.Load("tia_cod", "afib_cod")
	if err != nil {
		t.Fatal(err)
	}
	if lists[0].Name != "tia_cod" || lists[1].Name != "afib_cod" {
		t.Errorf("order is %s, %s", lists[0].Name, lists[1].Name)
	}
	// sha256sum hypres_cod.csv
	lists, err = codelists.Load("hypres_cod")
	if want := "b1693dd16b88c2f77a932e0aa2c5393725c434da1b05748e059fdedf120ef2cb"; err != nil || lists[0].SHA256 != want {
		t.Errorf("sum %s, %v; want %s", lists[0].SHA256, err, want)
	}
}

func TestLoadNamesEveryUnknownList(t *testing.T) {
	_, err := codelists.Load("hyp_cods", "afib_cod", "spb_clinic")
	if !errors.Is(err, codelists.ErrUnknown) {
		t.Fatalf("error is %v", err)
	}
	for _, want := range []string{
		`"hyp_cods": list is not shipped; the nearest shipped list is hyp_cod`,
		`"spb_clinic": list is not shipped; the nearest shipped list is sbp_clinic`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error lacks %q:\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), "afib_cod") {
		t.Errorf("a shipped list is called unknown:\n%v", err)
	}
}

// The notices the licences ask for are shipped with the lists.
func TestLicenceNotices(t *testing.T) {
	for _, want := range []string{
		"SNOMED CT®) which is used by permission of SNOMED",
		"licensed under the Open Government Licence v3.0",
	} {
		if !strings.Contains(codelists.Licence(), want) {
			t.Errorf("LICENCE.md lacks %q", want)
		}
	}
}

const methods = "../../../shared/methods/"

// Every list against the file it was copied from, where that file is here.
func TestListsEqualTheirSources(t *testing.T) {
	if _, err := os.Stat(methods); err != nil {
		t.Skipf("skipped: the files the lists were copied from are not here: %v", err)
	}
	lists, err := codelists.Load(codelists.Names()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lists {
		got := map[string]string{}
		for _, e := range l.Entries {
			got[e.Code] = e.Term
		}
		want := original(t, l.Name, got)
		if len(got) != len(want) {
			t.Errorf("%s has %d codes, its source %d", l.Name, len(got), len(want))
		}
		for code, term := range want {
			if l.Name == "emergency_admission" { // terms begin with a capital here
				term = strings.ToUpper(term[:1]) + term[1:]
			}
			if got[code] != term {
				t.Errorf("%s: code %s has term %q; its source %q", l.Name, code, got[code], term)
			}
		}
	}
}

// original reads the codes and terms a list should have. The blood-pressure
// lists are a choice from one cluster, so theirs is the cluster cut to got.
func original(t *testing.T, name string, got map[string]string) map[string]string {
	t.Helper()
	all := func(map[string]string) bool { return true }
	switch name {
	case "sbp_clinic", "dbp_clinic", "sbp_home", "dbp_home":
		return table(t, "pcd/bp_cod.csv", "code", "term", func(r map[string]string) bool {
			_, chosen := got[r["code"]]
			return chosen
		})
	case "hba1c_ifcc":
		return table(t, "pcd/ifcchbam_cod.csv", "code", "term", all)
	case "afibres_cod":
		return table(t, "snomed_resolved.csv", "snomed_code", "term", func(r map[string]string) bool {
			return r["cluster"] == "afibres"
		})
	case "emergency_admission":
		return table(t, "admission_method.csv", "code", "meaning", func(r map[string]string) bool {
			return r["is_emergency"] == "1"
		})
	case "asthma_medicines":
		union := map[string]string{}
		for _, set := range []string{
			"asttrtatrisk1", "c19astdrug", "airobrdinhdrug", "airsbrdinhdrug", "easybrdinhdrug",
			"gensalbdpinhdrug", "gensalbmdiinhdrug", "salabrdinhdrug", "salbbrdinhdrug",
			"ventaccubrdinhdrug", "ventevobrdinhdrug",
		} {
			maps.Copy(union, table(t, fmt.Sprintf("pcd/drug_%s_cod.csv", set), "code", "term", all))
		}
		return union
	}
	return table(t, fmt.Sprintf("pcd/%s.csv", name), "code", "term", all)
}

func table(t *testing.T, path, code, term string, keep func(map[string]string) bool) map[string]string {
	t.Helper()
	file, err := os.Open(methods + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, row := range rows[1:] {
		record := map[string]string{}
		for i, column := range rows[0] {
			record[column] = row[i]
		}
		if keep(record) {
			out[record[code]] = record[term]
		}
	}
	return out
}
