package codes

import (
	"fmt"
	"slices"
)

// Book resolves codes to concepts for a fixed set of lists. Codes that stand in
// exactly the same lists share one concept, numbered from 1 in the order of
// first appearance by list, then code; 0 means "in no list". Safe for
// concurrent use.
type Book struct {
	lists    []List
	concepts map[System]map[string]uint16
	members  [][]int // by concept: positions in lists, ascending
}

// NewBook builds the book. It fails when two lists share a name or when there
// are more than 65,535 concepts.
func NewBook(lists []List) (*Book, error) {
	b := &Book{
		lists:    lists,
		concepts: map[System]map[string]uint16{},
		members:  [][]int{nil},
	}
	names := map[string]bool{}
	in := map[System]map[string][]int{}
	var order []key
	for i, l := range lists {
		if names[l.Name] {
			return nil, fmt.Errorf("build code book: list %s twice", l.Name)
		}
		names[l.Name] = true
		if in[l.System] == nil {
			in[l.System] = map[string][]int{}
			b.concepts[l.System] = map[string]uint16{}
		}
		for _, e := range l.Entries {
			at := in[l.System][e.Code]
			if at == nil {
				order = append(order, key{l.System, e.Code})
			}
			if !slices.Contains(at, i) {
				in[l.System][e.Code] = append(at, i)
			}
		}
	}
	return b, b.number(order, in)
}

type key struct {
	system System
	code   string
}

func (b *Book) number(order []key, in map[System]map[string][]int) error {
	classes := map[string]uint16{}
	for _, k := range order {
		lists := in[k.system][k.code]
		class := fmt.Sprint(k.system, lists)
		c, ok := classes[class]
		if !ok {
			if len(b.members) > maxConcepts {
				return fmt.Errorf("build code book: more than %d concepts", maxConcepts)
			}
			c = uint16(len(b.members))
			classes[class] = c
			b.members = append(b.members, lists)
		}
		b.concepts[k.system][k.code] = c
	}
	return nil
}

const maxConcepts = 1<<16 - 1

// Concept returns the concept of a code, 0 when it is in no list. The argument
// is not kept.
func (b *Book) Concept(s System, code []byte) uint16 { return b.concepts[s][string(code)] }

// Concepts returns how many concept numbers there are, 0 included.
func (b *Book) Concepts() int { return len(b.members) }

// Members returns the positions in [Book.Lists] of the lists a concept stands
// in. The slice is the book's own: do not change it.
func (b *Book) Members(concept uint16) []int { return b.members[concept] }

// Lists returns the lists in the order given. The slice is the book's own.
func (b *Book) Lists() []List { return b.lists }

// Position returns where a list stands in [Book.Lists], or -1.
func (b *Book) Position(name string) int {
	return slices.IndexFunc(b.lists, func(l List) bool { return l.Name == name })
}
