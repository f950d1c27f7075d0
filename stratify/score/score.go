package score

import "riskband/stratify/frame"

// Points are whole steps of a score's scale: a score of scale 0.0001 holds
// 2.31 as 23,100 points, so sums are exact in any order.
type Points int64

// Term is one item of a score: its weight is added where its predicate holds.
type Term struct {
	Item   string // as published, for example "heart failure"
	Weight Points
}

// Column returns the points of every person: the sum of the weights of the
// terms that hold. holds[k] belongs to terms[k]; people is the column's length.
// dst is overwritten and grown when too short.
func Column(dst []Points, terms []Term, holds []frame.Bits, people int) []Points {
	if cap(dst) < people {
		dst = make([]Points, people)
	}
	dst = dst[:people]
	clear(dst)
	for k, t := range terms {
		holds[k].Each(func(i int) { dst[i] += t.Weight })
	}
	return dst
}

// Contribution is what one term gave one person.
type Contribution struct {
	Term   int // position among the terms
	Points Points
}

// Contributions returns the terms that hold for a person, in the order of the
// terms. Their points add up to the person's points exactly.
func Contributions(terms []Term, holds []frame.Bits, person int) []Contribution {
	var out []Contribution
	for k, t := range terms {
		if holds[k].Has(person) {
			out = append(out, Contribution{k, t.Weight})
		}
	}
	return out
}
