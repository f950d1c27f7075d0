package frame

import (
	"fmt"
	"math"
	"time"
)

// Day counts days since 1970-01-01. [NoDay] means the date is missing.
type Day int32

// NoDay is the missing day. It sorts before every real day, so "the latest of"
// needs no special case.
const NoDay Day = math.MinInt32

// Date returns the day of a calendar date.
func Date(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

const secondsPerDay = 24 * 60 * 60

// ParseDay reads an ISO date, for example 2026-03-31.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return NoDay, fmt.Errorf("parse date: want YYYY-MM-DD: %w", err)
	}
	return Date(t.Date()), nil
}

// Known reports whether the day is not missing.
func (d Day) Known() bool { return d != NoDay }

// Time returns midnight UTC at the start of the day. The day must be known.
func (d Day) Time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String returns the ISO date, or the empty string when the day is missing.
func (d Day) String() string {
	if !d.Known() {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// FirstOfMonth reports whether the day is the first of a month.
func (d Day) FirstOfMonth() bool { return d.Known() && d.Time().Day() == 1 }

// AgeAt returns completed years from birth to the day at. Birth is known to the
// month only and taken as the first of that month. Both days must be known and
// birth must not be after at.
func (birth Day) AgeAt(at Day) int {
	by, bm, bd := birth.Time().Date()
	y, m, d := at.Time().Date()
	age := y - by
	if m < bm || (m == bm && d < bd) {
		age--
	}
	return age
}
