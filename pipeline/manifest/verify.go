package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// ErrFiles means the files of a run are not the ones its manifest lists.
var ErrFiles = errors.New("files differ from the manifest")

// maxManifest bounds what is read as a manifest, in bytes.
const maxManifest = 16 << 20

// Read reads and decodes the manifest in a run's folder. It also returns the
// SHA-256 of its bytes in lower-case hexadecimal, which current.json holds.
func Read(dir string) (r Run, sum string, err error) {
	f, err := os.Open(filepath.Join(dir, FileName))
	if err != nil {
		return Run{}, "", fmt.Errorf("read manifest: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil {
		return Run{}, "", fmt.Errorf("read manifest: %w", err)
	}
	if len(data) > maxManifest {
		return Run{}, "", fmt.Errorf("read manifest: %w: larger than %d bytes", ErrForm, maxManifest)
	}
	if r, err = Decode(data); err != nil {
		return Run{}, "", err
	}
	return r, Sum(data), nil
}

// Sum returns the SHA-256 of data in lower-case hexadecimal.
func Sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// Verify reads the manifest in a run's folder and hashes every file it lists. A
// file that is missing, differs in size or sum, or is not a plain file, and a
// file the manifest does not list, are faults; the error wraps [ErrFiles] and
// names them all by path.
func Verify(dir string) error {
	r, _, err := Read(dir)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("verify run: %w", err)
	}
	defer func() { _ = root.Close() }() // opened for reading
	var faults []error
	listed := map[string]bool{FileName: true}
	for _, f := range r.Files {
		listed[f.Path] = true
		if err := f.verify(root); err != nil {
			faults = append(faults, fmt.Errorf("verify %s: %w", f.Path, err))
		}
	}
	faults = append(faults, unlisted(root.FS(), listed)...)
	if len(faults) > 0 {
		return fmt.Errorf("%w: %w", ErrFiles, errors.Join(faults...))
	}
	return nil
}

// verify hashes one file; root keeps it from leading out of the folder.
func (f File) verify(root *os.Root) (err error) {
	info, err := root.Lstat(filepath.FromSlash(f.Path))
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("not a plain file")
	}
	if info.Size() != f.Bytes {
		return fmt.Errorf("%d bytes, the manifest says %d", info.Size(), f.Bytes)
	}
	file, err := root.Open(filepath.FromSlash(f.Path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != f.SHA256 {
		return fmt.Errorf("sha256 %s, the manifest says %s", got, f.SHA256)
	}
	return nil
}

func unlisted(files fs.FS, listed map[string]bool) []error {
	var faults []error
	err := fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir() && !listed[path.Clean(p)]:
			faults = append(faults, fmt.Errorf("verify %s: not in the manifest", p))
		}
		return nil
	})
	if err != nil {
		faults = append(faults, fmt.Errorf("list the run's files: %w", err))
	}
	return faults
}
