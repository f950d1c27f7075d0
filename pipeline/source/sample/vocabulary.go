package sample

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"riskband/pipeline/source/sample/population"
	"riskband/stratify/codelists"
	"riskband/stratify/codes"
)

// vocabulary holds the codes that rows are made of. A code that several lists
// hold is never used, so that nobody comes onto a register by another's code.
type vocabulary struct {
	diagnosis [population.Registers][]string
	undone    [population.Registers][]string // resolved, or a stage that takes the person off
	systolic  [2][]string                    // in the clinic, at home
	diastolic [2][]string
	sugar     []string
	asthma    []string // dm+d
	other     []string // in no list: invented
	otherDraw population.Table
	medicine  []string // in no list: invented
}

// lists names the lists of a register: what puts a person on, what takes off.
func lists(r population.Register) (on, off []string) {
	return [...][]string{
			{"hyp_cod"},
			{"dm_cod"},
			{"afib_cod"},
			{"chd_cod"},
			{"strk_cod", "tia_cod"},
			{"copd_cod"},
			{"ast_cod"},
			{"hf_cod"},
			{"ckd_cod"},
			{"depr_cod"},
		}[r], [...][]string{
			{"hypres_cod"},
			{"dmres_cod"},
			{"afibres_cod"},
			nil, nil,
			{"copdres_cod"},
			{"astres_cod"},
			{"hfres_cod"},
			{"ckdres_cod", "ckd1and2_cod"},
			{"depres_cod"},
		}[r]
}

// listNames names every list used, in a fixed order: lists that the product
// ships later change nothing here.
func listNames() []string {
	names := []string{"sbp_clinic", "sbp_home", "dbp_clinic", "dbp_home", "hba1c_ifcc", "asthma_medicines"}
	for r := range population.Registers {
		on, off := lists(r)
		names = append(append(names, on...), off...)
	}
	return names
}

// errNoCode says a list has no code of its own.
var errNoCode = errors.New("list has no code that stands in no other list")

func newVocabulary() (*vocabulary, error) {
	loaded, err := codelists.Load(listNames()...)
	if err != nil {
		return nil, fmt.Errorf("prepare sample: %w", err)
	}
	book, err := codes.NewBook(loaded)
	if err != nil {
		return nil, fmt.Errorf("prepare sample: %w", err)
	}
	var missing []error
	own := func(names ...string) []string {
		var out []string
		for _, name := range names {
			found := ownCodes(book, name)
			if len(found) == 0 {
				missing = append(missing, fmt.Errorf("prepare sample: list %s: %w", name, errNoCode))
			}
			out = append(out, found...)
		}
		return out
	}
	v := &vocabulary{}
	for r := range population.Registers {
		on, off := lists(r)
		v.diagnosis[r], v.undone[r] = own(on...), own(off...)
	}
	v.systolic = [2][]string{own("sbp_clinic"), own("sbp_home")}
	v.diastolic = [2][]string{own("dbp_clinic"), own("dbp_home")}
	v.sugar, v.asthma = own("hba1c_ifcc"), own("asthma_medicines")
	v.invent()
	return v, errors.Join(missing...)
}

// ownCodes returns the codes of a list that no other list holds.
func ownCodes(book *codes.Book, name string) []string {
	at := book.Position(name)
	if at < 0 {
		return nil
	}
	list := book.Lists()[at]
	var out []string
	for _, e := range list.Entries {
		if len(book.Members(book.Concept(list.System, []byte(e.Code)))) == 1 {
			out = append(out, e.Code)
		}
	}
	slices.Sort(out)
	return out
}

// How many invented codes there are, of events and of medicines. They stand in
// namespace 9999999, which is allocated to nobody, with valid check digits.
const (
	inventedEvents    = 3000
	inventedMedicines = 600
)

func (v *vocabulary) invent() {
	weights := make([]float64, inventedEvents)
	for i := range inventedEvents {
		weights[i] = 1 / float64(i+3) // a few codes make most rows, as in practice
		v.other = append(v.other, invented(1+i))
	}
	v.otherDraw = population.NewTable(weights)
	for i := range inventedMedicines {
		v.medicine = append(v.medicine, invented(1+inventedEvents+i))
	}
}

// invented returns the nth made-up concept id with its check digit.
func invented(n int) string {
	stem := strconv.Itoa(n) + "9999999" + "10"
	for digit := range 10 {
		if code := stem + strconv.Itoa(digit); codes.SNOMED.Check(code) == nil {
			return code
		}
	}
	//nolint:forbidigo // invariant: Verhoeff has one check digit for every stem
	panic("sample: no check digit for " + stem)
}
