package pages

import (
	"errors"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// ErrRows travels inside one file's work and becomes a fault in [File.Settle].
var ErrRows = errors.New("rows delivered differ from the footer")

// errDamaged does so too.
var errDamaged = errors.New("page cannot be decoded")

// Reader delivers one column chunk page by page; its zero value is ready to
// start. A page's rows are slots: for a list, one per element or empty list.
type Reader struct {
	leaf  Leaf
	heads []pageHead
	pages *parquet.FilePages
	page  parquet.Page
	dict  parquet.Dictionary
	next  int   // page to come
	left  int64 // slots in the pages to come
	View
	Entries Values // of the dictionary
}

// Start opens the chunk of a column in row group g.
func (r *Reader) Start(f *File, g int, leaf Leaf) error {
	r.Close()
	group := f.view.RowGroups()[g]
	chunk, ok := group.ColumnChunks()[leaf.index].(*parquet.FileColumnChunk)
	if !ok {
		return errDamaged
	}
	r.leaf, r.heads, r.dict, r.next = leaf, f.layout[g][leaf.index], nil, 0
	r.left = 0
	for _, h := range r.heads {
		r.left += int64(h.values)
	}
	r.Rows, r.level = 0, leaf.level
	r.pages = chunk.PagesFrom(f.source)
	return nil
}

// Close lets go of the page and the chunk. A closed reader may start again.
func (r *Reader) Close() {
	if r.page != nil {
		parquet.Release(r.page)
		r.page = nil
	}
	if r.pages != nil {
		_ = r.pages.Close() // reads memory: cannot fail
		r.pages = nil
	}
}

// More reports whether there are slots in pages to come.
func (r *Reader) More() bool { return r.left > 0 }

// Load decodes the next page that has rows. fresh is true when it comes with a
// dictionary not seen before.
func (r *Reader) Load() (fresh bool, err error) {
	if r.page != nil {
		parquet.Release(r.page)
		r.page = nil
	}
	for r.Rows = 0; r.Rows == 0; {
		if r.next == len(r.heads) {
			return false, ErrRows
		}
		if r.page, err = r.pages.ReadPage(); err != nil {
			return false, errDamaged
		}
		head := r.heads[r.next]
		r.next++
		changed, err := r.take(head)
		if err != nil {
			return false, err
		}
		fresh = fresh || changed
		r.left -= int64(r.Rows)
	}
	return fresh, nil
}

// Starts returns, for each slot of the page of a repeated column, 0 where a row
// starts and 1 inside it.
func (r *Reader) Starts() []byte { return r.page.RepetitionLevels() }

// DictionaryAlone loads the dictionary and no page. ok is false where it does not
// hold every value of the chunk: pages must be loaded then.
func (r *Reader) DictionaryAlone() (ok bool, err error) {
	for _, h := range r.heads {
		if !h.dictionary() {
			return false, nil
		}
	}
	if len(r.heads) == 0 {
		return false, nil
	}
	dict, err := r.pages.ReadDictionary()
	if err != nil {
		return false, errDamaged
	}
	if dict == nil {
		return false, nil
	}
	return true, r.Entries.set(dict.Page().Data())
}

// take points the view at the page just read and checks it against its header.
func (r *Reader) take(head pageHead) (fresh bool, err error) {
	r.Rows, r.Nulls, r.ranked, r.Index = int(r.page.NumValues()), 0, false, nil
	if r.leaf.Null {
		r.def = r.page.DefinitionLevels()
		r.Nulls = int(r.page.NumNulls())
		if len(r.def) != r.Rows {
			return false, ErrRows
		}
	}
	if r.Rows != int(head.values) {
		return false, ErrRows
	}
	filled := r.Rows - r.Nulls
	data := r.page.Data()
	if dict := r.page.Dictionary(); dict != nil {
		r.Index = data.Int32()
		if len(r.Index) != filled {
			return false, ErrRows
		}
		fresh, r.dict = dict != r.dict, dict
		if fresh {
			entries := dict.Page().Data()
			err = r.Entries.set(entries)
		}
		return fresh, err
	}
	if err := r.set(data); err != nil {
		return false, err
	}
	if r.bits == nil && r.N != filled || r.N < filled {
		return false, ErrRows
	}
	if head.encoding == format.Plain && int64(filled)*r.width() > int64(head.bytes) {
		return false, errDamaged
	}
	return false, nil
}

// Done checks, at the end of a row group, that the chunk held exactly the rows of
// the footer.
func (r *Reader) Done() error {
	if r.left != 0 || r.next != len(r.heads) {
		return ErrRows
	}
	return nil
}
