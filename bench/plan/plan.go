// Package plan makes the plan of a run of the first model, as the pipeline does
// for the job that riskband sample writes. The benchmarks share it.
package plan

import (
	"fmt"

	"riskband/pipeline/extract"
	"riskband/pipeline/extract/reference"
	"riskband/pipeline/run"
	"riskband/stratify/disclose"
	"riskband/stratify/frame"
	"riskband/stratify/model"
	"riskband/stratify/models"
)

// For returns the plan for an extract and the folder that holds reference/.
func For(e *extract.Extract, dir string) (*run.Plan, error) {
	var tables model.Tables
	for s := range frame.Sources {
		for _, p := range e.Practices() {
			tables[s] = tables[s] || p.Has(s.String())
		}
	}
	compiled, err := compile(e.AsOf(), tables)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	programme, err := disclose.Shipped()
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	lsoa, err := reference.ReadLSOA(dir + "/reference/lsoa.csv")
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return &run.Plan{
		AsOf: e.AsOf(), Model: compiled, Tables: tables, Programme: programme, Key: disclose.DemoKey(), Deprivation: lsoa,
	}, nil
}

func compile(asOf frame.Day, tables model.Tables) (*model.Compiled, error) {
	m, err := models.Load("ten-registers", "1.0.0")
	if err != nil {
		return nil, err
	}
	book, err := m.Book()
	if err != nil {
		return nil, err
	}
	return model.Compile(m.Spec, book, asOf, tables)
}
