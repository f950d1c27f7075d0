package main

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"riskband/stratify/codelists"
	"riskband/stratify/model"
	"riskband/stratify/models"
)

func modelsCommand() *cli.Command {
	return &cli.Command{
		Name:  "models",
		Usage: "list, show or verify the shipped models",
		Subcommands: []*cli.Command{
			{Name: "list", Usage: "list every model and version", Action: listModels, OnUsageError: usage},
			{Name: "show", Usage: "say a model's rules in words, with their sources", ArgsUsage: "NAME VERSION", Action: showModel, OnUsageError: usage},
			{Name: "verify", Usage: "check every model and code list, and that released ones are unchanged", Action: verifyModels, OnUsageError: usage},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return fmt.Errorf("%w: models knows list, show and verify, not %q", errUsage, c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

func listModels(c *cli.Context) error {
	ids, err := models.List()
	if err != nil {
		return err
	}
	for _, id := range ids {
		m, err := models.Load(id.Name, id.Version)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.App.Writer, "%s %s  %s (clinical review: %s)\n", id.Name, id.Version, m.Spec.Title, m.Spec.ClinicalReview)
	}
	return nil
}

func verifyModels(c *cli.Context) error {
	if _, err := codelists.Load(codelists.Names()...); err != nil {
		return err
	}
	fmt.Fprintf(c.App.Writer, "%d code lists: every code has its form and check digit\n", len(codelists.Names()))
	ids, err := models.List()
	if err != nil {
		return err
	}
	for _, id := range ids {
		m, err := models.Verify(id)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.App.Writer, "%s %s: parses, compiles, unchanged since release (%s)\n", id.Name, id.Version, m.SHA256)
	}
	return nil
}

func showModel(c *cli.Context) error {
	if c.NArg() != 2 {
		return fmt.Errorf("%w: models show takes NAME VERSION, for example ten-registers 1.0.0", errUsage)
	}
	m, err := models.Load(c.Args().Get(0), c.Args().Get(1))
	if err != nil {
		return err
	}
	printModel(c.App.Writer, m.Spec)
	return nil
}

func printModel(w io.Writer, s *model.Spec) {
	fmt.Fprintf(w, "%s %s: %s\n%s\nClinical review: %s\n\nBands, the first rule that holds decides\n", s.Name, s.Version, s.Title, s.Summary, s.ClinicalReview)
	for _, b := range s.Bands {
		if b.When == nil {
			fmt.Fprintf(w, "  %-7s everyone else\n", b.Band)
			continue
		}
		fmt.Fprintf(w, "  %-7s %s\n          when %s\n          source: %s\n", b.Band, b.Title, s.Text(*b.When), b.Source)
	}
	fmt.Fprintln(w, "\nControls")
	for _, ctl := range s.Controls {
		fmt.Fprintf(w, "  %s, of people %s\n", ctl.Title, s.Text(ctl.Of))
		for _, line := range s.Targets(ctl) {
			fmt.Fprintf(w, "    %s\n", line)
		}
		fmt.Fprintf(w, "    source: %s\n", ctl.Source)
	}
	fmt.Fprintln(w, "\nRegisters")
	for _, r := range s.Registers {
		fmt.Fprintf(w, "  %s: %s\n    source: %s\n", r.Title, s.RegisterText(r), r.Source)
		if r.Note != "" {
			fmt.Fprintf(w, "    note: %s\n", r.Note)
		}
	}
}
