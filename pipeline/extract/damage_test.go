package extract

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/refusal"
	"riskband/pipeline/extract/rules"
	"riskband/stratify/frame"
)

// refooter rewrites a file's footer.
func refooter(t testing.TB, data []byte, change func(m *format.FileMetaData)) []byte {
	t.Helper()
	n := len(data)
	size := int(binary.LittleEndian.Uint32(data[n-8:]))
	var meta format.FileMetaData
	p := thrift.CompactProtocol{}
	if err := thrift.Unmarshal(&p, data[n-8-size:n-8], &meta); err != nil {
		t.Fatal(err)
	}
	change(&meta)
	footer, err := thrift.Marshal(&p, meta)
	if err != nil {
		t.Fatal(err)
	}
	return withFooter(data[:n-8-size], footer)
}

func withFooter(body, footer []byte) []byte {
	out := append(slices.Clone(body), footer...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(footer)))
	return append(out, "PAR1"...)
}

// scanBytes reads one clinical_events file without any seal.
func scanBytes(t testing.TB, data []byte) (rows int64, c Conservation, err error) {
	t.Helper()
	people := frame.NewPeople(registrations(), asOf)
	contract := contractOf(t)
	table, _ := contract.Table("clinical_events")
	var l refusal.Ledger
	c = codedConservation("clinical_events")
	s := Scan{People: people, Book: book(t), Sink: func(b frame.Batch) { rows += int64(b.Len()) }}
	w := newScanner(sourceOf(frame.ClinicalEvents), s, &c)
	defer w.close()
	f := pages.Open(pages.Place{Practice: "Y00001", Path: "f", Table: table}, data, &l)
	if f == nil {
		return 0, c, l.Err()
	}
	if err := f.Guard(func() error { return w.file(context.Background(), f, rules.Of(table, "Y00001")) }); err != nil {
		t.Fatalf("not a fault: %v", err)
	}
	if l.Err() == nil && c.Read != f.Rows() {
		t.Fatalf("%d rows read, the footer says %d", c.Read, f.Rows())
	}
	return rows, c, l.Err()
}

func registrations() frame.Registrations { return registrationsOf(somePatients(20)) }

// registrationsOf keeps what the scan needs.
func registrationsOf(rows []patientRow) frame.Registrations {
	var r frame.Registrations
	for _, p := range rows {
		r.Pseudonym = append(r.Pseudonym, frame.NewPseudonym(p.id))
		r.Start, r.Birth = append(r.Start, p.start), append(r.Birth, p.birth)
		r.End, r.Death = append(r.End, frame.NoDay), append(r.Death, frame.NoDay)
		r.Type, r.Sex = append(r.Type, frame.Regular), append(r.Sex, frame.Female)
		r.Ethnicity, r.LSOA, r.OptOut = append(r.Ethnicity, 0), append(r.LSOA, ""), append(r.OptOut, 0)
	}
	return r
}

func seeds(t testing.TB) [][]byte {
	var out [][]byte
	for _, l := range layouts() {
		out = append(out, write(t, eventColumns(someEvents(120, 20, 8)), l))
	}
	return out
}

// copies is how many damaged copies each door is shown.
const copies = 3000

// harm damages a copy of a file in one of the ways a disk, a network or a tool
// does: bits flipped, the end cut off, a stretch zeroed, repeated or swapped with
// another. It always changes something.
func harm(r *rand.Rand, good []byte) []byte {
	for {
		bad := slices.Clone(good)
		n := 1 + r.IntN(len(bad)/8)
		a, b := r.IntN(len(bad)-n), r.IntN(len(bad)-n)
		switch r.IntN(8) {
		case 0:
			bad = bad[:r.IntN(len(bad))]
		case 1:
			clear(bad[a : a+n])
		case 2:
			copy(bad[a:a+n], good[b:b+n])
		case 3:
			copy(bad[a:a+n], good[b:b+n])
			copy(bad[b:b+n], good[a:a+n])
		default:
			for range 1 + r.IntN(3) {
				bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
			}
		}
		if !slices.Equal(bad, good) {
			return bad
		}
	}
}

// Without a seal, damage may pass as other values (measured: most flips do), but
// it never crashes, never exhausts memory and never loses or makes rows.
func TestDamagedNeverCrashes(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	all := seeds(t)
	refused := 0
	for i := range copies {
		if _, c, err := scanBytes(t, harm(r, all[i%len(all)])); err != nil {
			refused++
			if !errors.Is(err, ErrRefused) {
				t.Fatalf("not a refusal: %v", err)
			}
		} else if sum := c.Used + dropped(c); sum != c.Read {
			t.Fatalf("read %d, used and dropped %d", c.Read, sum)
		}
	}
	t.Logf("%d of %d damaged copies refused without a seal", refused, copies)
	if refused < copies/4 || refused == copies {
		t.Errorf("%d of %d damaged files refused: the damage no longer reaches footers and pages", refused, copies)
	}
}

// With a seal, not one damaged copy is accepted.
func TestDamagedIsNeverAcceptedSealed(t *testing.T) {
	dir := sealed(t)
	path := home + "patients.parquet"
	good, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	e, err := Open(dir, false, frame.NoDay)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	r := rand.New(rand.NewPCG(5, 5))
	for i := range copies {
		put(t, dir, path, harm(r, good))
		if _, _, err := e.Practices()[0].Registrations(t.Context()); !errors.Is(err, ErrSeal) {
			t.Fatalf("copy %d: %v", i, err)
		}
	}
}

func dropped(c Conservation) (rows int64) {
	for _, d := range c.Dropped {
		rows += d.Rows
	}
	return rows
}

func TestFootersThatLie(t *testing.T) {
	good := write(t, eventColumns(someEvents(120, 20, 8)), layout{rowGroup: 50})
	f := func(name, rule string, change func(m *format.FileMetaData)) {
		t.Helper()
		_, _, err := scanBytes(t, refooter(t, good, change))
		var got Faults
		if !errors.As(err, &got) {
			t.Errorf("%s: no fault", name)
			return
		}
		if !slices.ContainsFunc(got, func(f Fault) bool { return f.Rule == rule }) {
			t.Errorf("%s: %v, want %s", name, err, rule)
		}
	}
	column := func(m *format.FileMetaData) *format.ColumnMetaData { return &m.RowGroups[1].Columns[2].MetaData }
	f("file rows", refusal.RuleRows, func(m *format.FileMetaData) { m.NumRows++ })
	f("group rows", refusal.RuleRows, func(m *format.FileMetaData) { m.RowGroups[1].NumRows--; m.NumRows-- })
	f("more rows", refusal.RuleRows, func(m *format.FileMetaData) { m.RowGroups[1].NumRows++; m.NumRows++ })
	f("negative rows", refusal.RuleNotParquet, func(m *format.FileMetaData) { m.NumRows -= 2 * m.RowGroups[1].NumRows; m.RowGroups[1].NumRows *= -1 })
	f("column values", refusal.RuleRows, func(m *format.FileMetaData) { column(m).NumValues-- })
	f("chunk cut", refusal.RuleDamaged, func(m *format.FileMetaData) { column(m).TotalCompressedSize -= 3 })
	f("chunk outside", refusal.RuleDamaged, func(m *format.FileMetaData) { column(m).DataPageOffset = math.MaxInt64 })
	f("chunk negative", refusal.RuleDamaged, func(m *format.FileMetaData) { column(m).DataPageOffset = -5 })
	f("other file", refusal.RuleDamaged, func(m *format.FileMetaData) { m.RowGroups[0].Columns[0].FilePath = "/etc/passwd" })
	f("dropped group", refusal.RuleRows, func(m *format.FileMetaData) { m.RowGroups = m.RowGroups[:1] })
	f("mixed codecs", refusal.RuleCodecs, func(m *format.FileMetaData) { column(m).Codec = format.Snappy })
	f("lz4", refusal.RuleCodec, func(m *format.FileMetaData) { column(m).Codec = format.Lz4 })
	f("lz4_raw", refusal.RuleCodec, func(m *format.FileMetaData) { column(m).Codec = format.Lz4Raw })
	f("lzo", refusal.RuleCodec, func(m *format.FileMetaData) { column(m).Codec = format.LZO })
	f("brotli", refusal.RuleCodec, func(m *format.FileMetaData) { column(m).Codec = format.Brotli })
	f("encrypted column", refusal.RuleEncrypted, func(m *format.FileMetaData) { m.RowGroups[1].Columns[2].EncryptedColumnMetadata = []byte{1} })
	f("signed", refusal.RuleEncrypted, func(m *format.FileMetaData) {
		m.EncryptionAlgorithm = format.EncryptionAlgorithm{Value: &format.AesGcmV1{}}
	})
}

func TestEncryptedAndForeign(t *testing.T) {
	good := write(t, eventColumns(someEvents(20, 20, 8)), layout{})
	f := func(name, rule string, data []byte) {
		t.Helper()
		_, _, err := scanBytes(t, data)
		var got Faults
		if !errors.As(err, &got) || len(got) != 1 || got[0] != (Fault{Practice: "Y00001", File: "f", RowGroup: -1, Rule: rule, Remedy: refusal.Remedy(rule)}) {
			t.Errorf("%s: %v, want %s", name, err, rule)
		}
	}
	sealedFooter := slices.Clone(good)
	copy(sealedFooter[len(good)-4:], "PARE")
	copy(sealedFooter, "PARE")
	f("encrypted footer", refusal.RuleEncrypted, sealedFooter)
	signed := refooter(t, good, func(m *format.FileMetaData) {
		m.EncryptionAlgorithm = format.EncryptionAlgorithm{Value: &format.AesGcmV1{}}
	})
	size := int(binary.LittleEndian.Uint32(signed[len(signed)-8:]))
	footer := append(slices.Clone(signed[len(signed)-8-size:len(signed)-8]), make([]byte, 28)...)
	f("signature", refusal.RuleEncrypted, withFooter(signed[:len(signed)-8-size], footer))
	f("empty", refusal.RuleNotParquet, nil)
	f("short", refusal.RuleNotParquet, []byte("PAR1PAR1"))
	f("csv", refusal.RuleNotParquet, []byte("patient_id,date,snomedct_code\n1,2,3\n"))
	f("no footer", refusal.RuleNotParquet, withFooter([]byte("PAR1"), nil)[:12])
}

// A footer that says it holds two thousand million row groups must not be
// believed: the memory it asks for cannot be had, and Go cannot recover from that.
func TestFooterBomb(t *testing.T) {
	list := func(n uint64) []byte { // field 1, i32; field 2, a list of structs
		return binary.AppendUvarint([]byte{0x15, 2, 0x19, 0xFC}, n)
	}
	for _, n := range []uint64{1 << 31, 1<<31 - 1, 1 << 24} {
		data := withFooter([]byte("PAR1"), append(list(n), make([]byte, 64)...))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := scanBytes(t, data)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrRefused) {
			t.Errorf("list of %d: %v", n, err)
		}
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
			t.Errorf("list of %d: %d MiB allocated", n, grown>>20)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Add([]byte("PAR1"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, _, err := scanBytes(t, data); err != nil && !errors.Is(err, ErrRefused) {
			t.Fatalf("not a refusal: %v", err)
		}
	})
}

func FuzzDamage(f *testing.F) {
	all := seeds(f)
	f.Add(uint8(0), uint32(100), byte(1), uint32(7), byte(128))
	f.Add(uint8(3), uint32(1<<31), byte(255), uint32(0), byte(0))
	f.Fuzz(func(t *testing.T, which uint8, at uint32, flip byte, at2 uint32, flip2 byte) {
		bad := slices.Clone(all[int(which)%len(all)])
		bad[int(at)%len(bad)] ^= flip
		bad[int(at2)%len(bad)] ^= flip2
		if _, _, err := scanBytes(t, bad); err != nil && !errors.Is(err, ErrRefused) {
			t.Fatalf("not a refusal: %v", err)
		}
	})
}
