package extract

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"riskband/pipeline/extract/seal"
	"riskband/stratify/frame"
)

// damagedDeliveries are the folders of the set by name: RULE, or RULE-VARIANT
// where a rule can be broken in ways worth telling apart. Values planted are
// invented: the NHS number is of the range kept for tests, 999, and the postcode
// of the area kept for addresses that do not exist, ZZ99.
func damagedDeliveries(t *testing.T) map[string]*delivery {
	all := map[string]*delivery{}
	deliver := func(name, why string, spoil func(d *delivery)) {
		d := soundDelivery()
		d.why = why
		spoil(d)
		all[name] = d
	}
	brokenSeals(t, deliver)
	brokenFolders(t, deliver)
	brokenFiles(t, deliver)
	brokenColumns(deliver)
	brokenValues(deliver)
	brokenJobs(t, deliver)
	return all
}

// addDelivery adds a folder to the set: a sound delivery, then spoilt.
type addDelivery func(name, why string, spoil func(d *delivery))

func brokenSeals(t *testing.T, deliver addDelivery) {
	events := func(dir string) string { return filepath.Join(dir, damagedHome, "clinical_events.parquet") }
	change := func(path string, f func([]byte) []byte) {
		data, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, f(data), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	remove := func(path string) {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	deliver("seal_missing_file", "A file that was sealed has gone.", func(d *delivery) {
		d.sealed = func(dir string) { remove(events(dir)) }
	})
	deliver("seal_extra_file", "A file came after the extract was sealed.", func(d *delivery) {
		d.sealed = func(dir string) { put(t, dir, damagedHome+"medications.parquet", []byte("late\n")) }
	})
	deliver("seal_size", "A file has a byte more than was sealed.", func(d *delivery) {
		d.sealed = func(dir string) { change(events(dir), func(b []byte) []byte { return append(b, 0) }) }
	})
	deliver("seal_sha256", "One bit of a file is other than was sealed.", func(d *delivery) {
		d.sealed = func(dir string) {
			change(events(dir), func(b []byte) []byte { b[len(b)/3] ^= 1; return b })
		}
	})
	deliver("seal_rows", "The seal counts one row more than the file has.", func(d *delivery) {
		d.manifest = func(m *Manifest) { m.Practices[0].Tables[0].Files[0].Rows++ }
	})
	deliver("unsealed", "The extract has no seal, and the job does not allow that.", func(d *delivery) {
		d.sealed = func(dir string) { remove(filepath.Join(dir, ManifestName)) }
	})
	deliver("manifest", "The seal has a field nobody knows.", func(d *delivery) {
		d.sealed = func(dir string) {
			change(filepath.Join(dir, ManifestName), func(b []byte) []byte {
				return bytes.Replace(b, []byte(`"synthetic"`), []byte(`"sealed_by": "hand",`+"\n  "+`"synthetic"`), 1)
			})
		}
	})
	deliver("as_of", "The job asks for another day than the extract was sealed for.", func(d *delivery) {
		d.job = "as_of: 2026-04-01\n"
	})
}

func brokenFolders(t *testing.T, deliver addDelivery) {
	at := func(dir, name string) string { return filepath.Join(dir, damagedHome, name) }
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	deliver("folder", "A practice's folder is not named after an ODS code.", func(d *delivery) {
		d.sealed = func(dir string) { put(t, dir, "practice_code=North/patients.parquet", []byte("whose?\n")) }
	})
	deliver("no_practice", "The extract has no practice.", func(d *delivery) {
		d.sealed = func(dir string) { must(os.RemoveAll(filepath.Join(dir, damagedHome))) }
		d.manifest = func(m *Manifest) { m.Practices = []seal.Practice{} }
	})
	deliver("unexpected_file", "A practice's folder holds a file that is no table.", func(d *delivery) {
		d.sealed = func(dir string) { put(t, dir, damagedHome+"notes.txt", []byte("see attached\n")) }
	})
	deliver("table_twice", "A table is there both as a file and as a folder of parts.", func(d *delivery) {
		d.unsealed = func(dir string) {
			must(os.Mkdir(at(dir, "clinical_events"), 0o755))
			must(os.Rename(at(dir, "clinical_events.parquet"), at(dir, "clinical_events/part-0.parquet")))
		}
		d.sealed = func(dir string) { put(t, dir, damagedHome+"clinical_events.parquet", []byte("again\n")) }
	})
	deliver("symlink", "A table is a link to a file.", func(d *delivery) {
		d.sealed = func(dir string) { must(os.Symlink("patients.parquet", at(dir, "medications.parquet"))) }
	})
	deliver("missing_table", "The practice delivers no patients.", func(d *delivery) {
		d.unsealed = func(dir string) { must(os.Remove(at(dir, "patients.parquet"))) }
	})
	deliver("missing_table-other_practice", "One of two practices does not deliver the events the other has.", func(d *delivery) {
		d.unsealed = func(dir string) {
			people := set(set(soundDelivery().patients, "practice_code", 0, "Y90002"), "practice_code", 1, "Y90002")
			put(t, dir, "practice_code=Y90002/patients.parquet", write(t, set(people, "practice_code", 2, "Y90002"), damagedFile))
		}
	})
	deliver("file_too_large", "The command is given less memory than the largest file needs.", func(*delivery) {})
}

func brokenFiles(t *testing.T, deliver addDelivery) {
	written := func(name, why string, f func(events []byte) []byte) {
		deliver(name, why, func(d *delivery) { d.written = f })
	}
	codec := func(name, why string, c compress.Codec) {
		deliver(name, why, func(d *delivery) { d.layout.codec = c })
	}
	footer := func(name, why string, f func(m *format.FileMetaData)) {
		written(name, why, func(b []byte) []byte { return refooter(t, b, f) })
	}
	written("not_parquet", "A file is CSV under the name of Parquet.", func([]byte) []byte {
		return []byte("patient_id,date,snomedct_code,numeric_value\n")
	})
	written("encrypted", "A file is encrypted: its footer is.", func(b []byte) []byte {
		return slices.Concat([]byte("PARE"), b[4:len(b)-4], []byte("PARE"))
	})
	footer("encrypted-column", "A file is encrypted: one column is.", func(m *format.FileMetaData) {
		m.RowGroups[0].Columns[2].EncryptedColumnMetadata = []byte{1}
	})
	codec("codec-lz4", "A file is packed with LZ4.", &parquet.Lz4Raw)
	codec("codec-brotli", "A file is packed with Brotli.", &parquet.Brotli)
	written("codecs_mixed", "A column is packed in one row group and not in the other.", func(b []byte) []byte {
		return joined(t, b, write(t, soundDelivery().events, layout{codec: &parquet.Gzip}))
	})
	written("damaged", "The bytes of a page are not a page.", func(b []byte) []byte {
		at := int(footerOf(t, b).RowGroups[0].Columns[0].MetaData.DataPageOffset)
		return slices.Concat(b[:at], bytes.Repeat([]byte{0xFF}, 8), b[at+8:])
	})
	footer("rows", "The footer counts one row more than there are.", func(m *format.FileMetaData) { m.NumRows++ })
	written("page_size", "A page says that it grows to a gigabyte.", func(b []byte) []byte { return grownPage(t, b) })
}

func footerOf(t *testing.T, file []byte) (m format.FileMetaData) {
	refooter(t, file, func(meta *format.FileMetaData) { m = *meta })
	return m
}

// joined is one file of the row groups of two.
func joined(t *testing.T, a, b []byte) []byte {
	meta := footerOf(t, b)
	end := len(a) - 8 - int(binary.LittleEndian.Uint32(a[len(a)-8:]))
	body := b[4 : len(b)-8-int(binary.LittleEndian.Uint32(b[len(b)-8:]))]
	for g := range meta.RowGroups {
		for c := range meta.RowGroups[g].Columns {
			meta.RowGroups[g].Columns[c].MetaData.DataPageOffset += int64(end - 4)
		}
	}
	both := refooter(t, a, func(m *format.FileMetaData) {
		m.RowGroups = append(m.RowGroups[:1], meta.RowGroups...)
		m.NumRows = 0
		for g := range m.RowGroups {
			m.NumRows += m.RowGroups[g].NumRows
		}
	})
	return slices.Concat(both[:end], body, both[end:])
}

// grownPage rewrites the header of the last page of a file.
func grownPage(t *testing.T, b []byte) []byte {
	t.Helper()
	groups := footerOf(t, b).RowGroups
	last := &groups[len(groups)-1].Columns[len(groups[0].Columns)-1].MetaData
	at := int(last.DataPageOffset)
	p := thrift.CompactProtocol{}
	r := p.NewReaderFromBytes(bytes.Clone(b[at:]))
	var head format.PageHeader
	if err := thrift.NewDecoder(r).Decode(&head); err != nil {
		t.Fatal(err)
	}
	length := r.BytesRead()
	head.UncompressedPageSize = 1 << 30
	grown, err := thrift.Marshal(&p, head)
	if err != nil {
		t.Fatal(err)
	}
	b = refooter(t, b, func(m *format.FileMetaData) {
		groups := m.RowGroups
		groups[len(groups)-1].Columns[len(groups[0].Columns)-1].MetaData.TotalCompressedSize += int64(len(grown) - length)
	})
	return slices.Concat(b[:at], grown, b[at+length:])
}

func brokenColumns(deliver addDelivery) {
	events := func(name, why string, f func(c []col) []col) {
		deliver(name, why, func(d *delivery) { d.events = f(d.events) })
	}
	as := func(name, why, column string, node parquet.Node, value any) {
		events(name, why, func(c []col) []col { return retype(c, column, node, value) })
	}
	events("missing_column", "The events have no date.", func(c []col) []col { return without(c, "date") })
	deliver("column_twice", "The events have two columns of one name.", func(d *delivery) {
		d.events = add(d.events, "unit", str(), "mmHg")
		d.written = func(b []byte) []byte {
			// The names are of one length, so nothing else moves.
			return bytes.ReplaceAll(b, []byte("unit"), []byte("date"))
		}
	})
	as("nested", "A value is repeated: a list where one is wanted.", "numeric_value", parquet.Repeated(str()), []string{"60"})
	as("type", "A value is a whole number where a decimal one is wanted.", "numeric_value", parquet.Leaf(parquet.Int32Type), int32(60))
	as("date_type-timestamp", "A date is a time.", "date", parquet.Timestamp(parquet.Millisecond), int64(1_700_000_000_000))
	as("date_type-int96", "A date is a time of the older kind.", "date", parquet.Leaf(parquet.Int96Type), deprecated.Int96{0, 0, 2_460_000})
	as("date_type-text", "A date is text.", "date", str(), "01/02/2026")
	as("text_type", "A code is a number.", "snomedct_code", parquet.Leaf(parquet.Int64Type), int64(38341003))
	deliver("identifier_name", "A column is named after an identifier.", func(d *delivery) {
		d.planted = "nhs_number"
		d.events = add(d.events, d.planted, str(), "-")
	})
}

func brokenValues(deliver addDelivery) {
	event := func(name, why, column string, value any) {
		deliver(name, why, func(d *delivery) {
			d.events = set(d.events, column, 5, value)
			d.planted, _ = value.(string)
		})
	}
	patient := func(name, why, column string, value any) {
		deliver(name, why, func(d *delivery) {
			d.patients = set(d.patients, column, 1, value)
			if s, ok := value.(string); ok && len(s) > 1 {
				d.planted = s
			}
		})
	}
	event("null", "An event has no date.", "date", nil)
	event("empty_text", "An event has an empty pseudonym.", "patient_id", "")
	event("range", "An event is of the year 1899.", "date", int32(frame.Date(1899, time.December, 31)))
	event("infinite", "A value is infinite.", "numeric_value", math.Inf(1))
	event("pattern", "A code does not have the form of a SNOMED CT id.", "snomedct_code", "G20..11")
	event("identifier_nhs_number", "A pseudonym is an NHS number.", "patient_id", "9990000018")
	deliver("identifier_postcode", "A unit is a postcode.", func(d *delivery) {
		d.planted = "ZZ99 3WZ"
		d.events = set(add(d.events, "unit", str(), "mmHg"), "unit", 5, d.planted)
	})
	patient("not_in_list", "A sex is not of the contract's list.", "sex", "F")
	patient("practice_code", "A person is of another practice than the folder.", "practice_code", "Y90009")
	patient("not_first_of_month", "A birth date is a day, not a month.", "birth_month", int32(frame.Date(1960, time.May, 2)))
	deliver("type1_opt_out", "A person who opted out is still there, and the job says that the supplier saw to it.", func(d *delivery) {
		d.patients = set(add(d.patients, "opt_out", str(), "none"), "opt_out", 1, "type1")
	})
}

// brokenJobs are sound extracts that the job, or what it names, does not fit.
func brokenJobs(t *testing.T, deliver addDelivery) {
	deliver("job", "The job has two keys nobody knows.", func(d *delivery) {
		d.job = "workers: 4\nextracts: [north, south]\n"
	})
	deliver("not_synthetic", "The extract is of real people, as far as it says, and the job does not say how counts are protected.", func(d *delivery) {
		d.genuine = true
	})
	deliver("reference", "The table of practices has one practice in two neighbourhoods on the same days.", func(d *delivery) {
		d.practice = "practices.csv"
		d.sealed = func(dir string) { put(t, filepath.Dir(dir), d.practice, []byte(twoPlaces)) }
	})
}

const twoPlaces = `practice_code,name,neighbourhood_code,neighbourhood,place_code,place,system_code,system,valid_from,valid_to,list_size
Y90001,Synthetic practice 001,SYNN004,Synthetic neighbourhood 04,SYNP2,Synthetic place B,SYNS1,Synthetic system,2019-04-01,2026-03-31,3
Y90001,Synthetic practice 001,SYNN002,Synthetic neighbourhood 02,SYNP2,Synthetic place B,SYNS1,Synthetic system,2026-03-01,,3
`
