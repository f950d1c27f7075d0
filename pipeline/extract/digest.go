package extract

import (
	"fmt"
)

// digest names the rows of a table as a multiset: 128 bits that do not depend on
// the order of rows, row groups, parts, pages, encodings, codecs, or on whether
// a column is required or optional. Every row is hashed from the names and
// canonical values of its contract columns, summed over columns, mixed, and
// summed over rows, all modulo 2^64. Nulls, NaN and empty lists add nothing;
// float and double are the same number. Columns outside the contract are left
// out, as they are from every result.
//
// It has no key and only tells contents apart that differ by accident; it is
// SHA-256 over the bytes that protects their integrity.
type digest struct {
	rows      uint64
	low, high uint64
}

func (d *digest) merge(e digest) {
	d.rows += e.rows
	d.low += e.low
	d.high += e.high
}

// damaged stands in the bytes' own sum for rows that cannot be read.
func (d *digest) damaged(sha string) {
	d.low += hashText([]byte(sha), prime1)
	d.high += hashText([]byte(sha), prime2)
}

// String is 32 hex digits.
func (d *digest) String() string {
	low := hashWord(d.low, d.rows^prime1)
	high := hashWord(d.high, d.rows^prime2)
	return fmt.Sprintf("%016x%016x", high, low)
}

// rowSums are the hashes of the rows of a stride, summed over columns.
type rowSums struct{ low, high []uint64 }

// digest adds every row of a file. Column chunks are read side by side, stride
// by stride, so a row group of any size fits in memory.
func (f *file) digest(sum *digest) error {
	table, _ := f.contract.Table(f.at.table)
	lanes := f.digestLanes(table)
	defer func() {
		for _, l := range lanes {
			l.close()
		}
	}()
	rows := rowSums{make([]uint64, stride), make([]uint64, stride)}
	for g, group := range f.RowGroups() {
		for _, l := range lanes {
			l.slot = 0
			if err := l.start(f, g, l.bound); err != nil {
				return f.settle(g, l.name, err)
			}
		}
		for left := group.NumRows(); left > 0; left -= stride {
			n := int(min(left, stride))
			clear(rows.low)
			clear(rows.high)
			for _, l := range lanes {
				if err := l.take(rows, n); err != nil {
					return f.settle(g, l.name, err)
				}
			}
			sum.add(rows, n)
		}
		for _, l := range lanes {
			if err := l.finish(); err != nil {
				return f.settle(g, l.name, err)
			}
		}
	}
	return nil
}

func (d *digest) add(rows rowSums, n int) {
	d.rows += uint64(n)
	for i, low := range rows.low[:n] {
		high := rows.high[i]
		d.low += hashWord(low, high^prime3)
		d.high += hashWord(high, low^prime4)
	}
}
