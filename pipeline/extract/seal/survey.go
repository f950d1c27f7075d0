package seal

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"riskband/pipeline/extract/refusal"
)

// tables are the tables of an extract, in the contract's order.
func tables() []string {
	return []string{"patients", "clinical_events", "medications", "apcs", "ec", "scores"}
}

func contractTable(name string) bool { return slices.Contains(tables(), name) }

const (
	practicePrefix = "practice_code="
	parquetSuffix  = ".parquet"
)

// found is one file of a table on disk.
type found struct {
	practice, table, path string
	bytes                 int64
}

// survey lists the files of an extract as they are on disk, sorted by path, and
// adds what does not belong to the ledger. Only practice folders are looked at;
// names that start with . or _ are ignored inside them.
func survey(root *os.Root, l *refusal.Ledger) ([]found, []string, error) {
	tops, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, nil, fmt.Errorf("list extract: %w", err)
	}
	var files []found
	var codes []string
	for _, top := range tops {
		code, ok := strings.CutPrefix(top.Name(), practicePrefix)
		switch {
		case !ok:
			continue
		case !practiceCode(code):
			l.Add(refusal.Fault{File: practicePrefix + "...", RowGroup: -1, Rule: refusal.RuleFolder})
			continue
		case !top.IsDir():
			l.Add(refusal.Fault{Practice: code, File: top.Name(), RowGroup: -1, Rule: refusal.RuleLink})
			continue
		}
		codes = append(codes, code)
		s := walk{root: root, ledger: l, code: code}
		if err := s.practice(top.Name()); err != nil {
			return nil, nil, err
		}
		files = append(files, s.files...)
	}
	if len(codes) == 0 {
		l.Add(refusal.Fault{RowGroup: -1, Rule: refusal.RuleEmpty})
	}
	slices.SortFunc(files, func(a, b found) int { return strings.Compare(a.path, b.path) })
	return files, codes, nil
}

// walk lists one practice's folder.
type walk struct {
	root   *os.Root
	ledger *refusal.Ledger
	code   string
	files  []found
}

func (w *walk) practice(dir string) error {
	entries, err := fs.ReadDir(w.root.FS(), dir)
	if err != nil {
		return fmt.Errorf("list practice %s: %w", w.code, err)
	}
	whole := map[string]bool{}
	for _, e := range entries {
		at := path.Join(dir, e.Name())
		table, isFile := strings.CutSuffix(e.Name(), parquetSuffix)
		switch {
		case ignored(e.Name()):
		case !contractTable(table):
			w.fault(at, refusal.RuleUnexpected)
		case whole[table]:
			w.fault(path.Join(dir, table), refusal.RuleTwice)
		case isFile:
			err = w.file(at, table, e)
		case e.IsDir():
			err = w.parts(at, table)
		default:
			w.fault(at, refusal.RuleUnexpected)
		}
		if err != nil {
			return err
		}
		whole[table] = true
	}
	return nil
}

func (w *walk) parts(dir, table string) error {
	entries, err := fs.ReadDir(w.root.FS(), dir)
	if err != nil {
		return fmt.Errorf("list parts of practice %s: %w", w.code, err)
	}
	for _, e := range entries {
		at := path.Join(dir, e.Name())
		switch {
		case ignored(e.Name()):
		case !strings.HasSuffix(e.Name(), parquetSuffix):
			w.fault(at, refusal.RuleUnexpected)
		default:
			if err := w.file(at, table, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *walk) file(at, table string, e fs.DirEntry) error {
	switch {
	case e.IsDir(): // some writers make a folder named TABLE.parquet
		w.fault(at, refusal.RuleUnexpected)
		return nil
	case !e.Type().IsRegular():
		w.fault(at, refusal.RuleLink)
		return nil
	}
	info, err := e.Info()
	if err != nil {
		return fmt.Errorf("look at %s: %w", at, err)
	}
	w.files = append(w.files, found{practice: w.code, table: table, path: at, bytes: info.Size()})
	return nil
}

func (w *walk) fault(at, rule string) {
	w.ledger.Add(refusal.Fault{Practice: w.code, File: at, RowGroup: -1, Rule: rule})
}

func ignored(name string) bool { return name[0] == '.' || name[0] == '_' }

// tableOf returns the table of a path inside a practice's folder: TABLE.parquet
// or TABLE/PART.parquet.
func tableOf(inside string) (table string, ok bool) {
	name, isFile := strings.CutSuffix(inside, parquetSuffix)
	if !isFile {
		return "", false
	}
	table, part, folder := strings.Cut(name, "/")
	if folder && (strings.Contains(part, "/") || ignored(part+parquetSuffix)) {
		return "", false
	}
	return table, contractTable(table)
}
