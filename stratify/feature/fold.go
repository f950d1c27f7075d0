package feature

import (
	"math"

	"riskband/stratify/frame"
)

// Fold takes in a batch of rows of one source. It does not keep the batch and
// does not allocate once its buffers have grown.
func (t *Table) Fold(s frame.Source, b frame.Batch) {
	g := &t.plan.sources[s]
	for i, c := range b.Concept {
		t.Hits[c]++
		ops := g.ops[g.start[c]:g.start[c+1]]
		for k := range ops {
			o := &ops[k]
			day := b.Day[i]
			if day < o.from {
				continue
			}
			f, person := int(o.feature), int(b.Person[i])
			switch o.kind {
			case LastDay:
				if days := t.days[f]; day > days[person] {
					days[person] = day
				}
			case FirstDay:
				t.first(f, person, day)
			case Latest, Pair:
				t.value(o, person, day, b.Value[i])
			case Count:
				t.spells = append(t.spells, spell{b.ID[i], int32(person), o.feature})
			}
		}
	}
}

func (t *Table) first(feature, person int, day frame.Day) {
	days := t.days[feature]
	if d := days[person]; d == frame.NoDay || day < d {
		days[person] = day
	}
}

// value converts and checks a reading, then keeps it.
func (t *Table) value(o *op, person int, day frame.Day, recorded float64) {
	if math.IsNaN(recorded) {
		t.NoValue[o.feature]++
		return
	}
	v := recorded*o.scale + o.add
	if !o.plausible.holds(v) {
		t.Implausible[o.feature]++
		return
	}
	if o.kind == Pair {
		t.halves = append(t.halves, half{v, int32(person), day, o.feature, o.part})
		return
	}
	t.latest(int(o.feature), person, day, v, o.tie)
}

// latest keeps the value of the later day; on one day the tie decides.
func (t *Table) latest(feature, person int, day frame.Day, v float64, tie Tie) {
	days, values := t.days[feature], t.values[0][feature]
	switch d := days[person]; {
	case day > d:
		days[person], values[person] = day, v
	case day == d:
		values[person] = tie.of(values[person], v)
	}
}

func (tie Tie) of(a, b float64) float64 {
	if tie == Lowest {
		return min(a, b)
	}
	return max(a, b)
}
