package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"riskband/schemas"
)

func schemaCommand() *cli.Command {
	return &cli.Command{
		Name:         "schema",
		Usage:        "print the contract: every table and column, or one table",
		ArgsUsage:    "[TABLE]",
		Flags:        []cli.Flag{&cli.StringFlag{Name: "format", Value: "markdown", Usage: "markdown or json"}},
		OnUsageError: usage,
		Action: func(c *cli.Context) error {
			if c.NArg() > 1 {
				return fmt.Errorf("%w: schema takes one TABLE or none", errUsage)
			}
			contract, err := schemas.Load()
			if err != nil {
				return err
			}
			return printSchema(c.App.Writer, contract, c.Args().First(), c.String("format"))
		},
	}
}

func printSchema(w io.Writer, contract *schemas.Contract, name, format string) error {
	tables, text := contract.Tables(), ""
	if name == "" {
		text = schemas.Dictionary(contract)
	} else {
		t, ok := contract.Table(name)
		if !ok {
			return fmt.Errorf("%w: there is no table %q; there are %s", errUsage, name, strings.Join(names(tables), ", "))
		}
		tables, text = []schemas.Table{t}, t.Markdown()
	}
	switch format {
	case "markdown":
		_, err := io.WriteString(w, text)
		return err
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		if name != "" {
			return e.Encode(tables[0])
		}
		return e.Encode(tables)
	}
	return fmt.Errorf("%w: --format: want markdown or json", errUsage)
}

func names(tables []schemas.Table) []string {
	var out []string
	for _, t := range tables {
		out = append(out, t.Name)
	}
	return out
}
