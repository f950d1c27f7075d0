package publish

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"riskband/pipeline/publish/columnar"
	"riskband/pipeline/publish/folder"
	"riskband/schemas"
	"riskband/stratify/disclose"
)

// dictionaryPage is the name of the data dictionary beside the tables.
const dictionaryPage = "data-dictionary.md"

// The columns of every release table; those between areaName and people are the
// table's dimensions.
const (
	areaType = "area_type"
	areaCode = "area_code"
	areaName = "area_name"
	people   = "people_rounded5"
	status   = "status"
	notice   = "notice"
)

// Release writes every table of a release in every format to dir, which is made
// where it is missing, as <table>.<format>, and data-dictionary.md, which describes the tables written.
// A hidden count is missing, never 0, and its status says why. Equal releases
// give equal bytes. The paths returned are relative to dir.
//
// A table that does not fit its schema, and a format named twice or unknown, are
// our bugs; the first wraps [ErrSchema].
func Release(dir string, r disclose.Release, formats []Format, c *schemas.Contract) ([]File, error) {
	return release(dir, r, formats, c, columnar.Heap())
}

func release(dir string, r disclose.Release, formats []Format, c *schemas.Contract, mem columnar.Memory) ([]File, error) {
	tables, err := fit(r, c)
	if err != nil {
		return nil, fmt.Errorf("write release: %w", err)
	}
	if err := folder.MakeDir(dir, Public); err != nil {
		return nil, fmt.Errorf("write release: %w", err)
	}
	var files []File
	for _, t := range tables {
		for _, f := range formats {
			file, err := save(t, dir, t.Schema().Name+"."+string(f), Public, f, mem)
			if err != nil {
				return nil, fmt.Errorf("write release: %w", err)
			}
			files = append(files, file)
		}
	}
	page, err := folder.WriteFile(dir, dictionaryPage, Public, func(w *folder.Writer) error {
		_, err := w.Write([]byte(describe(r, tables)))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("write release: %w", err)
	}
	return append(files, page), nil
}

// fit puts the release's tables into their schemas, with all faults at once.
func fit(r disclose.Release, c *schemas.Contract) ([]columnar.Table, error) {
	var tables []columnar.Table
	var faults []error
	for _, t := range r.Tables() {
		schema, ok := c.Table(t.Name())
		if !ok || schema.Kind != schemas.Release {
			faults = append(faults, fmt.Errorf("%w: the contract has no release table %s", ErrSchema, t.Name()))
			continue
		}
		named, err := columns(t, r.Notice())
		if err != nil {
			faults = append(faults, err)
			continue
		}
		fitted, err := columnar.New(schema, named, r.Notice())
		if err != nil {
			faults = append(faults, err)
			continue
		}
		tables = append(tables, fitted)
	}
	return tables, errors.Join(faults...)
}

// columns turns a protected table's rows into columns named as in its schema.
func columns(t disclose.Table, warning string) (map[string]columnar.Values, error) {
	dimensions := t.Dimensions()
	categories := make([]columnar.Texts, len(dimensions))
	var level, code, name, symbol columnar.Texts
	var shown columnar.Counts
	for row := range t.Rows() {
		if len(row.Categories) != len(dimensions) {
			return nil, fmt.Errorf("%w: %s: a row has %d categories, the table %d dimensions", ErrSchema, t.Name(), len(row.Categories), len(dimensions))
		}
		for i, c := range row.Categories {
			categories[i] = append(categories[i], c)
		}
		n, ok := row.People.Count()
		level, code, name = append(level, row.Area.Level.String()), append(code, row.Area.Code), append(name, row.Area.Name)
		symbol = append(symbol, row.People.Symbol())
		shown.Value, shown.Known = append(shown.Value, n), append(shown.Known, ok)
	}
	named := map[string]columnar.Values{
		areaType: level, areaCode: code, areaName: name, people: shown, status: symbol, notice: columnar.Repeated{Value: warning, Rows: t.Len()},
	}
	for i, d := range dimensions {
		named[d] = categories[i]
	}
	if len(named) != len(dimensions)+6 {
		return nil, fmt.Errorf("%w: %s: two columns of one name", ErrSchema, t.Name())
	}
	return named, nil
}

// describe returns the data dictionary of the tables written.
func describe(r disclose.Release, tables []columnar.Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Data dictionary of this release\n\n**%s.**\n\nTable programme %s, disclosure profile %s.\n", r.Notice(), r.Programme(), r.Profile())
	for _, t := range tables {
		b.WriteString("\n" + t.Schema().Markdown())
	}
	return b.String()
}

// Within returns files as seen from the folder above, for example
// release/band_by_imd.csv.
func Within(folder string, files []File) []File {
	moved := make([]File, len(files))
	for i, f := range files {
		moved[i] = f
		moved[i].Path = path.Join(folder, f.Path)
	}
	return moved
}
