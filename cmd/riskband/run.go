package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/urfave/cli/v2"

	"riskband/pipeline"
	"riskband/pipeline/job"
	"riskband/pipeline/manifest"
)

func runCommand() *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "run a job: verify the extract, band every patient, write tables",
		ArgsUsage: "JOB.yaml",
		Description: "Reads the job file, checks the extract against its seal, bands every current patient, and writes\n" +
			"neighbourhood tables under --out and patient-level results under --secure. The old release stays in\n" +
			"place until the new one is whole. Flags say how the job runs; none changes a published byte.\n\n" +
			"Exit codes: 0 done; 2 job or flags wrong; 3 data or seal refused, nothing published; 4 published\n" +
			"without some practices; 74 machine or disk failed, run again; 75 another run is under way;\n" +
			"130 or 143 stopped on request, nothing published; 1 our bug, please report it.",
		Flags: []cli.Flag{
			&cli.PathFlag{Name: "out", Usage: "folder for what may be published (required)"},
			&cli.PathFlag{Name: "secure", Usage: "folder for patient-level results; only you may open it (required)"},
			&cli.IntFlag{Name: "workers", Value: runtime.NumCPU(), Usage: "practices worked on at once"},
			memoryFlag(), logFormatFlag(), logLevelFlag(),
		},
		OnUsageError: usage,
		Action:       runAction,
	}
}

func runAction(c *cli.Context) error {
	if err := required(c, "out", "secure"); err != nil {
		return err
	}
	j, o, err := jobOf(c)
	if err != nil {
		return err
	}
	o.Out, o.Secure = c.Path("out"), c.Path("secure")
	outcome, err := pipeline.Run(c.Context, j, o)
	if err != nil {
		return err
	}
	printOutcome(c.App.Writer, outcome)
	if n := len(outcome.Manifest.Coverage.Refused); n > 0 {
		return partialError{n}
	}
	return nil
}

// jobOf reads the job a verb is given and the flags that say how it runs.
func jobOf(c *cli.Context) (*job.Job, pipeline.Options, error) {
	o := pipeline.Options{Version: version, Progress: newBar(c.App.ErrWriter, "practices"), Environment: os.LookupEnv}
	path, err := argument(c, "JOB.yaml")
	if err != nil {
		return nil, o, err
	}
	if o.Limits, err = limitsOf(c); err != nil {
		return nil, o, err
	}
	if o.Log, err = newLogger(c); err != nil {
		return nil, o, err
	}
	j, err := job.Load(path)
	return j, o, err
}

// printOutcome says what a person wants to know first: the bands, the coverage,
// what is off, and where the results are. Numbers of people are the release's.
func printOutcome(w io.Writer, o pipeline.Outcome) {
	m := o.Manifest
	fmt.Fprintf(w, "%s\n\n", m.Notice)
	fmt.Fprintf(w, "as at %s, model %s %s, clinical review: %s\n\n", m.AsOf, m.Model.Name, m.Model.Version, m.Model.ClinicalReview)
	fmt.Fprintln(w, "bands (people, rounded to 5; [c] is 1 to 7)")
	printBands(w, m.Bands)
	fmt.Fprintln(w, "\ncoverage")
	fmt.Fprintf(w, "  %d practices expected, %d received, %d used, %d refused, %d not mapped to a neighbourhood\n",
		m.Coverage.Expected, m.Coverage.Received, m.Coverage.Used, len(m.Coverage.Refused), m.Coverage.Unmapped)
	for _, r := range m.Coverage.Refused {
		fmt.Fprintf(w, "  %s refused: %s; every fault is in %s\n", r.Practice, r.Reason,
			filepath.Join(absolute(o.Secure), "quarantine", r.Practice+".txt"))
	}
	for i, off := range m.SwitchedOff {
		if i == 0 {
			fmt.Fprintln(w, "\nswitched off")
		}
		fmt.Fprintf(w, "  %s: %s\n", off.What, off.Why)
	}
	fmt.Fprintln(w, "\nremarks")
	for _, r := range m.Remarks {
		fmt.Fprintf(w, "  %s\n", r)
	}
	fmt.Fprintln(w, "\nresults")
	fmt.Fprintf(w, "  tables, dictionary and manifest: %s\n", absolute(o.Folder))
	fmt.Fprintf(w, "  patient level, do not share:     %s\n", absolute(o.Secure))
}

func printBands(w io.Writer, bands []manifest.Band) {
	var total int64
	for _, b := range bands {
		if b.People != nil {
			total += *b.People
		}
	}
	for _, b := range bands {
		if b.People == nil {
			fmt.Fprintf(w, "  %-8s %10s\n", b.Band, b.Symbol)
			continue
		}
		fmt.Fprintf(w, "  %-8s %10d", b.Band, *b.People)
		if total >= percentFrom {
			fmt.Fprintf(w, "  %5.1f %% of those shown", 100*float64(*b.People)/float64(total))
		}
		fmt.Fprintln(w)
	}
}

// percentFrom is the fewest people a share is worked out over: rounding moves a
// share of fewer by more than a percentage point.
const percentFrom = 1000

// absolute returns the path in full where that can be found out.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}
