package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/rs/zerolog"
	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"riskband/stratify/frame"
)

// argument returns the one argument a verb takes.
func argument(c *cli.Context, name string) (string, error) {
	if c.NArg() != 1 {
		return "", fmt.Errorf("%w: %s takes one %s, have %d arguments; flags come before or after it", errUsage, c.Command.FullName(), name, c.NArg())
	}
	return c.Args().First(), nil
}

// required refuses a call that leaves out flags the verb cannot do without,
// naming all of them.
func required(c *cli.Context, names ...string) error {
	var missing []string
	for _, n := range names {
		if c.String(n) == "" && c.Path(n) == "" {
			missing = append(missing, "--"+n)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%w: %s needs %s", errUsage, c.Command.FullName(), strings.Join(missing, " and "))
	}
	return nil
}

// parseSize reads a size such as 512MiB, 2GiB or 1GB, in bytes.
func parseSize(s string) (int64, error) {
	units := []struct {
		suffix string
		bytes  float64
	}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}}
	for _, u := range units {
		number, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if size := n * u.bytes; err == nil && size >= 1 && size < math.MaxInt64 {
			return int64(size), nil
		}
	}
	return 0, fmt.Errorf("%w: --memory %q: want a size such as 512MiB or 2GiB", errUsage, s)
}

// asOfFlag takes a day; dayOf reads it.
func asOfFlag(note string) cli.Flag {
	return &cli.StringFlag{Name: "as-of", Usage: "the day the data describe, as YYYY-MM-DD" + note}
}

func dayOf(c *cli.Context) (frame.Day, error) {
	if c.String("as-of") == "" {
		return frame.NoDay, nil
	}
	day, err := frame.ParseDay(c.String("as-of"))
	if err != nil {
		return day, fmt.Errorf("%w: --as-of: want a date such as 2026-03-31", errUsage)
	}
	return day, nil
}

func memoryFlag() cli.Flag {
	return &cli.StringFlag{Name: "memory", Value: "2GiB", Usage: "memory for practices in work, for example 512MiB"}
}

func logFormatFlag() cli.Flag {
	return &cli.StringFlag{Name: "log-format", Usage: "json or console (default: console on a terminal, else json)"}
}

func logLevelFlag() cli.Flag {
	return &cli.StringFlag{Name: "log-level", Value: "info", Usage: "debug, info, warn or error"}
}

// newLogger logs to standard error: for people on a terminal, JSON otherwise.
func newLogger(c *cli.Context) (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(c.String("log-level"))
	if err != nil || c.String("log-level") == "" {
		return zerolog.Nop(), fmt.Errorf("%w: --log-level: want debug, info, warn or error", errUsage)
	}
	w := c.App.ErrWriter
	format := c.String("log-format")
	if format == "" && isTerminal(w) {
		format = "console"
	}
	switch format {
	case "console":
		w = zerolog.ConsoleWriter{Out: w, NoColor: !isTerminal(w), TimeFormat: "15:04:05"}
	case "", "json":
	default:
		return zerolog.Nop(), fmt.Errorf("%w: --log-format: want json or console", errUsage)
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger(), nil
}

// newBar returns a progress callback: a bar on a terminal, nothing in a pipe.
func newBar(w io.Writer, what string) func(done, total int) {
	if !isTerminal(w) {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
				progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
		}
		_ = bar.Set(done)
	}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
