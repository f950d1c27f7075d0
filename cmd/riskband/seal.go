package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"riskband/pipeline/extract"
)

func sealCommand() *cli.Command {
	return &cli.Command{
		Name:      "seal",
		Usage:     "sum the files of an extract into extract.json, so that damage is noticed",
		ArgsUsage: "DIR",
		Description: "For the supplier of an extract. Writes DIR/extract.json with the as-of day, and for every file its size,\n" +
			"rows and SHA-256. A run compares the files with it before it reads them.",
		Flags: []cli.Flag{
			asOfFlag(" (required)"),
			&cli.BoolFlag{Name: "synthetic", Usage: "no real person is in the extract"},
			&cli.StringFlag{Name: "pseudonym-scope", Value: extract.ScopeExtract, Usage: "extract: one pseudonym per person; practice: one per person and practice"},
		},
		OnUsageError: usage,
		Action: func(c *cli.Context) error {
			if err := required(c, "as-of"); err != nil {
				return err
			}
			dir, err := argument(c, "DIR")
			if err != nil {
				return err
			}
			asOf, err := dayOf(c)
			if err != nil {
				return err
			}
			return seal(c, dir, extract.SealOptions{AsOf: asOf, Synthetic: c.Bool("synthetic"), PseudonymScope: c.String("pseudonym-scope")})
		},
	}
}

// seal seals a folder and says what is in it.
func seal(c *cli.Context, dir string, o extract.SealOptions) error {
	m, err := extract.Seal(c.Context, dir, o)
	if err != nil {
		return err
	}
	var files, rows int64
	for _, p := range m.Practices {
		for _, t := range p.Tables {
			for _, f := range t.Files {
				files++
				rows += f.Rows
			}
		}
	}
	fmt.Fprintf(c.App.Writer, "sealed %s as at %s: %d practices, %d files, %d rows\n", absolute(dir), m.AsOf, len(m.Practices), files, rows)
	return nil
}
