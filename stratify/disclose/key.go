package disclose

import (
	"bytes"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrKey means that the text of a key cannot be used. The error never holds a
// character of the text.
var ErrKey = errors.New("key for record keys cannot be used")

// Length of a key's secret in bytes.
const (
	keyMin = 32
	keyMax = 128
)

// demoKeyHex is the key of sample-data and of the documents: it is public, so
// record keys made with it protect nobody.
const demoKeyHex = "7269736b62616e64207075626c69736865642064656d6f206b65792032303236"

// Key is the secret from which record keys are made. Every way of printing it
// gives "[redacted]"; inside another struct's unexported field, where fmt cannot
// ask it, an address is all there is to see. The zero Key holds no secret.
type Key struct{ reveal func() []byte }

// ParseKey reads a key as a file or an environment variable holds it: 64 to 256
// hexadecimal digits (32 to 128 bytes of secret), with any white space around
// them. The argument is not kept. The error wraps [ErrKey].
func ParseKey(text []byte) (Key, error) {
	text = bytes.TrimSpace(text)
	if n := len(text); n < 2*keyMin || n > 2*keyMax || n%2 != 0 {
		return Key{}, fmt.Errorf("read key: %w: %d characters, want an even number of hexadecimal digits from %d to %d",
			ErrKey, n, 2*keyMin, 2*keyMax)
	}
	held := make([]byte, len(text)/2)
	if _, err := hex.Decode(held, text); err != nil { // its message shows a character: not wrapped
		return Key{}, fmt.Errorf("read key: %w: not all characters are hexadecimal digits", ErrKey)
	}
	if len(bytes.Trim(held, string(held[:1]))) == 0 {
		return Key{}, fmt.Errorf("read key: %w: every byte is the same", ErrKey)
	}
	return Key{reveal: func() []byte { return held }}, nil
}

// DemoKey returns the published key. Text, in hexadecimal:
// 7269736b62616e64207075626c69736865642064656d6f206b65792032303236.
func DemoKey() Key {
	key, err := ParseKey([]byte(demoKeyHex))
	if err != nil {
		panic("disclose: the published key does not parse") //nolint:forbidigo // invariant: the constant above is a key
	}
	return key
}

// Demo reports whether the key is the published one, however it was made. It
// may be used with synthetic extracts only.
func (k Key) Demo() bool {
	return !k.IsZero() && subtle.ConstantTimeCompare(k.reveal(), DemoKey().reveal()) == 1
}

// IsZero reports whether the key holds no secret.
func (k Key) IsZero() bool { return k.reveal == nil }

const redacted = "[redacted]"

// String hides the secret.
func (Key) String() string { return redacted }

// Format hides the secret under every verb.
func (Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText hides the secret from JSON, YAML and structured logs.
func (Key) MarshalText() ([]byte, error) { return []byte(redacted), nil }
