package folder

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"riskband/pipeline/manifest"
)

// File is one written file as the manifest lists it.
type File = manifest.File

// Writer counts and hashes what goes into a file.
type Writer struct {
	out  *bufio.Writer
	sum  hash.Hash
	size int64
}

// Write implements [io.Writer].
func (w *Writer) Write(p []byte) (int, error) {
	n, err := w.out.Write(p)
	w.sum.Write(p[:n])
	w.size += int64(n)
	return n, err
}

// Seek tells the position, which is all that Arrow's file writer asks for.
func (w *Writer) Seek(offset int64, whence int) (int64, error) {
	if offset != 0 || whence != io.SeekCurrent {
		return 0, fmt.Errorf("seek: %w: the file is written once, from its start", errors.ErrUnsupported)
	}
	return w.size, nil
}

// WriteFile makes one new file under dir and its folders on the way, with the
// side's modes, and returns what it holds. It is made durable by [Staging.Commit].
func WriteFile(dir, path string, side Side, fill func(*Writer) error) (File, error) {
	if err := makeFolders(dir, path, side); err != nil {
		return File{}, err
	}
	f, err := os.OpenFile(filepath.Join(dir, filepath.FromSlash(path)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, side.fileMode())
	if err != nil {
		return File{}, fmt.Errorf("write file: %w", err)
	}
	w := &Writer{out: bufio.NewWriterSize(f, 1<<16), sum: sha256.New()}
	err = fill(w)
	if err == nil {
		err = w.out.Flush()
	}
	if err == nil {
		err = f.Chmod(side.fileMode())
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return File{}, fmt.Errorf("write %s: %w", path, err)
	}
	return File{Path: path, Bytes: w.size, SHA256: hex.EncodeToString(w.sum.Sum(nil))}, nil
}

// makeFolders makes the folders of path below dir.
func makeFolders(dir, path string, side Side) error {
	if !filepath.IsLocal(filepath.FromSlash(path)) {
		return fmt.Errorf("write %s: %w: the path leads out of its folder", path, fs.ErrInvalid)
	}
	parts := strings.Split(path, "/")
	for i := 1; i < len(parts); i++ {
		folder := filepath.Join(dir, filepath.Join(parts[:i]...))
		if _, err := os.Lstat(folder); err == nil {
			continue
		}
		if err := MakeDir(folder, side); err != nil {
			return err
		}
	}
	return nil
}

// settle gives every file and folder below dir the side's mode and makes it
// durable, the inner ones first.
func settle(dir string, side Side) error {
	held, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range held {
		name := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir():
			err = settle(name, side)
		case e.Type().IsRegular():
			err = settleFile(name, side)
		default:
			err = fmt.Errorf("sync %s: %w: neither a file nor a folder", e.Name(), fs.ErrInvalid)
		}
		if err != nil {
			return err
		}
	}
	if err := os.Chmod(dir, side.dirMode()); err != nil {
		return err
	}
	return syncDir(dir)
}

func settleFile(name string, side Side) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(side.fileMode()), f.Sync(), f.Close())
}
