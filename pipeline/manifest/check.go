package manifest

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"riskband/stratify/frame"
)

// Check returns every fault of the run's own fields, joined, or nil. A run that
// fails it must not be published.
func (r Run) Check() error {
	var faults []error
	fault := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	fault(r.Format == Format, "format: %d, want %d", r.Format, Format)
	asOf, err := frame.ParseDay(r.AsOf)
	fault(err == nil, "as_of: want YYYY-MM-DD")
	fault(isSHA256(r.InputsDigest), "inputs_digest: want 64 hexadecimal digits")
	if err == nil && isSHA256(r.InputsDigest) {
		fault(r.RunID == RunID(asOf, r.InputsDigest), "run_id: does not follow from as_of and inputs_digest")
	}
	fault(r.Notice != "", "notice: missing")
	fault(r.Product.Name != "" && r.Product.Version != "", "product: name or version missing")
	fault(isSHA256(r.ExtractDigest), "extract_digest: want 64 hexadecimal digits")
	fault(isSHA256(r.Model.SHA256), "model: sha256: want 64 hexadecimal digits")
	fault(r.Model.ClinicalReview != "", "model: clinical_review: missing; write none where there was none")
	for _, l := range r.CodeLists {
		fault(isSHA256(l.SHA256), "code list %q: sha256: want 64 hexadecimal digits", l.Name)
	}
	for _, sum := range []string{r.Reference.PracticesSHA256, r.Reference.LSOASHA256} {
		fault(sum == "" || isSHA256(sum), "reference: want 64 hexadecimal digits or nothing")
	}
	faults = append(faults, r.Coverage.faults()...)
	faults = append(faults, bandFaults(r.Bands)...)
	return errors.Join(append(faults, fileFaults(r.Files)...)...)
}

func (c Coverage) faults() []error {
	var faults []error
	if c.Used < 0 || c.Used > c.Received || c.Unmapped < 0 || c.Unmapped > c.Used || c.Expected < 0 {
		faults = append(faults, errors.New("coverage: want 0 <= unmapped <= used <= received, and expected not negative"))
	}
	for _, f := range c.Refused {
		if !isWord(f.Reason) {
			faults = append(faults, fmt.Errorf("coverage: practice %q: the reason must be a kind such as row_conservation, not a text", f.Practice))
		}
	}
	return faults
}

// bandFaults holds the rule that a number not shown has a reason and a shown one
// has none.
func bandFaults(bands []Band) []error {
	var faults []error
	for _, b := range bands {
		if (b.People == nil) != (b.Symbol != "") {
			faults = append(faults, fmt.Errorf("band %q: want people or a symbol, and not both", b.Band))
		}
	}
	return faults
}

func fileFaults(files []File) []error {
	var faults []error
	seen := make(map[string]bool, len(files))
	for _, f := range files {
		switch {
		case !isInside(f.Path):
			faults = append(faults, fmt.Errorf("file %q: want a path inside the run's folder, with slashes", f.Path))
		case f.Path == FileName:
			faults = append(faults, fmt.Errorf("file %q: a manifest cannot list itself", f.Path))
		case seen[f.Path]:
			faults = append(faults, fmt.Errorf("file %q: listed twice", f.Path))
		case !isSHA256(f.SHA256) || f.Bytes < 0 || f.Rows < 0:
			faults = append(faults, fmt.Errorf("file %q: want 64 hexadecimal digits, and bytes and rows not negative", f.Path))
		}
		seen[f.Path] = true
	}
	return faults
}

// isInside reports whether p is a clean relative path that stays in its folder
// on every system.
func isInside(p string) bool {
	return p != "" && p != "." && path.Clean(p) == p && !path.IsAbs(p) &&
		p != ".." && !strings.HasPrefix(p, "../") && !strings.ContainsAny(p, "\\:\x00")
}

func isSHA256(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// isWord reports whether s is lower-case letters, digits and underscores.
func isWord(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
