package sums_test

import (
	"slices"
	"testing"

	"riskband/pipeline/sums"
)

func TestOrderDoesNotShow(t *testing.T) {
	var a, b sums.Column
	for _, s := range []string{"x", "", "y", "x"} {
		a.Text(s)
	}
	for _, s := range []string{"x", "x", "y", ""} {
		b.Text(s)
	}
	if a != b {
		t.Errorf("%+v, %+v", a, b)
	}
	// FNV-1a, 64 bit, of "a" is af63dc4c8601ec8c (test vectors of the FNV authors).
	var c sums.Column
	c.Text("a")
	if c.Sum != 0xaf63dc4c8601ec8c {
		t.Errorf("sum of a = %x", c.Sum)
	}
}

func TestDifferences(t *testing.T) {
	column := func(texts ...string) sums.Column {
		c := sums.Column{Name: "c"}
		for _, s := range texts {
			if s == "-" {
				c.Null()
			} else {
				c.Text(s)
			}
		}
		return c
	}
	f := func(a, b sums.Table, want ...string) {
		t.Helper()
		if got := a.Differences(b); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	table := func(cs ...sums.Column) sums.Table { return sums.Table{Rows: 2, Columns: cs} }
	f(table(column("x", "y")), table(column("y", "x")))
	f(table(column("x", "y")), table(column("x", "z")), "column c: the same number of values, but not the same values")
	f(table(column("x", "-")), table(column("x", "")), "column c: the first reader has 1 values and 1 nulls, the second 2 and 0")
	f(table(column("x", "y")), sums.Table{}, "rows: the first reader has 2, the second 0", "column c: the second reader does not see it")
}
