package source

import (
	"github.com/xitongsys/parquet-go/common"
	"github.com/xitongsys/parquet-go/layout"
	"github.com/xitongsys/parquet-go/parquet"
)

// flags is an optional BOOLEAN column, written plain: the format has no
// dictionary of booleans.
type flags struct {
	name    string
	element *parquet.SchemaElement
	path    string
	values  []any // nil where missing
	def     []int32
	pages   []*layout.Page
	nulls   []nullCount
	missing int64 // in the page
	low, up any   // smallest and largest of the row group
}

func (f *flags) put(v *bool) {
	if v == nil {
		f.values, f.def = append(f.values, nil), append(f.def, 0)
		f.missing++
		return
	}
	f.values, f.def = append(f.values, *v), append(f.def, 1)
	if f.low == nil {
		f.low, f.up = *v, *v
	}
	if *v {
		f.up = true
	} else {
		f.low = false
	}
}

func (f *flags) cut() {
	if len(f.def) == 0 {
		return
	}
	page := layout.NewDataPage()
	page.Schema, page.Path = f.element, common.StrToPath(f.path)
	page.CompressType = parquet.CompressionCodec_SNAPPY
	page.Info = &common.Tag{Encoding: parquet.Encoding_PLAIN}
	page.DataTable = &layout.Table{MaxDefinitionLevel: 1, DefinitionLevels: f.def, Values: f.values}
	page.DataPageCompress(page.CompressType)
	page.DataTable = nil
	nulls := f.missing
	page.NullCount = &nulls
	f.nulls = append(f.nulls, nullCount{nulls, int64(len(f.def))})
	f.pages = append(f.pages, page)
	f.values, f.def, f.missing = f.values[:0], f.def[:0], 0
}

func (f *flags) chunk() ([]*layout.Page, *layout.DictRecType, []nullCount) {
	for _, p := range f.pages {
		p.MinVal, p.MaxVal = f.low, f.up
	}
	return f.pages, nil, f.nulls
}

func (f *flags) reset() { f.pages, f.nulls, f.low, f.up = nil, nil, nil, nil }

func (f *flags) where() string { return f.path }

func (f *flags) bind(element *parquet.SchemaElement, path string) { f.element, f.path = element, path }

func (f *flags) elements() []*parquet.SchemaElement {
	e := parquet.NewSchemaElement()
	e.Name, e.Type = f.name, parquet.TypePtr(parquet.Type_BOOLEAN)
	e.RepetitionType = parquet.FieldRepetitionTypePtr(parquet.FieldRepetitionType_OPTIONAL)
	return []*parquet.SchemaElement{e}
}
