package reference

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"riskband/internal/strict"
	"riskband/pipeline/extract/refusal"
	"riskband/stratify/frame"
	"riskband/stratify/tally"
)

const (
	maxReference       = 64 << 20 // bytes of a reference file
	maxReferenceFaults = 1000     // listed before the rest are left out

	// Area codes that release tables give a meaning of their own.
	reservedUnmapped = "unmapped"
	reservedAll      = "all"
)

// ReadPractices reads the practices reference table, a CSV file, and checks it
// against the contract: columns in any order, periods of a practice that do not
// overlap, and at any day one name and one parent for each neighbourhood, place
// and system code. Rows come back sorted by practice, then first day.
//
// Faults come all at once as [strict.Faults], each with its line and column, and
// wrap [refusal.ErrRefused]; any other error is the machine's.
func ReadPractices(path string) ([]tally.Membership, error) {
	return readReference(path, "practices", parsePractices)
}

// ReadLSOA reads the lsoa reference table, a CSV file, and checks it against the
// contract: columns in any order, each area once, one vintage and one release of
// the index in the file. It fails as [ReadPractices] does.
func ReadLSOA(path string) (*LSOA, error) {
	return readReference(path, "lsoa", parseLSOA)
}

// LSOA is the lsoa reference table. It is safe for concurrent use.
type LSOA struct {
	Vintage    string // of the areas, for example 2021; "" when there are none
	IMDRelease string // of the index, for example 2025; "" when there are none
	areas      map[string]smallArea
}

type smallArea struct {
	decile        uint8
	neighbourhood string
}

// Len returns the number of areas.
func (l *LSOA) Len() int { return len(l.areas) }

// Decile returns the national decile of deprivation of an area: 1 is the most
// deprived tenth, 10 the least. ok is false for a code the table does not hold.
func (l *LSOA) Decile(code string) (decile uint8, ok bool) {
	a, ok := l.areas[code]
	return a.decile, ok
}

// ResidenceNeighbourhood returns the code of the neighbourhood an area lies in;
// ok is false where the table names none.
func (l *LSOA) ResidenceNeighbourhood(code string) (neighbourhood string, ok bool) {
	a := l.areas[code]
	return a.neighbourhood, a.neighbourhood != ""
}

func readReference[T any](path, table string, parse func(*sheet, []byte) (T, error)) (T, error) {
	var none T
	s, err := newSheet(table)
	if err != nil {
		return none, err
	}
	f, err := os.Open(path)
	if err != nil {
		return none, fmt.Errorf("read reference table: %w", err)
	}
	src, err := io.ReadAll(io.LimitReader(f, maxReference+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return none, fmt.Errorf("read reference table: %w", err)
	}
	out, err := parse(s, src)
	if errors.As(err, new(strict.Faults)) {
		return none, fmt.Errorf("read reference table %s: %w:\n%w", path, refusal.ErrRefused, err)
	}
	return out, err
}

func parsePractices(s *sheet, src []byte) ([]tally.Membership, error) {
	var out []tally.Membership
	var lines []int
	s.read(src, func(line int, get func(string) string) {
		m := tally.Membership{
			Practice: get("practice_code"), Name: get("name"),
			NeighbourhoodCode: get("neighbourhood_code"), Neighbourhood: get("neighbourhood"),
			PlaceCode: get("place_code"), Place: get("place"),
			SystemCode: get("system_code"), System: get("system"),
			From: dayOf(get("valid_from")), To: dayOf(get("valid_to")), ListSize: -1,
		}
		if n, err := strconv.ParseInt(get("list_size"), 10, 64); err == nil {
			m.ListSize = n
		}
		s.reserved(line, "neighbourhood_code", m.NeighbourhoodCode)
		s.reserved(line, "place_code", m.PlaceCode)
		s.reserved(line, "system_code", m.SystemCode)
		out, lines = append(out, m), append(lines, line)
	})
	if len(out) == 0 && len(s.faults) == 0 {
		s.fault(1, "", "want at least one practice")
	}
	s.periods(out, lines)
	if err := s.err(); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b tally.Membership) int {
		return cmp.Or(cmp.Compare(a.Practice, b.Practice), cmp.Compare(a.From, b.From))
	})
	return out, nil
}

// reserved refuses an area code that release tables give a meaning of its own.
func (s *sheet) reserved(line int, column, code string) {
	if code == reservedUnmapped || code == reservedAll {
		s.fault(line, column, "%s has a meaning of its own in release tables: use another code", code)
	}
}

func dayOf(text string) frame.Day {
	day, err := frame.ParseDay(text)
	if err != nil {
		return frame.NoDay // empty: anything else was refused before
	}
	return day
}

func parseLSOA(s *sheet, src []byte) (*LSOA, error) {
	l := &LSOA{areas: map[string]smallArea{}}
	first := map[string]int{}
	once := map[string]bool{}
	same := func(line int, column string, kept *string, got string) {
		if *kept == "" {
			*kept = got
		}
		if *kept != got && !once[column+got] {
			once[column+got] = true
			s.fault(line, column, "%s here, %s above: want one in a file", got, *kept)
		}
	}
	s.read(src, func(line int, get func(string) string) {
		code := get("lsoa_code")
		if at, seen := first[code]; seen {
			s.fault(line, "lsoa_code", "%s again, first on line %d", code, at)
			return
		}
		first[code] = line
		same(line, "vintage", &l.Vintage, get("vintage"))
		same(line, "imd_release", &l.IMDRelease, get("imd_release"))
		decile, _ := strconv.ParseUint(get("imd_decile"), 10, 8) // 1 to 10: checked by the contract
		l.areas[code] = smallArea{uint8(decile), get("residence_neighbourhood")}
	})
	if err := s.err(); err != nil {
		return nil, err
	}
	return l, nil
}

// period is the time for which one line of the file says something of a code.
type period struct {
	from, to frame.Day
	line     int
	says     string
	alone    bool // no other line may hold at the same time, whatever it says
}

func (p *period) agrees(q *period) bool { return !p.alone && p.says == q.says }

// periods checks that at any day a practice stands on one line and that an area
// has one name and parent.
func (s *sheet) periods(rows []tally.Membership, lines []int) {
	by := map[string]map[string][]period{}
	for i, m := range rows {
		p := period{from: m.From, to: m.To, line: lines[i]}
		if !p.to.Known() {
			p.to = openEnd
		}
		if p.to < p.from {
			s.fault(p.line, "valid_to", "%s is before valid_from, %s", m.To, m.From)
		}
		add := func(column, code, says string) {
			if by[column] == nil {
				by[column] = map[string][]period{}
			}
			p.says, p.alone = says, column == "practice_code"
			by[column][code] = append(by[column][code], p)
		}
		add("practice_code", m.Practice, fmt.Sprintf("in %s from %s", m.NeighbourhoodCode, m.From))
		add("neighbourhood_code", m.NeighbourhoodCode, fmt.Sprintf("%q in %s", m.Neighbourhood, m.PlaceCode))
		add("place_code", m.PlaceCode, fmt.Sprintf("%q in %s", m.Place, m.SystemCode))
		add("system_code", m.SystemCode, strconv.Quote(m.System))
	}
	for _, column := range []string{"practice_code", "neighbourhood_code", "place_code", "system_code"} {
		for code, periods := range by[column] {
			s.overlaps(column, code, periods)
		}
	}
}

const openEnd = frame.Day(1<<31 - 1)

// overlaps reports every period that says something else than an earlier one
// that has not ended. Of the periods so far only two can matter: the one that
// ends last, and the one that ends last among those that say something else.
func (s *sheet) overlaps(column, code string, periods []period) {
	slices.SortFunc(periods, func(a, b period) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.line, b.line))
	})
	var last, other *period
	for i := range periods {
		p := &periods[i]
		rival := last
		if last != nil && last.agrees(p) {
			rival = other
		}
		if rival != nil && rival.to >= p.from {
			early, late := rival, p
			if early.line > late.line {
				early, late = late, early
			}
			s.fault(late.line, column, "%s is %s on line %d and %s here, for some of the same days",
				code, early.says, early.line, late.says)
		}
		switch {
		case last == nil || p.to > last.to && p.agrees(last):
			last = p
		case p.to > last.to:
			last, other = p, last
		case !p.agrees(last) && (other == nil || p.to > other.to):
			other = p
		}
	}
}
