package tally_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"riskband/stratify/tally"
)

var shape = tally.Shape{Name: "band_by_age_sex", Dimensions: []tally.Dimension{
	{Name: "sex", Categories: []string{"female", "male"}},
	{Name: "age_band", Categories: []string{"0-17", "18-64", "65+"}},
	{Name: "band", Categories: []string{"high", "rising", "low"}},
}}

func TestIndexVariesTheLastDimensionFastest(t *testing.T) {
	f := func(want int, at ...int) {
		t.Helper()
		if got := shape.Index(at...); got != want {
			t.Errorf("Index(%v) = %d; want %d", at, got, want)
		}
	}
	f(0, 0, 0, 0)
	f(1, 0, 0, 1)
	f(3, 0, 1, 0)
	f(9, 1, 0, 0)
	f(17, 1, 2, 2)
	if shape.Size() != 18 {
		t.Errorf("Size() = %d; want 18", shape.Size())
	}
	if none := (tally.Shape{}); none.Size() != 1 || none.Index() != 0 {
		t.Errorf("a shape without dimensions has size %d and index %d; want 1 and 0", none.Size(), none.Index())
	}
}

func TestIndexOutsideTheShapePanics(t *testing.T) {
	for _, at := range [][]int{{0, 0}, {0, 0, 3}, {0, -1, 0}, {2, 0, 0}, {0, 0, 0, 0}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Index(%v) gives a cell", at)
				}
			}()
			shape.Index(at...)
		}()
	}
}

// Worked by hand: three people, two of them women, one of those old.
func TestMargin(t *testing.T) {
	table := tally.NewTable(shape)
	table.Add(shape.Index(0, 1, 2), 10)     // woman, 18-64, low
	table.Add(shape.Index(0, 2, 0), 200)    // woman, 65+, high
	table.Add(shape.Index(1, 2, 0), 1<<63)  // man, 65+, high
	table.Add(shape.Index(1, 2, 0), 1<<63)  // and another: keys wrap to 0
	table.Add(shape.Index(1, 2, 0), 400000) // and a third
	f := func(want []tally.Cell, names ...string) {
		t.Helper()
		got, err := table.Margin(names...)
		if err != nil || !slices.Equal(got.Cells, want) {
			t.Errorf("Margin(%v) = %v, %v; want %v", names, got.Cells, err, want)
		}
		if len(got.Dimensions) != len(names) {
			t.Errorf("Margin(%v) has %d dimensions", names, len(got.Dimensions))
		}
	}
	f([]tally.Cell{{N: 5, Key: 400210}})
	f([]tally.Cell{{N: 2, Key: 210}, {N: 3, Key: 400000}}, "sex")
	f([]tally.Cell{{N: 4, Key: 400200}, {}, {N: 1, Key: 10}}, "band")
	f([]tally.Cell{ // band first, then sex: the order asked, not the table's
		{N: 1, Key: 200}, {N: 3, Key: 400000}, {}, {}, {N: 1, Key: 10}, {},
	}, "band", "sex")
	if table.Total() != (tally.Cell{N: 5, Key: 400210}) {
		t.Errorf("Total() = %v", table.Total())
	}
	for _, names := range [][]string{{"ethnicity"}, {"sex", "sex"}} {
		if _, err := table.Margin(names...); !errors.Is(err, tally.ErrShape) {
			t.Errorf("Margin(%v): error %v; want ErrShape", names, err)
		}
	}
}

func TestMergeRefusesAnotherShape(t *testing.T) {
	f := func(change func(s *tally.Shape)) {
		t.Helper()
		other := tally.Shape{Name: shape.Name, Dimensions: slices.Clone(shape.Dimensions)}
		change(&other)
		table := tally.NewTable(shape)
		if err := table.Merge(tally.NewTable(other)); !errors.Is(err, tally.ErrShape) {
			t.Errorf("merged a table of shape %v: %v", other, err)
		}
	}
	f(func(s *tally.Shape) { s.Name = "band_by_imd" })
	f(func(s *tally.Shape) { s.Dimensions = s.Dimensions[:2] })
	f(func(s *tally.Shape) { s.Dimensions[0].Categories = []string{"male", "female"} })
	f(func(s *tally.Shape) { s.Dimensions[0], s.Dimensions[1] = s.Dimensions[1], s.Dimensions[0] })
}

func drawTable(t *rapid.T, label string) tally.Table {
	table := tally.NewTable(shape)
	for i := range table.Cells {
		table.Cells[i] = tally.Cell{
			N:   rapid.Int64Range(0, 50).Draw(t, label),
			Key: rapid.Uint64().Draw(t, label),
		}
	}
	return table
}

func merged(t *rapid.T, tables ...tally.Table) tally.Table {
	sum := tally.NewTable(shape)
	for _, table := range tables {
		if err := sum.Merge(table); err != nil {
			t.Fatal(err)
		}
	}
	return sum
}

func TestMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := drawTable(t, "a"), drawTable(t, "b"), drawTable(t, "c")
		left := merged(t, merged(t, a, b), c)
		right := merged(t, a, merged(t, b, c))
		other := merged(t, c, a, b)
		if !slices.Equal(left.Cells, right.Cells) || !slices.Equal(left.Cells, other.Cells) {
			t.Fatal("merging depends on grouping or order")
		}
		if !slices.Equal(merged(t, a, tally.NewTable(shape)).Cells, a.Cells) {
			t.Fatal("an empty table changes a sum")
		}
	})
}

// A margin of a margin is the margin, and a margin of a merge is the merge of
// margins: where the summing is done makes no difference.
func TestMarginLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawTable(t, "a"), drawTable(t, "b")
		margin := func(table tally.Table, names ...string) tally.Table {
			m, err := table.Margin(names...)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		names := rapid.SampledFrom([][]string{{}, {"sex"}, {"band"}, {"band", "sex"}, {"age_band", "band"}}).Draw(t, "names")
		once := margin(merged(t, a, b), names...)
		parts := margin(a, names...)
		if err := parts.Merge(margin(b, names...)); err != nil {
			t.Fatal(err)
		}
		through := margin(margin(merged(t, a, b), "band", "sex", "age_band"), names...)
		if !slices.Equal(once.Cells, parts.Cells) || !slices.Equal(once.Cells, through.Cells) {
			t.Fatalf("margins by %v differ", names)
		}
		if once.Total() != merged(t, a, b).Total() {
			t.Fatal("a margin loses people")
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	table := tally.NewTable(shape)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		table.Add(i, 0x9e3779b97f4a7c15)
		if i++; i == len(table.Cells) {
			i = 0
		}
	}
}
