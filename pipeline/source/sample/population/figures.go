package population

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

//go:embed inputs/figures.csv
var figuresFile []byte

// errFigures says the table of figures is not what this package was built with.
var errFigures = errors.New("table of figures is broken")

// Figure is one published or assumed number.
type Figure struct {
	Key   string
	Value float64
}

// Figures holds the figures by name, in file order.
type Figures map[string][]Figure

// readFigures parses the table: figure, key, value, source; no source may be
// empty and no figure may stand twice under one key.
func readFigures(src []byte) (Figures, error) {
	r := csv.NewReader(bytes.NewReader(src))
	r.FieldsPerRecord = 4
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read figures: %w: %w", errFigures, err)
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != "figure,key,value,source" {
		return nil, fmt.Errorf("read figures: header: %w", errFigures)
	}
	f := Figures{}
	seen := map[[2]string]bool{}
	for i, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[2], 64)
		name := [2]string{row[0], row[1]}
		if err != nil || v != v || row[0] == "" || row[1] == "" || row[3] == "" || seen[name] {
			return nil, fmt.Errorf("read figures line %d: %w", i+2, errFigures)
		}
		seen[name] = true
		f[row[0]] = append(f[row[0]], Figure{row[1], v})
	}
	return f, nil
}

// One returns a figure; asking for one that is not in the table is our bug and
// panics.
func (f Figures) One(name, key string) float64 {
	for _, g := range f[name] {
		if g.Key == key {
			return g.Value
		}
	}
	//nolint:forbidigo // invariant: the figures are embedded, and a test asks for every one
	panic("population: no figure " + name + " " + key)
}

// Share returns a percentage as a proportion.
func (f Figures) Share(name, key string) float64 { return f.One(name, key) / 100 }

// ByAge spreads a figure whose keys end in a range of ages, such as 40-59, over
// single years; prefix picks the keys, and a year without a key is zero.
func (f Figures) ByAge(name, prefix string) [Ages]float64 {
	var out [Ages]float64
	for _, g := range f[name] {
		rest, ok := strings.CutPrefix(g.Key, prefix)
		if !ok {
			continue
		}
		from, to := ageRange(rest)
		for a := from; a <= to && a < Ages; a++ {
			out[a] = g.Value
		}
	}
	return out
}

// Ages is one more than the oldest completed age in the sample.
const Ages = 99

func ageRange(s string) (from, to int) {
	a, b, ok := strings.Cut(s, "-")
	from, err1 := strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	if !ok || err1 != nil || err2 != nil {
		//nolint:forbidigo // invariant: the figures are embedded, and a test reads every range
		panic("population: no range of ages in " + s)
	}
	return from, to
}
