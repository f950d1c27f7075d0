package strict

import (
	"fmt"
	"reflect"

	"github.com/goccy/go-yaml/ast"
)

// Decode reads one YAML document into the struct that into points to and
// returns the line of every path read.
//
// Fields are named by `yaml:"name"` tags; a field without ",omitempty" is
// required; fields without a tag are left alone, as are optional fields whose
// key is absent. Allowed types: structs, pointers to structs, slices,
// map[string]T, string, bool, integers and floats, and types defined from them.
// A value that is not a list is taken as a list of one where a slice is
// expected. A plain scalar read into a string keeps its spelling: 1.10 gives
// "1.10", a date stays text. Numbers are decimal; a key without a value is a
// fault.
//
// The error is [Faults] with every fault, sorted by line; into is then filled in
// part and must not be used. It is another error only when into is not a
// pointer to a struct.
func Decode(src []byte, into any) (Lines, error) {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("decode YAML into %T: want a pointer to a struct", into)
	}
	body, faults := document(src)
	if len(faults) > 0 {
		return Lines{}, faults.Err()
	}
	d := &decoder{lines: Lines{}}
	d.value(body, v.Elem(), place{line: lineOf(body, 1)})
	return d.lines, d.faults.Err()
}

type decoder struct {
	lines  Lines
	faults Faults
}

// place is where in the document a value stands.
type place struct {
	path  string
	line  int
	depth int
}

func (p place) key(name string, line int) place {
	path := name
	if p.path != "" {
		path = p.path + "." + name
	}
	return place{path, line, p.depth + 1}
}

func (p place) item(i, line int) place {
	return place{fmt.Sprintf("%s[%d]", p.path, i), line, p.depth + 1}
}

func (d *decoder) fault(p place, format string, args ...any) {
	d.faults = append(d.faults, Fault{p.line, p.path, fmt.Sprintf(format, args...)})
}

func (d *decoder) value(n ast.Node, v reflect.Value, p place) {
	d.lines[p.path] = p.line
	switch {
	case p.depth > 2*maxDepth:
		d.fault(p, "nested more than %d deep", 2*maxDepth)
	case empty(n):
		d.fault(p, "has no value: give one or leave the key out")
	case v.Kind() == reflect.Struct:
		d.structure(n, v, p)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), p)
	case v.Kind() == reflect.Slice:
		d.slice(n, v, p)
	case v.Kind() == reflect.Map && v.Type().Key().Kind() == reflect.String:
		d.mapping(n, v, p)
	default:
		d.scalar(n, v, p)
	}
}

func (d *decoder) slice(n ast.Node, v reflect.Value, p place) {
	items := []ast.Node{n}
	if s, ok := n.(*ast.SequenceNode); ok {
		items = s.Values
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		at := p.item(i, lineOf(item, p.line))
		if item == n {
			at.line = p.line
		}
		d.value(item, v.Index(i), at)
	}
}

func (d *decoder) mapping(n ast.Node, v reflect.Value, p place) {
	entries, ok := d.entries(n, p)
	if !ok {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range entries {
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(e.value, item, p.key(e.key, e.line))
		v.SetMapIndex(reflect.ValueOf(e.key).Convert(v.Type().Key()), item)
	}
}

func (d *decoder) structure(n ast.Node, v reflect.Value, p place) {
	entries, ok := d.entries(n, p)
	if !ok {
		return
	}
	fields := fieldsOf(v.Type())
	present := map[string]bool{}
	for _, e := range entries {
		i := fields.index(e.key)
		if i < 0 {
			at := place{p.path, e.line, p.depth}
			d.fault(at, "%s", fields.unknown(e.key))
			continue
		}
		present[e.key] = true
		d.value(e.value, v.Field(fields[i].position), p.key(e.key, e.line))
	}
	for _, f := range fields {
		if f.required && !present[f.name] {
			d.fault(p, "missing key %q", f.name)
		}
	}
}

// entry is one key of a mapping with its value.
type entry struct {
	key   string
	line  int
	value ast.Node
}

// entries lists the keys of a mapping in document order, each once.
func (d *decoder) entries(n ast.Node, p place) ([]entry, bool) {
	m, ok := n.(ast.MapNode)
	if !ok {
		d.fault(p, "want a mapping, got %s", describe(n))
		return nil, false
	}
	var out []entry
	first := map[string]int{}
	for iter := m.MapRange(); iter.Next(); {
		key, ok := keyText(iter.Key())
		at := place{p.path, lineOf(iter.Key(), p.line), p.depth}
		if !ok {
			d.fault(at, "want a plain word as key")
			continue
		}
		if line, seen := first[key]; seen {
			d.fault(at, "duplicate key %s, first on line %d", quote(key), line)
			continue
		}
		first[key] = at.line
		out = append(out, entry{key, at.line, iter.Value()})
	}
	return out, true
}

func keyText(n ast.MapKeyNode) (string, bool) {
	t, ok := text(n)
	return t, ok && t != "" && printable(t)
}
