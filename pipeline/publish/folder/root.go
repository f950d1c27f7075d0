package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Side is which of the two roots a folder is, and so who may read it.
type Side uint8

// The two roots of a run.
const (
	Public Side = iota // publishable: folders 0755, files 0644
	Secure             // patient-level: folders 0700, files 0600
)

func (s Side) dirMode() fs.FileMode {
	if s == Secure {
		return 0o700
	}
	return 0o755
}

func (s Side) fileMode() fs.FileMode {
	if s == Secure {
		return 0o600
	}
	return 0o644
}

// ErrLocked means another run holds the root.
var ErrLocked = errors.New("another run holds the lock")

// ErrExposed means others may enter a folder meant for patient-level data.
var ErrExposed = errors.New("folder is open to others")

const (
	runsDir  = "runs"
	lockName = ".lock"
)

// Root is one of a run's two folders, held by this process alone until Close.
type Root struct {
	dir  string
	side Side
	lock *os.File
	// step is called before each change to the disk; an error stops there, as a
	// crash would. Tests alone set it.
	step func(name string) error
}

// Open makes the folder where it is missing and takes its lock. A root another
// run holds gives [ErrLocked]. A secure root that exists, holds something and
// lets others in gives [ErrExposed]: its mode is the owner's to change. The
// caller must call [Root.Close].
func Open(dir string, side Side) (*Root, error) {
	if err := openDir(dir, side); err != nil {
		return nil, err
	}
	lock, err := lockFile(filepath.Join(dir, lockName), side.fileMode())
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	r := &Root{dir: dir, side: side, lock: lock, step: func(string) error { return nil }}
	if err := MakeDir(r.path(runsDir), side); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Close gives the lock back. The lock file stays, so that two runs can never
// hold two files of that name.
func (r *Root) Close() error {
	if err := unlockFile(r.lock); err != nil {
		return fmt.Errorf("unlock %s: %w", r.dir, err)
	}
	return nil
}

func (r *Root) path(parts ...string) string {
	return filepath.Join(append([]string{r.dir}, parts...)...)
}

// openDir makes the root's folder, or checks the one that is there.
func openDir(dir string, side Side) error {
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
			return fmt.Errorf("make %s: %w", filepath.Dir(dir), err)
		}
		return MakeDir(dir, side)
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", dir, err)
	}
	if !info.IsDir() {
		return fmt.Errorf("open %s: %w: it is a file, name a folder", dir, fs.ErrInvalid)
	}
	if side == Public || info.Mode().Perm()&0o077 == 0 || runtime.GOOS == "windows" {
		return nil
	}
	held, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("open %s: %w", dir, err)
	}
	if len(held) > 0 {
		return fmt.Errorf("open %s: %w: mode %o; run chmod 700 on it, or name a new folder", dir, ErrExposed, info.Mode().Perm())
	}
	return MakeDir(dir, side)
}

// MakeDir makes one folder, or takes the one that is there, and gives it the
// side's mode whatever the umask is.
func MakeDir(dir string, side Side) error {
	if err := os.Mkdir(dir, side.dirMode()); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make folder: %w", err)
	}
	if err := os.Chmod(dir, side.dirMode()); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	return nil
}
