package tally

// Cell counts distinct people. Cells merge by adding both parts, so the order
// in which people and practices arrive cannot change them.
type Cell struct {
	N   int64  // people
	Key uint64 // wrap-around sum of the people's record keys; 0 under a profile without keys
}

// Merge returns the cell of the people of both. Nobody may be in both.
func (c Cell) Merge(d Cell) Cell { return Cell{N: c.N + d.N, Key: c.Key + d.Key} }
