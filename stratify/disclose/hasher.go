package disclose

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"riskband/stratify/frame"
)

// purpose separates record keys from anything else a key may ever be used for.
const purpose = "rkey"

// Hasher makes record keys without allocating. It is for one goroutine.
type Hasher struct {
	mac  hash.Hash
	text []byte
	sum  [sha256.Size]byte
}

// NewHasher returns a hasher with that key, which must hold a secret; the zero
// [Key] panics, because its record keys could be made by anyone.
func NewHasher(k Key) *Hasher {
	if k.IsZero() {
		panic("disclose: record keys need a key") //nolint:forbidigo // invariant: callers ask IsZero first
	}
	return &Hasher{mac: hmac.New(sha256.New, k.reveal()), text: make([]byte, 0, 128)}
}

// RecordKey returns the first 8 bytes, big endian, of
// HMAC-SHA-256(key, "rkey" ‖ pseudonym), the pseudonym as its bytes stand in
// the extract. It is personal data and leaves a practice only as part of a sum.
func (h *Hasher) RecordKey(p frame.Pseudonym) uint64 {
	h.text = append(append(h.text[:0], purpose...), p.Reveal()...)
	h.mac.Reset()
	h.mac.Write(h.text)
	return binary.BigEndian.Uint64(h.mac.Sum(h.sum[:0]))
}

// RecordKey returns the record key of one person; see [Hasher.RecordKey].
func RecordKey(k Key, p frame.Pseudonym) uint64 { return NewHasher(k).RecordKey(p) }
