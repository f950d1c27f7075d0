package run_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"riskband/pipeline/run"
	"riskband/stratify/model"
)

// resultLines says what a practice's result holds, one fact a line.
func resultLines(r *run.Result, m *model.Compiled) []string {
	s := sheet{practice: r.Practice}
	for _, c := range r.Rows {
		s.say("rows %s %s %d", c.Table, c.Rule, c.Rows)
	}
	for at, l := range m.Book().Lists() {
		n := int64(0)
		for concept, rows := range r.Hits {
			if slices.Contains(m.Book().Members(uint16(concept)), at) {
				n += rows
			}
		}
		s.say("hits %s %d", l.Name, n)
	}
	for i, f := range m.Plan.Features() {
		if id, ok := strings.CutPrefix(f.Name, "measure "); ok {
			s.say("measure %s no value %d implausible %d", id, r.NoValue[i], r.Implausible[i])
		}
	}
	reasons, registers := int32(0), int32(0)
	for i, p := range r.Bands.Pseudonym {
		mine := r.Bands.Reasons[reasons:r.Bands.ReasonEnd[i]]
		s.say("person %s %s tier %d: %s", p.Reveal(), r.Bands.Band[i], r.Bands.Tier[i], strings.Join(mine, " "))
		for _, id := range r.Bands.Registers[registers:r.Bands.RegisterEnd[i]] {
			s.say("register %s %s", id, p.Reveal())
		}
		reasons, registers = r.Bands.ReasonEnd[i], r.Bands.RegisterEnd[i]
	}
	evidenceLines(&s, r)
	for _, t := range r.Tallies {
		for i, c := range t.Cells {
			name, rest := "", i
			for _, d := range slices.Backward(t.Dimensions) { // the last varies fastest
				categories := d.Categories
				name, rest = "/"+categories[rest%len(categories)]+name, rest/len(categories)
			}
			if c.N != 0 || c.Key != 0 {
				s.say("cell %s n=%d key=%016x", t.Name+name, c.N, c.Key)
			}
		}
	}
	return s.lines
}

func evidenceLines(s *sheet, r *run.Result) {
	seen := map[string]int{}
	for i, p := range r.Reasons.Pseudonym {
		var values []float64
		for _, v := range []float64{r.Reasons.Value[i], r.Reasons.Value2[i]} {
			if !math.IsNaN(v) {
				values = append(values, v)
			}
		}
		which := p.Reveal() + " " + r.Reasons.Reason[i]
		s.say("evidence %s %d: %s; %s", which, seen[which], r.Reasons.Rule[i], fact(r.Reasons.Detail[i], values, r.Reasons.Unit[i], r.Reasons.Day[i]))
		seen[which]++
	}
}

// diff lists what only one of two sorted lists of facts says.
func diff(want, got []string) string {
	count := map[string]int{}
	for _, l := range want {
		count[l]++
	}
	for _, l := range got {
		count[l]--
	}
	var out strings.Builder
	for _, l := range slices.Sorted(maps.Keys(count)) {
		for range count[l] {
			fmt.Fprintf(&out, "reference: %s\n", l)
		}
		for range -count[l] {
			fmt.Fprintf(&out, "   kernel: %s\n", l)
		}
	}
	return out.String()
}
