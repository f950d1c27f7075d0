package frame

import "math/bits"

// Bits is a yes/no column over the people of one practice: bit i belongs to
// person row i. Tail bits past the last person are always zero, so counting
// needs no mask. All operands of one operation have the same length.
type Bits []uint64

const wordBits = 64

// NewBits returns a column of n noes.
func NewBits(n int) Bits { return make(Bits, (n+wordBits-1)/wordBits) }

// Set makes row i a yes.
func (b Bits) Set(i int) { b[i/wordBits] |= 1 << (i % wordBits) }

// Has reports row i.
func (b Bits) Has(i int) bool { return b[i/wordBits]>>(i%wordBits)&1 == 1 }

// And keeps the rows that are also in o.
func (b Bits) And(o Bits) {
	for i := range b {
		b[i] &= o[i]
	}
}

// Or adds the rows of o.
func (b Bits) Or(o Bits) {
	for i := range b {
		b[i] |= o[i]
	}
}

// AndNot removes the rows of o.
func (b Bits) AndNot(o Bits) {
	for i := range b {
		b[i] &^= o[i]
	}
}

// Fill makes the first n rows yes and leaves the tail zero.
func (b Bits) Fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if tail := n % wordBits; tail != 0 {
		b[len(b)-1] = 1<<tail - 1
	}
}

// Count returns how many rows are yes.
func (b Bits) Count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// Each calls f with every yes row, ascending.
func (b Bits) Each(f func(i int)) {
	for w, word := range b {
		for ; word != 0; word &= word - 1 {
			f(w*wordBits + bits.TrailingZeros64(word))
		}
	}
}
