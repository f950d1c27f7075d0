package pipeline

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding"

	"riskband/pipeline/extract"
	"riskband/stratify/frame"
)

// layout is a way to lay the same rows out in files.
type layout struct {
	name      string
	codec     compress.Codec
	encoding  func(parquet.Node) parquet.Node
	groupRows int64
	pageBytes int
	pages     int // data page version
	parts     int
	shuffle   uint64 // seed; 0 keeps the order
}

func plain(n parquet.Node) parquet.Node { return parquet.Encoded(n, &parquet.Plain) }

func dictionary(n parquet.Node) parquet.Node {
	if n.Type().Kind() == parquet.Boolean {
		return n
	}
	return parquet.Encoded(n, &parquet.RLEDictionary)
}

// recut writes every table of an extract again in another layout and seals it.
func recut(t *testing.T, from, to string, l layout, o extract.SealOptions) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".parquet") {
			return err
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		return l.rewrite(path, strings.TrimSuffix(filepath.Join(to, inside), ".parquet"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := extract.Seal(t.Context(), to, o); err != nil {
		t.Fatal(err)
	}
}

// rewrite writes one file again: as to.parquet, or as parts in the folder to.
func (l layout) rewrite(from, to string) error {
	rows, schema, err := readRows(from)
	if err != nil {
		return err
	}
	if l.shuffle != 0 {
		rand.New(rand.NewPCG(l.shuffle, 1)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	if l.parts < 2 {
		return l.write(to+".parquet", schema, rows)
	}
	for part := range l.parts {
		path := filepath.Join(to, fmt.Sprintf("part-%d.parquet", part))
		if err := l.write(path, schema, rows[part*len(rows)/l.parts:(part+1)*len(rows)/l.parts]); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(to, "_SUCCESS"), nil, 0o644)
}

func readRows(path string) ([]parquet.Row, *parquet.Schema, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	r := parquet.NewReader(f)
	var rows []parquet.Row
	buffer := make([]parquet.Row, 256)
	for {
		n, err := r.ReadRows(buffer)
		for _, row := range buffer[:n] {
			rows = append(rows, row.Clone())
		}
		if errors.Is(err, io.EOF) {
			return rows, r.Schema(), nil
		}
		if err != nil {
			return nil, nil, err
		}
	}
}

func (l layout) write(path string, schema *parquet.Schema, rows []parquet.Row) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := parquet.NewWriter(f, l.schema(schema), parquet.Compression(l.codec), parquet.PageBufferSize(l.pageBytes),
		parquet.DataPageVersion(l.pages), parquet.MaxRowsPerRowGroup(l.groupRows))
	if _, err := w.WriteRows(rows); err != nil {
		return err
	}
	return errors.Join(w.Close(), f.Close())
}

// schema gives every column of a schema the layout's encoding. Columns keep
// their order, which rows depend on.
func (l layout) schema(s *parquet.Schema) *parquet.Schema {
	if l.encoding == nil {
		return s
	}
	return parquet.NewSchema(s.Name(), recoded{s, l.encoding})
}

// recoded is a schema whose flat columns have another encoding.
type recoded struct {
	*parquet.Schema
	encoding func(parquet.Node) parquet.Node
}

func (r recoded) Fields() []parquet.Field {
	fields := r.Schema.Fields()
	for i, f := range fields {
		if f.Leaf() {
			fields[i] = recodedField{f, r.encoding(f)}
		}
	}
	return fields
}

type recodedField struct {
	parquet.Field
	node parquet.Node
}

func (f recodedField) Encoding() encoding.Encoding { return f.node.Encoding() }

func sealed(day frame.Day) extract.SealOptions {
	return extract.SealOptions{AsOf: day, Synthetic: true, PseudonymScope: extract.ScopeExtract}
}
