package codes_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"riskband/stratify/codes"
)

// Members of a code's concept are exactly the lists that hold the code, codes
// in the same lists share a concept, and all others differ.
func TestBookMembersAreTheListsThatHoldTheCode(t *testing.T) {
	alphabet := []string{"a", "b", "c", "d", "e", "f", "g"}
	systems := []codes.System{codes.SNOMED, codes.DMD}
	rapid.Check(t, func(t *rapid.T) {
		lists := make([]codes.List, rapid.IntRange(0, 6).Draw(t, "lists"))
		for i := range lists {
			lists[i].Name = fmt.Sprintf("list%d", i)
			lists[i].System = rapid.SampledFrom(systems).Draw(t, "system")
			for _, c := range rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 9).Draw(t, "codes") {
				lists[i].Entries = append(lists[i].Entries, codes.Entry{Code: c})
			}
		}
		book, err := codes.NewBook(lists)
		if err != nil {
			t.Fatal(err)
		}
		classes := map[string]uint16{}
		for _, system := range systems {
			for _, code := range alphabet {
				var want []int
				for i, l := range lists {
					holds := slices.ContainsFunc(l.Entries, func(e codes.Entry) bool { return e.Code == code })
					if l.System == system && holds {
						want = append(want, i)
					}
				}
				concept := book.Concept(system, []byte(code))
				if (concept == 0) != (want == nil) || !slices.Equal(book.Members(concept), want) {
					t.Fatalf("%s %s: concept %d in lists %v; want %v", system, code, concept, book.Members(concept), want)
				}
				if want == nil {
					continue
				}
				class := fmt.Sprint(want)
				if seen, ok := classes[class]; ok && seen != concept {
					t.Fatalf("lists %v have concepts %d and %d", want, seen, concept)
				}
				classes[class] = concept
			}
		}
		if book.Concepts() != len(classes)+1 {
			t.Fatalf("%d concepts; want %d and none", book.Concepts(), len(classes))
		}
	})
}

func TestBookNumbersByFirstAppearance(t *testing.T) {
	entries := func(list ...string) (e []codes.Entry) {
		for _, c := range list {
			e = append(e, codes.Entry{Code: c})
		}
		return e
	}
	book, err := codes.NewBook([]codes.List{
		{Name: "first", System: codes.SNOMED, Entries: entries("x", "y")},
		{Name: "second", System: codes.SNOMED, Entries: entries("y", "z", "z")},
	})
	if err != nil {
		t.Fatal(err)
	}
	f := func(code string, concept uint16, members ...int) {
		t.Helper()
		got := book.Concept(codes.SNOMED, []byte(code))
		if got != concept || !slices.Equal(book.Members(got), members) {
			t.Errorf("%s: concept %d in %v; want %d in %v", code, got, book.Members(got), concept, members)
		}
	}
	f("x", 1, 0)
	f("y", 2, 0, 1)
	f("z", 3, 1)
	f("w", 0)
	if got := book.Concept(codes.DMD, []byte("x")); got != 0 {
		t.Errorf("another system's code has concept %d; want 0", got)
	}
	if book.Position("second") != 1 || book.Position("third") != -1 {
		t.Errorf("positions %d and %d; want 1 and -1", book.Position("second"), book.Position("third"))
	}
}

func TestBookRefusesTwoListsOfOneName(t *testing.T) {
	if _, err := codes.NewBook([]codes.List{{Name: "one"}, {Name: "one"}}); err == nil {
		t.Error("two lists of one name make a book")
	}
}

func bigBook(tb testing.TB) (*codes.Book, [][]byte) {
	tb.Helper()
	var wanted [][]byte
	lists := make([]codes.List, 20)
	for i := range lists {
		lists[i] = codes.List{Name: fmt.Sprint(i), System: codes.SNOMED}
		for j := range 300 {
			code := fmt.Sprintf("%d000%03d106", i+1, j)
			lists[i].Entries = append(lists[i].Entries, codes.Entry{Code: code})
			wanted = append(wanted, []byte(code), fmt.Appendf(nil, "%d999%03d106", i+1, j))
		}
	}
	book, err := codes.NewBook(lists)
	if err != nil {
		tb.Fatal(err)
	}
	return book, wanted
}

func BenchmarkBookConcept(b *testing.B) {
	book, wanted := bigBook(b) // half of the codes are in the book
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		book.Concept(codes.SNOMED, wanted[i])
		if i++; i == len(wanted) {
			i = 0
		}
	}
}

func TestConceptDoesNotAllocate(t *testing.T) {
	book, wanted := bigBook(t)
	if n := testing.AllocsPerRun(100, func() { book.Concept(codes.SNOMED, wanted[1]) }); n != 0 {
		t.Errorf("%v allocations per look-up; want 0", n)
	}
}
