package extract

import (
	"bytes"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"riskband/pipeline/extract/refusal"
	"riskband/schemas"
)

// maxPageBytes is the largest page decoded. Writers make pages of about 1 MiB.
const maxPageBytes = 512 << 20

// file is one Parquet file whose bytes are in memory and whose layout has been
// checked: every page header of every column chunk has been read and adds up.
type file struct {
	at       found
	contract *schemas.Contract
	ledger   *refusal.Ledger
	data     []byte
	source   *bytes.Reader // over data
	parquet.FileView
	layout [][][]pageHead // by row group and leaf column: the data pages
	flat   []bool         // by leaf column: no repetition
	extra  int            // columns outside the contract, once bound
}

// pageHead is what a data page says of itself.
type pageHead struct {
	values, bytes int32
	encoding      format.Encoding
}

func (f *file) fault(group int, column, rule string) {
	f.ledger.Add(Fault{Practice: f.at.practice, File: f.at.path, RowGroup: group, Column: column, Rule: rule})
}

// guarded runs work on one file. The Parquet library panics on some damaged
// files: such a panic, and any other, becomes the fault "damaged". The text of
// the panic is dropped, because it may quote the data.
func (f *file) guarded(work func() error) (err error) {
	defer func() {
		if recover() != nil {
			f.fault(-1, "", refusal.RuleDamaged)
			err = nil
		}
	}()
	return work()
}

// openParquet reads the footer and the page headers. It returns nil when the
// file cannot be decoded; the ledger then says why.
func openParquet(at found, data []byte, contract *schemas.Contract, l *refusal.Ledger) *file {
	f := &file{at: at, contract: contract, ledger: l, data: data, source: bytes.NewReader(data)}
	before := l.Len()
	_ = f.guarded(func() error {
		f.open()
		return nil
	})
	if l.Len() > before || f.FileView == nil {
		return nil
	}
	return f
}

func (f *file) open() {
	n := len(f.data)
	if n < 12 || !magic(f.data[:4]) || !magic(f.data[n-4:]) {
		f.fault(-1, "", refusal.RuleNotParquet)
		return
	}
	if string(f.data[:4]) == "PARE" || string(f.data[n-4:]) == "PARE" {
		f.fault(-1, "", refusal.RuleEncrypted)
		return
	}
	if !footerSound(f.data) {
		f.fault(-1, "", refusal.RuleNotParquet)
		return
	}
	opened, err := parquet.OpenFile(f.source, int64(n),
		parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	switch {
	case err != nil && f.signed():
		f.fault(-1, "", refusal.RuleEncrypted)
	case err != nil:
		f.fault(-1, "", refusal.RuleNotParquet)
	default:
		f.FileView = opened
		f.readLayout()
	}
}

func magic(b []byte) bool { return string(b) == "PAR1" || string(b) == "PARE" }

// signed reports whether a footer that does not open is one of an encrypted file
// with a readable footer.
func (f *file) signed() bool {
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
func (f *file) readLayout() {
	meta := f.Metadata()
	if meta.EncryptionAlgorithm.Value != nil {
		f.fault(-1, "", refusal.RuleEncrypted)
		return
	}
	names := f.leafNames()
	var rows int64
	f.layout = make([][][]pageHead, len(meta.RowGroups))
	for g := range meta.RowGroups {
		group := &meta.RowGroups[g]
		rows += group.NumRows
		f.layout[g] = make([][]pageHead, len(group.Columns))
		for c := range group.Columns {
			if group.Columns[c].MetaData.Codec != meta.RowGroups[0].Columns[c].MetaData.Codec {
				f.fault(g, names[c], refusal.RuleCodecs) // the library decodes by the first
			}
			f.layout[g][c] = f.readChunk(g, group.NumRows, &group.Columns[c], names[c], f.flat[c])
		}
		if group.NumRows < 0 {
			f.fault(g, "", refusal.RuleRows)
		}
	}
	if rows != meta.NumRows {
		f.fault(-1, "", refusal.RuleRows)
	}
}

// leafNames returns the name of the top column above each leaf, for faults, and
// notes which leaves are flat.
func (f *file) leafNames() []string {
	var names []string
	for i, top := range f.Root().Columns() {
		name := f.columnName(i, top.Name())
		var leaves func(c *parquet.Column)
		leaves = func(c *parquet.Column) {
			if c.Leaf() {
				names = append(names, name)
				f.flat = append(f.flat, c.MaxRepetitionLevel() == 0)
			}
			for _, child := range c.Columns() {
				leaves(child)
			}
		}
		leaves(top)
	}
	return names
}

func (f *file) readChunk(g int, rows int64, chunk *format.ColumnChunk, name string, flat bool) []pageHead {
	meta := &chunk.MetaData
	if chunk.CryptoMetadata.Value != nil || len(chunk.EncryptedColumnMetadata) > 0 {
		f.fault(g, name, refusal.RuleEncrypted)
		return nil
	}
	switch meta.Codec {
	case format.Uncompressed, format.Snappy, format.Gzip, format.Zstd:
	default:
		f.fault(g, name, refusal.RuleCodec)
		return nil
	}
	start := meta.DataPageOffset
	if meta.DictionaryPageOffset != 0 {
		start = meta.DictionaryPageOffset
	}
	size := meta.TotalCompressedSize
	if chunk.FilePath != "" || start < 4 || size < 0 || start > int64(len(f.data)) || size > int64(len(f.data))-start {
		f.fault(g, name, refusal.RuleDamaged)
		return nil
	}
	pages, values, rule := readPageHeads(f.data[start:start+size], meta.Codec)
	switch {
	case rule != "":
		f.fault(g, name, rule)
	case values != meta.NumValues, flat && values != rows:
		f.fault(g, name, refusal.RuleRows)
	}
	return pages
}
