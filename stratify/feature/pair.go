package feature

import "riskband/stratify/frame"

// finishPairs finds, for every person and pair, the latest day that has both
// parts. Readings are grouped by person with a counting sort, so the cost is
// linear in readings and the few readings of one person are searched directly.
func (t *Table) finishPairs() {
	if len(t.halves) == 0 {
		return
	}
	t.groupHalves()
	for p := range t.people {
		group := t.order[t.offset[p]:t.offset[p+1]]
		for i := range group {
			t.settle(group, i)
		}
	}
}

// groupHalves lays the readings of person p at order[offset[p]:offset[p+1]].
func (t *Table) groupHalves() {
	t.offset = zeroed(t.offset, t.people+2)
	for i := range t.halves {
		t.offset[t.halves[i].person+2]++
	}
	for p := 2; p < len(t.offset); p++ {
		t.offset[p] += t.offset[p-1]
	}
	t.order = zeroed(t.order, len(t.halves))
	for i := range t.halves {
		next := &t.offset[t.halves[i].person+1]
		t.order[*next] = int32(i)
		*next++
	}
}

// settle keeps reading i of the group if its day beats the pair's day so far
// and the group holds the other part on that day.
func (t *Table) settle(group []int32, i int) {
	h := &t.halves[group[i]]
	days := t.days[h.feature]
	if h.part != 0 || h.day <= days[h.person] {
		return
	}
	both, values := t.readings(group, h.feature, h.day)
	if !both {
		return
	}
	days[h.person] = h.day
	t.values[0][h.feature][h.person], t.values[1][h.feature][h.person] = values[0], values[1]
}

// readings returns one value a part of a pair on a day, by the pair's tie.
func (t *Table) readings(group []int32, feature uint16, day frame.Day) (both bool, values [2]float64) {
	var known [2]bool
	tie := t.plan.features[feature].Tie
	for _, at := range group {
		h := &t.halves[at]
		if h.feature != feature || h.day != day {
			continue
		}
		if known[h.part] {
			values[h.part] = tie.of(values[h.part], h.value)
		} else {
			known[h.part], values[h.part] = true, h.value
		}
	}
	return known[0] && known[1], values
}
