package frame

import "fmt"

// Pseudonym stands for one person. It is personal data: every way of printing
// it gives "[redacted]", so it cannot reach a log, an error or a report by
// accident. [Pseudonym.Reveal] is the only way to its text and is for record
// keys, the secure side and look-ups alone.
type Pseudonym struct{ text string }

// NewPseudonym wraps the text of a pseudonym.
func NewPseudonym(text string) Pseudonym { return Pseudonym{text: text} }

const redacted = "[redacted]"

// Reveal returns the text itself.
func (p Pseudonym) Reveal() string { return p.text }

// Compare orders pseudonyms by their bytes: -1, 0 or 1.
func (p Pseudonym) Compare(q Pseudonym) int {
	switch {
	case p.text < q.text:
		return -1
	case p.text > q.text:
		return 1
	}
	return 0
}

// String hides the text.
func (Pseudonym) String() string { return redacted }

// Format hides the text under every verb.
func (Pseudonym) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText hides the text from JSON, YAML and structured logs.
func (Pseudonym) MarshalText() ([]byte, error) { return []byte(redacted), nil }
