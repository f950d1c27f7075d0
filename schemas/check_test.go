package schemas

import (
	"strings"
	"testing"
)

func TestParseFaults(t *testing.T) {
	f := func(old, changed string, want ...string) {
		t.Helper()
		if strings.Count(small, old) != 1 {
			t.Fatalf("%q stands %d times in the table", old, strings.Count(small, old))
		}
		_, err := parse("t", []byte(strings.Replace(small, old, changed, 1)))
		got := "nil"
		if err != nil {
			got = err.Error()
		}
		if got != strings.Join(want, "\n") {
			t.Errorf("%q:\n got %s\nwant %s", changed, got, strings.Join(want, "\n     "))
		}
	}
	f("name: t\n", "name: u\n", `line 1: name: want "t", the name of the file, got "u"`)
	f("kind: extract", "kind: extra", `line 3: kind: want one of extract, reference, release, secure, got "extra"`)
	f("kind: extract", "kind: extract\noptional: true", `line 4: optional: an optional table must say in without what is switched off`)
	f("kind: extract", "kind: extract\nwithout: x", `line 4: without: only an optional table has it`)
	f("kind: extract", "kind: release",
		`line 12: columns[0].disclosure: published is the class of every release column and of no other`,
		`line 18: columns[1].disclosure: published is the class of every release column and of no other`)
	f("title: A table", `title: " A table"`, `line 2: title: want text without spaces around it`)
	f("  - name: b", "  - name: a", `line 14: columns[1].name: column "a" again, first on line 7`)
	f("  - name: b", "  - name: B", `line 14: columns[1].name: want lower-case letters, digits and _, got "B"`)
	f("type: number", "type: int",
		`line 8: columns[0].type: want one of text, date, month, number, integer, boolean, text_list, got "int"`,
		`line 9: columns[0].unit: only numbers and integers have a unit`,
		`line 11: columns[0].range.from: only dates, months, numbers and integers have a range`,
		`line 11: columns[0].range.to: only dates, months, numbers and integers have a range`)
	f("nulls: allowed", "nulls: maybe", `line 10: columns[0].nulls: want one of refused, allowed, got "maybe"`)
	f("from: 1, to: 2.5", "from: 3, to: 2.5", `line 11: columns[0].range: from is after to`)
	f("from: 1, to: 2.5", "from: x", `line 11: columns[0].range.from: want a number, got "x"`)
	f("from: 1, to: 2.5", "to: inf", `line 11: columns[0].range.to: want a number, got "inf"`)
	f("from: 1, to: 2.5", "", `line 11: columns[0].range: want from, to or both`)
	f("{value: x, meaning: some}", `{value: "", meaning: some}`, `line 17: columns[1].values[1].value: value "" again, first on line 17`)
	f("{value: x, meaning: some}", `{value: x, meaning: ""}`, `line 17: columns[1].values[1].meaning: want text without spaces around it`)
	f("    description: A word.", "    description: A word.\n    pattern: '[a'",
		`line 17: columns[1].values: only texts have a closed list, and then neither range nor pattern`,
		`line 20: columns[1].pattern: want a regular expression, on texts only`)
	f("    nulls: refused", "    nulls: refused\n    may_be_absent: true", `line 17: columns[1].may_be_absent: only a column with nulls: allowed may be absent`)
	f("    nulls: refused", "    nuls: refused",
		`line 14: columns[1]: missing key "nulls"`,
		`line 16: columns[1]: unknown key "nuls", want one of name, type, unit, nulls, may_be_absent, range, values, pattern, code_system, disclosure, description; did you mean "nulls"?`)

	_, err := parse("t", []byte(small[:strings.Index(small, "columns:")]+"columns: []\n"))
	if err == nil || err.Error() != `line 6: columns: want at least one column` {
		t.Errorf("no columns: %v", err)
	}
}

func TestParseMonths(t *testing.T) {
	f := func(kind, text, want string) {
		t.Helper()
		src := strings.Replace(small, "type: number\n    unit: mmHg", "type: "+kind, 1)
		src = strings.Replace(src, "from: 1, to: 2.5", "from: "+text, 1)
		_, err := parse("t", []byte(src))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s from %s: %q, want %q", kind, text, got, want)
		}
	}
	f("month", "2026-03-01", "")
	f("month", "2026-03-02", `line 10: columns[0].range.from: want a date like 2026-03-01, the first of a month for months, got "2026-03-02"`)
	f("date", "2026-03-02", "")
	f("date", "2026-02-29", `line 10: columns[0].range.from: want a date like 2026-03-01, the first of a month for months, got "2026-02-29"`)
	f("integer", "-7", "")
	f("integer", "1.5", `line 10: columns[0].range.from: want a whole number, got "1.5"`)
}

// Whatever loads can be written, and every fault has a line.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	for _, name := range order() {
		src, err := files.ReadFile(name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		table, err := parse("t", src)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "line ") {
					t.Fatalf("fault without a line: %s", line)
				}
			}
			return
		}
		for _, c := range table.Columns {
			from, to := c.Numbers()
			first, last := c.Dates()
			if from > to || !last.IsZero() && first.After(last) {
				t.Fatalf("column %s has an empty range", c.Name)
			}
		}
		if !strings.HasPrefix(table.Markdown(), "## t\n") {
			t.Fatal("no heading")
		}
	})
}
