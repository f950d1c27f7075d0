package population

import (
	"math"
	"math/rand/v2"
)

// phi is the standard normal distribution function.
func phi(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

// quantile is the inverse of phi; 0 and 1 give the infinities.
func quantile(p float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*p) }

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Poisson draws a count; mean is small enough for multiplication of uniforms up
// to 30, and a rounded normal above.
func Poisson(r *rand.Rand, mean float64) int {
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	limit, product, n := math.Exp(-mean), r.Float64(), 0
	for product > limit {
		product *= r.Float64()
		n++
	}
	return n
}

// Table draws positions in proportion to weights, by Walker's alias method.
type Table struct {
	keep  []float64
	other []int32
}

// NewTable prepares a table for weights, at least one of them above nought.
func NewTable(weights []float64) Table {
	n := len(weights)
	t := Table{make([]float64, n), make([]int32, n)}
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	var small, large []int32
	for i, w := range weights {
		t.keep[i] = w * float64(n) / sum
		if t.keep[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		t.other[s] = l
		t.keep[l] -= 1 - t.keep[s]
		if t.keep[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		t.keep[i], t.other[i] = 1, i
	}
	return t
}

// Draw returns a position.
func (t Table) Draw(r *rand.Rand) int {
	u := r.Float64() * float64(len(t.keep))
	i := min(int(u), len(t.keep)-1)
	if u-float64(i) < t.keep[i] {
		return i
	}
	return int(t.other[i])
}

// Even turns probabilities into yes and no so that the count of yes stays within
// one of the sum of the probabilities: a sample of any size then shows the share
// it was drawn with, not the luck of the draw.
type Even struct{ sum float64 }

// NewEven starts at a place in [0,1) drawn by chance, so that no answer is favoured.
func NewEven(start float64) Even { return Even{start} }

// Draw answers for one probability.
func (e *Even) Draw(p float64) bool {
	e.sum += p
	if e.sum >= 1 {
		e.sum--
		return true
	}
	return false
}
