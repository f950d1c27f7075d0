package pages

import (
	"bytes"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// Structs nested a thousand deep must not be followed: the walk would be a stack
// that has no end.
func TestFooterDepth(t *testing.T) {
	footer := func(depth int) []byte {
		thrift := bytes.Repeat([]byte{0x1C}, depth) // a struct in a struct
		thrift = append(thrift, make([]byte, depth+1)...)
		n := len(thrift)
		return append(append([]byte("PAR1"), thrift...), byte(n), byte(n>>8), 0, 0, 'P', 'A', 'R', '1')
	}
	if !footerSound(footer(maxFooterDepth)) {
		t.Errorf("%d nested structs are refused", maxFooterDepth)
	}
	if footerSound(footer(1000)) {
		t.Error("a thousand nested structs pass")
	}
}

// The sizes that zstd frames and their blocks give, against what they grow to.
func TestZstdSound(t *testing.T) {
	for _, n := range []int{0, 1, 200, 256, 70_000, 300_000} {
		plain := make([]byte, n)
		for i := range plain {
			plain[i] = byte(i / 3 * 0x9E3779B1 >> 13)
		}
		packed, err := parquet.Zstd.Encode(nil, plain)
		if err != nil {
			t.Fatal(err)
		}
		if !zstdSound(packed, int64(n), maxPageBytes) {
			t.Errorf("%d bytes: its own size is refused", n)
		}
		if n >= 256 && zstdSound(packed, int64(n)+1, maxPageBytes) { // a shorter frame leaves its size out
			t.Errorf("%d bytes: another size is taken", n)
		}
	}
	// A frame without its size, window 1 KiB, of run-length blocks of 2 MiB - 1.
	bomb := []byte{0x28, 0xB5, 0x2F, 0xFD, 0, 0}
	for range 300 {
		bomb = append(bomb, 0xFA, 0xFF, 0xFF, 'x')
	}
	bomb = append(bomb, 3, 0, 0, 'x')
	if zstdSound(bomb, 100, maxPageBytes) {
		t.Error("a frame of 600 MiB passes")
	}
	if !zstdSound(append(bomb[:6:6], 3, 0, 0, 'x'), 0, maxPageBytes) {
		t.Error("a frame of nothing is refused")
	}
}
