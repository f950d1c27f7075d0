package folder

import (
	"math"
	"strconv"
	"strings"
	"time"

	"riskband/pipeline/extract/anytable"
	"riskband/stratify/frame"
)

// Row is one Row of a source table: one value per column asked for.
type Row []anytable.Value

// Text returns a value as text, "" for null.
func (r Row) Text(i int) string {
	switch v := r[i]; v.Kind {
	case anytable.TextValue:
		return strings.TrimSpace(v.Text)
	case anytable.IntegerValue:
		return strconv.FormatInt(v.Int, 10)
	case anytable.FloatValue:
		return strconv.FormatFloat(v.Float, 'f', -1, 64)
	case anytable.NullValue, anytable.DayValue, anytable.TimestampValue:
	}
	return ""
}

// ID returns a whole number; ok is false for null and anything else. Numbers
// written as 12.0, as some tools do for columns with gaps, are whole.
func (r Row) ID(i int) (id int64, ok bool) {
	switch v := r[i]; v.Kind {
	case anytable.IntegerValue:
		return v.Int, true
	case anytable.FloatValue:
		return whole(v.Float)
	case anytable.TextValue:
		s := strings.TrimSpace(v.Text)
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			return id, true
		}
		if head, isWhole := strings.CutSuffix(s, ".0"); isWhole {
			id, err := strconv.ParseInt(head, 10, 64)
			return id, err == nil
		}
	case anytable.NullValue, anytable.DayValue, anytable.TimestampValue:
	}
	return 0, false
}

func whole(f float64) (int64, bool) {
	const exact = 1 << 53 // above, a float cannot hold every whole number
	return int64(f), f == math.Trunc(f) && math.Abs(f) < exact
}

// Number returns a finite number. null tells a missing value from one that is
// not a number.
func (r Row) Number(i int) (f float64, null, ok bool) {
	switch v := r[i]; v.Kind {
	case anytable.NullValue:
		return math.NaN(), true, false
	case anytable.IntegerValue:
		return float64(v.Int), false, true
	case anytable.FloatValue:
		f = v.Float
	case anytable.TextValue:
		parsed, err := strconv.ParseFloat(strings.TrimSpace(v.Text), 64)
		if err != nil {
			return math.NaN(), false, false
		}
		f = parsed
	default:
		return math.NaN(), false, false
	}
	return f, false, !math.IsNaN(f) && !math.IsInf(f, 0)
}

// Day returns the date as written: of a timestamp with an offset, the date in
// that offset. Text may be 2006-01-02, 20060102, or either with a time behind it.
func (r Row) Day(i int) (frame.Day, bool) {
	switch v := r[i]; v.Kind {
	case anytable.DayValue:
		return dayIn(v.Int)
	case anytable.TimestampValue:
		return dayIn(int64(math.Floor(float64(v.Int) / (24 * 60 * 60))))
	case anytable.TextValue:
		return parseDay(strings.TrimSpace(v.Text))
	case anytable.NullValue, anytable.IntegerValue, anytable.FloatValue:
	}
	return frame.NoDay, false
}

// dayIn accepts days of the years 1900 to 9999, as the contract does.
func dayIn(days int64) (frame.Day, bool) {
	if days < int64(frame.Date(1900, time.January, 1)) || days > int64(frame.Date(9999, time.December, 31)) {
		return frame.NoDay, false
	}
	return frame.Day(days), true
}

func parseDay(s string) (frame.Day, bool) {
	head := s
	if at := strings.IndexAny(s, "T "); at >= 0 {
		head = s[:at]
	}
	for _, layout := range []string{time.DateOnly, "20060102"} {
		if t, err := time.Parse(layout, head); err == nil {
			return dayIn(int64(frame.Date(t.Date())))
		}
	}
	return frame.NoDay, false
}
