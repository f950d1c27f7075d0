package columnar

import (
	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
)

// dictionaryType is how texts that recur go to Parquet: each is hashed once a
// row here, without the allocation a row that the writer's own hashing costs.
func dictionaryType() *arrow.DictionaryType {
	return &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
}

// dictionary copies a column of texts as numbers into its different Texts, in
// the order they first come. The caller releases it.
func dictionary(mem memory.Allocator, v Values, nullable bool) arrow.Array {
	b := array.NewInt32Builder(mem)
	defer b.Release()
	b.Reserve(v.len())
	var different Texts
	number := map[string]int32{}
	before, last := "", int32(-1)
	for i := range v.len() {
		if nullable && v.missing(i) {
			b.AppendNull()
			continue
		}
		text := v.text(i)
		if last < 0 || text != before {
			n, known := number[text]
			if !known {
				n = int32(len(different))
				number[text] = n
				different = append(different, text)
			}
			before, last = text, n
		}
		b.Append(last)
	}
	indices, values := b.NewArray(), different.array(mem, false)
	defer indices.Release()
	defer values.Release()
	return array.NewDictionaryArray(dictionaryType(), indices, values)
}
