package manifest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"riskband/pipeline/manifest"
	"riskband/stratify/frame"
)

var zeros = strings.Repeat("0", 64)

// full has something in every field.
func full() manifest.Run {
	people := int64(1234565)
	digest := manifest.InputsDigest(manifest.Part{Name: "extract", Value: "x"})
	return manifest.Run{
		Format: manifest.Format, RunID: manifest.RunID(frame.Date(2026, 3, 31), digest),
		Notice: "INTERIM: not for publication", Product: manifest.Product{Name: "riskband", Version: "0.1.0"},
		Contract: 1, AsOf: "2026-03-31", Synthetic: true, Sealed: true,
		InputsDigest: digest, ExtractDigest: zeros,
		Model:      manifest.Model{Name: "first", Version: "1", SHA256: zeros, ClinicalReview: "none"},
		CodeLists:  []manifest.CodeList{{"hyp_cod", "snomedct", "2025-05", 3, zeros}, {"dm_cod", "snomedct", "2025-05", 2, zeros}},
		Reference:  manifest.Reference{PracticesSHA256: zeros, LSOASHA256: zeros, IMDRelease: "2025", LSOAVintage: "2021"},
		Disclosure: manifest.Disclosure{Profile: "interim", Programme: "1"},
		OptOuts:    "applied-upstream",
		Coverage: manifest.Coverage{
			Expected: 3, Received: 3, Used: 2, Unmapped: 1,
			Refused: []manifest.Refusal{{"Y00003", "digest"}, {"Y00002", "identifier"}},
		},
		Bands:       []manifest.Band{{"high", nil, "[c]"}, {"low", &people, ""}},
		SwitchedOff: []manifest.SwitchedOff{{"emergency_12m", "table apcs missing"}, {"acr", "<no list>"}},
		Remarks:     []string{"second", "first"},
		Files:       []manifest.File{{"release/b.csv", 2, 1, zeros}, {"release/a.csv", 1, 0, zeros}},
		Exit:        manifest.Exit{Code: 4, Meaning: "published, some practices quarantined"},
	}
}

func TestDecodeReadsWhatEncodeWrites(t *testing.T) {
	r := full()
	data := r.Encode()
	got, err := manifest.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if string(got.Encode()) != string(data) {
		t.Errorf("encoded again:\n%s", got.Encode())
	}
	// Lists without an order are sorted, the run itself is not touched.
	if got.Files[0].Path != "release/a.csv" || got.CodeLists[0].Name != "dm_cod" || got.Coverage.Refused[0].Practice != "Y00002" || got.SwitchedOff[0].What != "acr" {
		t.Errorf("not sorted: %s", data)
	}
	if got.Remarks[0] != "second" || got.Bands[0].Band != "high" || got.Bands[0].People != nil || *got.Bands[1].People != 1234565 {
		t.Errorf("order or numbers lost: %s", data)
	}
	if !reflect.DeepEqual(r, full()) {
		t.Error("Encode changed the run")
	}
	for _, want := range []string{`"people": null`, `"why": "<no list>"`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %s in %s", want, data)
		}
	}
	bare := manifest.Run{Format: manifest.Format}
	if text := string(bare.Encode()); strings.Contains(text, "null") || text[len(text)-1] != '\n' {
		t.Errorf("an empty list is written as null: %s", text)
	}
}

func TestDecodeRefusesEverythingElse(t *testing.T) {
	good := string(full().Encode())
	f := func(name, data string) {
		t.Helper()
		if _, err := manifest.Decode([]byte(data)); !errors.Is(err, manifest.ErrForm) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	swap := func(old, fresh string) string {
		t.Helper()
		if strings.Count(good, old) == 0 {
			t.Fatalf("no %s in the manifest", old)
		}
		return strings.Replace(good, old, fresh, 1)
	}
	f("empty", "")
	f("cut", good[:len(good)/2])
	f("trailing space", good+" ")
	f("two", good+good)
	f("no newline", strings.TrimSuffix(good, "\n"))
	f("unknown key", swap(`"sealed"`, `"host": "x", "sealed"`))
	f("repeated key", swap(`"sealed": true`, `"sealed": false, "sealed": true`))
	f("key in capitals", swap(`"sealed"`, `"Sealed"`))
	f("missing key", swap("  \"sealed\": true,\n", ""))
	f("other form", swap(`"format": 1`, `"format": 2`))
	f("not UTF-8", swap("riskband", "risk\xffband"))
	f("day", swap(`"as_of": "2026-03-31"`, `"as_of": "2026-02-30"`))
	f("id of other inputs", swap(`"run_id": "2026-03-31-`, `"run_id": "2026-03-31-f`))
	f("sum", swap(zeros, strings.Repeat("G", 64)))
	f("review", swap(`"clinical_review": "none"`, `"clinical_review": ""`))
	f("path upwards", swap("release/a.csv", "../a.csv"))
	f("absolute path", swap("release/a.csv", "/a.csv"))
	f("path of another system", swap("release/a.csv", `c:\\a.csv`))
	f("the manifest itself", swap("release/a.csv", "manifest.json"))
	f("same file twice", swap("release/a.csv", "release/b.csv"))
	f("negative size", swap(`"bytes": 1`, `"bytes": -1`))
	f("hidden without symbol", swap(`"symbol": "[c]"`, `"symbol": ""`))
	f("a number and a symbol", swap(`"people": null`, `"people": 5`))
	f("an error's text as reason", swap(`"reason": "digest"`, `"reason": "value 7 of row 3"`))
	f("more used than received", swap(`"practices_used": 2`, `"practices_used": 4`))
}

func TestCheckNamesEveryFault(t *testing.T) {
	r := full()
	r.AsOf, r.Notice, r.Files[0].Path, r.Bands[0].Symbol = "today", "", "..", ""
	err := r.Check()
	for _, want := range []string{"as_of", "notice", `file ".."`, `band "high"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %s in %v", want, err)
		}
	}
}

// The digests are of bytes written out by hand: each name and value behind its
// length in eight bytes.
func TestInputsDigestIsOverLengthsAndParts(t *testing.T) {
	f := func(want string, parts ...manifest.Part) {
		t.Helper()
		sum := sha256.Sum256([]byte(want))
		if got := manifest.InputsDigest(parts...); got != hex.EncodeToString(sum[:]) {
			t.Errorf("%v gave %s", parts, got)
		}
	}
	f("")
	f("\x00\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x00\x00\x00\x00\x00\x02bc", manifest.Part{"a", "bc"})
	f("\x00\x00\x00\x00\x00\x00\x00\x01a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01b\x00\x00\x00\x00\x00\x00\x00\x01c",
		manifest.Part{"b", "c"}, manifest.Part{"a", ""})
	if got := manifest.RunID(frame.Date(2026, 3, 31), "abcdef0123456789"); got != "2026-03-31-abcdef012345" {
		t.Errorf("run id %s", got)
	}
}

func TestInputsDigestKnowsPartsApartAndNotTheirOrder(t *testing.T) {
	part := rapid.Custom(func(t *rapid.T) manifest.Part {
		return manifest.Part{Name: rapid.StringN(0, 3, -1).Draw(t, "name"), Value: rapid.StringN(0, 3, -1).Draw(t, "value")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(part, 0, 3).Draw(t, "a")
		if b := rapid.Permutation(a).Draw(t, "order"); manifest.InputsDigest(a...) != manifest.InputsDigest(b...) {
			t.Fatal("the order of the parts changes the digest")
		}
		if len(a) > 0 {
			b := append([]manifest.Part{}, a...)
			// The same bytes, cut elsewhere.
			b[0] = manifest.Part{Name: a[0].Name + a[0].Value + "x", Value: ""}
			if manifest.InputsDigest(a...) == manifest.InputsDigest(b...) {
				t.Fatal("other parts, same digest")
			}
		}
	})
}

// written makes a folder with two files and the manifest that lists them.
func written(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	r := full()
	r.Files = nil
	if err := os.Mkdir(filepath.Join(dir, "release"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.csv", "b.csv"} {
		r.Files = append(r.Files, manifest.File{Path: "release/" + name, Bytes: int64(len(name)), SHA256: manifest.Sum([]byte(name))})
		write(t, dir, "release/"+name, name)
	}
	write(t, dir, manifest.FileName, string(r.Encode()))
	return dir
}

func write(t *testing.T, dir, path, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(path)), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyNamesEveryFileThatDiffers(t *testing.T) {
	f := func(damage func(dir string), want ...string) {
		t.Helper()
		dir := written(t)
		damage(dir)
		err := manifest.Verify(dir)
		if (err != nil) != (len(want) > 0) || err != nil && !errors.Is(err, manifest.ErrFiles) {
			t.Errorf("got %v", err)
			return
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("no %q in %v", w, err)
			}
		}
	}
	f(func(string) {})
	f(func(dir string) { write(t, dir, "release/a.csv", "A.csv") }, "release/a.csv: sha256")
	f(func(dir string) { write(t, dir, "release/a.csv", "longer than it was") }, "release/a.csv: 18 bytes, the manifest says 5")
	f(func(dir string) { write(t, dir, "release/c.csv", "") }, "release/c.csv: not in the manifest")
	f(func(dir string) {
		if err := os.Remove(filepath.Join(dir, "release", "a.csv")); err != nil {
			t.Fatal(err)
		}
		write(t, dir, "release/b.csv", "B.csv")
	}, "release/a.csv", "release/b.csv: sha256")
	f(func(dir string) {
		name := filepath.Join(dir, "release", "a.csv")
		if err := errors.Join(os.Remove(name), os.WriteFile(filepath.Join(t.TempDir(), "a.csv"), []byte("a.csv"), 0o644), os.Symlink("b.csv", name)); err != nil {
			t.Fatal(err)
		}
	}, "release/a.csv: not a plain file")
}

func TestReadGivesTheSumOfItsBytes(t *testing.T) {
	dir := written(t)
	data, err := os.ReadFile(filepath.Join(dir, manifest.FileName))
	if err != nil {
		t.Fatal(err)
	}
	_, sum, err := manifest.Read(dir)
	if want := sha256.Sum256(data); err != nil || sum != hex.EncodeToString(want[:]) {
		t.Errorf("got %s, %v", sum, err)
	}
	if _, _, err := manifest.Read(t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an empty folder gave %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(full().Encode())
	f.Add(manifest.Run{Format: manifest.Format}.Encode())
	f.Add([]byte(`{"format":1}`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := manifest.Decode(data)
		if err != nil {
			if !errors.Is(err, manifest.ErrForm) {
				t.Errorf("refused with %v", err)
			}
			return
		}
		if string(r.Encode()) != string(data) {
			t.Error("accepted bytes that Encode does not write")
		}
		if err := r.Check(); err != nil {
			t.Error(err)
		}
	})
}
