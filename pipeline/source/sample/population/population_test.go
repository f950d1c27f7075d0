package population

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const shared = "../../../../../shared" // reference files that are not part of the project

// rowsOf reads a CSV of the reference folder as maps by column, or skips.
func rowsOf(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := os.Open(shared + path)
	if err != nil {
		t.Skipf("reference file %s is not here", path)
	}
	defer file.Close()
	r := csv.NewReader(file)
	header, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range all {
		m := map[string]string{}
		for i, name := range header {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func built(t *testing.T) *Population {
	t.Helper()
	p, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The inputs are the published figures; nobody may move one to move a band.
func TestInputsAreThePublishedPrevalences(t *testing.T) {
	names := map[string]Register{
		"HYP": Hypertension, "DM": Diabetes, "AF": AtrialFibrillation, "CHD": CoronaryHeartDisease, "STIA": StrokeTIA,
		"COPD": COPD, "AST": Asthma, "HF": HeartFailure, "CKD": ChronicKidneyDisease, "DEP": Depression,
	}
	f, found := built(t).Figures, 0
	for _, row := range rowsOf(t, "/methods/qof_prevalence_england.csv") {
		r, ours := names[row["register"]]
		if !ours || row["year"] != "2024/25" {
			continue
		}
		found++
		want, err := strconv.ParseFloat(row["prevalence_pct"], 64)
		if err != nil || f.One("prevalence_pct", r.String()) != want {
			t.Errorf("%v: input %v, published %v", r, f.One("prevalence_pct", r.String()), want)
		}
		from := strings.TrimSuffix(strings.Replace(row["age_denominator"], "all", "0", 1), "+")
		if fmt.Sprint(f.One("denominator_age_from", r.String())) != from {
			t.Errorf("%v: denominator from %v, published %s", r, f.One("denominator_age_from", r.String()), from)
		}
	}
	if found != int(Registers) {
		t.Errorf("%d registers published, want %d", found, Registers)
	}
}

func TestInputsAreThePublishedAchievements(t *testing.T) {
	published := map[string]string{}
	for _, row := range rowsOf(t, "/methods/qof_achievement_england_2024_25.csv") {
		published[row["indicator"]] = row["patients_receiving_intervention_pct"]
	}
	figures := built(t).Figures
	f := func(name, key, indicator string) {
		t.Helper()
		if got := fmt.Sprint(figures.One(name, key)); got != published[indicator] {
			t.Errorf("%s %s is %s, %s published %s", name, key, got, indicator, published[indicator])
		}
	}
	f("blood_pressure_controlled_pct", "hypertension 0-79", "HYP008")
	f("blood_pressure_controlled_pct", "hypertension 80-120", "HYP009")
	f("blood_pressure_controlled_pct", "coronary_heart_disease 0-79", "CHD015")
	f("blood_pressure_controlled_pct", "coronary_heart_disease 80-120", "CHD016")
	f("blood_pressure_controlled_pct", "stroke_tia 0-79", "STIA014")
	f("blood_pressure_controlled_pct", "stroke_tia 80-120", "STIA015")
	f("blood_pressure_controlled_pct", "diabetes 0-79", "DM033")
	f("hba1c_controlled_pct", "diabetes 0-120", "DM020")
	f("blood_pressure_recorded_pct", "45-120 5 years", "BP002")
}

func TestInputsAreThePublishedShapes(t *testing.T) {
	figures := built(t).Figures
	ours := map[string]Register{"atrial_fibrillation": AtrialFibrillation, "ckd_g3_g5": ChronicKidneyDisease, "hypertension": Hypertension}
	found := 0
	for _, row := range rowsOf(t, "/methods/expected_prevalence_age_sex.csv") {
		r, ok := ours[row["condition"]]
		if !ok || row["kind"] != "recorded" || row["sex"] == "persons" {
			continue
		}
		found++
		key := fmt.Sprintf("%v %s %s-%s", r, row["sex"], row["age_from"], row["age_to_inclusive"])
		if got, want := fmt.Sprintf("%.1f", figures.One("shape_pct", key)), row["prevalence_pct"]; got != want {
			t.Errorf("shape %s is %s, published %s", key, got, want)
		}
	}
	if found != 24 {
		t.Errorf("%d published cells, want 24", found)
	}
}

// IMD deciles by district, counted again from the two files.
func TestInputsAreTheAreasDeciles(t *testing.T) {
	districts := "|Broxbourne|Dacorum|East Hertfordshire|Hertsmere|North Hertfordshire|St Albans|Stevenage|Three Rivers|Watford|Welwyn Hatfield|Epping Forest|Harlow|Uttlesford|"
	inside := map[string]bool{}
	for _, row := range rowsOf(t, "/data/reference/hoc_lsoa_geog_lookup.csv") {
		inside[row["LSOA_CODE"]] = strings.Contains(districts, "|"+row["LAD_NAME"]+"|")
	}
	count := map[string]float64{}
	for _, row := range rowsOf(t, "/data/reference/imd2019_england_lsoa11.csv") {
		if inside[row["lsoa11_code"]] {
			count[row["IMD_decile"]]++
		}
	}
	for _, g := range built(t).Figures["imd_lsoas"] {
		if count[g.Key] != g.Value {
			t.Errorf("decile %s: input %v, counted %v", g.Key, g.Value, count[g.Key])
		}
	}
}

// Invented codes belong to nobody in the reference files.
func TestInventedCodesAreNotReal(t *testing.T) {
	for _, row := range rowsOf(t, "/data/reference/imd2025_england_lsoa21.csv") {
		if row["lsoa21_code"] >= fmt.Sprintf("E%08d", firstArea) {
			t.Fatalf("LSOA %s lies in the invented range", row["lsoa21_code"])
		}
	}
	src, err := os.ReadFile(shared + "/data/reference/epraccur_2023.csv")
	if err != nil {
		t.Skip("reference file epraccur_2023.csv is not here")
	}
	if !strings.Contains(string(src), "\n\"Y00001\"") || strings.Contains(string(src), "\n\"Y9") {
		t.Error("the range of invented practice codes is in use")
	}
}

// The thresholds must give back each prevalence when summed over the people
// they were scaled for: registers do not depend on a sample's luck.
func TestThresholdsSumToThePrevalence(t *testing.T) {
	p := built(t)
	for r := range Registers {
		cases, people := 0.0, 0.0
		from := int(p.Figures.One("denominator_age_from", r.String()))
		for a := range Ages {
			if a >= from {
				people += p.Age[a]
			}
			for sex := range Sexes {
				for i, z := range p.liability {
					cases += p.Age[a] * p.sexShare(sex, a) * p.Chance(r, 0, sex, a, z) * p.weight[i]
				}
			}
		}
		if got, want := 100*cases/people, p.Figures.One("prevalence_pct", r.String()); math.Abs(got/want-1) > 1e-6 {
			t.Errorf("%v: %.3f %%, want %.3f", r, got, want)
		}
	}
}

func TestControlsReachTheirTargets(t *testing.T) {
	p := built(t)
	for g, ages := range [][2]int{{0, 80}, {80, Ages}} {
		c := &p.Pressure[g]
		reached := c.reached(p.cells(c.Members, ages[0], ages[1]))
		for r := range Registers {
			if c.Members.Has(r) && math.Abs(reached[r]-c.target[r]) > 1e-6 {
				t.Errorf("group %d %v: %.5f, want %.5f", g, r, reached[r], c.target[r])
			}
		}
	}
}

// The area: 136 practices of 11,656 people on average, January 2021.
func TestMapIsShapedLikeTheArea(t *testing.T) {
	p := built(t)
	g := p.Map(136, 11_656, 1)
	people, practices, total := make([]int, len(g.Place)), make([]int, len(g.Place)), 0
	for _, q := range g.Practices {
		people[q.Neighbourhood] += q.List
		practices[q.Neighbourhood]++
		total += q.List
	}
	if math.Abs(float64(total)-1_585_194) > 200 {
		t.Errorf("%d people, want 1,585,194", total)
	}
	for h := range people {
		if practices[h] < 3 || practices[h] > 5 || people[h] < 25_000 || people[h] > 50_000 {
			t.Errorf("neighbourhood %d has %d practices and %d people", h+1, practices[h], people[h])
		}
	}
	t.Logf("%d neighbourhoods of %d to %d people", len(people), slices.Min(people), slices.Max(people))
	byPlace := make([]float64, g.places)
	for h, place := range g.Place {
		byPlace[place] += float64(people[h]) / float64(total)
	}
	for k, want := range []float64{0.415, 0.382, 0.202} {
		if math.Abs(byPlace[k]-want) > 0.03 {
			t.Errorf("place %d holds %.3f of the people, want %.3f", k+1, byPlace[k], want)
		}
	}
	if n := len(g.Areas); n < 850 || n > 890 {
		t.Errorf("%d small areas, the real area has 868", n)
	}
}

func TestEveryPlaceOfASmallMapHasItsPractices(t *testing.T) {
	p := built(t)
	f := func(practices, hoods, places int) {
		t.Helper()
		g := p.Map(practices, 500, 3)
		if len(g.Place) != hoods || g.places != places {
			t.Errorf("%d practices: %d neighbourhoods in %d places, want %d in %d", practices, len(g.Place), g.places, hoods, places)
		}
	}
	f(1, 1, 1)
	f(5, 1, 1)
	f(9, 3, 3)
	f(12, 3, 3)
	f(40, 12, 3)
}

// Known values of the normal distribution, to the digits tables print.
func TestNormal(t *testing.T) {
	f := func(x, p float64) {
		t.Helper()
		if math.Abs(phi(x)-p) > 5e-7 || math.Abs(quantile(p)-x) > 5e-6 {
			t.Errorf("phi(%v) = %v, quantile(%v) = %v", x, phi(x), p, quantile(p))
		}
	}
	f(0, 0.5)
	f(1.959964, 0.975)
	f(-2.326348, 0.01)
}

func TestDrawsFollowTheirWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	table, hits := NewTable([]float64{1, 0, 3, 6}), [4]float64{}
	const n = 200_000
	for range n {
		hits[table.Draw(r)]++
	}
	for i, want := range []float64{0.1, 0, 0.3, 0.6} { // 5 standard errors
		if math.Abs(hits[i]/n-want) > 5*math.Sqrt(want*(1-want)/n) {
			t.Errorf("position %d drawn %.4f of the time, want %.1f", i, hits[i]/n, want)
		}
	}
	for _, mean := range []float64{0.3, 7, 80} {
		sum, squares := 0.0, 0.0
		for range n {
			k := float64(Poisson(r, mean))
			sum, squares = sum+k, squares+k*k
		}
		average := sum / n
		variance := squares/n - average*average
		if math.Abs(average-mean) > 5*math.Sqrt(mean/n) || math.Abs(variance/mean-1) > 0.05 {
			t.Errorf("Poisson(%v): mean %.4f, variance %.4f", mean, average, variance)
		}
	}
}

func TestEvenStaysWithinOne(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	e, yes, sum := NewEven(r.Float64()), 0.0, 0.0
	for range 10_000 {
		p := r.Float64()
		sum += p
		if e.Draw(p) {
			yes++
		}
		if math.Abs(yes-sum) > 1 {
			t.Fatalf("%v of %v", yes, sum)
		}
	}
}

func FuzzFigures(f *testing.F) {
	f.Add(figuresFile)
	f.Add([]byte("figure,key,value,source\na,b,1,c\n"))
	f.Add([]byte("figure,key,value,source\na,b,NaN,c\n"))
	f.Add([]byte("figure,key,value,source\na,b,1,c\na,b,2,c\n"))
	f.Add([]byte("a\n\"b"))
	f.Fuzz(func(t *testing.T, src []byte) {
		got, err := readFigures(src)
		if err != nil {
			return
		}
		for name, all := range got {
			for _, g := range all {
				if name == "" || g.Key == "" || math.IsNaN(g.Value) || got.One(name, g.Key) != g.Value {
					t.Errorf("figure %q %q read as %v", name, g.Key, g.Value)
				}
			}
		}
	})
}
