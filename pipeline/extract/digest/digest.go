package digest

import (
	"fmt"

	"riskband/pipeline/extract/pages"
)

// Digest names the rows of a table as a multiset: 128 bits that do not depend on
// the order of rows, row groups, parts, pages, encodings, codecs, or on whether
// a column is required or optional. Every row is hashed from the names and
// canonical values of its contract columns, summed over columns, mixed, and
// summed over rows, all modulo 2^64. Nulls, NaN and empty lists add nothing;
// float and double are the same number. Columns outside the contract are left
// out, as they are from every result.
//
// It has no key and only tells contents apart that differ by accident; it is
// SHA-256 over the bytes that protects their integrity.
type Digest struct {
	rows      uint64
	low, high uint64
}

// Merge adds the rows of another digest. Order does not matter.
func (d *Digest) Merge(e Digest) {
	d.rows += e.rows
	d.low += e.low
	d.high += e.high
}

// Damaged lets the bytes' own sum, sha, stand for rows that cannot be read.
func (d *Digest) Damaged(sha string) {
	d.low += hashText([]byte(sha), prime1)
	d.high += hashText([]byte(sha), prime2)
}

// String is 32 hex digits.
func (d *Digest) String() string {
	low := hashWord(d.low, d.rows^prime1)
	high := hashWord(d.high, d.rows^prime2)
	return fmt.Sprintf("%016x%016x", high, low)
}

// stride is how many rows are in work at a time.
const stride = 1 << 14

// rowSums are the hashes of the rows of a stride, summed over columns.
type rowSums struct{ low, high []uint64 }

// File adds every row of a file. Column chunks are read side by side, stride by
// stride, so a row group of any size fits in memory. Faults go to the file's
// ledger.
func (d *Digest) File(f *pages.File) error {
	lanes := lanesOf(f)
	defer func() {
		for _, l := range lanes {
			l.Close()
		}
	}()
	rows := rowSums{make([]uint64, stride), make([]uint64, stride)}
	for g, left := range f.Groups() {
		for _, l := range lanes {
			l.slot = 0
			if err := l.Start(f, g, l.leaf); err != nil {
				return f.Settle(g, l.name, err)
			}
		}
		for ; left > 0; left -= stride {
			n := int(min(left, stride))
			clear(rows.low)
			clear(rows.high)
			for _, l := range lanes {
				if err := l.take(rows, n); err != nil {
					return f.Settle(g, l.name, err)
				}
			}
			d.add(rows, n)
		}
		for _, l := range lanes {
			if err := l.finish(); err != nil {
				return f.Settle(g, l.name, err)
			}
		}
	}
	return nil
}

func (d *Digest) add(rows rowSums, n int) {
	d.rows += uint64(n)
	for i, low := range rows.low[:n] {
		high := rows.high[i]
		d.low += hashWord(low, high^prime3)
		d.high += hashWord(high, low^prime4)
	}
}
