package sample

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"riskband/pipeline/source"
	"riskband/stratify/frame"
	"riskband/stratify/tally"
)

// practice is one made-up practice.
type practice struct {
	code          string
	list          int // people registered
	neighbourhood int
}

// area is one made-up small area.
type area struct {
	code          string
	decile        int
	neighbourhood int
}

// geography is the made-up map: practices in neighbourhoods in places, and
// small areas in neighbourhoods.
type geography struct {
	practices []practice
	place     []int // by neighbourhood
	places    int
	areas     []area
	within    [][]int // positions in areas, by neighbourhood
}

// Codes of practices start at Y90001: no organisation's code started with Y9 when
// this was written (epraccur 2023 ends at Y07725), while Y00001 belongs to one.
// Codes of small areas start at E01900001; the real ones end near E01035762.
const (
	firstPractice = 90001
	firstArea     = 1900001
	// MostPractices is what the range of invented codes can hold.
	MostPractices = 9999
)

func (p *population) newGeography(o Options) *geography {
	r := rand.New(rand.NewPCG(o.Seed, streamGeography))
	g := &geography{practices: make([]practice, o.Practices)}
	sizes := p.listSizes(o, r)
	for i := range g.practices {
		g.practices[i] = practice{code: fmt.Sprintf("Y%05d", firstPractice+i), list: sizes[i]}
	}
	g.group(p)
	g.settle(p, r)
	return g
}

// listSizes draws sizes evenly over the published quantiles, scaled to the mean
// asked for, in an order of chance.
func (p *population) listSizes(o Options, r *rand.Rand) []int {
	steps := p.figures["list_size"]
	raw, sum := make([]float64, o.Practices), 0.0
	for i := range raw {
		at := (float64(i) + 0.5) / float64(o.Practices) * float64(len(steps)-1)
		low := int(at)
		high := min(low+1, len(steps)-1)
		raw[i] = steps[low].value + (at-float64(low))*(steps[high].value-steps[low].value)
		sum += raw[i]
	}
	scale := float64(o.Patients) * float64(o.Practices) / sum
	sizes := make([]int, o.Practices)
	for at, i := range r.Perm(o.Practices) {
		sizes[at] = max(1, int(math.Round(raw[i]*scale)))
	}
	return sizes
}

// group puts practices into neighbourhoods of 3 to 5, even in people, and
// neighbourhoods into places of the published proportions.
func (g *geography) group(p *population) {
	n := len(g.practices)
	hoods := max(1, min(3, n/3), n*10/34)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(g.practices[b].list, g.practices[a].list), cmp.Compare(a, b))
	})
	people, members := make([]int, hoods), make([]int, hoods)
	for at, i := range order {
		round := at / hoods // every neighbourhood gets one before any gets another
		best := -1
		for h := range hoods {
			if members[h] == round && (best < 0 || people[h] < people[best]) {
				best = h
			}
		}
		g.practices[i].neighbourhood = best
		people[best] += g.practices[i].list
		members[best]++
	}
	shares := p.figures["place_people"]
	g.places = min(len(shares), hoods)
	g.place = make([]int, hoods)
	filled := make([]float64, g.places)
	for h := range hoods {
		best := 0
		for k := range filled {
			if filled[k]/shares[k].value < filled[best]/shares[best].value {
				best = k
			}
		}
		g.place[h] = best
		filled[best] += float64(people[h])
	}
}

// settle lays small areas: enough for the people, their deciles in the
// proportions of the real area, more alike within a neighbourhood than between.
func (g *geography) settle(p *population, r *rand.Rand) {
	people := make([]int, len(g.place))
	for _, q := range g.practices {
		people[q.neighbourhood] += q.list
	}
	counts, total := make([]int, len(people)), 0
	for h := range counts {
		counts[h] = max(5, int(math.Round(float64(people[h])/p.figures.one("lsoa_people", "mean"))))
		total += counts[h]
	}
	deciles := p.decileQuota(total)
	level := make([]float64, len(people))
	for h := range level {
		level[h] = r.NormFloat64()
	}
	type spot struct {
		hood int
		key  float64
	}
	var spots []spot
	for h, n := range counts {
		for range n {
			spots = append(spots, spot{h, 0.6*level[h] + r.NormFloat64()})
		}
	}
	sort.SliceStable(spots, func(i, j int) bool { return spots[i].key < spots[j].key })
	g.within = make([][]int, len(people))
	for i, s := range spots {
		g.within[s.hood] = append(g.within[s.hood], i)
		g.areas = append(g.areas, area{fmt.Sprintf("E%08d", firstArea+i), deciles[i], s.hood})
	}
}

// decileQuota returns n deciles, most deprived first, in the published shares.
func (p *population) decileQuota(n int) []int {
	shares := p.figures["imd_lsoas"]
	total := 0.0
	for _, g := range shares {
		total += g.value
	}
	out := make([]int, n)
	for i := range out {
		at, sum := (float64(i)+0.5)/float64(n)*total, 0.0
		for d, g := range shares {
			sum += g.value
			if at < sum || d == len(shares)-1 {
				out[i] = d + 1
				break
			}
		}
	}
	return out
}

// memberships returns the practices reference table.
func (g *geography) memberships() []tally.Membership {
	out := make([]tally.Membership, len(g.practices))
	for i, q := range g.practices {
		place := g.place[q.neighbourhood]
		out[i] = tally.Membership{
			Practice:          q.code,
			Name:              fmt.Sprintf("Synthetic practice %03d", i+1),
			NeighbourhoodCode: hoodCode(q.neighbourhood),
			Neighbourhood:     fmt.Sprintf("Synthetic neighbourhood %02d", q.neighbourhood+1),
			PlaceCode:         fmt.Sprintf("SYNP%d", place+1),
			Place:             fmt.Sprintf("Synthetic place %c", 'A'+place),
			SystemCode:        "SYNS1",
			System:            "Synthetic system",
			From:              frame.Date(2019, 4, 1),
			To:                frame.NoDay,
			ListSize:          int64(q.list),
		}
	}
	return out
}

func hoodCode(h int) string { return fmt.Sprintf("SYNN%03d", h+1) }

// lsoas returns the lsoa reference table.
func (g *geography) lsoas() []source.LSOA {
	out := make([]source.LSOA, len(g.areas))
	for i, a := range g.areas {
		out[i] = source.LSOA{
			Code: a.code, Vintage: "SYNTHETIC", IMDRelease: "SYNTHETIC-IMD", IMDDecile: a.decile,
			ResidenceNeighbourhood: hoodCode(a.neighbourhood),
		}
	}
	return out
}
