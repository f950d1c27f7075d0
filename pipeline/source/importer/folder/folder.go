package folder

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"riskband/pipeline/extract/anytable"
)

// ErrSource is wrapped when the source folder or a file of it is not as it must be.
var ErrSource = errors.New("source not usable")

// Folder is a source folder with the files of each table found in it.
type Folder struct {
	ctx   context.Context
	files map[string][]string // by table: one file, or the parts of a folder in order
}

// tableKind reads one format of table.
type tableKind func(path string, columns []string, each func([]anytable.Value) error) error

func kindOf(path string) tableKind {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".parquet":
		return anytable.Read
	case ".csv", ".tsv":
		return readCSV
	}
	return nil
}

// Open finds tables as NAME.parquet, NAME.csv or NAME.tsv, or as a folder
// NAME of such parts, names in any case. It refuses a table that is there in two
// forms and the absence of one that is required, all at once, and returns the
// names of the optional ones that are missing.
func Open(ctx context.Context, dir string, required, optional []string) (*Folder, []string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("open source folder: %w", err)
	}
	f := &Folder{ctx: ctx, files: map[string][]string{}}
	var faults []error
	for _, e := range entries {
		name := strings.ToLower(strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())))
		if !slices.Contains(required, name) && !slices.Contains(optional, name) {
			continue
		}
		files, err := parts(filepath.Join(dir, e.Name()), e.IsDir())
		if err != nil {
			return nil, nil, err
		}
		if len(files) > 0 && len(f.files[name]) > 0 {
			faults = append(faults, fmt.Errorf("source folder has table %s twice; keep one: %w", name, ErrSource))
		}
		f.files[name] = append(f.files[name], files...)
	}
	for _, name := range required {
		if len(f.files[name]) == 0 {
			faults = append(faults, fmt.Errorf("source folder has no table %s (.parquet, .csv or .tsv): %w", name, ErrSource))
		}
	}
	var missing []string
	for _, name := range optional {
		if len(f.files[name]) == 0 {
			missing = append(missing, name)
		}
	}
	return f, missing, errors.Join(faults...)
}

func parts(path string, isFolder bool) ([]string, error) {
	if !isFolder {
		if kindOf(path) == nil {
			return nil, nil
		}
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("open source folder: %w", err)
	}
	var files []string
	for _, e := range entries {
		if part := filepath.Join(path, e.Name()); !e.IsDir() && kindOf(part) != nil {
			files = append(files, part)
		}
	}
	return files, nil
}

// read delivers the rows of a table, none when it is missing. The Row is reused.
func (f *Folder) Read(table string, columns []string, each func(Row) error) error {
	const rowsBetweenChecks = 1 << 12
	n := 0
	for _, path := range f.files[table] {
		err := kindOf(path)(path, columns, func(values []anytable.Value) error {
			if n++; n%rowsBetweenChecks == 0 {
				if err := f.ctx.Err(); err != nil {
					return err
				}
			}
			return each(values)
		})
		if errors.Is(err, anytable.ErrTable) {
			err = fmt.Errorf("%w: %w", err, ErrSource)
		}
		if err != nil {
			return err
		}
	}
	return f.ctx.Err()
}
