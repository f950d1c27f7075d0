package disclose_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"riskband/stratify/disclose"
	"riskband/stratify/tally"
)

// What the rule allows anybody to see of a count, by whatever way it is printed.
var allowed = regexp.MustCompile(`^(\[c\]|0|[1-9][0-9]*[05])$`)

// checkShown fails when a protected count tells more of a true one than the
// rule allows.
func checkShown(t tester, s disclose.Shown, people int64) {
	n, ok := s.Count()
	hidden := people >= 1 && people <= 7
	switch {
	case ok == hidden, !ok && (n != 0 || s != disclose.Shown{}):
		t.Fatalf("%d people: Count() = %d, %t", people, n, ok)
	case ok && (n%5 != 0 || n-people > 2 || people-n > 2 || (n == 0) != (people == 0)):
		t.Fatalf("%d people are shown as %d", people, n)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	printed := []string{s.String(), strings.Trim(string(text), `"`)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		printed = append(printed, fmt.Sprintf(verb, s), fmt.Sprintf(verb, &s))
	}
	for _, p := range printed {
		if !allowed.MatchString(p) || (p == disclose.Confidential) != hidden {
			t.Fatalf("%d people are printed as %q", people, p)
		}
		if !hidden && p != strconv.FormatInt(n, 10) {
			t.Fatalf("%d people are %d but printed as %q", people, n, p)
		}
	}
}

// slowTotal adds up the cells that a row stands for, one category at a time.
func slowTotal(a tally.AreaTable, categories []string) int64 {
	var sum int64
	for i, c := range a.Table.Cells {
		rest, in := i, true
		for d, category := range slices.Backward(categories) {
			names := a.Table.Dimensions[d].Categories
			in = in && (category == "all" || category == names[rest%len(names)])
			rest /= len(names)
		}
		if in {
			sum += c.N
		}
	}
	return sum
}

// checkRelease compares every row with the true count it stands for, and looks
// for any number between 1 and 7 in every way the release can be printed.
func checkRelease(t tester, p disclose.Programme, a tally.AreaTable) {
	t.Helper()
	r := release(t, p, a)
	all := rows(r)
	if len(r.Tables()) != 1 {
		t.Fatalf("%d tables; want 1", len(r.Tables()))
	}
	seen := map[string]bool{}
	for _, row := range all {
		checkShown(t, row.People, slowTotal(a, row.Categories))
		seen[fmt.Sprint(row.Categories)] = true
	}
	size := 1
	for _, d := range a.Table.Dimensions {
		size *= len(d.Categories) + 1
	}
	if len(all) != size || len(seen) != size {
		t.Fatalf("%d rows, %d different; want %d", len(all), len(seen), size)
	}
}

var tableLevels = map[string]tally.Level{
	"band_by_age_sex": tally.Neighbourhood, "band_by_imd": tally.System, "band_by_practice": tally.Practice,
}

func TestNoSmallCountIsReadable(t *testing.T) {
	p := programme(t)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(p.Tables()).Draw(t, "table")
		shape, _ := p.Shape(name)
		small := rapid.Int64Range(0, 14)
		people := rapid.SliceOfN(rapid.OneOf(small, small, rapid.Int64Range(0, 1<<40)), shape.Size(), shape.Size()).Draw(t, "people")
		checkRelease(t, p, areaTable(p, name, tableLevels[name], "A1", people...))
	})
}

// Two counts the rule does not tell apart leave releases that are equal to the
// last byte of memory: nothing of the true count is kept anywhere.
func TestTheTrueCountIsNotKept(t *testing.T) {
	p := programme(t)
	printed := func(people ...int64) string {
		return fmt.Sprintf("%#v", release(t, p, areaTable(p, "band_by_practice", tally.Practice, "Y00001", people...)))
	}
	addresses := regexp.MustCompile(`0x[0-9a-f]+`)
	f := func(a, b []int64) {
		t.Helper()
		if x, y := addresses.ReplaceAllString(printed(a...), ""), addresses.ReplaceAllString(printed(b...), ""); x != y {
			t.Errorf("%v and %v differ:\n%s\n%s", a, b, x, y)
		}
	}
	f([]int64{1, 0, 0}, []int64{7, 0, 0})
	f([]int64{1, 2, 100}, []int64{2, 1, 100})
	f([]int64{8, 13, 0}, []int64{9, 13, 0})
	if a, b := printed(7, 0, 0), printed(8, 0, 0); a == b {
		t.Error("7 and 8 people give the same release")
	}
}

func FuzzApply(f *testing.F) {
	f.Add([]byte{0, 1, 7, 8, 12, 13, 255})
	f.Add([]byte{3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3})
	f.Add([]byte{})
	p := programme(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range p.Tables() {
			shape, _ := p.Shape(name)
			people := make([]int64, shape.Size())
			for i := range min(len(data), len(people)) {
				people[i] = int64(data[i])
			}
			checkRelease(t, p, areaTable(p, name, tableLevels[name], "A1", people...))
		}
	})
}
