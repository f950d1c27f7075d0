package extract

import "encoding/binary"

// memo remembers the concepts of codes seen lately on plain pages. It is exact:
// a slot holds the whole code. Codes longer than 24 bytes are not remembered.
type memo struct {
	slots []slot
	miss  slot
}

type slot struct {
	key     [3]uint64
	length  int8
	concept uint16
}

const memoSlots = 1 << 12

// find returns the slot of a code, and whether it is the one remembered there;
// when it is not, the caller fills in the concept.
func (m *memo) find(code []byte) (s *slot, known bool) {
	if len(code) > 24 {
		return &m.miss, false
	}
	if m.slots == nil {
		m.slots = make([]slot, memoSlots)
	}
	var padded [24]byte
	copy(padded[:], code)
	key := [3]uint64{
		binary.LittleEndian.Uint64(padded[0:]),
		binary.LittleEndian.Uint64(padded[8:]),
		binary.LittleEndian.Uint64(padded[16:]),
	}
	h := (key[0] ^ key[1]*prime1 ^ key[2]*prime2) * prime3
	s = &m.slots[h>>52]
	if s.key == key && s.length == int8(len(code))+1 {
		return s, true
	}
	*s = slot{key: key, length: int8(len(code)) + 1}
	return s, false
}
