package anytable

import (
	"fmt"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// Text of plain and delta pages is borrowed from its page, which is gone when the
// block of rows ends in the next: every value must outlive it.
func TestReadTextOutlivesItsPage(t *testing.T) {
	type pair struct {
		Plain string `parquet:"plain,plain,zstd"`
		Delta string `parquet:"delta,delta,snappy"`
	}
	const n = 5000
	rows := make([]pair, n)
	for i := range rows {
		text := fmt.Sprintf("%05d:%s", i, strings.Repeat(string(rune('a'+i%26)), i%13))
		rows[i] = pair{text, text}
	}
	at, wrong := 0, 0
	err := Read(writeRows(t, rows, parquet.PageBufferSize(700)), []string{"plain", "delta"}, func(row []Value) error {
		for _, v := range row {
			if v.Text != rows[at].Plain {
				wrong++
			}
		}
		at++
		return nil
	})
	if err != nil || at != n || wrong > 0 {
		t.Fatalf("read %d rows, %d values wrong, %v; want %d and none", at, wrong, err, n)
	}
}
