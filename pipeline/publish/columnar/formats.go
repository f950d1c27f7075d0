package columnar

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet"
	"github.com/apache/arrow/go/v15/parquet/compress"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"

	"riskband/schemas"
)

// Format is a kind of file a release table is written as.
type Format string

// The formats, by the extension of their files.
const (
	Parquet Format = "parquet"
	Arrow   Format = "arrow" // Arrow IPC file, one record batch, not compressed
	CSV     Format = "csv"   // RFC 4180 with LF, UTF-8, a header
)

// createdBy stands in the footer of every Parquet file. It has no version of the
// program, so a new one alone changes no byte.
const createdBy = "riskband version 1"

// batchRows go from Arrow's writer to its encoder in one call; its own 1,024
// cost a tenth more.
const batchRows = 1 << 14

// Write writes the table in one format. The writer need only tell its position,
// not seek. Equal tables give equal bytes.
func (t Table) Write(w io.WriteSeeker, f Format, mem memory.Allocator) error {
	switch f {
	case Parquet:
		return t.writeParquet(w, mem)
	case Arrow:
		return t.writeArrow(w, mem)
	case CSV:
		return t.writeCSV(w)
	}
	return fmt.Errorf("%w: no format %q", errors.ErrUnsupported, f)
}

// writeParquet writes one row group of snappy pages without statistics: a file
// of patients must not give its smallest and largest values away in the footer.
// Version 2 pages are written six times faster where a column has nulls.
func (t Table) writeParquet(w io.Writer, mem memory.Allocator) error {
	options := []parquet.WriterProperty{
		parquet.WithAllocator(mem),
		parquet.WithCreatedBy(createdBy),
		parquet.WithDataPageVersion(parquet.DataPageV2),
		parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithStats(false),
		parquet.WithDictionaryDefault(false),
		parquet.WithBatchSize(batchRows),
	}
	for i, c := range t.schema.Columns {
		if recurs(t.columns[i]) {
			options = append(options, parquet.WithDictionaryFor(c.Name, true))
		} else if _, ok := t.columns[i].(Pseudonyms); ok { // as good as random: nothing to gain
			options = append(options, parquet.WithCompressionFor(c.Name, compress.Codecs.Uncompressed))
		}
	}
	rec := t.record(mem, true)
	defer rec.Release()
	pw, err := pqarrow.NewFileWriter(rec.Schema(), w, parquet.NewWriterProperties(options...), pqarrow.NewArrowWriterProperties(pqarrow.WithAllocator(mem)))
	if err != nil {
		return err
	}
	return errors.Join(pw.Write(rec), pw.Close())
}

func (t Table) writeArrow(w io.WriteSeeker, mem memory.Allocator) error {
	rec := t.record(mem, false)
	defer rec.Release()
	aw, err := ipc.NewFileWriter(w, ipc.WithSchema(rec.Schema()), ipc.WithAllocator(mem))
	if err != nil {
		return err
	}
	return errors.Join(aw.Write(rec), aw.Close())
}

// writeCSV writes a header and a line for each row; a missing value is an empty
// field.
func (t Table) writeCSV(w io.Writer) error {
	b := bufio.NewWriter(w)
	for i, c := range t.schema.Columns {
		separate(b, i)
		_, _ = b.WriteString(field(c.Name, schemas.Text)) // kept by Flush
	}
	_ = b.WriteByte('\n')
	for row := range t.Rows() {
		for i, v := range t.columns {
			separate(b, i)
			if !t.null(i, row) {
				_, _ = b.WriteString(field(v.text(row), t.schema.Columns[i].Type))
			}
		}
		_ = b.WriteByte('\n')
	}
	return b.Flush()
}

func separate(b *bufio.Writer, i int) {
	if i > 0 {
		_ = b.WriteByte(',')
	}
}

// field quotes a cell where RFC 4180 asks for it. A text that a spreadsheet
// would run as a formula gets an apostrophe in front, which spreadsheets hide.
func field(s string, t schemas.Type) string {
	text := t == schemas.Text || t == schemas.TextList
	if text && s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		s = "'" + s
	}
	if strings.ContainsAny(s, "\",\r\n") {
		s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}
