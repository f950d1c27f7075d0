package publish

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v15/arrow/memory"

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
	t, err := load(ctx, path, schema, memory.NewGoAllocator())
	if err != nil {
		return nil, err
	}
	defer t.Release()
	text := map[string]texts{}
	var dimensions []string
	for _, c := range schema.Columns {
		if c.Name == people {
			continue
		}
		if text[c.Name], err = t.texts(c.Name); err != nil {
			return nil, err
		}
		switch c.Name {
		case areaType, areaCode, areaName, status, notice:
		default:
			dimensions = append(dimensions, c.Name)
		}
	}
	shown, err := t.counts(people)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(shown.value))
	for i := range rows {
		level, ok := tally.ParseLevel(text[areaType][i])
		if !ok {
			return nil, fmt.Errorf("read table %s: %w: row %d has an unknown %s", schema.Name, ErrStored, i, areaType)
		}
		r := Row{
			Area:   tally.Area{Level: level, Code: text[areaCode][i], Name: text[areaName][i]},
			People: shown.value[i], Shown: shown.known[i], Status: text[status][i], Notice: text[notice][i],
		}
		for _, d := range dimensions {
			r.Categories = append(r.Categories, text[d][i])
		}
		rows[i] = r
	}
	return rows, nil
}
