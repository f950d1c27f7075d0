package seal

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"riskband/pipeline/extract/refusal"
)

// twoPractices returns a manifest of two practices, each of two parts of events
// and a file of patients.
func twoPractices(t testing.TB) []byte {
	t.Helper()
	m := Manifest{Contract: contractVersion, AsOf: "2026-03-31", PseudonymScope: ScopePractice}
	for _, code := range []string{"Y00001", "Y00002"} {
		file := func(name string, rows int64) File {
			return File{Path: practicePrefix + code + "/" + name, Bytes: 100 * rows, Rows: rows, SHA256: strings.Repeat("3a", 32)}
		}
		table := func(name string, files ...File) Table {
			return Table{Name: name, ContentDigest: strings.Repeat("c4", 16), Files: files}
		}
		m.Practices = append(m.Practices, Practice{Code: code, Tables: []Table{
			table("clinical_events", file("clinical_events/a.parquet", 40), file("clinical_events/b.parquet", 50)),
			table("patients", file("patients.parquet", 9)),
		}})
	}
	m.ContentDigest = m.Digest()
	b, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(bytes.NewReader(b)); err != nil {
		t.Fatalf("the good manifest: %v", err)
	}
	return b
}

func TestManifestFaultsAtOnce(t *testing.T) {
	good := twoPractices(t)
	f := func(old, put string, want ...string) {
		t.Helper()
		if !bytes.Contains(good, []byte(old)) {
			t.Fatalf("%q is not in the manifest", old)
		}
		_, err := Parse(bytes.NewReader(bytes.Replace(good, []byte(old), []byte(put), 1)))
		var got refusal.Faults
		if !errors.As(err, &got) {
			t.Fatalf("%q: %v", put, err)
		}
		var fields []string
		for _, one := range got {
			fields = append(fields, one.Column)
		}
		for _, w := range want {
			if !strings.Contains(strings.Join(fields, "; "), w) {
				t.Errorf("%q for %q: faults %q, want %q", put, old, fields, w)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%q for %q: faults %q, want %q", put, old, fields, want)
		}
	}
	f(`"contract": 1`, `"contract": 2`, "contract", "content_digest")
	f(`"as_of": "2026-03-31"`, `"as_of": "31/03/2026"`, "as_of", "content_digest")
	f(`"synthetic": false`, `"synthetic": true`, "content_digest")
	f(`"synthetic": false`, `"synthetic": "no"`, "field synthetic")
	f(`"pseudonym_scope": "practice"`, `"pseudonym_scope": "world"`, "pseudonym_scope", "content_digest")
	f(`"synthetic": false`, `"synthetic": false, "sythetic": true`, "unknown field")
	f(`"code": "Y00001"`, `"code": "Y00003"`, "not sorted by code", "content_digest", "practices[0].tables[0].files[0].path",
		"practices[0].tables[0].files[1].path", "practices[0].tables[1].files[0].path")
	f(`clinical_events/a.parquet`, `clinical_events/../a.parquet`, "files[0].path")
	f(`practice_code=Y00001/clinical_events/a.parquet`, `/etc/passwd`, "files[0].path")
	f(`practice_code=Y00001/clinical_events/a.parquet`, "practice_code=Y00002/clinical_events/a.parquet", "not sorted by path", "files[0].path")
	f(`"rows": 40`, `"rows": -1`, "negative")
	f(`"sha256": "`, `"sha256": "A`, "sha256")
	f("{", "[", "not JSON")
	f("\n}\n", "\n}\n{}", "after the manifest")
}

func FuzzManifest(f *testing.F) {
	good := twoPractices(f)
	f.Add(good)
	f.Add([]byte("{}"))
	f.Add(bytes.Replace(good, []byte("patients.parquet"), []byte("../../x.parquet"), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, refusal.ErrRefused) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		once, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse(bytes.NewReader(once))
		if err != nil {
			t.Fatalf("printed manifest does not parse: %v", err)
		}
		if twice, _ := again.Encode(); !bytes.Equal(once, twice) {
			t.Error("print, parse, print differs")
		}
	})
}
