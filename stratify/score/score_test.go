package score_test

import (
	"testing"

	"pgregory.net/rapid"

	"riskband/stratify/frame"
	"riskband/stratify/score"
)

// Points against a sum worked out person by person, and contributions that add
// up to the points exactly.
func TestPointsAndContributions(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		people := rapid.IntRange(0, 130).Draw(rt, "people")
		weights := rapid.SliceOfN(rapid.Int64Range(-50_000, 50_000), 0, 8).Draw(rt, "weights")
		terms, holds := make([]score.Term, len(weights)), make([]frame.Bits, len(weights))
		want := make([]score.Points, people)
		for k, w := range weights {
			terms[k], holds[k] = score.Term{Item: string(rune('a' + k)), Weight: score.Points(w)}, frame.NewBits(people)
			for i := range people {
				if rapid.Bool().Draw(rt, "holds") {
					holds[k].Set(i)
					want[i] += score.Points(w)
				}
			}
		}
		dirty := []score.Points{7, 7, 7} // an old column is overwritten
		got := score.Column(dirty, terms, holds, people)
		if len(got) != people {
			rt.Fatalf("%d people, want %d", len(got), people)
		}
		for i := range got {
			var sum score.Points
			for _, c := range score.Contributions(terms, holds, i) {
				sum += c.Points
			}
			if got[i] != want[i] || sum != want[i] {
				rt.Fatalf("person %d: %d points, contributions %d, want %d", i, got[i], sum, want[i])
			}
		}
	})
}
