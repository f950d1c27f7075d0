package tally

import "riskband/stratify/frame"

// Membership says where one practice belongs over a period: one row of the
// practices reference table. Codes are as the reference file writes them and
// never empty, save that a level the file leaves out has both its code and its
// name empty: the practice is then unmapped at that level.
type Membership struct {
	Practice          string // ODS code, for example Y00001
	Name              string
	NeighbourhoodCode string
	Neighbourhood     string
	PlaceCode         string
	Place             string
	SystemCode        string
	System            string
	From              frame.Day // first day the row is valid
	To                frame.Day // last day the row is valid, NoDay while open
	ListSize          int64     // registered people, -1 where missing
}

// ValidOn reports whether the row holds on a day; both ends are included.
func (m Membership) ValidOn(day frame.Day) bool {
	return m.From <= day && (!m.To.Known() || day <= m.To)
}
