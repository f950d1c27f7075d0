package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"riskband/pipeline/extract"
	"riskband/pipeline/source/importer"
)

func importCommand() *cli.Command {
	return &cli.Command{
		Name:  "import",
		Usage: "turn data in another shape into a sealed extract, ready to run",
		Subcommands: []*cli.Command{
			importVerb("omop", "an OMOP CDM 5.3 or 5.4 folder of Parquet or CSV files", importer.OMOP),
			importVerb("synthea", "a folder of flattened Synthea tables", importer.Synthea),
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return fmt.Errorf("%w: import knows omop and synthea, not %q", errUsage, c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

type convert func(ctx context.Context, from, to string, o importer.Options) (importer.Report, error)

func importVerb(name, what string, f convert) *cli.Command {
	return &cli.Command{
		Name:  name,
		Usage: what,
		Description: "Writes DIR/extract, DIR/reference, DIR/job.yaml and DIR/import-report.json, which counts every row that\n" +
			"could not be used by reason.",
		Flags: []cli.Flag{
			&cli.PathFlag{Name: "from", Usage: "folder to read (required)"},
			&cli.PathFlag{Name: "out", Usage: "folder to make (required)"},
			asOfFlag(" (required)"),
		},
		OnUsageError: usage,
		Action: func(c *cli.Context) error {
			if err := required(c, "from", "out", "as-of"); err != nil {
				return err
			}
			asOf, err := dayOf(c)
			if err != nil {
				return err
			}
			dir := c.Path("out")
			if err := emptyFolder(dir); err != nil {
				return err
			}
			report, err := f(c.Context, c.Path("from"), dir, importer.Options{AsOf: asOf})
			if err != nil {
				return err
			}
			if err := report.Print(c.App.Writer); err != nil {
				return err
			}
			if err := seal(c, filepath.Join(dir, "extract"), extract.SealOptions{AsOf: asOf, Synthetic: report.Synthetic, PseudonymScope: extract.ScopeExtract}); err != nil {
				return err
			}
			fmt.Fprintf(c.App.Writer, "run it: riskband run %s --out OUT --secure SECURE\n", filepath.Join(dir, "job.yaml"))
			return nil
		},
	}
}

// emptyFolder refuses to write into a folder that already holds something.
func emptyFolder(dir string) error {
	held, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(held) > 0 {
		return fmt.Errorf("%w: --out %s is not empty: name a new folder", errUsage, dir)
	}
	return nil
}
