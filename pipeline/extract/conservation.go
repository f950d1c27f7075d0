package extract

// Conservation accounts for every row of a table: Read == Used + the sum of
// Dropped, always.
type Conservation struct {
	Table   string
	Read    int64
	Used    int64
	Dropped []Dropped // one per rule of the table, in the rules' order, zeros included
	// ExtraColumns is how many columns outside the contract were ignored, in the
	// file that has most of them.
	ExtraColumns int
}

// Dropped counts the rows one rule dropped.
type Dropped struct {
	Rule string
	Rows int64
}

// The rules that drop a row of a coded table, in the order they are asked: a row
// is counted under the first that holds.
const (
	NotInAnyList  = "not_in_any_list" // its code is in no list of the book
	UnknownPerson = "unknown_person"  // not in the patients table
	AfterAsOf     = "after_as_of"     // dated after the as-of day
	BeforeBirth   = "before_birth"    // dated before the first of the month of birth
)

func (c *Conservation) add(rule int, rows int64) { c.Dropped[rule].Rows += rows }

func codedConservation(table string) Conservation {
	return Conservation{Table: table, Dropped: []Dropped{
		{Rule: NotInAnyList}, {Rule: UnknownPerson}, {Rule: AfterAsOf}, {Rule: BeforeBirth},
	}}
}
