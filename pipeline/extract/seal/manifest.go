package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"riskband/pipeline/extract/refusal"
	"riskband/stratify/frame"
)

// ManifestName is the file that seals an extract, at its root.
const ManifestName = "extract.json"

const (
	contractVersion  = 1
	maxManifestBytes = 256 << 20
)

// The scopes of a pseudonym.
const (
	ScopeExtract  = "extract"  // one per person across the extract
	ScopePractice = "practice" // one per person and practice: people cannot be told apart across practices
)

// Manifest is extract.json: which files an extract is made of and their sums.
// Practices are sorted by code, tables by name and files by path.
type Manifest struct {
	Contract       int    `json:"contract"`        // version of the contract, 1
	AsOf           string `json:"as_of"`           // ISO date
	Synthetic      bool   `json:"synthetic"`       // no real person is in it
	PseudonymScope string `json:"pseudonym_scope"` // extract or practice
	// ContentDigest names the content whatever the layout of the files: hex
	// SHA-256 over everything above and the practices' table digests.
	ContentDigest string     `json:"content_digest"`
	Practices     []Practice `json:"practices"`
}

// Practice is one practice's part of the manifest.
type Practice struct {
	Code   string  `json:"code"`
	Tables []Table `json:"tables"`
}

// Table is one table of one practice. ContentDigest is the 128-bit
// digest of its rows as a multiset: see pipeline/extract/digest for what it does and
// does not promise.
type Table struct {
	Name          string `json:"name"`
	ContentDigest string `json:"content_digest"`
	Files         []File `json:"files"`
}

// File is one file: its slash-separated path inside the extract, size,
// rows by its footer and hex SHA-256.
type File struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// Encode returns the manifest as indented JSON with a final newline. Equal
// manifests give equal bytes.
func (m Manifest) Encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode manifest: %w", err)
	}
	return append(b, '\n'), nil
}

// Parse reads extract.json. Unknown fields, trailing text and anything
// out of order are refused; every fault found is in the error, which wraps
// [refusal.ErrRefused].
func Parse(r io.Reader) (Manifest, error) {
	var l refusal.Ledger
	fault := func(why string) {
		l.Add(refusal.Fault{File: ManifestName, RowGroup: -1, Rule: refusal.RuleManifest, Column: why})
	}
	data, err := io.ReadAll(io.LimitReader(r, maxManifestBytes+1))
	if err != nil {
		return Manifest{}, fmt.Errorf("read manifest: %w", err)
	}
	if len(data) > maxManifestBytes {
		fault("larger than 256 MiB")
		return Manifest{}, l.Err()
	}
	var m Manifest
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		fault(jsonFault(err))
		return Manifest{}, l.Err()
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		fault("text after the manifest")
	}
	m.validate(fault)
	return m, l.Err()
}

// jsonFault names what is wrong without quoting the text that is.
func jsonFault(err error) string {
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &typed):
		return fmt.Sprintf("field %s at byte %d", typed.Field, typed.Offset)
	case strings.Contains(err.Error(), "unknown field"):
		return "unknown field"
	}
	return "not JSON"
}

func (m Manifest) validate(fault func(why string)) {
	if m.Contract != contractVersion {
		fault("contract: want 1")
	}
	if _, err := frame.ParseDay(m.AsOf); err != nil {
		fault("as_of: want YYYY-MM-DD")
	}
	if m.PseudonymScope != ScopeExtract && m.PseudonymScope != ScopePractice {
		fault("pseudonym_scope: want extract or practice")
	}
	if m.ContentDigest != m.Digest() {
		fault("content_digest: does not follow from the rest")
	}
	if !sorted(m.Practices, func(p Practice) string { return p.Code }) {
		fault("practices: not sorted by code, or one twice")
	}
	for i, p := range m.Practices {
		at := fmt.Sprintf("practices[%d]", i)
		if !practiceCode(p.Code) {
			fault(at + ".code: want a capital letter and five digits")
			continue
		}
		if !sorted(p.Tables, func(t Table) string { return t.Name }) {
			fault(at + ".tables: not sorted by name, or one twice")
		}
		for j, t := range p.Tables {
			t.validate(p.Code, fmt.Sprintf("%s.tables[%d]", at, j), fault)
		}
	}
}

func (t Table) validate(code, at string, fault func(why string)) {
	if !lowerHex(t.ContentDigest, 32) {
		fault(at + ".content_digest: want 32 hex digits")
	}
	if !contractTable(t.Name) {
		fault(at + ".name: not a table of the contract")
	}
	if len(t.Files) == 0 || !sorted(t.Files, func(f File) string { return f.Path }) {
		fault(at + ".files: none, not sorted by path, or one twice")
	}
	for k, f := range t.Files {
		here := fmt.Sprintf("%s.files[%d]", at, k)
		table, ok := tableOf(strings.TrimPrefix(f.Path, practicePrefix+code+"/"))
		inside := strings.HasPrefix(f.Path, practicePrefix+code+"/") && path.Clean(f.Path) == f.Path
		if !inside || !ok || table != t.Name {
			fault(here + ".path: not a file of this practice and table")
		}
		if f.Bytes < 0 || f.Rows < 0 {
			fault(here + ": negative size or rows")
		}
		if !lowerHex(f.SHA256, 2*sha256.Size) {
			fault(here + ".sha256: want 64 hex digits")
		}
	}
}

// Digest returns the content digest that follows from the other fields. The
// paths, sizes, rows and sums of files are left out on purpose.
func (m Manifest) Digest() string {
	var b strings.Builder
	fmt.Fprintf(&b, "riskband extract %d\nas_of %s\nsynthetic %t\nscope %s\n",
		m.Contract, m.AsOf, m.Synthetic, m.PseudonymScope)
	for _, p := range m.Practices {
		fmt.Fprintf(&b, "practice %s\n", p.Code)
		for _, t := range p.Tables {
			fmt.Fprintf(&b, "table %s %s\n", t.Name, t.ContentDigest)
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// sorted reports whether the names rise strictly.
func sorted[T any](s []T, name func(T) string) bool {
	for i := 1; i < len(s); i++ {
		if name(s[i-1]) >= name(s[i]) {
			return false
		}
	}
	return true
}

func lowerHex(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}

// practiceCode reports whether s has the form of an ODS code of a practice.
func practiceCode(s string) bool {
	return len(s) == 6 && s[0] >= 'A' && s[0] <= 'Z' && strings.Trim(s[1:], "0123456789") == ""
}
