package run_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"riskband/internal/gen"
	"riskband/pipeline/run"
	"riskband/pipeline/source"
	"riskband/stratify/frame"
	"riskband/stratify/model"
)

// reference says what a run must give, straight from the rows: person by person
// and rule by rule, with loops and maps, knowing nothing of concepts, features or
// predicates. It is slow and meant to be read beside DESIGN sections 6 and 7.
type reference struct {
	spec    *model.Spec
	lists   map[string]map[string]bool // codes of each list of the model
	systems map[string]string          // coding system of each list
	key     []byte                     // secret of the record keys; nil: no key sums
	optOuts run.OptOuts
	extract gen.Extract

	perPractice bool // pseudonyms are of one practice only: nobody is elsewhere
}

// lines gives everything a run decides, one fact a line, sorted.
func (r *reference) lines() []string {
	var out []string
	lost := r.elsewhere()
	for _, p := range r.extract.Practices {
		if refused := r.refused(p); len(refused) > 0 {
			out = append(out, refused...)
			continue
		}
		s := sheet{practice: p.Code}
		r.practice(&s, p, lost[p.Code])
		out = append(out, s.lines...)
	}
	slices.Sort(out)
	return out
}

// sheet collects the facts of one practice.
type sheet struct {
	practice string
	lines    []string
}

func (s *sheet) say(format string, args ...any) {
	s.lines = append(s.lines, s.practice+" "+fmt.Sprintf(format, args...))
}

// refused lists every reason why a practice is not used: it lacks a table that others have and
// the model reads, or shows a type 1 opt-out that was to be taken out upstream.
func (r *reference) refused(p gen.Practice) []string {
	var why []string
	if p.Spells == nil && r.has("apcs") && len(r.spec.Use) > 0 {
		why = append(why, p.Code+" refused missing_table apcs")
	}
	if p.Medications == nil && r.has("medications") && len(r.spec.Medicines) > 0 {
		why = append(why, p.Code+" refused missing_table medications")
	}
	for _, e := range p.Patients {
		if r.optOuts == run.OptOutsUpstream && (e.OptOut == "type1" || e.OptOut == "both") {
			return append(why, p.Code+" refused type1_opt_out")
		}
	}
	return why
}

// has reports whether any practice of the extract delivered an optional table.
func (r *reference) has(table string) bool {
	for _, p := range r.extract.Practices {
		if (table == "apcs" && p.Spells != nil) || (table == "medications" && p.Medications != nil) {
			return true
		}
	}
	return false
}

// registered is one person of one practice.
type registered struct {
	id       string
	decides  source.Patient // the episode that decides
	episodes int
	current  bool
	optedOut bool
}

// people gathers the episodes of each person of a practice, by pseudonym.
func (r *reference) people(p gen.Practice) []registered {
	byID := map[string][]source.Patient{}
	for _, e := range p.Patients {
		byID[e.PatientID] = append(byID[e.PatientID], e)
	}
	var out []registered
	for id, episodes := range byID {
		one := registered{id: id, decides: episodes[0], episodes: len(episodes)}
		dead := false
		for _, e := range episodes {
			if r.before(e, one.decides) {
				one.decides = e
			}
			one.current = one.current || r.open(e)
			dead = dead || r.dead(e)
			one.optedOut = one.optedOut || (e.OptOut != "" && e.OptOut != "none")
		}
		one.current = one.current && !dead
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b registered) int { return strings.Compare(a.id, b.id) })
	return out
}

// dead: death is known to the month and counts from its first day.
func (r *reference) dead(e source.Patient) bool {
	return e.DeathMonth != frame.NoDay && e.DeathMonth <= r.extract.AsOf
}

// open: begun, not ended (on the last day the person no longer counts), regular
// or of no stated type, and alive by this row.
func (r *reference) open(e source.Patient) bool {
	if e.RegistrationStart > r.extract.AsOf || r.dead(e) {
		return false
	}
	if e.RegistrationEnd != frame.NoDay && e.RegistrationEnd <= r.extract.AsOf {
		return false
	}
	return e.RegistrationType == "regular" || e.RegistrationType == ""
}

// before reports whether episode a decides rather than b: an open one first, then
// the later start, then the lower birth month, sex in the contract's order, area.
func (r *reference) before(a, b source.Patient) bool {
	if r.open(a) != r.open(b) {
		return r.open(a)
	}
	if a.RegistrationStart != b.RegistrationStart {
		return a.RegistrationStart > b.RegistrationStart
	}
	if a.BirthMonth != b.BirthMonth {
		return a.BirthMonth < b.BirthMonth
	}
	if a.Sex != b.Sex {
		order := []string{"unknown", "female", "male", "intersex"}
		return slices.Index(order, a.Sex) < slices.Index(order, b.Sex)
	}
	return a.LSOACode < b.LSOACode
}

// elsewhere says, by practice, who is current there and better claimed by
// another: by the later start, then by the lower code.
func (r *reference) elsewhere() map[string]map[string]bool {
	type claim struct {
		practice string
		start    frame.Day
	}
	best := map[string]claim{}
	for _, p := range r.extract.Practices { // in order of their codes
		for _, who := range r.people(p) {
			held, taken := best[who.id]
			if who.current && (!taken || who.decides.RegistrationStart > held.start) {
				best[who.id] = claim{p.Code, who.decides.RegistrationStart}
			}
		}
	}
	lost := map[string]map[string]bool{}
	for _, p := range r.extract.Practices {
		lost[p.Code] = map[string]bool{}
		for _, who := range r.people(p) {
			lost[p.Code][who.id] = who.current && best[who.id].practice != p.Code && !r.perPractice
		}
	}
	return lost
}

// practice states the facts of one practice that is used.
func (r *reference) practice(s *sheet, p gen.Practice, lost map[string]bool) {
	all := r.people(p)
	rows := map[string]int{"read": len(p.Patients)}
	var counted []registered
	for _, who := range all {
		rows["another_episode"] += who.episodes - 1
		switch {
		case r.optOuts == run.OptOutsApplyHere && who.optedOut:
			rows["opted_out"]++
		case !who.current:
			rows["not_current"]++
		case lost[who.id]:
			rows["registered_elsewhere"]++
		default:
			rows["used"]++
			counted = append(counted, who)
		}
	}
	for _, rule := range []string{"read", "used", "another_episode", "opted_out", "not_current", "registered_elsewhere"} {
		s.say("rows patients %s %d", rule, rows[rule])
	}
	usable := r.usable(s, p, all)
	r.readings(s, usable)
	cells := map[string]cell{}
	for _, who := range counted {
		r.person(s, r.chart(who, usable), cells)
	}
	for name, c := range cells {
		s.say("cell %s n=%d key=%016x", name, c.n, c.key)
	}
}

// cell counts people and adds up their record keys.
type cell struct {
	n   int
	key uint64
}

func (r *reference) recordKey(id string) uint64 {
	if r.key == nil {
		return 0
	}
	mac := hmac.New(sha256.New, r.key)
	mac.Write([]byte("rkey" + id))
	return binary.BigEndian.Uint64(mac.Sum(nil)[:8])
}

// tally counts a person in every table of the programme.
func (r *reference) tally(cells map[string]cell, c chart, band string) {
	age := "0-17"
	for _, a := range []struct {
		from int
		name string
	}{{18, "18-39"}, {40, "40-64"}, {65, "65-74"}, {75, "75-84"}, {85, "85+"}} {
		if c.age >= a.from {
			age = a.name
		}
	}
	quintile := "unknown"
	if decile, ok := r.extract.Deciles[c.area]; ok {
		quintile = []string{"1", "1", "2", "2", "3", "3", "4", "4", "5", "5"}[decile-1]
	}
	for _, name := range []string{
		"band_by_age_sex/" + c.sex + "/" + age + "/" + band,
		"band_by_imd/" + quintile + "/" + band,
		"band_by_practice/" + band,
	} {
		was := cells[name]
		cells[name] = cell{was.n + 1, was.key + r.recordKey(c.id)}
	}
}
