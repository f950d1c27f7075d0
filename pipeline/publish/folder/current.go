package folder

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"riskband/pipeline/manifest"
)

// CurrentName is the file that says which run readers should read.
const CurrentName = "current.json"

const (
	currentLink     = "current"
	temporarySuffix = ".new"
)

// Current points at the run to read. It is the one file of a public root that
// changes; what it points at does not.
type Current struct {
	RunID          string `json:"run_id"`
	Folder         string `json:"folder"` // of the run, relative to the root, with a slash
	ManifestSHA256 string `json:"manifest_sha256"`
}

// ReadCurrent reads current.json of a public root. Where nothing has been
// published yet the error wraps [fs.ErrNotExist].
func ReadCurrent(dir string) (Current, error) {
	data, err := os.ReadFile(filepath.Join(dir, CurrentName))
	if err != nil {
		return Current{}, fmt.Errorf("read %s: %w", CurrentName, err)
	}
	var c Current
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return Current{}, fmt.Errorf("read %s: %w", CurrentName, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Current{}, fmt.Errorf("read %s: %w: more follows the end", CurrentName, fs.ErrInvalid)
	}
	if !filepath.IsLocal(filepath.FromSlash(c.Folder)) {
		return Current{}, fmt.Errorf("read %s: %w: the run's folder lies outside", CurrentName, fs.ErrInvalid)
	}
	return c, nil
}

// SetCurrent turns readers to a committed run: first the symlink "current",
// where the file system has symlinks, then current.json, in one rename, last of
// all. It refuses a folder without the manifest named. Other folders of the same
// run id go afterwards.
func (r *Root) SetCurrent(c Current) error {
	_, sum, err := manifest.Read(r.path(filepath.FromSlash(c.Folder)))
	if err != nil {
		return fmt.Errorf("set current run %s: %w", c.RunID, err)
	}
	if sum != c.ManifestSHA256 {
		return fmt.Errorf("set current run %s: %w: the manifest's sum is another", c.RunID, fs.ErrInvalid)
	}
	for _, change := range []func(Current) error{r.link, r.point, r.removeOthers} {
		if err := change(c); err != nil {
			return fmt.Errorf("set current run %s: %w", c.RunID, err)
		}
	}
	return nil
}

// link replaces the symlink. A file system that cannot make one has none to
// replace, so failing to make it changes nothing for its readers.
func (r *Root) link(c Current) error {
	fresh := r.path(currentLink + temporarySuffix)
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := r.step("make link"); err != nil {
		return err
	}
	if err := os.Symlink(filepath.FromSlash(c.Folder), fresh); err != nil {
		return nil //nolint:nilerr // current.json alone is the contract
	}
	if err := r.step("replace link"); err != nil {
		return err
	}
	return os.Rename(fresh, r.path(currentLink))
}

// point replaces current.json.
func (r *Root) point(c Current) error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	const fresh = CurrentName + temporarySuffix
	if err := os.RemoveAll(r.path(fresh)); err != nil {
		return err
	}
	if err := r.step("write current.json"); err != nil {
		return err
	}
	if _, err := WriteFile(r.dir, fresh, r.side, func(w *Writer) error {
		_, err := w.Write(append(data, '\n'))
		return err
	}); err != nil {
		return err
	}
	if err := r.step("sync current.json"); err != nil {
		return err
	}
	if err := settleFile(r.path(fresh), r.side); err != nil {
		return err
	}
	if err := r.step("replace current.json"); err != nil {
		return err
	}
	if err := os.Rename(r.path(fresh), r.path(CurrentName)); err != nil {
		return err
	}
	if err := r.step("sync root"); err != nil {
		return err
	}
	return syncDir(r.dir)
}

// removeOthers removes runs of the same id that readers were turned away from.
func (r *Root) removeOthers(c Current) error {
	held, err := os.ReadDir(r.path(runsDir))
	if err != nil {
		return err
	}
	for _, e := range held {
		id, _, _ := strings.Cut(e.Name(), ".")
		if id != c.RunID || runsDir+"/"+e.Name() == c.Folder {
			continue
		}
		if err := r.step("remove other run"); err != nil {
			return err
		}
		if err := os.RemoveAll(r.path(runsDir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// isTemporary reports whether a name in the root is a file a dead run had not
// yet renamed.
func isTemporary(name string) bool {
	return name == CurrentName+temporarySuffix || name == currentLink+temporarySuffix
}
