package pages

// View is one decoded page, borrowed from its [Reader].
type View struct {
	Values         // of a plain page: one per row that is not null
	Index  []int32 // of a dictionary page: one per row that is not null; else nil
	Rows   int
	Nulls  int
	def    []byte // level where a row has a value; meant only when Nulls > 0
	level  byte
	rank   []int32 // by row: how many rows before it have a value; only when Nulls > 0
	ranked bool
}

// Ranks prepares [View.Present], once a page.
func (v *View) Ranks() {
	if v.ranked || v.Nulls == 0 {
		return
	}
	v.ranked = true
	if cap(v.rank) < v.Rows {
		v.rank = make([]int32, v.Rows, max(v.Rows, 1<<15))
	}
	v.rank = v.rank[:v.Rows]
	rank, n := v.rank, int32(0)
	if v.level == 1 { // a flat column: adding the level itself needs no branch
		for i, d := range v.def[:len(rank)] {
			rank[i] = n
			n += int32(d & 1)
		}
		return
	}
	for i, d := range v.def[:len(rank)] {
		rank[i] = n
		if d == v.level {
			n++
		}
	}
}

// Present returns where the value of row i stands among the page's values; ok is
// false for a null. Ranks must have been called.
func (v *View) Present(i int) (at int, ok bool) {
	if v.Nulls == 0 {
		return i, true
	}
	return int(v.rank[i]), v.def[i] == v.level
}

// Pick gathers into out what table says of the dictionary entries of rows, each
// shifted by shift rows of the page. The last element of table stands for a null.
func Pick[T any](v *View, rows []int32, out, table []T, shift int) {
	null := int32(len(table) - 1)
	if v.Nulls == 0 {
		entries := table[:null] // an index that is out of range must panic
		for k, row := range rows {
			out[k] = entries[v.Index[int(row)+shift]]
		}
		return
	}
	v.Ranks()
	last := int32(len(v.Index) - 1)
	for k, row := range rows {
		i, entry := int(row)+shift, null
		if last >= 0 {
			entry = v.Index[min(v.rank[i], last)]
		}
		if v.def[i] != v.level {
			entry = null
		}
		out[k] = table[entry]
	}
}

// Each calls value with the position of the value of each of rows, shifted by
// shift rows of the page, or null.
func Each(v *View, rows []int32, shift int, value func(k, at int), null func(k int)) {
	v.Ranks()
	for k, row := range rows {
		if at, ok := v.Present(int(row) + shift); ok {
			value(k, at)
		} else {
			null(k)
		}
	}
}
