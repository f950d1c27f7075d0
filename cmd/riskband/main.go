package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/urfave/cli/v2"

	"riskband/pipeline/run"
)

func main() {
	os.Exit(execute(os.Args, os.Stdout, os.Stderr))
}

// execute is main without the process: arguments in, exit code out. A panic is
// our bug: where it happened is printed, its text is not, for it may hold a value.
func execute(args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		if recover() != nil {
			fmt.Fprintf(stderr, "riskband: %v\n%s", run.ErrPanic, debug.Stack())
			code = exitBug
		}
	}()
	untilTerminated, release := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer release()
	ctx, stop := signal.NotifyContext(untilTerminated, os.Interrupt)
	defer stop()

	a := app(stdout, stderr)
	err := a.RunContext(ctx, arrange(a.Commands, args))
	switch {
	case err == nil:
		return exitDone
	case untilTerminated.Err() != nil:
		err = fmt.Errorf("%w: nothing was published", errTerminate)
	case ctx.Err() != nil:
		err = fmt.Errorf("%w: nothing was published", errInterrupt)
	}
	if !errors.As(err, new(partialError)) {
		fmt.Fprintf(stderr, "riskband: %v\n", err)
	}
	return exitCode(err)
}

func app(stdout, stderr io.Writer) *cli.App {
	return &cli.App{
		Name:  "riskband",
		Usage: "puts the patients of many practices in risk bands and counts them by neighbourhood",
		Description: "For planning: which neighbourhoods have whom, and whose long-term conditions are not under control.\n" +
			"Not for decisions about a person, and not a measure of any practice's performance. Putting people in\n" +
			"bands has not been shown to prevent admissions. No clinician has reviewed the shipped model yet.",
		Version:              version,
		Writer:               stdout,
		ErrWriter:            stderr,
		EnableBashCompletion: true,
		Suggest:              true,
		ExitErrHandler:       func(*cli.Context, error) {}, // run maps errors to exit codes
		OnUsageError:         usage,
		HideVersion:          true,
		Action:               noVerb,
		Commands: []*cli.Command{
			runCommand(), checkCommand(), sealCommand(), sampleCommand(), importCommand(), explainCommand(),
			modelsCommand(), schemaCommand(), versionCommand(), secondReadCommand(),
		},
	}
}

// noVerb answers a call without a verb with the help, and one with an unknown
// verb with an error.
func noVerb(c *cli.Context) error {
	if c.Args().Present() {
		return fmt.Errorf("%w: there is no command %q; see riskband --help", errUsage, c.Args().First())
	}
	return cli.ShowAppHelp(c)
}
