package extract

import "encoding/binary"

// memo remembers the concepts of codes seen lately that broke no rule. It is
// exact: a slot holds the whole code. Codes longer than 24 bytes are not
// remembered.
type memo struct {
	slots []slot
	miss  slot
}

type slot struct {
	key     [3]uint64
	length  int8
	concept uint16
}

const memoSlots = 1 << 13 // 256 KiB

// Odd constants that spread keys over the slots: from the square roots of 2, 3
// and 5.
const (
	spread1 = 0x6a09e667f3bcc909
	spread2 = 0xbb67ae8584caa73b
	spread3 = 0x3c6ef372fe94f82b
)

// find returns the slot of a code, and whether it is the one remembered there;
// when it is not, the caller fills in the concept.
func (m *memo) find(code []byte) (s *slot, known bool) {
	n := len(code)
	if n > 24 {
		return &m.miss, false
	}
	if m.slots == nil {
		m.slots = make([]slot, memoSlots)
	}
	var key [3]uint64 // with the length, these bytes are the whole code
	if n >= 8 {
		key[0], key[2] = binary.LittleEndian.Uint64(code), binary.LittleEndian.Uint64(code[n-8:])
		if n > 16 {
			key[1] = binary.LittleEndian.Uint64(code[8:])
		}
	} else {
		for i, c := range code {
			key[0] |= uint64(c) << (8 * i)
		}
	}
	h := (key[0] ^ key[1]*spread1 ^ key[2]*spread2) * spread3
	s = &m.slots[h>>51]
	if s.key == key && s.length == int8(len(code))+1 {
		return s, true
	}
	*s = slot{key: key, length: int8(len(code)) + 1}
	return s, false
}
