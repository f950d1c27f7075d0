package riskband_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var codeSpan = regexp.MustCompile("`([^`]+)`")

// codeSpans returns what stands between single backticks.
func codeSpans(s string) []string {
	var spans []string
	for _, m := range codeSpan.FindAllStringSubmatch(s, -1) {
		spans = append(spans, m[1])
	}
	return spans
}

// markedTable returns the body rows of the Markdown table between
// <!-- mark: begin --> and <!-- mark: end -->, cells trimmed.
func markedTable(t *testing.T, path, mark string) [][]string {
	t.Helper()
	body := between(t, path, "<!-- "+mark+": begin -->", "<!-- "+mark+": end -->")
	var rows [][]string
	for line := range strings.Lines(body) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	if len(rows) < 3 {
		t.Fatalf("%s: no table marked %s", path, mark)
	}
	return rows[2:] // past the header and its rule
}

// between returns the text of a file between two markers.
func between(t *testing.T, path, begin, end string) string {
	t.Helper()
	_, rest, ok := strings.Cut(read(t, path), begin)
	if !ok {
		t.Fatalf("%s: no %q", path, begin)
	}
	body, _, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatalf("%s: %q without %q", path, begin, end)
	}
	return body
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
