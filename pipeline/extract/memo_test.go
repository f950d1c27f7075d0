package extract

import "testing"

func TestMemoIsExact(t *testing.T) {
	var m memo
	words := map[string]uint16{}
	for i := range 20_000 {
		text := []byte(verhoeff(i * 37))[:]
		switch i % 5 {
		case 0:
			text = text[:3]
		case 1:
			text = append(text, "0000000000000000000"[:i%19]...)
		case 2:
			text = append(text, 0)
		}
		s, known := m.find(text)
		want, seen := words[string(text)]
		if known && (!seen || s.concept != want) {
			t.Fatalf("text %d of %d bytes: taken for another", i, len(text))
		}
		if !known {
			s.concept = uint16(i)
			words[string(text)] = uint16(i)
		}
		if again, ok := m.find(text); len(text) <= 24 && (!ok || again.concept != words[string(text)]) {
			t.Fatalf("text %d of %d bytes: not remembered", i, len(text))
		}
	}
}
