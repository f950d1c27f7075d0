package folder

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"riskband/pipeline/extract/anytable"
)

// readCSV reads chosen columns of a text table with a header, under the terms of
// [anytable.Read]: names without regard to case, "?" for optional, one value
// per entry of columns. An empty field is null.
//
// Where the header has a tab, fields are cut at tabs and quotes mean nothing, as
// in vocabulary files; otherwise at commas with the usual quoting.
func readCSV(path string, columns []string, each func([]anytable.Value) error) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open table: %w", err)
	}
	defer file.Close()
	return scanCSV(file, path, columns, each)
}

func scanCSV(in io.Reader, path string, columns []string, each func([]anytable.Value) error) error {
	next, err := records(in)
	if err != nil {
		return fmt.Errorf("read %s: %w: %w", path, err, ErrSource)
	}
	header, err := next()
	if err != nil {
		return fmt.Errorf("read %s: no header: %w: %w", path, err, ErrSource)
	}
	at, err := positions(header, path, columns)
	if err != nil {
		return err
	}
	values := make([]anytable.Value, len(columns))
	for {
		fields, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w: %w", path, err, ErrSource)
		}
		for i, p := range at {
			values[i] = anytable.Value{}
			if p >= 0 && fields[p] != "" {
				values[i] = anytable.Value{Kind: anytable.TextValue, Text: fields[p]}
			}
		}
		if err := each(values); err != nil {
			return err
		}
	}
}

// positions finds the wanted columns in a header, -1 for an optional one that is
// absent, and collects all faults.
func positions(header []string, path string, columns []string) ([]int, error) {
	at := make([]int, len(columns))
	var faults []error
	for i, wanted := range columns {
		name, optional := strings.CutSuffix(wanted, "?")
		at[i] = -1
		for p, have := range header {
			if !strings.EqualFold(strings.TrimSpace(have), name) {
				continue
			}
			if at[i] >= 0 {
				faults = append(faults, fmt.Errorf("read %s column %s: there twice: %w", path, name, ErrSource))
			}
			at[i] = p
		}
		if at[i] < 0 && !optional {
			faults = append(faults, fmt.Errorf("read %s column %s: column missing: %w", path, name, ErrSource))
		}
	}
	return at, errors.Join(faults...)
}

// records returns a function that gives one record a call, then io.EOF. Every
// record has as many fields as the first.
func records(in io.Reader) (func() ([]string, error), error) {
	const headerBytes = 1 << 16
	b := bufio.NewReaderSize(in, headerBytes)
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = b.Discard(len(mark))
	}
	start, err := b.Peek(headerBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	header, _, _ := bytes.Cut(start, []byte("\n"))
	if bytes.ContainsRune(header, '\t') {
		return tabbed(b), nil
	}
	r := csv.NewReader(b)
	r.ReuseRecord = true
	return r.Read, nil
}

func tabbed(in *bufio.Reader) func() ([]string, error) {
	const longestLine = 1 << 24
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, longestLine)
	line, width := 0, 0
	return func() ([]string, error) {
		if !lines.Scan() {
			if err := lines.Err(); err != nil {
				return nil, fmt.Errorf("line %d: %w", line+1, err)
			}
			return nil, io.EOF
		}
		line++
		fields := strings.Split(lines.Text(), "\t")
		if line == 1 {
			width = len(fields)
		}
		if len(fields) != width {
			return nil, fmt.Errorf("line %d: %d fields, the header has %d", line, len(fields), width)
		}
		return fields, nil
	}
}
