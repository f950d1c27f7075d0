package pages

import (
	"bytes"
	"errors"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"riskband/pipeline/extract/refusal"
	"riskband/schemas"
)

// maxPageBytes is the largest page decoded under any budget. Writers make pages of
// about 1 MiB.
const maxPageBytes = 512 << 20

// valueBytes is what a decoded value takes at the least where a few bytes of a
// page can stand for many values.
const valueBytes = 8

// Place is where a file stands in its extract, and how much of it may be decoded
// at a time.
type Place struct {
	Practice string
	Path     string // inside the extract
	Table    schemas.Table
	Budget   int64 // bytes a page may take once decoded; 0: the largest there is
}

// most is the bytes a page may take.
func (p Place) most() int64 {
	if p.Budget <= 0 {
		return maxPageBytes
	}
	return min(p.Budget, maxPageBytes)
}

// File is one Parquet file whose bytes are in memory and whose layout has been
// checked: every page header of every column chunk has been read and adds up.
type File struct {
	Place
	ledger  *refusal.Ledger
	data    []byte
	source  *bytes.Reader // over data
	view    parquet.FileView
	columns []Column
	layout  [][][]pageHead // by row group and leaf column: the data pages
}

// Columns returns the columns of the file in its order. The slice is the file's
// own.
func (f *File) Columns() []Column { return f.columns }

// Rows returns the rows of the file by its footer.
func (f *File) Rows() int64 { return f.view.NumRows() }

// Groups returns the number of rows of each row group.
func (f *File) Groups() []int64 {
	var rows []int64
	for _, g := range f.view.RowGroups() {
		rows = append(rows, g.NumRows())
	}
	return rows
}

// Faults returns the number of faults the ledger of the file holds.
func (f *File) Faults() int { return f.ledger.Len() }

// pageHead is what a data page says of itself.
type pageHead struct {
	values, bytes int32
	encoding      format.Encoding
}

// Fault notes a broken rule of the file; group is -1 and column "" where none is
// meant.
func (f *File) Fault(group int, column, rule string) {
	f.ledger.Add(refusal.Fault{Practice: f.Practice, File: f.Path, RowGroup: group, Column: column, Rule: rule})
}

// Guard runs work on one file. The Parquet library panics on some damaged
// files: such a panic, and any other, becomes the fault "damaged". The text of
// the panic is dropped, because it may quote the data.
func (f *File) Guard(work func() error) (err error) {
	defer func() {
		if recover() != nil {
			f.Fault(-1, "", refusal.RuleDamaged)
			err = nil
		}
	}()
	return work()
}

// Open reads the footer and the page headers of a file whose bytes are data. It
// returns nil when the file cannot be decoded; the ledger then says why. The file
// borrows data and notes its faults in the ledger.
func Open(at Place, data []byte, l *refusal.Ledger) *File {
	f := &File{Place: at, ledger: l, data: data, source: bytes.NewReader(data)}
	before := l.Len()
	_ = f.Guard(func() error {
		f.open()
		return nil
	})
	if l.Len() > before || f.view == nil {
		return nil
	}
	return f
}

func (f *File) open() {
	n := len(f.data)
	if n < 12 || !magic(f.data[:4]) || !magic(f.data[n-4:]) {
		f.Fault(-1, "", refusal.RuleNotParquet)
		return
	}
	if string(f.data[:4]) == "PARE" || string(f.data[n-4:]) == "PARE" {
		f.Fault(-1, "", refusal.RuleEncrypted)
		return
	}
	if !footerSound(f.data) {
		f.Fault(-1, "", refusal.RuleNotParquet)
		return
	}
	opened, err := parquet.OpenFile(f.source, int64(n),
		parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	switch {
	case err != nil && f.signed():
		f.Fault(-1, "", refusal.RuleEncrypted)
	case err != nil:
		f.Fault(-1, "", refusal.RuleNotParquet)
	default:
		f.view = opened
		f.readLayout()
	}
}

func magic(b []byte) bool { return string(b) == "PAR1" || string(b) == "PARE" }

// signed reports whether a footer that does not open is one of an encrypted file
// with a readable footer.
func (f *File) signed() bool {
	n := len(f.data)
	size := int(uint32(f.data[n-8]) | uint32(f.data[n-7])<<8 | uint32(f.data[n-6])<<16 | uint32(f.data[n-5])<<24)
	var meta format.FileMetaData
	p := thrift.CompactProtocol{}
	footer := bytes.Clone(f.data[n-8-size : n-8])
	err := thrift.NewDecoder(p.NewReaderFromBytes(footer)).Decode(&meta)
	return err == nil && meta.EncryptionAlgorithm.Value != nil
}

// readLayout checks every column chunk's codec, place and page headers, and that
// the rows of the pages, the chunks and the footer agree.
func (f *File) readLayout() {
	meta := f.view.Metadata()
	if meta.EncryptionAlgorithm.Value != nil {
		f.Fault(-1, "", refusal.RuleEncrypted)
		return
	}
	f.columns = f.schemaColumns()
	var leaves []Leaf
	var names []string // by leaf: the label of the column above it
	for _, c := range f.columns {
		leaves = append(leaves, c.Leaves...)
		names = append(names, slices.Repeat([]string{c.Label}, len(c.Leaves))...)
	}
	var rows int64
	f.layout = make([][][]pageHead, len(meta.RowGroups))
	for g := range meta.RowGroups {
		group := &meta.RowGroups[g]
		rows += group.NumRows
		f.layout[g] = make([][]pageHead, len(group.Columns))
		for c := range group.Columns {
			if group.Columns[c].MetaData.Codec != meta.RowGroups[0].Columns[c].MetaData.Codec {
				f.Fault(g, names[c], refusal.RuleCodecs) // the library decodes by the first
			}
			f.layout[g][c] = f.readChunk(g, group.NumRows, &group.Columns[c], names[c], !leaves[c].Repeated)
		}
		if group.NumRows < 0 {
			f.Fault(g, "", refusal.RuleRows)
		}
	}
	if rows != meta.NumRows {
		f.Fault(-1, "", refusal.RuleRows)
	}
}

func (f *File) readChunk(g int, rows int64, chunk *format.ColumnChunk, name string, flat bool) []pageHead {
	meta := &chunk.MetaData
	if chunk.CryptoMetadata.Value != nil || len(chunk.EncryptedColumnMetadata) > 0 {
		f.Fault(g, name, refusal.RuleEncrypted)
		return nil
	}
	switch meta.Codec {
	case format.Uncompressed, format.Snappy, format.Gzip, format.Zstd:
	default:
		f.Fault(g, name, refusal.RuleCodec)
		return nil
	}
	start := meta.DataPageOffset
	if meta.DictionaryPageOffset != 0 {
		start = meta.DictionaryPageOffset
	}
	size := meta.TotalCompressedSize
	if chunk.FilePath != "" || start < 4 || size < 0 || start > int64(len(f.data)) || size > int64(len(f.data))-start {
		f.Fault(g, name, refusal.RuleDamaged)
		return nil
	}
	pages, values, rule := readPageHeads(f.data[start:start+size], meta.Codec, f.most())
	switch {
	case rule != "":
		f.Fault(g, name, rule)
	case values != meta.NumValues, flat && values != rows:
		f.Fault(g, name, refusal.RuleRows)
	}
	return pages
}

// Settle turns the errors of one row group into faults; others pass.
func (f *File) Settle(group int, column string, err error) error {
	switch {
	case errors.Is(err, ErrRows):
		f.Fault(group, column, refusal.RuleRows)
	case errors.Is(err, errDamaged):
		f.Fault(group, column, refusal.RuleDamaged)
	default:
		return err
	}
	return nil
}
