package manifest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// ErrForm means the bytes are not a manifest in the one form Encode writes.
var ErrForm = errors.New("not a manifest")

// Encode writes the run as indented JSON ending in a newline. Equal runs give
// equal bytes: lists without an order of their own are sorted first, a missing
// list is written as an empty one, and text that is not UTF-8 is made so. The
// run is not changed.
func (r Run) Encode() []byte {
	r = r.settled()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		panic(fmt.Sprintf("manifest: a run does not encode: %v", err)) //nolint:forbidigo // invariant: every field is plain text, number or list, which always encode
	}
	return b.Bytes()
}

// settled returns a copy with its lists sorted and none of them nil.
func (r Run) settled() Run {
	r.CodeLists = sorted(r.CodeLists, func(a, b CodeList) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.SHA256, b.SHA256))
	})
	r.Coverage.Refused = sorted(r.Coverage.Refused, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.Practice, b.Practice), cmp.Compare(a.Reason, b.Reason))
	})
	r.SwitchedOff = sorted(r.SwitchedOff, func(a, b SwitchedOff) int {
		return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why))
	})
	r.Files = sorted(r.Files, func(a, b File) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.SHA256, b.SHA256))
	})
	r.Bands = append([]Band{}, r.Bands...)
	r.Remarks = append([]string{}, r.Remarks...)
	return r
}

func sorted[T any](list []T, order func(a, b T) int) []T {
	out := append([]T{}, list...)
	slices.SortStableFunc(out, order)
	return out
}

// Decode reads a manifest. It accepts only the bytes [Run.Encode] writes, so
// unknown, missing, repeated and re-ordered keys, other white space and anything
// after the end are refused with [ErrForm], and so is a run that [Run.Check]
// finds at fault.
func Decode(data []byte) (Run, error) {
	if !utf8.Valid(data) {
		return Run{}, fmt.Errorf("decode manifest: %w: not UTF-8", ErrForm)
	}
	var r Run
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Run{}, fmt.Errorf("decode manifest: %w: %w", ErrForm, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Run{}, fmt.Errorf("decode manifest: %w: more follows the end", ErrForm)
	}
	if r.Format != Format {
		return Run{}, fmt.Errorf("decode manifest: %w: form %d, this version reads form %d", ErrForm, r.Format, Format)
	}
	if !bytes.Equal(r.Encode(), data) {
		return Run{}, fmt.Errorf("decode manifest: %w: keys, order or spacing differ from what riskband writes", ErrForm)
	}
	if err := r.Check(); err != nil {
		return Run{}, fmt.Errorf("decode manifest: %w: %w", ErrForm, err)
	}
	return r, nil
}
