package frame

// Source is the table a row came from. A model's features say which source they
// read, because one code may mean different things in different tables.
type Source uint8

// The sources of coded rows, in the order of the contract.
const (
	ClinicalEvents Source = iota
	Medications
	APCS
	Sources // how many there are
)

// String returns the table's name in the contract.
func (s Source) String() string {
	return [...]string{"clinical_events", "medications", "apcs"}[s]
}

// Batch is a run of rows of one source that carry a concept. Every slice has
// the same length, except that Value and ID are nil where the source has none.
//
// All rows are clean: the person is known, and birth <= Day <= the as-of day.
// Order means nothing. The slices are borrowed: they are overwritten after the
// call that received them returns.
type Batch struct {
	Person  []int32   // row in People
	Concept []uint16  // dense concept number of stratify/codes, never 0
	Day     []Day     // date of the event, issue or admission
	Value   []float64 // numeric_value; NaN where missing
	ID      []uint64  // 64-bit hash of the spell_id: the same spell twice counts once
}

// Len returns the number of rows.
func (b Batch) Len() int { return len(b.Person) }
