package vocabulary

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"riskband/pipeline/source/importer/account"
	"riskband/stratify/codes"
)

//go:embed mapping/*.csv
var mappingFiles embed.FS

// Tables holds the shipped mapping: which LOINC code is which measure and SNOMED
// code, how units convert, what an operator means, how a stay began. Safe for
// concurrent use.
type Tables struct {
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

// Load reads the embedded tables. An error is a fault of the product.
func Load() (*Tables, error) {
	m := &Tables{
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

func (m *Tables) addLOINC(f []string) error {
	one := measure{name: f[1], snomed: f[2]}
	m.loinc[f[0]] = one
	if one.snomed == "" {
		return nil
	}
	m.targets[one.snomed] = one
	return codes.SNOMED.Check(one.snomed)
}

func (m *Tables) addUnit(f []string) error {
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

func (m *Tables) addOperator(f []string) error {
	id, err := strconv.ParseInt(f[0], 10, 64)
	m.operators[id] = f[1]
	return err
}

func (m *Tables) addRule(f []string) error {
	m.rules = append(m.rules, admissionRule{source: f[0], test: f[1], value: f[2], method: f[3]})
	return codes.AdmissionMethod.Check(f[3])
}

// IsMeasure reports whether a LOINC code is in the mapping.
func (m *Tables) IsMeasure(loinc string) bool {
	_, known := m.loinc[loinc]
	return known
}

// Comparator returns the contract's comparator of an OMOP operator concept, ""
// for equals; ok is false for a concept that is not an operator.
func (m *Tables) Comparator(concept int64) (comparator string, ok bool) {
	comparator, ok = m.operators[concept]
	return comparator, ok
}

// Reading is one coded row of a source before mapping.
type Reading struct {
	System System
	Code   string
	Value  float64 // NaN when the row has none
	Unit   string  // UCUM code, else as the source wrote it
}

// System is the vocabulary of a code.
type System uint8

// The vocabularies that can be mapped.
const (
	Other System = iota
	SNOMED
	LOINC
)

// Coded is one row ready for the contract.
type Coded struct {
	Code    string  // SNOMED CT concept id, check digit verified
	Value   float64 // in Unit; NaN when the row has none
	Unit    string
	Measure string // "" for a code that is none of the mapped measures
}

// Apply maps a reading, or says why it cannot.
func (m *Tables) Apply(r Reading) (Coded, account.Reason) {
	switch r.System {
	case SNOMED:
		return m.applySNOMED(r)
	case LOINC:
		return m.applyLOINC(r)
	case Other:
	}
	return Coded{}, account.OtherVocabulary
}

func (m *Tables) applySNOMED(r Reading) (Coded, account.Reason) {
	switch err := codes.SNOMED.Check(r.Code); {
	case errors.Is(err, codes.ErrCheckDigit), errors.Is(err, codes.ErrRounded):
		return Coded{}, account.CheckDigit
	case err != nil:
		return Coded{}, account.NotSNOMED
	}
	target, isMeasure := m.targets[r.Code]
	if isMeasure && !math.IsNaN(r.Value) {
		return m.measured(target, r)
	}
	return Coded{Code: r.Code, Value: r.Value, Unit: r.Unit, Measure: target.name}, ""
}

func (m *Tables) applyLOINC(r Reading) (Coded, account.Reason) {
	target, known := m.loinc[r.Code]
	switch {
	case !known:
		return Coded{}, account.OtherLOINC
	case target.snomed == "":
		return Coded{}, account.PanelOnly
	case math.IsNaN(r.Value):
		return Coded{}, account.NoValue
	}
	return m.measured(target, r)
}

// measured converts the value of a known measure.
func (m *Tables) measured(target measure, r Reading) (Coded, account.Reason) {
	if r.Unit == "" {
		return Coded{}, account.NoUnit
	}
	u, known := m.units[unitKey{target.name, strings.TrimSpace(r.Unit)}]
	if !known {
		return Coded{}, account.OtherUnit
	}
	return Coded{Code: target.snomed, Value: u.convert(r.Value), Unit: u.out, Measure: target.name}, ""
}
