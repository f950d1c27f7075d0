package frame

import (
	"fmt"
	"strings"
)

// Pseudonym stands for one person. It is personal data: every way of printing
// it gives "[redacted]", so it cannot reach a log, an error or a report by
// accident. [Pseudonym.Reveal] is the only way to its text and is for record
// keys, the secure side and look-ups alone.
//
// The text is behind a pointer because fmt cannot call Format on a field that is
// not exported: there it prints an address. So == compares nothing of use: use
// [Pseudonym.Compare]. The zero Pseudonym has the empty text.
type Pseudonym struct{ text *string }

// NewPseudonym wraps the text of a pseudonym.
func NewPseudonym(text string) Pseudonym { return Pseudonym{text: &text} }

const redacted = "[redacted]"

// Reveal returns the text itself.
func (p Pseudonym) Reveal() string {
	if p.text == nil {
		return ""
	}
	return *p.text
}

// Compare orders pseudonyms by their bytes: -1, 0 or 1.
func (p Pseudonym) Compare(q Pseudonym) int { return strings.Compare(p.Reveal(), q.Reveal()) }

// String hides the text.
func (Pseudonym) String() string { return redacted }

// Format hides the text under every verb.
func (Pseudonym) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText hides the text from JSON, YAML and structured logs.
func (Pseudonym) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Pseudonyms makes pseudonyms from bytes, many to an allocation. The zero value
// is ready; what it made stays valid as long as it is referred to.
type Pseudonyms struct {
	text  strings.Builder
	slots []string
}

const (
	textBlock = 64 << 10
	slotBlock = 1 << 10
)

// Of copies the bytes into a pseudonym.
func (ps *Pseudonyms) Of(text []byte) Pseudonym {
	if ps.text.Cap()-ps.text.Len() < len(text) {
		ps.text = strings.Builder{} // the old block lives on in what was made from it
		ps.text.Grow(max(textBlock, len(text)))
	}
	if len(ps.slots) == cap(ps.slots) {
		ps.slots = make([]string, 0, slotBlock)
	}
	from := ps.text.Len()
	ps.text.Write(text)
	ps.slots = append(ps.slots, ps.text.String()[from:])
	return Pseudonym{text: &ps.slots[len(ps.slots)-1]}
}
