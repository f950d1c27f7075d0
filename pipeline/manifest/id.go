package manifest

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"riskband/stratify/frame"
)

// idDigits of the inputs' digest stand in a run id.
const idDigits = 12

// RunID names a run after what went in: the as-of day and the first 12
// hexadecimal digits of the inputs' digest, for example
// 2026-03-31-abcdef012345. The same inputs give the same id. The day must be
// known and the digest come from [InputsDigest].
func RunID(asOf frame.Day, inputsDigest string) string {
	return asOf.String() + "-" + inputsDigest[:idDigits]
}

// Part is one named input of a run: the sum of the extract, of the job, of a
// model, a version.
type Part struct {
	Name  string
	Value string
}

// InputsDigest returns the SHA-256, in lower-case hexadecimal, over the parts in
// the order of their names, then values. Each name and value goes in behind its
// length as eight big-endian bytes, so no two lists of parts share an input to
// the hash by running together.
func InputsDigest(parts ...Part) string {
	ordered := slices.Clone(parts)
	slices.SortFunc(ordered, func(a, b Part) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	h := sha256.New()
	var length [8]byte
	for _, p := range ordered {
		for _, text := range [2]string{p.Name, p.Value} {
			binary.BigEndian.PutUint64(length[:], uint64(len(text)))
			h.Write(length[:])
			h.Write([]byte(text))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
