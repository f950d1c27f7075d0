package publish

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"riskband/pipeline/publish/columnar"
	"riskband/schemas"
	"riskband/stratify/frame"
)

// Person is what a run decided about one person and why. It is personal data.
type Person struct {
	Practice string
	Band     string
	Tier     uint8 // 1 to 3, 0 for none
	Reasons  []string
	Evidence []Evidence // in the order the run wrote it

	Registers []string // the model's registers the person is on
}

// FindPerson looks a person up in the secure folder of one run, a practice at a
// time, so memory is that of the largest practice. ok is false when the run
// banded nobody of that pseudonym. The error never names the person.
func FindPerson(ctx context.Context, dir string, p frame.Pseudonym, c *schemas.Contract) (person Person, ok bool, err error) {
	mem := columnar.Heap()
	bands, known := c.Table("patient_bands")
	reasons, also := c.Table("patient_reasons")
	if !known || !also {
		return Person{}, false, fmt.Errorf("find person: %w: the contract has no tables of patients", ErrSchema)
	}
	held, err := os.ReadDir(filepath.Join(dir, patientsDir))
	if err != nil {
		return Person{}, false, fmt.Errorf("find person: %w", err)
	}
	for _, e := range held {
		code, isPractice := strings.CutPrefix(e.Name(), practiceEdge)
		if !isPractice {
			continue
		}
		folder := filepath.Join(dir, patientsDir, e.Name())
		row, err := findRow(ctx, filepath.Join(folder, bandsFile), bands, p, mem)
		if err == nil && row < 0 {
			continue
		}
		person := Person{Practice: code}
		if err == nil {
			err = person.readBand(ctx, filepath.Join(folder, bandsFile), bands, row, mem)
		}
		if err == nil {
			err = person.readEvidence(ctx, filepath.Join(folder, reasonsFile), reasons, p, mem)
		}
		if err != nil {
			return Person{}, false, fmt.Errorf("find person in practice %s: %w", code, err)
		}
		return person, true, nil
	}
	return Person{}, false, nil
}

// findRow returns the row of a person, or -1.
func findRow(ctx context.Context, path string, schema schemas.Table, p frame.Pseudonym, mem columnar.Memory) (int, error) {
	t, err := columnar.Load(ctx, path, schema, mem, "patient_id")
	if err != nil {
		return 0, err
	}
	defer t.Release()
	ids, err := t.Texts("patient_id")
	return slices.Index(ids, p.Reveal()), err
}

func (person *Person) readBand(ctx context.Context, path string, schema schemas.Table, row int, mem columnar.Memory) error {
	t, err := columnar.Load(ctx, path, schema, mem, "band", "tier", "reasons", "registers")
	if err != nil {
		return err
	}
	defer t.Release()
	band, err := t.Texts("band")
	if err != nil {
		return err
	}
	tier, err := t.Counts("tier")
	if err != nil {
		return err
	}
	reasons, err := t.Lists("reasons")
	if err != nil {
		return err
	}
	registers, err := t.Lists("registers")
	if err != nil {
		return err
	}
	person.Band, person.Tier = band[row], uint8(tier.Value[row])
	person.Reasons, person.Registers = slices.Clone(reasons.Row(row)), slices.Clone(registers.Row(row))
	return nil
}

func (person *Person) readEvidence(ctx context.Context, path string, schema schemas.Table, p frame.Pseudonym, mem columnar.Memory) error {
	t, err := columnar.Load(ctx, path, schema, mem)
	if err != nil {
		return err
	}
	defer t.Release()
	var text [5]columnar.Texts
	for i, column := range []string{"patient_id", "reason", "rule", "detail", "unit"} {
		if text[i], err = t.Texts(column); err != nil {
			return err
		}
	}
	var value [2]columnar.Numbers
	for i, column := range []string{"value", "value_2"} {
		if value[i], err = t.Numbers(column); err != nil {
			return err
		}
	}
	day, err := t.Days("day")
	if err != nil {
		return err
	}
	for i, id := range text[0] {
		if id == p.Reveal() {
			person.Evidence = append(person.Evidence, Evidence{
				Reason: text[1][i], Rule: text[2][i], Detail: text[3][i], Unit: text[4][i],
				Value: value[0][i], Value2: value[1][i], Day: day[i],
			})
		}
	}
	return nil
}
