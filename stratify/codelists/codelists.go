package codelists

import (
	"embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"riskband/internal/strict"
	"riskband/stratify/codes"
)

//go:embed *.csv provenance.yaml LICENCE.md
var files embed.FS

// ErrUnknown means that a list of that name is not shipped.
var ErrUnknown = errors.New("list is not shipped")

// Names returns the names of the shipped lists in ascending order.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic("codelists: embedded folder cannot be read: " + err.Error()) //nolint:forbidigo // invariant: the folder is in the binary
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".csv"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Licence returns the notices that must go wherever the lists go, as Markdown.
func Licence() string {
	text, err := files.ReadFile("LICENCE.md")
	if err != nil {
		panic("codelists: embedded licence cannot be read: " + err.Error()) //nolint:forbidigo // invariant: the file is in the binary
	}
	return string(text)
}

// Load returns the lists of these names in the order asked. Every list is
// checked code by code; SHA256 is that of the shipped file.
//
// The error joins every name that is not shipped, each wrapping [ErrUnknown]
// and naming the nearest list, or every fault of every list.
func Load(names ...string) ([]codes.List, error) {
	if err := unknown(names); err != nil {
		return nil, err
	}
	sources, err := provenances()
	if err != nil {
		return nil, err
	}
	lists := make([]codes.List, 0, len(names))
	var faults []error
	for _, name := range names {
		list, err := read(name, sources)
		faults = append(faults, err)
		lists = append(lists, list)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return lists, nil
}

func unknown(names []string) error {
	shipped := Names()
	var faults []error
	for _, name := range names {
		if !slices.Contains(shipped, name) {
			faults = append(faults, fmt.Errorf("load code list %q: %w; the nearest shipped list is %s",
				name, ErrUnknown, nearest(name, shipped)))
		}
	}
	return errors.Join(faults...)
}

func read(name string, sources map[string]codes.Provenance) (codes.List, error) {
	source, ok := sources[name]
	if !ok {
		return codes.List{}, fmt.Errorf("load code list %s: it has no entry in provenance.yaml", name)
	}
	src, err := files.ReadFile(name + ".csv")
	if err != nil {
		return codes.List{}, fmt.Errorf("load code list %s: %w", name, err)
	}
	return codes.ParseList(name, src, source)
}

type provenanceFile struct {
	Lists []struct {
		Name    string `yaml:"name"`
		System  string `yaml:"system"`
		Title   string `yaml:"title"`
		Source  string `yaml:"source"`
		Release string `yaml:"release,omitempty"`
		Licence string `yaml:"licence"`
		Note    string `yaml:"note"`
	} `yaml:"lists"`
}

func provenances() (map[string]codes.Provenance, error) {
	src, err := files.ReadFile("provenance.yaml")
	if err != nil {
		return nil, fmt.Errorf("load code lists: %w", err)
	}
	var file provenanceFile
	if _, err := strict.Decode(src, &file); err != nil {
		return nil, fmt.Errorf("load code lists: provenance.yaml: %w", err)
	}
	sources := make(map[string]codes.Provenance, len(file.Lists))
	for _, l := range file.Lists {
		sources[l.Name] = codes.Provenance{
			System: codes.System(l.System), Title: l.Title, Source: l.Source,
			Release: l.Release, Licence: l.Licence, Note: l.Note,
		}
	}
	return sources, nil
}
