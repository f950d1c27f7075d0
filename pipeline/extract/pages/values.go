package pages

import "github.com/parquet-go/parquet-go/encoding"

// Values is a run of physical values, of a page or of a dictionary. Exactly one
// of the slices is in use. It is borrowed from the page.
type Values struct {
	N       int      // booleans come in bytes: N may be up to seven too high
	data    []byte   // text: with offsets, or fixed bytes each
	offsets []uint32 // n+1 of them
	fixed   int
	Ints    []int32
	longs   []int64
	floats  []float32
	doubles []float64
	bits    []byte // booleans, lowest bit first
}

// Text returns value i of a text. It panics on offsets that do not rise: the file's guard
// turns that into a fault.
func (v *Values) Text(i int) []byte {
	if v.fixed > 0 {
		return v.data[i*v.fixed : (i+1)*v.fixed]
	}
	return v.data[v.offsets[i]:v.offsets[i+1]]
}

// Number returns value i of a float or double.
func (v *Values) Number(i int) float64 {
	if v.doubles != nil {
		return v.doubles[i]
	}
	return float64(v.floats[i])
}

// Integer returns value i of an integer.
func (v *Values) Integer(i int) int64 {
	if v.longs != nil {
		return v.longs[i]
	}
	return int64(v.Ints[i])
}

// Boolean returns value i of a boolean.
func (v *Values) Boolean(i int) bool { return v.bits[i/8]>>(i%8)&1 == 1 }

// IsText is true of text. Where neither it nor its like below is, the values are
// integers.
func (v *Values) IsText() bool { return v.fixed > 0 || v.offsets != nil }

// IsNumber is true of floats and doubles.
func (v *Values) IsNumber() bool { return v.doubles != nil || v.floats != nil }

// IsBoolean is true of booleans.
func (v *Values) IsBoolean() bool { return v.bits != nil }

// set points v at decoded data.
func (v *Values) set(d encoding.Values) error {
	*v = Values{}
	switch d.Kind() {
	case encoding.ByteArray:
		v.data, v.offsets = d.ByteArray()
		v.N = max(len(v.offsets)-1, 0)
	case encoding.FixedLenByteArray:
		v.data, v.fixed = d.FixedLenByteArray()
		if v.fixed <= 0 {
			return errDamaged
		}
		v.N = len(v.data) / v.fixed
	case encoding.Int32:
		v.Ints = d.Int32()
		v.N = len(v.Ints)
	case encoding.Int64:
		v.longs = d.Int64()
		v.N = len(v.longs)
	case encoding.Float:
		v.floats = d.Float()
		v.N = len(v.floats)
	case encoding.Double:
		v.doubles = d.Double()
		v.N = len(v.doubles)
	case encoding.Boolean:
		v.bits = d.Boolean()
		v.N = 8 * len(v.bits)
	case encoding.Int96:
		v.data, _ = d.Data()
		v.fixed = 12
		v.N = len(v.data) / v.fixed
	default: // a column of nothing but nulls
	}
	return nil
}

// width is the least number of bytes a plain value takes, 0 for booleans.
func (v *Values) width() int64 {
	switch {
	case v.fixed > 0:
		return int64(v.fixed)
	case v.offsets != nil, v.Ints != nil, v.floats != nil:
		return 4
	case v.longs != nil, v.doubles != nil:
		return 8
	}
	return 0
}
