package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"riskband/pipeline"
	"riskband/pipeline/run"
	"riskband/pipeline/source/second"
	"riskband/pipeline/sums"
)

func checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "read an extract as a run would, say everything that is wrong, write nothing",
		ArgsUsage: "JOB.yaml",
		Description: "For the supplier of an extract, before it is sent. Every fault of every practice comes at once.\n" +
			"With --second-reader every file is read again by another library, in a process of its own, and rows\n" +
			"and sums are compared column by column.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "second-reader", Usage: "read every file with a second library as well and compare"},
			&cli.IntFlag{Name: "workers", Value: runtime.NumCPU(), Usage: "practices worked on at once"},
			memoryFlag(), logFormatFlag(), logLevelFlag(),
		},
		OnUsageError: usage,
		Action:       checkAction,
	}
}

func checkAction(c *cli.Context) error {
	j, o, err := jobOf(c)
	if err != nil {
		return err
	}
	var reader pipeline.SecondReader
	if c.Bool("second-reader") {
		reader = secondReader
	}
	found, err := pipeline.Check(c.Context, j, o, reader)
	if err != nil {
		return err
	}
	printChecked(c.App.Writer, found)
	return nil
}

// limitsOf reads --workers and --memory, and lets the collector of garbage rest
// until the memory given is nearly used.
func limitsOf(c *cli.Context) (run.Limits, error) {
	memory, err := parseSize(c.String("memory"))
	if err != nil {
		return run.Limits{}, err
	}
	if c.Int("workers") < 1 {
		return run.Limits{}, fmt.Errorf("%w: --workers must be 1 or more", errUsage)
	}
	debug.SetMemoryLimit(memory)
	debug.SetGCPercent(lazyCollector)
	return run.Limits{Workers: c.Int("workers"), Memory: memory}, nil
}

// lazyCollector is the growth of the heap, in per cent, between collections while
// it is far from the memory limit.
const lazyCollector = 400

func printChecked(w io.Writer, found pipeline.Checked) {
	fmt.Fprintf(w, "%d practices: nothing to refuse\n", found.Practices)
	type key struct{ table, rule string }
	var order []key
	rows := map[key]int64{}
	for _, r := range found.Rows {
		k := key{r.Table, r.Rule}
		if _, seen := rows[k]; !seen {
			order = append(order, k)
		}
		rows[k] += r.Rows
	}
	for _, k := range order {
		fmt.Fprintf(w, "  %-16s %-22s %12d rows\n", k.table, k.rule, rows[k])
	}
	if found.Files > 0 {
		fmt.Fprintf(w, "%d files read by two libraries: the same rows and the same sums in every column\n", found.Files)
	}
}

// secondReader runs this program again to read one file with the second library,
// which may die without harm there.
func secondReader(ctx context.Context, path string) (sums.Table, error) {
	self, err := os.Executable()
	if err != nil {
		return sums.Table{}, fmt.Errorf("start second reader: %w", err)
	}
	var out bytes.Buffer
	child := exec.CommandContext(ctx, self, "second-read", path)
	child.Stdout = &out // what it complains of is thrown away: it may hold a value
	if err := child.Run(); err != nil {
		return sums.Table{}, fmt.Errorf("the second reader failed: %w", err)
	}
	var t sums.Table
	if err := json.Unmarshal(out.Bytes(), &t); err != nil {
		return t, fmt.Errorf("the second reader failed: %w", err)
	}
	return t, nil
}

// secondReadCommand is the other end of secondReader. It is not for people.
func secondReadCommand() *cli.Command {
	return &cli.Command{
		Name:   "second-read",
		Hidden: true,
		Action: func(c *cli.Context) error {
			path, err := argument(c, "FILE")
			if err != nil {
				return err
			}
			t, err := second.Read(path)
			if err != nil {
				return err
			}
			return json.NewEncoder(c.App.Writer).Encode(t)
		},
	}
}
