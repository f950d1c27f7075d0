package extract

import (
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

func isDate(t *format.LogicalType) bool {
	_, ok := t.Value.(*format.DateType)
	return ok
}

// isText takes any byte string that is not declared to be something else.
func isText(t parquet.Type) bool {
	if k := t.Kind(); k != parquet.ByteArray && k != parquet.FixedLenByteArray {
		return false
	}
	logical := t.LogicalType()
	if logical == nil {
		return true
	}
	switch logical.Value.(type) {
	case nil, *format.StringType, *format.EnumType, *format.JsonType:
		return true
	}
	return false
}

// isInteger takes plain and sized integers, not dates, times or decimals.
func isInteger(t *format.LogicalType) bool {
	if t == nil || t.Value == nil {
		return true
	}
	_, ok := t.Value.(*format.IntType)
	return ok
}
