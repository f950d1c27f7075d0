package folder

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOneRunAtATime(t *testing.T) {
	dir := t.TempDir()
	root := open(t, dir, Public)
	if _, err := Open(dir, Public); !errors.Is(err, ErrLocked) {
		t.Errorf("second run got %v", err)
	}
	shut(t, root)
	shut(t, open(t, dir, Public))
}

func TestModesDoNotFollowTheUmask(t *testing.T) {
	f := func(side Side, umask int, folder, file fs.FileMode) {
		dir := filepath.Join(t.TempDir(), "root")
		defer setUmask(setUmask(umask))
		root := open(t, dir, side)
		defer shut(t, root)
		if side == Public {
			if err := publishRun(root, run{"a", "one"}); err != nil {
				t.Fatal(err)
			}
		} else if s, err := root.Stage("2026-03-31-x"); err != nil {
			t.Fatal(err)
		} else if _, err := s.Write("patients/practice_code=Y00001/bands", nil); err != nil {
			t.Fatal(err)
		} else if _, err := s.Commit(); err != nil {
			t.Fatal(err)
		}
		err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.Name() == lockName || d.Type() == fs.ModeSymlink {
				return err
			}
			want := file
			if d.IsDir() {
				want = folder
			}
			info, err := d.Info()
			if err == nil && info.Mode().Perm() != want {
				t.Errorf("%s has mode %o, want %o", strings.TrimPrefix(name, dir), info.Mode().Perm(), want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	f(Public, 0o077, 0o755, 0o644)
	f(Secure, 0o000, 0o700, 0o600)
}

func TestAnExposedSecureFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	root := open(t, dir, Secure) // empty: it is tightened
	shut(t, root)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Secure); !errors.Is(err, ErrExposed) {
		t.Errorf("got %v", err)
	}
}

func TestPathsStayInside(t *testing.T) {
	root := open(t, t.TempDir(), Public)
	defer shut(t, root)
	for _, id := range []string{"", "..", "../x", "a/b", "a.b"} {
		if _, err := root.Stage(id); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("run id %q: got %v", id, err)
		}
	}
	s, err := root.Stage("a")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"../x", "/x", ""} {
		if _, err := s.Write(path, bytes.Repeat([]byte("x"), 3)); err == nil {
			t.Errorf("path %q was written", path)
		}
	}
	for _, text := range []string{`{"folder": "../elsewhere"}`, `{"folder": "runs/a", "more": 1}`, `{"folder": "runs/a"} {}`, `[]`} {
		if err := os.WriteFile(root.path(CurrentName), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadCurrent(root.dir); err == nil {
			t.Errorf("%s was accepted", text)
		}
	}
}
