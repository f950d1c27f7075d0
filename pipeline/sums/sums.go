package sums

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
)

// Table is what one reader saw of one file.
type Table struct {
	Rows    int64    `json:"rows"`
	Columns []Column `json:"columns"`
}

// Column is what one reader saw of one column.
type Column struct {
	Name   string `json:"name"`
	Values int64  `json:"values"` // not null
	Nulls  int64  `json:"nulls"`
	Sum    uint64 `json:"sum,string"` // of the hashes of the values, modulo 2^64
}

// Null counts a missing value.
func (c *Column) Null() { c.Nulls++ }

// Text counts a text.
func (c *Column) Text(s string) { c.add([]byte(s)) }

// Integer counts a whole number: a day since 1970-01-01, or 0 and 1 for no and
// yes.
func (c *Column) Integer(n int64) {
	c.add(binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

// Float counts a number; single and double precision of one number are the same.
func (c *Column) Float(f float64) {
	c.add(binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)))
}

func (c *Column) add(b []byte) {
	h := fnv.New64a()
	_, _ = h.Write(b) // never fails
	c.Values++
	c.Sum += h.Sum64()
}

// Differences says in words where two readers differ; none when they agree.
func (t Table) Differences(o Table) []string {
	var found []string
	if t.Rows != o.Rows {
		found = append(found, fmt.Sprintf("rows: the first reader has %d, the second %d", t.Rows, o.Rows))
	}
	for _, c := range t.Columns {
		i := slices.IndexFunc(o.Columns, func(x Column) bool { return x.Name == c.Name })
		if i < 0 {
			found = append(found, fmt.Sprintf("column %s: the second reader does not see it", c.Name))
			continue
		}
		found = append(found, c.differences(o.Columns[i])...)
	}
	return found
}

func (c Column) differences(o Column) []string {
	if c.Values != o.Values || c.Nulls != o.Nulls {
		return []string{fmt.Sprintf("column %s: the first reader has %d values and %d nulls, the second %d and %d",
			c.Name, c.Values, c.Nulls, o.Values, o.Nulls)}
	}
	if c.Sum != o.Sum {
		return []string{fmt.Sprintf("column %s: the same number of values, but not the same values", c.Name)}
	}
	return nil
}
