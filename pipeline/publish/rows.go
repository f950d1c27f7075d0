package publish

import (
	"context"
	"fmt"

	"riskband/pipeline/publish/columnar"
	"riskband/schemas"
	"riskband/stratify/tally"
)

// Row is one row of a release table read back. It is not a
// [disclose.Row]: what was read from a file cannot be published again.
type Row struct {
	Area       tally.Area
	Categories []string // one a dimension, in the schema's order
	People     int64    // 0 when not shown
	Shown      bool
	Status     string // why People is not shown; empty when it is
	Notice     string
}

// ReadParquet reads a release table that [Release] wrote. A file with other
// columns or types, or that ends early, wraps [ErrStored].
func ReadParquet(ctx context.Context, path string, schema schemas.Table) ([]Row, error) {
	t, err := columnar.Load(ctx, path, schema, columnar.Heap())
	if err != nil {
		return nil, err
	}
	defer t.Release()
	text := map[string]columnar.Texts{}
	var dimensions []string
	for _, c := range schema.Columns {
		if c.Name == people {
			continue
		}
		if text[c.Name], err = t.Texts(c.Name); err != nil {
			return nil, err
		}
		switch c.Name {
		case areaType, areaCode, areaName, status, notice:
		default:
			dimensions = append(dimensions, c.Name)
		}
	}
	shown, err := t.Counts(people)
	if err != nil {
		return nil, err
	}
	return rows(schema.Name, text, dimensions, shown)
}

// rows puts a release table's columns into rows.
func rows(table string, text map[string]columnar.Texts, dimensions []string, shown columnar.Counts) ([]Row, error) {
	out := make([]Row, len(shown.Value))
	for i := range out {
		level, ok := tally.ParseLevel(text[areaType][i])
		if !ok {
			return nil, fmt.Errorf("read table %s: %w: row %d has an unknown %s", table, ErrStored, i, areaType)
		}
		out[i] = Row{
			Area:   tally.Area{Level: level, Code: text[areaCode][i], Name: text[areaName][i]},
			People: shown.Value[i], Shown: shown.Known[i], Status: text[status][i], Notice: text[notice][i],
		}
		for _, d := range dimensions {
			out[i].Categories = append(out[i].Categories, text[d][i])
		}
	}
	return out, nil
}
