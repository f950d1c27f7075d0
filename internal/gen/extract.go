package gen

import (
	"errors"
	"fmt"

	"riskband/pipeline/source"
	"riskband/stratify/frame"
)

// Extract is one delivery in memory: rows in the order they are written.
type Extract struct {
	AsOf      frame.Day
	Practices []Practice       // sorted by code
	Deciles   map[string]uint8 // IMD decile by LSOA; an LSOA that is not here has none
}

// Practice is one practice's rows. An optional table that is nil is absent; one
// that is empty and not nil is delivered without rows.
type Practice struct {
	Code        string
	Patients    []source.Patient
	Events      []source.Event
	Medications []source.Medication
	Spells      []source.Spell
}

// Decile gives the IMD decile of an LSOA; ok is false when it has none.
func (e Extract) Decile(lsoa string) (decile uint8, ok bool) {
	decile, ok = e.Deciles[lsoa]
	return decile, ok
}

// Write writes one folder a practice in dir. An optional table without rows is
// not written, since the writer makes optional tables with their first row:
// whoever wants it as an empty file adds that file.
func (e Extract) Write(dir string) error {
	for _, p := range e.Practices {
		if err := p.write(dir); err != nil {
			return fmt.Errorf("write random extract: %w", err)
		}
	}
	return nil
}

func (p Practice) write(dir string) (err error) {
	w, err := source.NewPractice(dir, p.Code)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	return errors.Join(
		all(p.Patients, w.Patient), all(p.Events, w.Event),
		all(p.Medications, w.Medication), all(p.Spells, w.Spell),
	)
}

func all[T any](rows []T, add func(T) error) error {
	for _, r := range rows {
		if err := add(r); err != nil {
			return err
		}
	}
	return nil
}
