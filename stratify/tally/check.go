package tally

import (
	"fmt"

	"riskband/stratify/frame"
)

// check collects what is wrong with a mapping as at one day.
type check struct {
	asOf   frame.Day
	faults []error
}

func (c *check) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf("map practices as at %s: %w: %s", c.asOf, ErrMapping, fmt.Sprintf(format, args...)))
}

func (c *check) period(m Membership) {
	if m.To.Known() && m.To < m.From {
		c.fault("practice %s has a row that ends %s, before it begins %s", m.Practice, m.To, m.From)
	}
}

func (c *check) fields(rows []Membership) {
	for _, m := range rows {
		if m.Practice == "" {
			c.fault("a row has no practice code")
		}
		for l := range Levels {
			a := [Levels][2]string{
				{m.Practice, m.Name}, {m.NeighbourhoodCode, m.Neighbourhood}, {m.PlaceCode, m.Place}, {m.SystemCode, m.System},
			}[l]
			switch {
			case a[0] == "" && a[1] != "" && l != Practice:
				c.fault("practice %s has the %s name %q but no code", m.Practice, l, a[1])
			case a[0] != "" && a[1] == "":
				c.fault("practice %s has the %s code %s but no name", m.Practice, l, a[0])
			case a[0] == UnmappedCode:
				c.fault("practice %s uses the %s code %s, which stands for practices without one", m.Practice, l, a[0])
			}
		}
	}
}

func (c *check) practices(rows []Membership) { // sorted by practice
	for i := 0; i < len(rows); {
		same := i + 1
		for same < len(rows) && rows[same].Practice == rows[i].Practice {
			same++
		}
		if same-i > 1 {
			c.fault("practice %s has %d rows valid on the day, beginning %s and %s; end one before the next begins",
				rows[i].Practice, same-i, rows[i].From, rows[same-1].From)
		}
		i = same
	}
}

func (c *check) names(rows []Membership, l Level) {
	s := sole{of: map[string]string{}, told: map[[2]string]bool{}}
	for _, m := range rows {
		a := m.area(l)
		if a.Unmapped() {
			continue
		}
		if first, ok := s.add(a.Code, a.Name); !ok {
			c.fault("%s code %s has two names, %q and %q", l, a.Code, first, a.Name)
		}
	}
}

func (c *check) parents(rows []Membership, child, parent Level) {
	s := sole{of: map[string]string{}, told: map[[2]string]bool{}}
	for _, m := range rows {
		a, p := m.area(child), m.area(parent)
		if a.Unmapped() { // practices without a neighbourhood may be in any place
			continue
		}
		if first, ok := s.add(a.Code, p.Code); !ok {
			c.fault("%s %s is in two %ss, %s and %s", child, a.Code, parent, first, p.Code)
		}
	}
}

// sole remembers the first value of each code.
type sole struct {
	of   map[string]string
	told map[[2]string]bool
}

// add returns the code's first value and false when this one differs and has
// not been told of before.
func (s *sole) add(code, value string) (first string, ok bool) {
	first, seen := s.of[code]
	if !seen {
		s.of[code] = value
		return value, true
	}
	pair := [2]string{code, value}
	if first == value || s.told[pair] {
		return first, true
	}
	s.told[pair] = true
	return first, false
}
