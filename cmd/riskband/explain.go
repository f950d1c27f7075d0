package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"riskband/pipeline"
	"riskband/pipeline/publish"
	"riskband/stratify/frame"
)

func explainCommand() *cli.Command {
	return &cli.Command{
		Name:  "explain",
		Usage: "say why one person is in their band, from the secure side",
		Flags: []cli.Flag{
			&cli.PathFlag{Name: "secure", Usage: "the --secure folder of a run (required)"},
			&cli.StringFlag{Name: "patient", Usage: "the person's pseudonym (required)"},
			&cli.StringFlag{Name: "run", Usage: "run id (default: the latest as-of day)"},
		},
		OnUsageError: usage,
		Action: func(c *cli.Context) error {
			if err := required(c, "secure", "patient"); err != nil {
				return err
			}
			id, person, err := pipeline.Explain(c.Context, c.Path("secure"), c.String("run"), frame.NewPseudonym(c.String("patient")))
			if err != nil {
				return err
			}
			printPerson(c.App.Writer, id, person)
			return nil
		},
	}
}

func printPerson(w io.Writer, runID string, p publish.Person) {
	fmt.Fprintf(w, "run %s, practice %s\nband: %s\n", runID, p.Practice, p.Band)
	if p.Tier > 0 {
		fmt.Fprintf(w, "tier: %d (%s)\n", p.Tier, map[uint8]string{1: "measured and out of target", 2: "measurement overdue", 3: "review or treatment overdue"}[p.Tier])
	}
	fmt.Fprintf(w, "registers: %s\n", cmp.Or(strings.Join(p.Registers, ", "), "none"))
	if len(p.Reasons) == 0 {
		fmt.Fprintln(w, "no rule of the model holds for this person")
	}
	reason := ""
	for _, e := range p.Evidence {
		if e.Reason != reason {
			reason = e.Reason
			fmt.Fprintf(w, "\n%s [%s]\n", e.Rule, e.Reason)
		}
		fmt.Fprintf(w, "  %s%s%s\n", e.Detail, valueText(e), dayText(e.Day))
	}
}

func valueText(e publish.Evidence) string {
	if math.IsNaN(e.Value) {
		return ""
	}
	text := ": " + strconv.FormatFloat(e.Value, 'f', -1, 64)
	if !math.IsNaN(e.Value2) {
		text += "/" + strconv.FormatFloat(e.Value2, 'f', -1, 64)
	}
	return strings.TrimRight(text+" "+e.Unit, " ")
}

func dayText(d frame.Day) string {
	if !d.Known() {
		return ""
	}
	return ", " + d.String()
}
