package digest

import (
	"encoding/binary"
	"math/bits"
)

// Odd constants: the first 64 bits of the fractional parts of the square roots
// of 2, 3, 5, 7 and 11.
const (
	prime1 = 0x6a09e667f3bcc909
	prime2 = 0xbb67ae8584caa73b
	prime3 = 0x3c6ef372fe94f82b
	prime4 = 0xa54ff53a5f1d36f1
	seedID = 0x510e527fade682d1
)

// fold multiplies to 128 bits and folds the halves together.
func fold(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

// hashText returns a 64-bit hash of text, the same on every machine. It has no
// key and resists accidents, not an adversary.
func hashText(b []byte, seed uint64) uint64 {
	h := seed ^ uint64(len(b))*prime1
	for ; len(b) >= 8; b = b[8:] {
		h = fold(h^binary.LittleEndian.Uint64(b), prime2) + prime4
	}
	var tail uint64
	for i, c := range b {
		tail |= uint64(c) << (8 * i)
	}
	return hashWord(tail, h)
}

// ID returns a 64-bit hash of what identifies a thing, such as a spell: never 0
// but by chance, the same on every machine.
func ID(text []byte) uint64 { return hashText(text, seedID) }

// hashWord returns a 64-bit hash of one word.
func hashWord(x, seed uint64) uint64 {
	return fold(fold(x^seed, prime3)+prime4, prime2^seed)
}
