package schemas

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Refuse says which rule of the column a value spelt as text breaks, and what is
// wanted; "" when it keeps them all. "" as a value is a missing one. It shows the
// value, so it is for reference files, never for people's data. Lists cannot be
// spelt as one text and are refused.
func (c Column) Refuse(value string) string {
	switch {
	case !utf8.ValidString(value):
		return "not UTF-8 text"
	case value == "" && (c.Nullable() || c.Position("") >= 0):
		return ""
	case value == "":
		return "no value"
	case strings.TrimSpace(value) != value:
		return "spaces around the value"
	case strings.ContainsFunc(value, unicode.IsControl):
		return "control characters in the value"
	case len(c.Values) > 0 && c.Position(value) < 0:
		return fmt.Sprintf("want a value of the closed list, got %q", value)
	case c.expression != nil && !c.expression.MatchString(value):
		return fmt.Sprintf("want the form %s, got %q", c.Pattern, value)
	}
	return c.refuseTyped(value)
}

func (c Column) refuseTyped(value string) string {
	ok, want := true, ""
	switch c.Type {
	case Date, Month:
		day, err := time.Parse(time.DateOnly, value)
		from, to := c.Dates()
		late := !to.IsZero() && day.After(to)
		ok = err == nil && !day.Before(from) && !late && (c.Type == Date || day.Day() == 1)
		want = "a date like 2026-03-01"
		if c.Type == Month {
			want = "the first day of a month, like 2026-03-01"
		}
	case Integer:
		n, err := strconv.ParseInt(value, 10, 64)
		from, to := c.Numbers()
		ok = err == nil && float64(n) >= from && float64(n) <= to
		want = "a whole number"
	case Number:
		n, err := strconv.ParseFloat(value, 64)
		from, to := c.Numbers()
		ok = err == nil && n-n == 0 && n >= from && n <= to
		want = "a number"
	case Boolean:
		ok = value == "true" || value == "false"
		want = "true or false"
	case TextList:
		return "a list cannot be one text"
	case Text:
	}
	if ok {
		return ""
	}
	return fmt.Sprintf("want %s%s, got %q", want, c.rangeText(), value)
}

// rangeText gives the range as words after what is wanted.
func (c Column) rangeText() string {
	switch {
	case c.Range == nil:
		return ""
	case c.Range.To == "":
		return ", from " + c.Range.From + " on"
	case c.Range.From == "":
		return ", up to " + c.Range.To
	}
	return ", from " + c.Range.From + " to " + c.Range.To
}
