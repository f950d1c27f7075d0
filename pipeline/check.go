package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"riskband/pipeline/extract/anytable"
	"riskband/pipeline/job"
	"riskband/pipeline/publish"
	"riskband/pipeline/run"
	"riskband/pipeline/sums"
	"riskband/schemas"
)

// Checked is what a check found in an extract that it did not refuse.
type Checked struct {
	Practices int
	Files     int                    // compared with the second reader, 0 without one
	Rows      []publish.Conservation // by practice, table and rule
}

// ErrReaders means that two readers of one file saw different things.
var ErrReaders = errors.New("two readers of the extract disagree")

// SecondReader reads one file with another library, in another process.
type SecondReader func(ctx context.Context, path string) (sums.Table, error)

// Check reads a job's extract as a run would and writes nothing. Every fault of
// every practice comes at once, as [Refused]. With a second reader every file is
// read again and compared column by column; differences wrap [ErrReaders].
func Check(ctx context.Context, j *job.Job, o Options, second SecondReader) (Checked, error) {
	in, err := open(j, o)
	if err != nil {
		return Checked{}, err
	}
	defer in.close()
	c := in.nothingCounted()
	err = in.count(ctx, c, o, func(*run.Result) error { return nil })
	if err == nil && len(c.refused) > 0 {
		err = Refused(c.refused)
	}
	if err != nil {
		return Checked{}, err
	}
	found := Checked{Practices: len(in.extract.Practices()), Rows: c.rows}
	if second != nil {
		found.Files, err = in.compare(ctx, second)
	}
	return found, err
}

// compare reads every file with both readers.
func (in *inputs) compare(ctx context.Context, second SecondReader) (files int, err error) {
	var differences []string
	for _, p := range in.extract.Manifest().Practices {
		for _, t := range p.Tables {
			table, _ := in.contract.Table(t.Name)
			for _, f := range t.Files {
				files++
				path := filepath.Join(in.job.ExtractDir(), filepath.FromSlash(f.Path))
				found, err := differ(ctx, path, table, second)
				if err != nil {
					return files, err
				}
				for _, d := range found {
					differences = append(differences, f.Path+": "+d)
				}
			}
		}
	}
	if len(differences) > 0 {
		return files, fmt.Errorf("%w:\n%s", ErrReaders, strings.Join(differences, "\n"))
	}
	return files, nil
}

// differ says where the two readers differ on one file. A second reader that
// fails or dies is a difference too.
func differ(ctx context.Context, path string, table schemas.Table, second SecondReader) ([]string, error) {
	theirs, failure := second(ctx, path)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("stopped: %w", err)
	}
	if failure != nil {
		return []string{failure.Error()}, nil //nolint:nilerr // the failure is the difference found
	}
	ours, err := first(path, table, theirs)
	if err != nil {
		return nil, err
	}
	return ours.Differences(theirs), nil
}

// first reads the flat columns of the contract with the reader of the run's
// library, row by row. An optional column is read where the second reader sees
// it.
func first(path string, table schemas.Table, theirs sums.Table) (sums.Table, error) {
	seen := map[string]bool{}
	for _, c := range theirs.Columns {
		seen[c.Name] = true
	}
	var ours sums.Table
	var names []string
	for _, c := range table.Columns {
		if c.Type == schemas.TextList || (c.Nullable() && !seen[c.Name]) {
			continue
		}
		names = append(names, c.Name)
		ours.Columns = append(ours.Columns, sums.Column{Name: c.Name})
	}
	err := anytable.Read(path, names, func(row []anytable.Value) error {
		ours.Rows++
		for i, v := range row {
			sum(&ours.Columns[i], v)
		}
		return nil
	})
	return ours, err
}

func sum(c *sums.Column, v anytable.Value) {
	switch v.Kind {
	case anytable.NullValue:
		c.Null()
	case anytable.TextValue:
		c.Text(v.Text)
	case anytable.FloatValue:
		c.Float(v.Float)
	case anytable.IntegerValue, anytable.DayValue, anytable.TimestampValue:
		c.Integer(v.Int)
	}
}
