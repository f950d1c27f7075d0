package pages

import "encoding/binary"

// A Parquet footer is Thrift in the compact protocol. Its lists say how long
// they are, and a decoder that believes them can be made to allocate any amount
// of memory, which Go cannot recover from. So a footer is walked before it is
// decoded: every length must fit the bytes that are there.
const (
	maxFooterBytes    = 64 << 20
	maxFooterElements = 1 << 20 // list elements in one footer: 5,000 row groups of 20 columns
	maxFooterDepth    = 32
)

type footerWalk struct {
	data     []byte
	elements int
	ok       bool
}

// footerSound reports whether the footer at the end of a file is Thrift whose
// lengths all fit.
func footerSound(file []byte) bool {
	if len(file) < 12 {
		return false
	}
	tail := file[len(file)-8:]
	size := int64(binary.LittleEndian.Uint32(tail))
	if size > maxFooterBytes || size > int64(len(file)-12) {
		return false
	}
	w := footerWalk{data: file[int64(len(file))-8-size : len(file)-8], ok: true}
	w.structure(0)
	return w.ok
}

func (w *footerWalk) fail() { w.ok, w.data = false, nil }

func (w *footerWalk) byte() byte {
	if len(w.data) == 0 {
		w.fail()
		return 0
	}
	b := w.data[0]
	w.data = w.data[1:]
	return b
}

func (w *footerWalk) varint() uint64 {
	v, n := binary.Uvarint(w.data)
	if n <= 0 {
		w.fail()
		return 0
	}
	w.data = w.data[n:]
	return v
}

func (w *footerWalk) skip(n uint64) {
	if n > uint64(len(w.data)) {
		w.fail()
		return
	}
	w.data = w.data[n:]
}

func (w *footerWalk) structure(depth int) {
	if depth > maxFooterDepth {
		w.fail()
	}
	for w.ok {
		head := w.byte()
		if head == 0 {
			return
		}
		if head>>4 == 0 {
			w.varint()
		}
		if kind := head & 15; kind > 2 { // 1 and 2 are true and false, without bytes
			w.value(kind, depth)
		}
	}
}

func (w *footerWalk) value(kind byte, depth int) {
	switch kind {
	case 1, 2, 3:
		w.byte()
	case 4, 5, 6:
		w.varint()
	case 7:
		w.skip(8)
	case 8:
		w.skip(w.varint())
	case 9, 10:
		w.list(depth + 1)
	case 12:
		w.structure(depth + 1)
	case 13:
		w.skip(16)
	default: // maps do not occur in Parquet
		w.fail()
	}
}

func (w *footerWalk) list(depth int) {
	head := w.byte()
	n, kind := uint64(head>>4), head&15
	if n == 15 {
		n = w.varint()
	}
	if n > uint64(len(w.data)) || n > uint64(maxFooterElements-w.elements) || depth > maxFooterDepth {
		w.fail()
		return
	}
	w.elements += int(n)
	for range n {
		if w.value(kind, depth); !w.ok {
			return
		}
	}
}
