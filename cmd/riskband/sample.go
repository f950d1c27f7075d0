package main

import (
	"fmt"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"riskband/pipeline/extract"
	"riskband/pipeline/source/sample"
)

func sampleCommand() *cli.Command {
	d := sample.Defaults()
	return &cli.Command{
		Name:  "sample",
		Usage: "make up a synthetic population, sealed and ready to run",
		Description: "Writes DIR/extract, DIR/reference and DIR/job.yaml. Nobody in it exists. The same options give the\n" +
			"same bytes. Memory does not grow with the number of practices.",
		Flags: []cli.Flag{
			&cli.PathFlag{Name: "out", Usage: "folder to make (required)"},
			&cli.IntFlag{Name: "practices", Value: d.Practices, Usage: "how many practices"},
			&cli.IntFlag{Name: "patients", Value: d.Patients, Usage: "patients a practice, on average"},
			&cli.IntFlag{Name: "events", Value: d.Events, Usage: "clinical events a practice, on average"},
			&cli.Uint64Flag{Name: "seed", Value: d.Seed, Usage: "another seed, another population"},
			asOfFlag(""),
		},
		OnUsageError: usage,
		Action: func(c *cli.Context) error {
			if err := required(c, "out"); err != nil {
				return err
			}
			o := sample.Options{Practices: c.Int("practices"), Patients: c.Int("patients"), Events: c.Int("events"), Seed: c.Uint64("seed"), AsOf: d.AsOf}
			day, err := dayOf(c)
			if err != nil {
				return err
			}
			if day.Known() {
				o.AsOf = day
			}
			return makeSample(c, o)
		},
	}
}

func makeSample(c *cli.Context, o sample.Options) error {
	dir := c.Path("out")
	if err := emptyFolder(dir); err != nil {
		return err
	}
	s, err := sample.Write(c.Context, dir, o, newBar(c.App.ErrWriter, "practices"))
	if err != nil {
		return err
	}
	for _, line := range sample.Notice() {
		fmt.Fprintln(c.App.Writer, line)
	}
	fmt.Fprintf(c.App.Writer, "%d practices in %d neighbourhoods: %d registrations, %d events, %d medications, %d spells\n",
		s.Practices, s.Neighbourhoods, s.Registrations, s.Events, s.Medications, s.Spells)
	if err := seal(c, filepath.Join(dir, "extract"), extract.SealOptions{AsOf: o.AsOf, Synthetic: true, PseudonymScope: extract.ScopeExtract}); err != nil {
		return err
	}
	fmt.Fprintf(c.App.Writer, "run it: riskband run %s --out OUT --secure SECURE\n", filepath.Join(dir, "job.yaml"))
	return nil
}
