package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// arrange moves flags before arguments, because urfave/cli reads no flag after
// the first argument and people write "run JOB.yaml --out DIR". Everything after
// "--" is left alone.
func arrange(commands []*cli.Command, args []string) []string {
	verb, rest := descend(commands, args[1:])
	if verb == nil {
		return args
	}
	arranged := slices.Clone(args[:len(args)-len(rest)])
	var arguments []string
	for len(rest) > 0 {
		word := rest[0]
		switch {
		case word == "--":
			return append(append(append(arranged, "--"), arguments...), rest[1:]...)
		case !strings.HasPrefix(word, "-") || word == "-":
			arguments = append(arguments, word)
			rest = rest[1:]
		default:
			n := min(len(rest), flagWords(verb, word))
			arranged = append(arranged, rest[:n]...)
			rest = rest[n:]
		}
	}
	return append(arranged, arguments...)
}

// descend follows the verbs at the start of the arguments and returns the last
// with what comes after it.
func descend(commands []*cli.Command, args []string) (*cli.Command, []string) {
	var verb *cli.Command
	for len(args) > 0 {
		i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(args[0]) })
		if i < 0 {
			break
		}
		verb, commands, args = commands[i], commands[i].Subcommands, args[1:]
	}
	return verb, args
}

// flagWords returns how many words a flag takes: itself, and its value unless it
// is a yes-or-no flag or has the value after =.
func flagWords(verb *cli.Command, word string) int {
	name := strings.TrimLeft(word, "-")
	if strings.Contains(name, "=") {
		return 1
	}
	for _, f := range verb.Flags {
		if _, yesNo := f.(*cli.BoolFlag); !yesNo && slices.Contains(f.Names(), name) {
			return 2
		}
	}
	return 1
}
