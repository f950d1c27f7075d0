package run

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"riskband/pipeline/extract"
	"riskband/pipeline/publish"
	"riskband/stratify/frame"
)

// Rules that take rows of the patients table out of the count, in the order they
// are asked.
const (
	ruleEpisode   = "another_episode"      // not the episode that decides for its person
	ruleOptedOut  = "opted_out"            // the job takes opt-outs out here
	ruleEnded     = "not_current"          // not open, not alive or not regular at the as-of day
	ruleElsewhere = "registered_elsewhere" // current at another practice with the better claim
)

// counted returns the people who are counted, and what became of every row of
// the patients table.
func (plan *Plan) counted(practice string, people *frame.People, read extract.Conservation) (frame.Bits, []publish.Conservation, error) {
	counted := frame.NewBits(people.Len())
	elsewhere := plan.Elsewhere[practice]
	var n struct{ optedOut, ended, elsewhere int64 }
	for i := range people.Len() {
		switch {
		case plan.OptOuts == OptOutsUpstream && people.OptOut[i].Type1():
			return nil, nil, extract.Faults{{
				Practice: practice, RowGroup: -1, Column: "opt_out", Rule: "type1_opt_out",
				Remedy: "the job says that opt-outs were applied upstream, yet a type 1 row is here: take these people out, or set opt_outs: apply-here",
			}}
		case plan.OptOuts == OptOutsApplyHere && people.OptOut[i].Any():
			n.optedOut++
		case !people.Current[i]:
			n.ended++
		case len(elsewhere) > 0 && elsewhere[digestOf(people.Pseudonym[i])]:
			n.elsewhere++
		default:
			counted.Set(i)
		}
	}
	row := func(rule string, rows int64) publish.Conservation {
		return publish.Conservation{Practice: practice, Table: read.Table, Rule: rule, Rows: rows}
	}
	return counted, []publish.Conservation{
		row("read", read.Read), row("used", int64(counted.Count())),
		row(ruleEpisode, read.Read-int64(people.Len())), row(ruleOptedOut, n.optedOut),
		row(ruleEnded, n.ended), row(ruleElsewhere, n.elsewhere),
	}, nil
}

// digest stands for a pseudonym where many are compared: 128 bits of its
// SHA-256, so that two people out of millions do not meet by chance.
type digest struct{ high, low uint64 }

func digestOf(p frame.Pseudonym) digest {
	sum := sha256.Sum256([]byte(p.Reveal()))
	return digest{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])}
}

// claim is one current registration.
type claim struct {
	person   digest
	start    frame.Day
	practice int32 // position in the practices of the run
}

// claims lists the current registrations of a practice, as
// [frame.People.Current] has them: of people whom no episode calls dead.
func claims(practice int, r frame.Registrations, asOf frame.Day) []claim {
	dead := map[string]bool{}
	for i := range r.Len() {
		if r.DeadAt(i, asOf) {
			dead[r.Pseudonym[i].Reveal()] = true
		}
	}
	cs := make([]claim, 0, r.Len())
	for i, p := range r.Pseudonym {
		if r.OpenAt(i, asOf) && !dead[p.Reveal()] {
			cs = append(cs, claim{digestOf(p), r.Start[i], int32(practice)})
		}
	}
	return cs
}

// settle finds, among the claims of all practices, those that lose: of several
// current registrations of one person the latest stands, then the lowest code.
// Several at the practice that stands are one.
func settle(all []claim, codes []string) Elsewhere {
	slices.SortFunc(all, func(a, b claim) int {
		if a.person != b.person {
			return cmp.Or(cmp.Compare(a.person.high, b.person.high), cmp.Compare(a.person.low, b.person.low))
		}
		return cmp.Or(cmp.Compare(b.start, a.start), cmp.Compare(codes[a.practice], codes[b.practice]))
	})
	lost := Elsewhere{}
	stands := 0
	for i := 1; i < len(all); i++ {
		if all[i].person != all[stands].person {
			stands = i
			continue
		}
		if all[i].practice == all[stands].practice {
			continue
		}
		code := codes[all[i].practice]
		if lost[code] == nil {
			lost[code] = map[digest]bool{}
		}
		lost[code][all[i].person] = true
	}
	return lost
}
