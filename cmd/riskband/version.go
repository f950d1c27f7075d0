package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

// version of the product. It stands in every manifest, so it changes with a
// release and not with a commit. make build may stamp it.
var version = "0.1.0"

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version, and what this binary was built from",
		Action: func(c *cli.Context) error {
			fmt.Fprintf(c.App.Writer, "riskband %s\n%s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return nil
			}
			for _, s := range info.Settings {
				if s.Key == "vcs.revision" || s.Key == "vcs.modified" {
					fmt.Fprintf(c.App.Writer, "%s %s\n", s.Key, s.Value)
				}
			}
			return nil
		},
	}
}
