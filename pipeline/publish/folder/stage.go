package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"riskband/pipeline/manifest"
)

const (
	stagingPrefix = ".staging-"
	oldPrefix     = ".old-"
)

// Staging is a run's folder while it is being written. No reader of the root
// sees it before [Staging.Commit].
type Staging struct {
	root  *Root
	runID string
	done  bool
}

// Stage makes an empty folder for a run and clears away what runs that died left
// behind, putting back a run they had moved aside.
func (r *Root) Stage(runID string) (*Staging, error) {
	if !IsName(runID) {
		return nil, fmt.Errorf("stage run: %w: the run id must be letters, digits and dashes", fs.ErrInvalid)
	}
	if err := r.recover(); err != nil {
		return nil, fmt.Errorf("stage run %s: %w", runID, err)
	}
	s := &Staging{root: r, runID: runID}
	if err := r.step("make staging"); err != nil {
		return nil, err
	}
	if err := MakeDir(s.Dir(), r.side); err != nil {
		return nil, fmt.Errorf("stage run %s: %w", runID, err)
	}
	return s, nil
}

// IsName reports whether s is safe as the name of a folder and as part of one.
func IsName(s string) bool {
	return s != "" && strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// Side returns the side of the root the folder is in.
func (s *Staging) Side() Side { return s.root.side }

// Dir returns the folder to write in.
func (s *Staging) Dir() string { return s.root.path(stagingPrefix + s.runID) }

// Write writes one file of the run, for example its manifest. The path is
// relative, with slashes; folders are made.
func (s *Staging) Write(path string, data []byte) (manifest.File, error) {
	return WriteFile(s.Dir(), path, s.root.side, func(w *Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Abort removes the folder. After a commit it does nothing, so it can be
// deferred as soon as Stage returns.
func (s *Staging) Abort() error {
	if s.done {
		return nil
	}
	s.done = true
	if err := os.RemoveAll(s.Dir()); err != nil {
		return fmt.Errorf("abort run %s: %w", s.runID, err)
	}
	return nil
}

// Commit makes every file durable and moves the folder to its place, which it
// returns relative to the root, with a slash.
//
// The place is runs/<run id>. On the public side a whole run that is already
// there stays untouched: with the same manifest it is kept and the staging
// dropped; with another one the new run goes to runs/<run id>.<start of its
// manifest's sum>, because current.json may point at the old one and only
// [Root.SetCurrent] may change what readers see. A run that is damaged, and any
// on the secure side, is replaced.
func (s *Staging) Commit() (folder string, err error) {
	if s.done {
		return "", fmt.Errorf("commit run %s: %w", s.runID, fs.ErrClosed)
	}
	folder, err = s.commit()
	if err != nil {
		return "", fmt.Errorf("commit run %s: %w", s.runID, err)
	}
	s.done = true
	return folder, nil
}

func (s *Staging) commit() (string, error) {
	r := s.root
	if err := r.step("sync staging"); err != nil {
		return "", err
	}
	if err := settle(s.Dir(), r.side); err != nil {
		return "", err
	}
	folder, kept, err := s.place()
	if err != nil {
		return "", err
	}
	if kept {
		if err := r.step("drop staging"); err != nil {
			return "", err
		}
		return folder, os.RemoveAll(s.Dir())
	}
	return folder, r.swap(s.Dir(), folder)
}

// place decides where the run goes; kept is true when it is there already.
func (s *Staging) place() (folder string, kept bool, err error) {
	r := s.root
	folder = runsDir + "/" + s.runID
	if r.side == Secure {
		return folder, false, nil
	}
	if err := manifest.Verify(s.Dir()); err != nil {
		return "", false, err
	}
	_, sum, err := manifest.Read(s.Dir())
	if err != nil {
		return "", false, err
	}
	other := folder + "." + sum[:8]
	for _, place := range []string{folder, other} {
		if got, whole := r.whole(place); whole && got == sum {
			return place, true, nil
		}
	}
	if _, whole := r.whole(folder); whole {
		folder = other
	}
	return folder, false, nil
}

// whole reports whether a folder holds a run whose files all match its manifest,
// and the manifest's sum.
func (r *Root) whole(folder string) (sum string, ok bool) {
	dir := r.path(filepath.FromSlash(folder))
	_, sum, err := manifest.Read(dir)
	if err != nil || manifest.Verify(dir) != nil {
		return "", false
	}
	return sum, true
}

// swap moves a folder into its place. What was there steps aside first and goes
// last, so that recover can put it back.
func (r *Root) swap(from, folder string) error {
	to, old := r.path(filepath.FromSlash(folder)), r.path(oldPrefix+filepath.Base(folder))
	if _, err := os.Lstat(to); err == nil {
		if err := r.step("move old run aside"); err != nil {
			return err
		}
		if err := os.Rename(to, old); err != nil {
			return err
		}
	}
	if err := r.step("move new run in"); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	if err := r.step("sync runs"); err != nil {
		return err
	}
	if err := errors.Join(syncDir(filepath.Dir(to)), syncDir(r.dir)); err != nil {
		return err
	}
	if err := r.step("remove old run"); err != nil {
		return err
	}
	return os.RemoveAll(old)
}

// recover ends what a dead run began: staging folders go; a run that stood aside
// comes back if nothing took its place, and goes otherwise.
func (r *Root) recover() error {
	held, err := os.ReadDir(r.dir)
	if err != nil {
		return err
	}
	for _, e := range held {
		name := e.Name()
		if run, aside := strings.CutPrefix(name, oldPrefix); aside {
			_, err := os.Lstat(r.path(runsDir, run))
			if errors.Is(err, fs.ErrNotExist) {
				if err := os.Rename(r.path(name), r.path(runsDir, run)); err != nil {
					return err
				}
				continue
			}
		} else if !strings.HasPrefix(name, stagingPrefix) && !isTemporary(name) {
			continue
		}
		if err := os.RemoveAll(r.path(name)); err != nil {
			return err
		}
	}
	return nil
}
