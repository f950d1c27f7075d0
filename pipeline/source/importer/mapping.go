package importer

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"riskband/stratify/codes"
)

//go:embed mapping/*.csv
var mappingFiles embed.FS

// mapping holds the shipped tables: which LOINC code is which measure and SNOMED
// code, how units convert, what an operator means, how a stay began.
type mapping struct {
	loinc     map[string]measure
	targets   map[string]measure // by SNOMED code
	units     map[unitKey]unit
	operators map[int64]string // comparator by concept id, "" for equals
	rules     []admissionRule
}

// measure is what a LOINC code stands for; a panel has no SNOMED code.
type measure struct{ name, snomed string }

type unitKey struct{ measure, unit string }

// unit converts: out = scale × (in − subtract), then rounded to decimals unless
// that is negative.
type unit struct {
	subtract, scale float64
	decimals        int
	out             string
}

func (u unit) convert(value float64) float64 {
	v := u.scale * (value - u.subtract)
	if u.decimals < 0 {
		return v
	}
	power := math.Pow10(u.decimals)
	return math.Round(v*power) / power
}

// loadMapping reads the embedded tables. An error is a fault of the product.
func loadMapping() (*mapping, error) {
	m := &mapping{
		loinc: map[string]measure{}, targets: map[string]measure{},
		units: map[unitKey]unit{}, operators: map[int64]string{},
	}
	return m, errors.Join(
		eachLine("loinc", m.addLOINC), eachLine("units", m.addUnit),
		eachLine("operators", m.addOperator), eachLine("admissions", m.addRule),
	)
}

func eachLine(table string, add func(fields []string) error) error {
	file, err := mappingFiles.Open("mapping/" + table + ".csv")
	if err != nil {
		return fmt.Errorf("read mapping table %s: %w", table, err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return fmt.Errorf("read mapping table %s: %w", table, err)
	}
	var faults []error
	for i, fields := range lines[1:] {
		if err := add(fields); err != nil {
			faults = append(faults, fmt.Errorf("read mapping table %s line %d: %w", table, i+2, err))
		}
	}
	return errors.Join(faults...)
}

func (m *mapping) addLOINC(f []string) error {
	one := measure{name: f[1], snomed: f[2]}
	m.loinc[f[0]] = one
	if one.snomed == "" {
		return nil
	}
	m.targets[one.snomed] = one
	return codes.SNOMED.Check(one.snomed)
}

func (m *mapping) addUnit(f []string) error {
	subtract, err1 := strconv.ParseFloat(f[2], 64)
	scale, err2 := strconv.ParseFloat(f[3], 64)
	u := unit{subtract: subtract, scale: scale, decimals: -1, out: f[5]}
	var err3 error
	if f[4] != "" {
		u.decimals, err3 = strconv.Atoi(f[4])
	}
	m.units[unitKey{f[0], f[1]}] = u
	return errors.Join(err1, err2, err3)
}

func (m *mapping) addOperator(f []string) error {
	id, err := strconv.ParseInt(f[0], 10, 64)
	m.operators[id] = f[1]
	return err
}

func (m *mapping) addRule(f []string) error {
	m.rules = append(m.rules, admissionRule{source: f[0], test: f[1], value: f[2], method: f[3]})
	return codes.AdmissionMethod.Check(f[3])
}

// reading is one coded row of a source before mapping.
type reading struct {
	system     system
	code       string
	value      float64 // NaN when the row has none
	unit       string
	comparator string
}

type system uint8

const (
	otherSystem system = iota
	snomed
	loinc
)

// coded is one row ready for the contract; measure is "" for a code that is none
// of the mapped measures.
type coded struct {
	code    string
	value   float64
	unit    string
	measure string
}

// apply maps a reading, or says why it cannot.
func (m *mapping) apply(r reading) (coded, Reason) {
	switch r.system {
	case snomed:
		return m.applySNOMED(r)
	case loinc:
		return m.applyLOINC(r)
	}
	return coded{}, ReasonVocabulary
}

func (m *mapping) applySNOMED(r reading) (coded, Reason) {
	switch err := codes.SNOMED.Check(r.code); {
	case errors.Is(err, codes.ErrCheckDigit), errors.Is(err, codes.ErrRounded):
		return coded{}, ReasonCheckDigit
	case err != nil:
		return coded{}, ReasonBadForm
	}
	target, isMeasure := m.targets[r.code]
	if isMeasure && !math.IsNaN(r.value) {
		return m.measured(target, r)
	}
	return coded{code: r.code, value: r.value, unit: r.unit, measure: target.name}, ""
}

func (m *mapping) applyLOINC(r reading) (coded, Reason) {
	target, known := m.loinc[r.code]
	switch {
	case !known:
		return coded{}, ReasonLOINC
	case target.snomed == "":
		return coded{}, ReasonPanel
	case math.IsNaN(r.value):
		return coded{}, ReasonNoValue
	}
	return m.measured(target, r)
}

// measured converts the value of a known measure.
func (m *mapping) measured(target measure, r reading) (coded, Reason) {
	if r.unit == "" {
		return coded{}, ReasonNoUnit
	}
	u, known := m.units[unitKey{target.name, strings.TrimSpace(r.unit)}]
	if !known {
		return coded{}, ReasonUnit
	}
	return coded{code: target.snomed, value: u.convert(r.value), unit: u.out, measure: target.name}, ""
}
