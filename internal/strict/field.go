package strict

import (
	"reflect"
	"strings"
)

// field is one key a struct takes.
type field struct {
	name     string
	required bool
	position int
}

type fields []field

// fieldsOf lists the tagged fields of a struct in the order they are written.
func fieldsOf(t reflect.Type) fields {
	var out fields
	for i := range t.NumField() {
		tag, tagged := t.Field(i).Tag.Lookup("yaml")
		name, options, _ := strings.Cut(tag, ",")
		if !tagged || name == "" || name == "-" || !t.Field(i).IsExported() {
			continue
		}
		out = append(out, field{name, options != "omitempty", i})
	}
	return out
}

func (fs fields) index(name string) int {
	for i, f := range fs {
		if f.name == name {
			return i
		}
	}
	return -1
}

func (fs fields) unknown(key string) string {
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = f.name
	}
	message := "unknown key " + quote(key) + ", want one of " + strings.Join(names, ", ")
	if near, ok := nearest(key, names); ok {
		message += `; did you mean "` + near + `"?`
	}
	return message
}

// nearest returns the name with the fewest edits from the word, when that is
// no more than a third of the word's letters, rounded up; the first of equals.
func nearest(word string, names []string) (string, bool) {
	best, at := (len(word)+2)/3+1, -1
	if len(word) > longestShown {
		return "", false
	}
	for i, name := range names {
		if n := edits(strings.ToLower(word), name); n < best {
			best, at = n, i
		}
	}
	if at < 0 {
		return "", false
	}
	return names[at], true
}

// edits counts the letters to insert, delete, replace or swap with a neighbour
// to turn a into b.
func edits(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
