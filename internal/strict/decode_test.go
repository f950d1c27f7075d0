package strict_test

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"riskband/internal/strict"
)

type code struct {
	List string  `yaml:"list"`
	Add  float64 `yaml:"add,omitempty"`
}

type register struct {
	ID       string   `yaml:"id"`
	Codes    []code   `yaml:"codes"`
	Resolved []string `yaml:"resolved,omitempty"`
}

type limit struct {
	From  *float64 // no tag: never read
	Least float64  `yaml:"least"`
}

type level int8

type spec struct {
	Version   string            `yaml:"version"`
	Registers []register        `yaml:"registers"`
	Limit     *limit            `yaml:"limit,omitempty"`
	Notes     map[string]string `yaml:"notes,omitempty"`
	Level     level             `yaml:"level,omitempty"`
	Window    uint16            `yaml:"window,omitempty"`
	Count     uint              `yaml:"count,omitempty"`
	Total     int64             `yaml:"total,omitempty"`
	On        bool              `yaml:"on,omitempty"`
	Rows      [][]float64       `yaml:"rows,omitempty"`
}

const good = `# a comment
version: 1.10
registers:
  - id: hypertension   # trailing
    codes: {list: hyp_cod, add: 2.5e-1}
    resolved: hypres_cod
  - {id: "af", codes: [{list: af_cod}, {list: '007'}]}
limit:
  least: -3
notes:
  taken: 2025-04-01
  long: |
    two
    lines
level: -128
window: 65535
count: 18446744073709551615
total: -9223372036854775808
on: true
rows: [[1, 2.5], 3]
`

func TestDecode(t *testing.T) {
	var got spec
	lines, err := strict.Decode([]byte(good), &got)
	if err != nil {
		t.Fatal(err)
	}
	want := spec{
		Version: "1.10",
		Registers: []register{
			{ID: "hypertension", Codes: []code{{List: "hyp_cod", Add: 0.25}}, Resolved: []string{"hypres_cod"}},
			{ID: "af", Codes: []code{{List: "af_cod"}, {List: "007"}}},
		},
		Limit: &limit{Least: -3},
		Notes: map[string]string{"taken": "2025-04-01", "long": "two\nlines\n"},
		Level: -128, Window: 65535, Count: math.MaxUint64, Total: math.MinInt64, On: true,
		Rows: [][]float64{{1, 2.5}, {3}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("decoded\n%+v\nwant\n%+v", got, want)
	}
	at := func(path string, want int) {
		t.Helper()
		if got := lines.At(path); got != want {
			t.Errorf("line of %q: %d, want %d", path, got, want)
		}
	}
	at("", 2)
	at("version", 2)
	at("registers", 3)
	at("registers[0]", 4)
	at("registers[0].id", 4)
	at("registers[0].codes", 5)
	at("registers[0].codes[0].add", 5)
	at("registers[0].resolved[0]", 6)
	at("registers[1].codes[1].list", 7)
	at("registers[1].codes[1].absent.deeper[4]", 7)
	at("registers[9].id", 3)
	at("nowhere", 2)
	at("notes.long", 12)
	at("rows[0][1]", 20)
}

func TestDecodeKeepsDefaults(t *testing.T) {
	got := spec{Level: 7, Notes: map[string]string{"a": "b"}}
	if _, err := strict.Decode([]byte("version: x\nregisters: []\n"), &got); err != nil {
		t.Fatal(err)
	}
	if got.Level != 7 || got.Notes["a"] != "b" {
		t.Errorf("absent optional keys changed the struct: %+v", got)
	}
}

func TestDecodeFaults(t *testing.T) {
	f := func(src string, want ...string) {
		t.Helper()
		var into spec
		_, err := strict.Decode([]byte(src), &into)
		if _, ok := errors.AsType[strict.Faults](err); !ok {
			t.Errorf("%q: error %v, want faults", src, err)
			return
		}
		if got := err.Error(); got != strings.Join(want, "\n") {
			t.Errorf("%q:\n got %s\nwant %s", src, got, strings.Join(want, "\n     "))
		}
	}
	const ok = "version: v\nregisters: []\n"
	allKeys := "want one of version, registers, limit, notes, level, window, count, total, on, rows"

	// every fault of one document, in line order
	f(`version: [1]
registers:
  - id: a
    cods: x
    codes: {list: {a: b}, ad: 1}
  - codes: 7
levle: 3
version: 2
limit: none
on: yes
`,
		`line 1: version: want text, got a list`,
		`line 4: registers[0]: unknown key "cods", want one of id, codes, resolved; did you mean "codes"?`,
		`line 5: registers[0].codes[0].list: want text, got a mapping`,
		`line 5: registers[0].codes[0]: unknown key "ad", want one of list, add; did you mean "add"?`,
		`line 6: registers[1].codes[0]: want a mapping, got 7`,
		`line 6: registers[1]: missing key "id"`,
		`line 7: unknown key "levle", `+allKeys+`; did you mean "level"?`,
		`line 8: duplicate key "version", first on line 1`,
		`line 9: limit: want a mapping, got none`,
		`line 10: on: want true or false, got yes`)

	f("", `line 1: the document is empty`)
	f("# only\n# comments\n", `line 1: the document is empty`)
	f("---\n", `line 1: the document is empty`)
	f("- a\n", `line 1: want a mapping, got a list`)
	f("just words\n", `line 1: want a mapping, got just words`)
	f("{}\n", `line 1: missing key "version"`, `line 1: missing key "registers"`)
	f("version: v\n", `line 1: missing key "registers"`)
	f("\n\nversion:\nregisters: ~\n",
		`line 3: version: has no value: give one or leave the key out`,
		`line 4: registers: has no value: give one or leave the key out`)
	f(ok+"zzzzzz: 1\n", `line 3: unknown key "zzzzzz", `+allKeys)

	f(ok+"level: 128\n", `line 3: level: want a whole number from -128 to 127, got 128`)
	f(ok+"window: -1\n", `line 3: window: want a whole number from 0 to 65535, got -1`)
	f(ok+"window: 010\n", `line 3: window: want a whole number from 0 to 65535, got 010`)
	f(ok+"window: 0x10\n", `line 3: window: want a whole number from 0 to 65535, got 0x10`)
	f(ok+"window: 1_0\n", `line 3: window: want a whole number from 0 to 65535, got 1_0`)
	f(ok+"count: 1.0\n", `line 3: count: want a whole number from 0 up, got 1.0`)
	f(ok+"total: \"3\"\n", `line 3: total: want a whole number, got "3"`)
	f(ok+"total: 9223372036854775808\n", `line 3: total: want a whole number, got 9223372036854775808`)
	f(ok+"on: \"true\"\n", `line 3: on: want true or false, got "true"`)
	f(ok+"limit: {least: .inf}\n", `line 3: limit.least: want a number, got .inf`)
	f(ok+"limit: {least: .nan}\n", `line 3: limit.least: want a number, got .nan`)
	f(ok+"limit: {least: 1e999}\n", `line 3: limit.least: want a number, got 1e999`)
	f(ok+"limit: {least: 0x1p4}\n", `line 3: limit.least: want a number, got 0x1p4`)
	f(ok+"limit: {From: 1, least: 1}\n", `line 3: limit: unknown key "From", want one of least`)
	f(ok+"notes: {a: {b: c}, d: }\n",
		`line 3: notes.a: want text, got a mapping`,
		`line 3: notes.d: has no value: give one or leave the key out`)
	f(ok+"on: a\n  b\n", `line 3: on: want true or false, got a b`)
	f(ok+"\"le\\nvel\": 1\n", `line 3: want a plain word as key`)
	f(ok+"rows: [[1, x], [[2]]]\n",
		`line 3: rows[0][1]: want a number, got x`,
		`line 3: rows[1][0]: want a number, got a list`)

	f(ok+"notes: &n {a: b}\n", `line 3: anchors are not allowed: write the value out`)
	f("version: &v x\nregisters: *v\n",
		`line 1: anchors are not allowed: write the value out`,
		`line 2: aliases are not allowed: write the value out`)
	f(ok+"level: !!int \"3\"\n", `line 3: tags are not allowed: write the value out`)
	f(ok+"<<: {level: 3}\n", `line 3: merge keys are not allowed: write the value out`)
	f(ok+"---\nversion: 2\n", `line 4: a second document starts here: want one document in a file`)
	f("version: [1\n", `line 1: not valid YAML: sequence end token ']' not found`)
	f("version: a\n\tregisters: []\n", `line 2: not valid YAML: found character '\t' that cannot start any token`)
	f("version: a\nregisters: \xff\n", `line 2: not UTF-8 text`)
}

func TestDecodeBounds(t *testing.T) {
	f := func(name, src, want string) {
		t.Helper()
		var into spec
		_, err := strict.Decode([]byte(src), &into)
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	f("bytes", "version: "+strings.Repeat("x", 1<<20), "line 1: the document is larger than 1048576 bytes")
	f("brackets", "version: "+strings.Repeat("[", 100_000), "line 1: brackets are nested more than 64 deep")
	f("dashes", strings.Repeat("- ", 100_000), "line 1: indented by more than 160 columns")
	f("questions", strings.Repeat("? ", 100_000), "line 1: indented by more than 160 columns")
	f("keys", strings.Repeat("a:\n", 100_000), "line 10001: more than 10000 keys in one document")
}

// The largest documents let through must not take the parser down.
func TestDecodeLargest(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("a: b\n", 10_000),
		strings.Repeat("- b\n", 200_000),
		"a: [" + strings.Repeat("b, ", 300_000) + "]",
		"a: {" + strings.Repeat("b: ", 9_000) + "}",
		strings.Repeat("a: ", 50) + "b",
		"a: " + strings.Repeat("b\n\n  ", 200_000),
		"a: \"" + strings.Repeat("\\n", 500_000) + "\"",
		"a: |\n" + strings.Repeat("  b\n", 250_000),
		strings.Repeat("#\n", 500_000),
		strings.Repeat("'", 1<<20),
		strings.Repeat(":", 1<<20),
		strings.Repeat(",", 1<<20),
	} {
		var into spec
		if _, err := strict.Decode([]byte(src), &into); err == nil {
			t.Errorf("%.20q was accepted", src)
		}
	}
}

func TestDecodeInto(t *testing.T) {
	for _, into := range []any{nil, spec{}, (*spec)(nil), new(int)} {
		var faults strict.Faults
		if _, err := strict.Decode([]byte(good), into); err == nil || errors.As(err, &faults) {
			t.Errorf("decode into %T: %v, want an error that is not about the document", into, err)
		}
	}
	type odd struct {
		A any `yaml:"a"`
	}
	if _, err := strict.Decode([]byte("a: 1"), &odd{}); err == nil || err.Error() != "line 1: a: cannot be read: the program has no rule for interface {}" {
		t.Errorf("field of an unsupported type: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("version: [1\nregisters: {"))
	f.Add([]byte("? a\n: b\n- c\n"))
	f.Add([]byte("version: 'a''b'\nregisters: [{id: \"x\\u00e9\", codes: []}]\n..."))
	f.Fuzz(func(t *testing.T, src []byte) {
		var a, b spec
		lines, err := strict.Decode(src, &a)
		for path, line := range lines {
			if line < 1 {
				t.Fatalf("path %q has line %d", path, line)
			}
		}
		var faults strict.Faults
		if err != nil && (!errors.As(err, &faults) || len(faults) == 0) {
			t.Fatalf("error is not faults: %v", err)
		}
		if err != nil && strings.Count(err.Error(), "\n") != len(faults)-1 {
			t.Fatalf("%d faults are not one a line: %v", len(faults), err)
		}
		_, again := strict.Decode(src, &b)
		if (err == nil) != (again == nil) || err != nil && err.Error() != again.Error() {
			t.Fatalf("two readings differ: %v and %v", err, again)
		}
	})
}
