package run

import (
	"context"
	"errors"
	"fmt"

	"riskband/pipeline/extract"
	"riskband/pipeline/publish"
	"riskband/stratify/band"
	"riskband/stratify/feature"
	"riskband/stratify/frame"
	"riskband/stratify/model"
	"riskband/stratify/tally"
)

// Result is what one practice gives: counts that merge, and secure rows.
type Result struct {
	Practice    string
	Tallies     []tally.Table // in the order of the programme's tables
	Rows        []publish.Conservation
	Hits        []int64 // rows folded, by concept of the model's book
	NoValue     []int64 // readings without a value, by feature of the model's plan
	Implausible []int64 // readings outside the plausible range, by feature
	Current     int64   // people counted
	Extra       int64   // columns outside the contract that were ignored, over all tables
	Bands       publish.PatientBands
	Reasons     publish.PatientReasons
}

// Practice stratifies one practice: verified files in, tallies and secure rows
// out. It depends on its arguments alone, keeps nothing, and may be called from
// any number of workers, so it is the seam for any executor.
//
// The error is an [extract.Faults] when the practice's data break a rule of the
// contract; any other error is a fault of the machine.
func Practice(ctx context.Context, p *extract.Practice, plan *Plan) (Result, error) {
	r := Result{Practice: p.Code()}
	all := faults{plan.lacks(p)}
	registrations, read, err := p.Registrations(ctx)
	if err := all.take(err); err != nil {
		return r, fmt.Errorf("practice %s: %w", p.Code(), err)
	}
	people := frame.NewPeople(registrations, plan.AsOf)
	counted, rows, err := plan.counted(p.Code(), people, read)
	if err := all.take(err); err != nil {
		return r, err
	}
	r.Rows, r.Extra = rows, int64(read.ExtraColumns)
	table, err := r.fold(ctx, p, people, plan, &all)
	if err != nil {
		return r, fmt.Errorf("practice %s: %w", p.Code(), err)
	}
	if len(all.found) > 0 {
		return r, all.found
	}
	outcome := plan.Model.Evaluate(table, people)
	r.Hits, r.NoValue, r.Implausible = table.Hits, table.NoValue, table.Implausible
	bands := band.Decide(outcome)
	r.Tallies = count(plan, people, counted, bands)
	r.Current = int64(counted.Count())
	r.secure(outcome, people, counted, bands)
	return r, nil
}

// faults gathers the broken rules of every table of a practice, so that its
// supplier mends them once.
type faults struct{ found extract.Faults }

// take keeps an error that is a refusal of data and returns any other.
func (f *faults) take(err error) error {
	var more extract.Faults
	if err == nil || !errors.As(err, &more) {
		return err
	}
	f.found = append(f.found, more...)
	return nil
}

// lacks refuses a practice without a table that other practices have: its people
// would be judged on less than the rest.
func (plan *Plan) lacks(p *extract.Practice) extract.Faults {
	var faults extract.Faults
	for s := range frame.Sources {
		if plan.Tables[s] && plan.Model.Plan.Reads(s) && !p.Has(s.String()) {
			faults = append(faults, extract.Fault{
				Practice: p.Code(), RowGroup: -1, Rule: extract.RuleTable,
				Remedy: fmt.Sprintf("deliver %s: other practices have it and the model reads it; an empty file says that nothing happened", s),
			})
		}
	}
	return faults
}

// fold scans every source the model reads into one finished feature table.
func (r *Result) fold(ctx context.Context, p *extract.Practice, people *frame.People, plan *Plan, all *faults) (*feature.Table, error) {
	table := plan.Model.Plan.NewTable(people.Len())
	for s := range frame.Sources {
		if !p.Has(s.String()) {
			continue
		}
		kept, err := p.Scan(ctx, s, extract.Scan{
			People: people, Book: plan.Model.Book(),
			Sink: func(b frame.Batch) { table.Fold(s, b) },
		})
		if err := all.take(err); err != nil {
			return nil, err
		}
		r.Rows = append(r.Rows, conservation(r.Practice, kept)...)
		r.Extra += int64(kept.ExtraColumns)
	}
	table.Finish()
	return table, nil
}

func conservation(practice string, c extract.Conservation) []publish.Conservation {
	rows := []publish.Conservation{
		{Practice: practice, Table: c.Table, Rule: "read", Rows: c.Read},
		{Practice: practice, Table: c.Table, Rule: "used", Rows: c.Used},
	}
	for _, d := range c.Dropped {
		rows = append(rows, publish.Conservation{Practice: practice, Table: c.Table, Rule: d.Rule, Rows: d.Rows})
	}
	return rows
}

// secure lists the band of every counted person, and for each reason what it
// rests on.
func (r *Result) secure(o *model.Outcome, people *frame.People, counted frame.Bits, bands *band.Bands) {
	var evidence []model.Evidence
	var reasons, registers []string
	counted.Each(func(i int) {
		reasons = reasons[:0]
		for _, rule := range bands.Reasons(i) {
			reasons = append(reasons, rule.Reason)
			evidence = o.Evidence(evidence[:0], rule, i)
			for _, e := range evidence {
				r.Reasons.Add(people.Pseudonym[i], row(rule, e))
			}
		}
		r.Bands.Add(people.Pseudonym[i], bands.Band[i].String(), bands.Tier[i], reasons, o.Registers(registers[:0], i))
	})
}

func row(rule model.Rule, e model.Evidence) publish.Evidence {
	out := publish.NoEvidence(rule.Reason, rule.Title, e.Detail)
	out.Unit, out.Day = e.Unit, e.Day
	if e.Parts > 0 {
		out.Value = e.Values[0]
	}
	if e.Parts > 1 {
		out.Value2 = e.Values[1]
	}
	return out
}
