package second

import (
	"errors"
	"fmt"
	"strings"

	"github.com/xitongsys/parquet-go-source/local"
	"github.com/xitongsys/parquet-go/common"
	"github.com/xitongsys/parquet-go/reader"

	"riskband/pipeline/sums"
)

// block is how many values are held at a time.
const block = 1 << 16

// Read sums every flat column of a file, as this library sees it. The library
// reports no error of a page it cannot decode: fewer values come, and the caller
// finds them missing.
func Read(path string) (t sums.Table, err error) {
	file, err := local.NewLocalFileReader(path)
	if err != nil {
		return t, fmt.Errorf("second reader: open %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	r, err := reader.NewParquetColumnReader(file, 1)
	if err != nil {
		return t, fmt.Errorf("second reader: read footer of %s: %w", path, err)
	}
	defer r.ReadStop()
	t.Rows = r.GetNumRows()
	for _, inside := range r.SchemaHandler.ValueColumns {
		names := common.StrToPath(r.SchemaHandler.InPathToExPath[inside])
		if len(names) != 2 { // the root and the column: anything deeper is nested
			continue
		}
		c := sums.Column{Name: names[1]}
		if err := read(r, strings.Join(names, common.PAR_GO_PATH_DELIMITER), &c, t.Rows); err != nil {
			return t, fmt.Errorf("second reader: %s, column %s: %w", path, c.Name, err)
		}
		t.Columns = append(t.Columns, c)
	}
	return t, nil
}

func read(r *reader.ParquetReader, path string, c *sums.Column, rows int64) error {
	for left := rows; left > 0; {
		values, _, _, err := r.ReadColumnByPath(path, min(left, block))
		if err != nil {
			return err
		}
		if len(values) == 0 {
			return nil // fewer than the footer says: the sums show it
		}
		for _, v := range values {
			if err := add(c, v); err != nil {
				return err
			}
		}
		left -= int64(len(values))
	}
	return nil
}

func add(c *sums.Column, v any) error {
	switch v := v.(type) {
	case nil:
		c.Null()
	case string:
		c.Text(v)
	case bool:
		c.Integer(map[bool]int64{true: 1}[v])
	case int32:
		c.Integer(int64(v))
	case int64:
		c.Integer(v)
	case float32:
		c.Float(float64(v))
	case float64:
		c.Float(v)
	default:
		return fmt.Errorf("values of the type %T are not compared", v)
	}
	return nil
}
