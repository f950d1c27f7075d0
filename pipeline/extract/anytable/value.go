package anytable

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/big"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"riskband/stratify/frame"
)

// ValueKind says which field of a [Value] holds it.
type ValueKind uint8

// The kinds of a value. Booleans are integers, 0 or 1.
const (
	NullValue      ValueKind = iota
	TextValue                // Text
	IntegerValue             // Int
	FloatValue               // Float; decimals too
	DayValue                 // Int, days since 1970-01-01
	TimestampValue           // Int, whole seconds since 1970-01-01 00:00, rounded down
)

// Value is one value of a table read by [Read]; the zero Value is null.
type Value struct {
	Kind  ValueKind
	Text  string
	Int   int64
	Float float64
}

// converter turns a value that is not null into a [Value]; ok is false when the
// value lies outside what its type allows.
type converter func(parquet.Value) (v Value, ok bool)

// converterOf returns how to read a column; ok is false for a type that has no
// plain meaning (time of day, interval, BSON, geometry, half floats).
func converterOf(e format.SchemaElement) (c converter, ok bool) {
	if scale, isDecimal := decimalScale(e); isDecimal {
		return decimalConverter(e.Type.V, scale)
	}
	switch e.Type.V {
	case format.Boolean:
		return func(v parquet.Value) (Value, bool) {
			if v.Boolean() {
				return Value{Kind: IntegerValue, Int: 1}, true
			}
			return Value{Kind: IntegerValue}, true
		}, true
	case format.Float:
		return func(v parquet.Value) (Value, bool) {
			return Value{Kind: FloatValue, Float: float64(v.Float())}, true
		}, true
	case format.Double:
		return func(v parquet.Value) (Value, bool) {
			return Value{Kind: FloatValue, Float: v.Double()}, true
		}, true
	case format.Int32:
		return int32Converter(e)
	case format.Int64:
		return int64Converter(e)
	case format.Int96:
		return int96Value, true
	}
	return textConverter(e)
}

// footerFits reports whether a file ends as Parquet does, in a footer no longer
// than the file. The library makes room for a footer before it looks.
func footerFits(file io.ReaderAt, size int64) bool {
	const magic, frame = "PAR1", 12 // the magic twice and the footer's length
	var end [8]byte
	if _, err := file.ReadAt(end[:], size-int64(len(end))); err != nil {
		return false
	}
	footer := int64(binary.LittleEndian.Uint32(end[:4]))
	return string(end[4:]) == magic && footer <= size-frame
}

// tableLeaf is a top-level entry of the schema.
type tableLeaf struct {
	element format.SchemaElement
	leaf    int // of the first leaf under it
	nested  bool
}

// topLeaves walks the schema, which lists groups before their children.
func topLeaves(schema []format.SchemaElement) []tableLeaf {
	var top []tableLeaf
	leaf := 0
	for i := 1; i < len(schema); {
		l := tableLeaf{element: schema[i], leaf: leaf}
		l.nested = schema[i].RepetitionType.V == format.Repeated || schema[i].NumChildren.V > 0
		top = append(top, l)
		for open := int32(1); open > 0 && i < len(schema); i++ {
			children := schema[i].NumChildren.V
			open += children - 1
			if children == 0 {
				leaf++
			}
		}
	}
	return top
}

func int32Converter(e format.SchemaElement) (converter, bool) {
	switch l := e.LogicalType.Value.(type) {
	case *format.DateType:
		return dayValue, true
	case *format.IntType:
		return integerConverter(!l.IsSigned, true), true
	case nil:
	default:
		return nil, false
	}
	switch e.ConvertedType {
	case converted(deprecated.Date):
		return dayValue, true
	case converted(deprecated.TimeMillis):
		return nil, false
	case converted(deprecated.Uint8), converted(deprecated.Uint16), converted(deprecated.Uint32):
		return integerConverter(true, true), true
	}
	return integerConverter(false, true), true
}

func int64Converter(e format.SchemaElement) (converter, bool) {
	switch l := e.LogicalType.Value.(type) {
	case *format.TimestampType:
		if l.Unit.Value == nil {
			return nil, false
		}
		return timestampConverter(l.Unit.Value.Duration()), true
	case *format.IntType:
		return integerConverter(!l.IsSigned, false), true
	case nil:
	default:
		return nil, false
	}
	switch e.ConvertedType {
	case converted(deprecated.TimestampMillis):
		return timestampConverter(time.Millisecond), true
	case converted(deprecated.TimestampMicros):
		return timestampConverter(time.Microsecond), true
	case converted(deprecated.TimeMicros):
		return nil, false
	case converted(deprecated.Uint64):
		return integerConverter(true, false), true
	}
	return integerConverter(false, false), true
}

func dayValue(v parquet.Value) (Value, bool) {
	return Value{Kind: DayValue, Int: int64(v.Int32())}, frame.Day(v.Int32()).Known()
}

func integerConverter(unsigned, narrow bool) converter {
	return func(v parquet.Value) (Value, bool) {
		switch {
		case narrow && unsigned:
			return Value{Kind: IntegerValue, Int: int64(v.Uint32())}, true
		case narrow:
			return Value{Kind: IntegerValue, Int: int64(v.Int32())}, true
		}
		return Value{Kind: IntegerValue, Int: v.Int64()}, !unsigned || v.Int64() >= 0
	}
}

func timestampConverter(unit time.Duration) converter {
	perSecond := int64(time.Second / unit)
	return func(v parquet.Value) (Value, bool) {
		return Value{Kind: TimestampValue, Int: floorDivide(v.Int64(), perSecond)}, true
	}
}

// int96Value reads nanoseconds of the day and a Julian day number, as Impala and
// Spark wrote timestamps.
func int96Value(v parquet.Value) (Value, bool) {
	const julianOfEpoch, secondsPerDay = 2440588, 86400
	i := v.Int96()
	seconds := floorDivide(int64(i[1])<<32|int64(i[0]), int64(time.Second))
	day := int64(int32(i[2])) - julianOfEpoch
	return Value{Kind: TimestampValue, Int: day*secondsPerDay + seconds}, true
}

// converted is a schema's older, shorter name for a type.
func converted(c deprecated.ConvertedType) thrift.Null[deprecated.ConvertedType] {
	return thrift.New(c)
}

func floorDivide(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// decimalScale returns the digits after the point of a decimal column.
func decimalScale(e format.SchemaElement) (scale int32, isDecimal bool) {
	if l, ok := e.LogicalType.Value.(*format.DecimalType); ok {
		return l.Scale, true
	}
	return e.Scale.V, e.LogicalType.Value == nil && e.ConvertedType == converted(deprecated.Decimal)
}

func decimalConverter(kind format.Type, scale int32) (converter, bool) {
	const maxScale = 76 // the widest decimal in common use
	if scale < 0 || scale > maxScale {
		return nil, false
	}
	divisor := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
	small, exact := new(big.Float).SetInt(divisor).Float64()
	return func(v parquet.Value) (Value, bool) {
		unscaled := unscaledDecimal(kind, v)
		if exact == big.Exact && unscaled.IsInt64() && abs(unscaled.Int64()) < 1<<53 {
			return Value{Kind: FloatValue, Float: float64(unscaled.Int64()) / small}, true
		}
		f, _ := new(big.Rat).SetFrac(unscaled, divisor).Float64()
		return Value{Kind: FloatValue, Float: f}, !math.IsInf(f, 0)
	}, kind != format.Boolean && kind != format.Int96 && kind != format.Float && kind != format.Double
}

func abs(n int64) int64 { return max(n, -n) }

// unscaledDecimal returns the integer behind a decimal: two's complement, big
// endian where it is stored as bytes.
func unscaledDecimal(kind format.Type, v parquet.Value) *big.Int {
	switch kind {
	case format.Int32:
		return big.NewInt(int64(v.Int32()))
	case format.Int64:
		return big.NewInt(v.Int64())
	}
	b := v.ByteArray()
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	return n
}

// textConverter reads bytes as text, whatever string type they carry or none.
func textConverter(e format.SchemaElement) (converter, bool) {
	switch e.LogicalType.Value.(type) {
	case *format.UUIDType:
		return func(v parquet.Value) (Value, bool) {
			b := v.ByteArray()
			if len(b) != 16 {
				return Value{}, false
			}
			return Value{Kind: TextValue, Text: fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])}, true
		}, true
	case nil, *format.StringType, *format.EnumType, *format.JsonType:
	default:
		return nil, false
	}
	if e.ConvertedType == converted(deprecated.Bson) || e.ConvertedType == converted(deprecated.Interval) {
		return nil, false
	}
	return func(v parquet.Value) (Value, bool) {
		return Value{Kind: TextValue, Text: string(v.ByteArray())}, true
	}, true
}
