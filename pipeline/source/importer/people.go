package importer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"riskband/pipeline/source"
	"riskband/pipeline/source/importer/account"
	"riskband/stratify/frame"
)

// person is one row of the source's table of people, with what is learnt about
// them on the way.
type person struct {
	pseudonym string
	practice  int // position in target.practices
	birth     frame.Day
	sex       string
	death     frame.Day
	first     frame.Day // first and last day with a record, NoDay when there is none
	last      frame.Day
	episodes  []episode
}

// episode is a period of registration; an unknown end is open.
type episode struct{ start, end frame.Day }

func (p *person) seen(d frame.Day) {
	if !p.first.Known() || d < p.first {
		p.first = d
	}
	p.last = max(p.last, d)
}

// people finds persons by the key of the source.
type people[K comparable] struct {
	at   map[K]int
	list []person
}

func newPeople[K comparable]() *people[K] { return &people[K]{at: map[K]int{}} }

// add returns false for a key that is already there.
func (p *people[K]) add(key K, one person) bool {
	if _, twice := p.at[key]; twice {
		return false
	}
	p.at[key] = len(p.list)
	one.first, one.last = frame.NoDay, frame.NoDay
	p.list = append(p.list, one)
	return true
}

// find returns a person, or nil. The pointer holds until the next add.
func (p *people[K]) find(key K) *person {
	if at, ok := p.at[key]; ok {
		return &p.list[at]
	}
	return nil
}

// pseudonym derives a text from a key of the source: 32 hex digits of SHA-256.
// It only keeps the source's own key out of the extract. It hides nobody whose
// key can be guessed, so the extract stays as sensitive as its source.
func pseudonym(kind, key string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + key))
	return hex.EncodeToString(sum[:16])
}

// register settles the episodes of everyone: where the source has none, one from
// the first record, or from birth where there is no record either; nobody is
// registered before birth or after death.
func register(list []person, l *account.Ledger) {
	for i := range list {
		p := &list[i]
		if len(p.episodes) == 0 {
			start, why := p.first, account.AssumedFirst
			if !start.Known() {
				start, why = p.birth, account.AssumedBirth
			}
			if p.death.Known() {
				start = min(start, p.death)
			}
			l.Assumed[why]++
			p.episodes = []episode{{start, frame.NoDay}}
		}
		for j := range p.episodes {
			e := &p.episodes[j]
			e.start = max(e.start, p.birth)
			if p.death.Known() && (!e.end.Known() || e.end > p.death) {
				e.end = max(p.death, e.start)
			}
		}
	}
}

// rows returns the person's rows of the patients table.
func (p *person) rows() []source.Patient {
	list := make([]source.Patient, len(p.episodes))
	for i, e := range p.episodes {
		list[i] = source.Patient{
			PatientID: p.pseudonym, RegistrationStart: e.start, RegistrationEnd: e.end,
			RegistrationType: "regular", BirthMonth: p.birth, Sex: p.sex, DeathMonth: frame.NoDay,
		}
		if p.death.Known() {
			list[i].DeathMonth = max(firstOfMonth(p.death), p.birth)
		}
	}
	return list
}

// inventedPractice gives the code of the n-th practice from 1. No practice of
// England has a code that begins with Z.
func inventedPractice(n int) string { return fmt.Sprintf("Z%05d", n) }

// maxPractices keeps the last code for people whom the source puts nowhere.
const maxPractices = 99_998

// withoutCareSite is the practice of people whom the source puts nowhere.
const withoutCareSite = "Z99999"

// shareOut puts people into practices of at most size, by the order of their
// pseudonyms, in parts as equal as can be, and returns how many there are.
func shareOut(list []person, size int) int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Compare(list[a].pseudonym, list[b].pseudonym)
	})
	n := (len(list) + size - 1) / size
	for rank, i := range order {
		list[i].practice = rank * n / len(list)
	}
	return n
}

// firstOfMonth returns the first day of a day's month.
func firstOfMonth(d frame.Day) frame.Day {
	year, month, _ := d.Time().Date()
	return frame.Date(year, month, 1)
}
