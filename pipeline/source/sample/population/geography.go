package population

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

// Practice is one made-up practice.
type Practice struct {
	Code          string
	List          int // people registered
	Neighbourhood int
}

// Area is one made-up small area.
type Area struct {
	Code          string
	Decile        int // 1 to 10
	Neighbourhood int
}

// Geography is the made-up map: practices in neighbourhoods in places, and
// small areas in neighbourhoods.
type Geography struct {
	Practices []Practice
	Place     []int // by neighbourhood
	places    int
	Areas     []Area
	Within    [][]int // positions in areas, by neighbourhood
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

// StreamMap is the second seed of the map; makers of people use others.
const StreamMap = 1

// Map makes up the places: this many practices, this many people registered at
// each on average, both at least 1. The same seed gives the same map.
func (p *Population) Map(practices, people int, seed uint64) *Geography {
	r := rand.New(rand.NewPCG(seed, StreamMap))
	g := &Geography{Practices: make([]Practice, practices)}
	sizes := p.listSizes(practices, people, r)
	for i := range g.Practices {
		g.Practices[i] = Practice{Code: fmt.Sprintf("Y%05d", firstPractice+i), List: sizes[i]}
	}
	g.group(p)
	g.settle(p, r)
	return g
}

// listSizes draws sizes evenly over the published quantiles, scaled to the mean
// asked for, in an order of chance.
func (p *Population) listSizes(practices, people int, r *rand.Rand) []int {
	steps := p.Figures["list_size"]
	raw, sum := make([]float64, practices), 0.0
	for i := range raw {
		at := (float64(i) + 0.5) / float64(practices) * float64(len(steps)-1)
		low := int(at)
		upper := min(low+1, len(steps)-1)
		raw[i] = steps[low].Value + (at-float64(low))*(steps[upper].Value-steps[low].Value)
		sum += raw[i]
	}
	scale := float64(people) * float64(practices) / sum
	sizes := make([]int, practices)
	for at, i := range r.Perm(practices) {
		sizes[at] = max(1, int(math.Round(raw[i]*scale)))
	}
	return sizes
}

// group puts practices into neighbourhoods of 3 to 5, even in people, and
// neighbourhoods into places of the published proportions.
func (g *Geography) group(p *Population) {
	n := len(g.Practices)
	hoods := max(1, min(3, n/3), n*10/31)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(g.Practices[b].List, g.Practices[a].List), cmp.Compare(a, b))
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
		g.Practices[i].Neighbourhood = best
		people[best] += g.Practices[i].List
		members[best]++
	}
	shares := p.Figures["place_people"]
	g.places = min(len(shares), hoods)
	g.Place = make([]int, hoods)
	filled := make([]float64, g.places)
	for h := range hoods {
		best := 0
		for k := range filled {
			if filled[k]/shares[k].Value < filled[best]/shares[best].Value {
				best = k
			}
		}
		g.Place[h] = best
		filled[best] += float64(people[h])
	}
}

// settle lays small areas: enough for the people, their deciles in the
// proportions of the real area, more alike within a neighbourhood than between.
func (g *Geography) settle(p *Population, r *rand.Rand) {
	people := make([]int, len(g.Place))
	for _, q := range g.Practices {
		people[q.Neighbourhood] += q.List
	}
	counts, total := make([]int, len(people)), 0
	for h := range counts {
		counts[h] = max(5, int(math.Round(float64(people[h])/p.Figures.One("lsoa_people", "mean"))))
		total += counts[h]
	}
	Deciles := p.decileQuota(total)
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
	g.Within = make([][]int, len(people))
	for i, s := range spots {
		g.Within[s.hood] = append(g.Within[s.hood], i)
		g.Areas = append(g.Areas, Area{fmt.Sprintf("E%08d", firstArea+i), Deciles[i], s.hood})
	}
}

// decileQuota returns n deciles, most deprived first, in the published shares.
func (p *Population) decileQuota(n int) []int {
	shares := p.Figures["imd_lsoas"]
	total := 0.0
	for _, g := range shares {
		total += g.Value
	}
	out := make([]int, n)
	for i := range out {
		at, sum := (float64(i)+0.5)/float64(n)*total, 0.0
		for d, g := range shares {
			sum += g.Value
			if at < sum || d == len(shares)-1 {
				out[i] = d + 1
				break
			}
		}
	}
	return out
}

// Memberships returns the practices reference table.
func (g *Geography) Memberships() []tally.Membership {
	out := make([]tally.Membership, len(g.Practices))
	for i, q := range g.Practices {
		place := g.Place[q.Neighbourhood]
		out[i] = tally.Membership{
			Practice:          q.Code,
			Name:              fmt.Sprintf("Synthetic practice %03d", i+1),
			NeighbourhoodCode: hoodCode(q.Neighbourhood),
			Neighbourhood:     fmt.Sprintf("Synthetic neighbourhood %02d", q.Neighbourhood+1),
			PlaceCode:         fmt.Sprintf("SYNP%d", place+1),
			Place:             fmt.Sprintf("Synthetic place %c", 'A'+place),
			SystemCode:        "SYNS1",
			System:            "Synthetic system",
			From:              frame.Date(2019, 4, 1),
			To:                frame.NoDay,
			ListSize:          int64(q.List),
		}
	}
	return out
}

func hoodCode(h int) string { return fmt.Sprintf("SYNN%03d", h+1) }

// LSOAs returns the lsoa reference table.
func (g *Geography) LSOAs() []source.LSOA {
	out := make([]source.LSOA, len(g.Areas))
	for i, a := range g.Areas {
		out[i] = source.LSOA{
			Code: a.Code, Vintage: "SYNTHETIC", IMDRelease: "SYNTHETIC-IMD", IMDDecile: a.Decile,
			ResidenceNeighbourhood: hoodCode(a.Neighbourhood),
		}
	}
	return out
}
