package disclose

import (
	"fmt"
	"strconv"
)

// Confidential is the symbol of a hidden count: 1 to 7 people.
//
// Source: Government Analysis Function, symbols in tables.
const Confidential = "[c]"

// The interim rule's limits, in people.
const (
	hiddenTo = 7 // 1 to 7 are hidden
	step     = 5 // shown counts are multiples
)

// Shown is a protected count of people. It does not hold the true one: a hidden
// count holds nothing at all, a shown one its rounded value. The zero Shown is
// hidden.
type Shown struct {
	n     int64 // rounded; 0 when hidden
	shown bool
}

// interim protects one true count, which must not be negative: 0 stays 0, 1 to 7
// are hidden, others are rounded to the nearest 5. No integer lies half-way.
func interim(people int64) Shown {
	if people >= 1 && people <= hiddenTo {
		return Shown{}
	}
	rest := people % step
	rounded := people - rest
	if rest > step/2 {
		rounded += step
	}
	return Shown{n: rounded, shown: true}
}

// Count returns the protected count; ok is false, and n is 0, when it is hidden.
func (s Shown) Count() (n int64, ok bool) { return s.n, s.shown }

// Symbol returns [Confidential] for a hidden count, else the empty string.
func (s Shown) Symbol() string {
	if s.shown {
		return ""
	}
	return Confidential
}

// String returns the protected count, or the symbol.
func (s Shown) String() string {
	if s.shown {
		return strconv.FormatInt(s.n, 10)
	}
	return Confidential
}

// Format prints [Shown.String] under every verb.
func (s Shown) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// MarshalText returns [Shown.String].
func (s Shown) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
