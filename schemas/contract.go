package schemas

import (
	"embed"
	"errors"
	"fmt"
	"slices"
)

// Version of the contract these tables make up.
const Version = 1

//go:embed *.yaml
var files embed.FS

// order lists the tables as the contract names them.
func order() []string {
	return []string{
		"patients", "clinical_events", "medications", "apcs", "ec", "scores",
		"practices", "lsoa",
		"band_by_age_sex", "band_by_imd", "band_by_practice",
		"patient_bands", "patient_reasons", "tallies", "conservation", "list_hits",
	}
}

// Contract is every table that comes in or goes out. It is not changed after
// [Load] and is safe for concurrent use.
type Contract struct{ tables []Table }

// Load reads and checks the embedded tables. Each call reads them afresh: load
// once and hand the contract on. The error joins the faults of every table.
func Load() (*Contract, error) {
	c := &Contract{}
	var faults []error
	for _, name := range order() {
		src, err := files.ReadFile(name + ".yaml")
		if err != nil {
			return nil, fmt.Errorf("load contract: %w", err)
		}
		t, err := parse(name, src)
		if err != nil {
			faults = append(faults, fmt.Errorf("load schemas/%s.yaml: %w", name, err))
		}
		c.tables = append(c.tables, t)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return c, nil
}

// Tables returns every table in the contract's order: extract, reference,
// release, secure. Columns are shared with the contract: do not change them.
func (c *Contract) Tables() []Table { return slices.Clone(c.tables) }

// Table returns the table of that name.
func (c *Contract) Table(name string) (Table, bool) {
	i := slices.IndexFunc(c.tables, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return Table{}, false
	}
	return c.tables[i], true
}
