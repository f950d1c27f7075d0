package disclose_test

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"riskband/stratify/disclose"
	"riskband/stratify/frame"
)

const demoHex = "7269736b62616e64207075626c69736865642064656d6f206b65792032303236"

func key(t testing.TB, text string) disclose.Key {
	t.Helper()
	k, err := disclose.ParseKey([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Expected values by OpenSSL 3, for example:
//
//	printf %s rkeyP000001 | openssl dgst -sha256 -mac HMAC -macopt hexkey:7269...3236
//
// whose first 16 hexadecimal digits are the record key.
func TestRecordKey(t *testing.T) {
	long := strings.Repeat("ab", 100) // longer than a block: HMAC hashes the key first
	f := func(keyHex, pseudonym string, want uint64) {
		t.Helper()
		k := key(t, keyHex)
		if got := disclose.RecordKey(k, frame.NewPseudonym(pseudonym)); got != want {
			t.Errorf("RecordKey(%s) = %016x; want %016x", pseudonym, got, want)
		}
	}
	f(demoHex, "P000001", 0x174ddd89453cbbb0)
	f(demoHex, "", 0x9a2b986f22eb7d75)
	f(demoHex, strings.Repeat("0123456789abcdef", 4), 0x335d214bb2f969bc)
	f("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", "P000001", 0x266de0fe301439f0)
	f("01"+long, "P000001", 0xe685bf79849f3724)

	h := disclose.NewHasher(disclose.DemoKey()) // one hasher, several people, any order
	for range 2 {
		for _, p := range []string{"P000001", "", "P000002"} {
			p := frame.NewPseudonym(p)
			if got, want := h.RecordKey(p), disclose.RecordKey(disclose.DemoKey(), p); got != want {
				t.Errorf("a reused hasher gives %016x; want %016x", got, want)
			}
		}
	}
}

func TestHasherDoesNotAllocate(t *testing.T) {
	h := disclose.NewHasher(disclose.DemoKey())
	p := frame.NewPseudonym(strings.Repeat("0123456789abcdef", 4))
	if n := testing.AllocsPerRun(100, func() { h.RecordKey(p) }); n != 0 {
		t.Errorf("%v allocations per person; want 0", n)
	}
}

func BenchmarkRecordKey(b *testing.B) {
	h := disclose.NewHasher(disclose.DemoKey())
	p := frame.NewPseudonym(strings.Repeat("0123456789abcdef", 4))
	b.ReportAllocs()
	for b.Loop() {
		h.RecordKey(p)
	}
}

func TestParseKey(t *testing.T) {
	f := func(text string, ok bool) {
		t.Helper()
		k, err := disclose.ParseKey([]byte(text))
		if (err == nil) != ok || k.IsZero() == ok {
			t.Errorf("ParseKey of %d characters: %v; want accepted %t", len(text), err, ok)
		}
		if err != nil && !errors.Is(err, disclose.ErrKey) {
			t.Errorf("error %v does not wrap ErrKey", err)
		}
	}
	f(demoHex, true)
	f(strings.ToUpper(demoHex), true)
	f("\n "+demoHex+"\r\n", true)
	f(strings.Repeat("0f1e", 64), true)
	f("", false)
	f(demoHex[:62], false)
	f(demoHex+"0", false)
	f(strings.Repeat("0f1e", 65), false)
	f(demoHex[:63]+"g", false)
	f(demoHex[:32]+"  "+demoHex[32:], false)
	f(strings.Repeat("00", 32), false)
	f(strings.Repeat("a5", 40), false)
}

func TestDemoKeyIsKnownHoweverItIsGiven(t *testing.T) {
	if !disclose.DemoKey().Demo() || !key(t, demoHex).Demo() || !key(t, strings.ToUpper(demoHex)+"\n").Demo() {
		t.Error("the published key is not called a demo key")
	}
	if key(t, strings.Repeat("0f1e", 16)).Demo() || (disclose.Key{}).Demo() {
		t.Error("another key is called a demo key")
	}
}

func TestKeyIsNeverPrinted(t *testing.T) {
	k := key(t, strings.Repeat("c0ffee42", 8))
	secret := strings.Repeat("\xc0\xff\xee\x42", 8)
	held := struct {
		k        disclose.Key
		Exported disclose.Key
		pointer  *disclose.Key
	}{k, k, &k}
	text, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	out := string(text)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p"} {
		out += fmt.Sprintf(verb+verb+verb, k, &k, held)
	}
	_, err = disclose.ParseKey([]byte(strings.Repeat("c0ffee4z", 8)))
	out += fmt.Sprint(err)
	for _, part := range []string{"c0ffee", "C0FFEE", secret[:4], "192 255 238", "192, 255", "0xc0, 0xff", "'z'", "z'"} {
		if strings.Contains(out, part) {
			t.Errorf("%q is printed:\n%s", part, out)
		}
	}
}

func TestZeroKeyMakesNoRecordKeys(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("record keys without a key")
		}
	}()
	disclose.RecordKey(disclose.Key{}, frame.NewPseudonym("P000001"))
}

func FuzzParseKey(f *testing.F) {
	f.Add([]byte(demoHex))
	f.Add([]byte("\t" + strings.ToUpper(demoHex) + "\n"))
	f.Add([]byte(demoHex[:63] + "g"))
	f.Add([]byte(strings.Repeat("00", 64)))
	f.Fuzz(func(t *testing.T, text []byte) {
		k, err := disclose.ParseKey(text)
		digits := strings.TrimSpace(string(text))
		raw, bad := hex.DecodeString(digits)
		if err == nil && (bad != nil || len(raw) < 32) {
			t.Fatal("a key that is too short or not hexadecimal")
		}
		if err == nil {
			again, err := disclose.ParseKey([]byte(hex.EncodeToString(raw)))
			p := frame.NewPseudonym("P000001")
			if err != nil || disclose.RecordKey(k, p) != disclose.RecordKey(again, p) {
				t.Fatal("white space or case changes the key")
			}
			return
		}
		if len(digits) > 3 && strings.Contains(err.Error(), digits) {
			t.Fatal("the error repeats the text")
		}
	})
}
