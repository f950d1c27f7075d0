package models

import (
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"riskband/stratify/codelists"
	"riskband/stratify/codes"
	"riskband/stratify/frame"
	"riskband/stratify/model"
)

//go:embed released.csv ten-registers
var shipped embed.FS

// ErrUnknown means that no shipped model has the name and version.
var ErrUnknown = errors.New("no such model")

// ErrChanged means that the files of a released model are not the released ones.
var ErrChanged = errors.New("a released model has changed")

// Model is one shipped model.
type Model struct {
	Spec   *model.Spec
	SHA256 string // hex, over the names and bytes of the model's files
}

// ID names one shipped model.
type ID struct{ Name, Version string }

// List returns every shipped model, by name, then version.
func List() ([]ID, error) {
	files, err := fs.Glob(shipped, "*/*/model.yaml")
	if err != nil {
		return nil, fmt.Errorf("list models: %w", err)
	}
	ids := make([]ID, len(files))
	for i, f := range files {
		dir := path.Dir(f)
		ids[i] = ID{Name: path.Dir(dir), Version: path.Base(dir)}
	}
	return ids, nil
}

// Load reads one shipped model.
func Load(name, version string) (Model, error) {
	dir := path.Join(name, version)
	src, err := shipped.ReadFile(path.Join(dir, "model.yaml"))
	if err != nil {
		return Model{}, fmt.Errorf("load model %s %s: %w: %s", name, version, ErrUnknown, have())
	}
	spec, err := model.Parse(src, func(file string) ([]byte, error) { return shipped.ReadFile(path.Join(dir, file)) })
	if err != nil {
		return Model{}, fmt.Errorf("load model %s %s: %w", name, version, err)
	}
	if spec.Name != name || spec.Version != version {
		return Model{}, fmt.Errorf("load model %s %s: its file says %s %s", name, version, spec.Name, spec.Version)
	}
	sum, err := digest(dir)
	return Model{Spec: spec, SHA256: sum}, err
}

func have() string {
	ids, err := List()
	if err != nil {
		return err.Error()
	}
	var names []string
	for _, id := range ids {
		names = append(names, id.Name+" "+id.Version)
	}
	return "have " + strings.Join(names, ", ")
}

// digest hashes the names and bytes of the files of a folder, in name order,
// each with its length.
func digest(dir string) (string, error) {
	entries, err := shipped.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("hash model %s: %w", dir, err)
	}
	h := sha256.New()
	for _, e := range entries {
		src, err := shipped.ReadFile(path.Join(dir, e.Name()))
		if err != nil {
			return "", fmt.Errorf("hash model %s: %w", dir, err)
		}
		h.Write(fmt.Appendf(nil, "%s %d\n", e.Name(), len(src)))
		h.Write(src)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Book loads the code lists a model uses and builds their book.
func (m Model) Book() (*codes.Book, error) {
	lists, err := codelists.Load(m.Spec.Lists()...)
	if err != nil {
		return nil, fmt.Errorf("model %s: %w", m.Spec.Name, err)
	}
	return codes.NewBook(lists)
}

// Verify checks one shipped model: it parses, compiles with every table present,
// nothing in it is off, and a released one has the released hash.
func Verify(id ID) (Model, error) {
	m, err := Load(id.Name, id.Version)
	if err != nil {
		return m, err
	}
	book, err := m.Book()
	if err != nil {
		return m, fmt.Errorf("verify model %s: %w", id.Name, err)
	}
	var all model.Tables
	for s := range all {
		all[s] = true
	}
	c, err := model.Compile(m.Spec, book, frame.Date(2026, 3, 31), all)
	if err != nil {
		return m, fmt.Errorf("verify model %s %s: %w", id.Name, id.Version, err)
	}
	if len(c.Off) > 0 {
		return m, fmt.Errorf("verify model %s %s: %s is off with every table present: %s", id.Name, id.Version, c.Off[0].What, c.Off[0].Why)
	}
	return m, frozen(id, m.SHA256)
}

func frozen(id ID, sum string) error {
	src, err := shipped.ReadFile("released.csv")
	if err != nil {
		return fmt.Errorf("verify model %s: %w", id.Name, err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(src))).ReadAll()
	if err != nil {
		return fmt.Errorf("verify model %s: released.csv: %w", id.Name, err)
	}
	at := slices.IndexFunc(rows, func(r []string) bool { return r[0] == id.Name && r[1] == id.Version })
	if at < 0 {
		return fmt.Errorf("verify model %s %s: released.csv has no row for it: add one, or raise the version", id.Name, id.Version)
	}
	if rows[at][2] != sum {
		return fmt.Errorf("verify model %s %s: %w: raise its version instead: released %s, files %s", id.Name, id.Version, ErrChanged, rows[at][2], sum)
	}
	return nil
}
