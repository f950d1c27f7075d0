package publish

import (
	"riskband/pipeline/manifest"
	"riskband/pipeline/publish/columnar"
	"riskband/pipeline/publish/folder"
)

// Format is a kind of file a release table is written as; its text is the
// extension of the files.
type Format = columnar.Format

// The formats.
const (
	Parquet = columnar.Parquet
	Arrow   = columnar.Arrow // Arrow IPC file, one record batch, not compressed
	CSV     = columnar.CSV   // RFC 4180 with LF, UTF-8, a header
)

// Sentinels of the tables.
var (
	ErrSchema = columnar.ErrSchema // rows that do not fit the contract: our bug
	ErrStored = columnar.ErrStored // a file that is not as it was written
)

// File is one written file as the manifest lists it.
type File = manifest.File

// save writes a table to a file and returns it with its rows.
func save(t columnar.Table, dir, path string, side Side, f Format, mem columnar.Memory) (File, error) {
	file, err := folder.WriteFile(dir, path, side, func(w *folder.Writer) error { return t.Write(w, f, mem) })
	file.Rows = int64(t.Rows())
	return file, err
}
