package tally

import "riskband/stratify/frame"

// Membership says where one practice belongs over a period: one row of the
// practices reference table. Text fields are as the reference file writes them
// and never empty. Rows of one practice never overlap in time.
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
