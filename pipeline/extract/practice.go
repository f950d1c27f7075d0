package extract

import (
	"context"
	"fmt"
	"os"

	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/refusal"
	"riskband/pipeline/extract/seal"
	"riskband/schemas"
)

// Practice is one practice's files. Its methods may be called by one goroutine
// at a time; different practices are independent.
type Practice struct {
	root     *os.Root
	contract *schemas.Contract
	listed   seal.Practice
	sealed   bool
	limit    int64
}

// Code returns the ODS code.
func (p *Practice) Code() string { return p.listed.Code }

// SetLimit bounds the bytes of one file held in memory; 0 lifts the bound. A
// larger file is refused with the remedy to split it.
func (p *Practice) SetLimit(bytes int64) { p.limit = bytes }

// Has reports whether the practice delivered a table.
func (p *Practice) Has(table string) bool { return len(p.files(table)) > 0 }

// LargestFile returns the bytes of the practice's largest file.
func (p *Practice) LargestFile() int64 {
	var most int64
	for _, t := range p.listed.Tables {
		for _, f := range t.Files {
			most = max(most, f.Bytes)
		}
	}
	return most
}

// Rows returns the rows of a table by its footers; files that cannot be read
// count as none.
func (p *Practice) Rows(table string) int64 {
	var rows int64
	for _, f := range p.files(table) {
		rows += f.Rows
	}
	return rows
}

func (p *Practice) files(table string) []seal.File {
	for _, t := range p.listed.Tables {
		if t.Name == table {
			return t.Files
		}
	}
	return nil
}

// each verifies and opens the files of a table in turn and hands each to work,
// under guard. Faults of all files are collected before it fails.
func (p *Practice) each(ctx context.Context, table string, limit int64, work func(f *pages.File) error) error {
	var l refusal.Ledger
	t, _ := p.contract.Table(table)
	if !p.Has(table) && !t.Optional {
		l.Add(Fault{Practice: p.Code(), RowGroup: -1, Column: table, Rule: refusal.RuleTable})
	}
	for _, listed := range p.files(table) {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read %s: %w", listed.Path, err)
		}
		data, sum, err := seal.Whole(p.root, p.Code(), listed.Path, limit)
		if err := l.Take(err); err != nil {
			return err
		}
		if data == nil {
			continue
		}
		if sum != listed.SHA256 {
			l.Add(Fault{Practice: p.Code(), File: listed.Path, RowGroup: -1, Rule: refusal.RuleSealSum})
			continue
		}
		f := pages.Open(pages.Place{Practice: p.Code(), Path: listed.Path, Table: t, Budget: limit}, data, &l)
		if f == nil {
			continue
		}
		if p.sealed && f.Rows() != listed.Rows {
			f.Fault(-1, "", refusal.RuleSealRows)
			continue
		}
		if err := f.Guard(func() error { return work(f) }); err != nil {
			return err
		}
	}
	return l.Err()
}
