package publish

import (
	"fmt"
	"io/fs"
	"math"

	"riskband/pipeline/publish/columnar"
	"riskband/pipeline/publish/folder"
	"riskband/schemas"
	"riskband/stratify/frame"
)

// Where the secure side keeps its rows, in the folder of a run.
const (
	patientsDir  = "patients"
	checksDir    = "checks"
	bandsFile    = "patient_bands.parquet"
	reasonsFile  = "patient_reasons.parquet"
	practiceEdge = "practice_code="
)

// PatientBands holds the bands of one practice's current people, in the order of
// their pseudonyms. Every slice but Reasons and Registers has the same length. It
// is personal data.
type PatientBands struct {
	Pseudonym []frame.Pseudonym
	Band      []string // high, rising or low
	Tier      []uint8  // 1 to 3, 0 for none
	Reasons   []string // of all people, one after the other
	ReasonEnd []int32  // where the reasons of person i end in Reasons

	Registers   []string // of all people, one after the other
	RegisterEnd []int32  // where the registers of person i end in Registers
}

// Add appends one person; tier 0 is none. The reasons and registers are copied.
func (b *PatientBands) Add(p frame.Pseudonym, band string, tier uint8, reasons, registers []string) {
	b.Pseudonym = append(b.Pseudonym, p)
	b.Band = append(b.Band, band)
	b.Tier = append(b.Tier, tier)
	b.Reasons = append(b.Reasons, reasons...)
	b.ReasonEnd = append(b.ReasonEnd, int32(len(b.Reasons)))
	b.Registers = append(b.Registers, registers...)
	b.RegisterEnd = append(b.RegisterEnd, int32(len(b.Registers)))
}

// PatientReasons holds what the reasons of one practice's people rest on, one
// row a piece of evidence. Every slice has the same length. It is personal data.
type PatientReasons struct {
	Pseudonym []frame.Pseudonym
	Reason    []string
	Rule      []string
	Detail    []string
	Value     []float64   // in Unit; NaN where there is none
	Value2    []float64   // the second value of a measure that has two, else NaN
	Unit      []string    // empty where there is none
	Day       []frame.Day // NoDay where there is none
}

// Evidence is one row of [PatientReasons] without its person.
type Evidence struct {
	Reason string
	Rule   string
	Detail string
	Value  float64
	Value2 float64
	Unit   string
	Day    frame.Day
}

// Add appends one person's evidence.
func (r *PatientReasons) Add(p frame.Pseudonym, e Evidence) {
	r.Pseudonym = append(r.Pseudonym, p)
	r.Reason = append(r.Reason, e.Reason)
	r.Rule = append(r.Rule, e.Rule)
	r.Detail = append(r.Detail, e.Detail)
	r.Value = append(r.Value, e.Value)
	r.Value2 = append(r.Value2, e.Value2)
	r.Unit = append(r.Unit, e.Unit)
	r.Day = append(r.Day, e.Day)
}

// Secure writes a run's secure side, a practice at a time. Different practices
// may be written at the same time.
type Secure struct {
	dir      string
	contract *schemas.Contract
	mem      columnar.Memory
}

// NewSecure writes into a staging folder of the secure side; one of the public
// side is refused.
func NewSecure(s *Staging, c *schemas.Contract) (*Secure, error) {
	if s.Side() != SecureSide {
		return nil, fmt.Errorf("write secure side: %w: the folder is for publication", fs.ErrInvalid)
	}
	return &Secure{dir: s.Dir(), contract: c, mem: columnar.Heap()}, nil
}

// Practice writes patients/practice_code=<code>/patient_bands.parquet and
// patient_reasons.parquet, which have their rows even when there are none. Rows
// that do not fit the contract give [ErrSchema] with row numbers, never a value.
func (s *Secure) Practice(code string, b PatientBands, r PatientReasons) ([]File, error) {
	if !folder.IsName(code) {
		return nil, fmt.Errorf("write secure rows: %w: the practice code cannot name a folder", fs.ErrInvalid)
	}
	bands, err := s.table("patient_bands", b.columns(code))
	if err != nil {
		return nil, fmt.Errorf("write bands of practice %s: %w", code, err)
	}
	reasons, err := s.table("patient_reasons", r.columns(code))
	if err != nil {
		return nil, fmt.Errorf("write reasons of practice %s: %w", code, err)
	}
	practice := patientsDir + "/" + practiceEdge + code + "/"
	one, err := save(bands, s.dir, practice+bandsFile, SecureSide, Parquet, s.mem)
	if err != nil {
		return nil, err
	}
	two, err := save(reasons, s.dir, practice+reasonsFile, SecureSide, Parquet, s.mem)
	if err != nil {
		return nil, err
	}
	return []File{one, two}, nil
}

// table fits columns to a secure table of the contract.
func (s *Secure) table(name string, named map[string]columnar.Values) (columnar.Table, error) {
	schema, ok := s.contract.Table(name)
	if !ok || schema.Kind != schemas.Secure {
		return columnar.Table{}, fmt.Errorf("%w: the contract has no secure table %s", ErrSchema, name)
	}
	return columnar.New(schema, named, "")
}

func (b PatientBands) columns(code string) map[string]columnar.Values {
	tiers := columnar.Counts{Value: make([]int64, len(b.Tier)), Known: make([]bool, len(b.Tier))}
	for i, n := range b.Tier {
		tiers.Value[i], tiers.Known[i] = int64(n), n > 0
	}
	return map[string]columnar.Values{
		"practice_code": columnar.Repeated{Value: code, Rows: len(b.Pseudonym)},
		"patient_id":    columnar.Pseudonyms{Of: b.Pseudonym},
		"band":          columnar.Texts(b.Band),
		"tier":          tiers,
		"reasons":       columnar.Lists{Items: b.Reasons, End: b.ReasonEnd},
		"registers":     columnar.Lists{Items: b.Registers, End: b.RegisterEnd},
	}
}

func (r PatientReasons) columns(code string) map[string]columnar.Values {
	return map[string]columnar.Values{
		"practice_code": columnar.Repeated{Value: code, Rows: len(r.Pseudonym)},
		"patient_id":    columnar.Pseudonyms{Of: r.Pseudonym, Recurs: true},
		"reason":        columnar.Texts(r.Reason),
		"rule":          columnar.Texts(r.Rule),
		"detail":        columnar.Texts(r.Detail),
		"value":         columnar.Numbers(r.Value),
		"value_2":       columnar.Numbers(r.Value2),
		"unit":          columnar.Texts(r.Unit),
		"day":           columnar.Days(r.Day),
	}
}

// NoEvidence returns evidence without value, unit or day, to be filled.
func NoEvidence(reason, rule, detail string) Evidence {
	return Evidence{Reason: reason, Rule: rule, Detail: detail, Value: math.NaN(), Value2: math.NaN(), Day: frame.NoDay}
}
