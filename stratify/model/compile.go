package model

import (
	"errors"
	"fmt"
	"slices"

	"riskband/stratify/codes"
	"riskband/stratify/feature"
	"riskband/stratify/frame"
	"riskband/stratify/score"
)

// Off is something a model asks for that this extract cannot support.
type Off struct {
	What string // kind and id, for example "use emergency_12m"
	Why  string // for example "the extract has no apcs table"
}

// Compiled is a model made ready for one as-of day and one set of tables. It is
// immutable and safe for concurrent use.
type Compiled struct {
	Spec  *Spec
	Plan  *feature.Plan
	Off   []Off
	AsOf  frame.Day
	Rules []Rule // the band rules that are on, in order; the last has no predicate

	steps      []step
	slots      int
	registers  []registerColumns
	measures   []int // feature of each measure, or none
	uses       []int
	medicines  []int
	controls   []compiledControl
	scores     []compiledScore
	registerOn []slot
	cohorts    []slot
}

// Rule is a band rule whose predicate can be computed.
type Rule struct {
	BandRule
	holds    slot
	evidence []witness
}

// slot numbers one predicate of an outcome.
type slot int

const none = -1

// step computes one predicate, control or score from what earlier steps left.
type step func(*Outcome)

type registerColumns struct{ first, last, resolved int }

type compiledControl struct {
	on            bool
	of            slot
	notApplicable slot
	targets       []slot // predicate of each target's group; none for the last
	clocks        []clock
}

// clock is a register whose first diagnosis starts the time until a measurement
// is due, for the people it brings into the control.
type clock struct {
	register int
	brings   slot
}

type compiledScore struct {
	on    bool
	terms []score.Term
	holds []slot
}

// Tables says which optional tables the extract has, by source.
type Tables [frame.Sources]bool

// Compile makes a model ready. lists must hold every list of [Spec.Lists], and
// book be built from them. The error joins every fault.
func Compile(s *Spec, book *codes.Book, asOf frame.Day, has Tables) (*Compiled, error) {
	c := &Compiled{Spec: s, AsOf: asOf}
	b := &builder{
		c: c, book: book, has: has, asOf: asOf,
		memo: map[string]slot{}, off: map[string]string{}, open: map[string]bool{},
	}
	b.declare()
	b.named()
	for _, r := range s.Bands {
		b.rule(r)
	}
	plan, err := feature.NewPlan(b.features, book)
	c.Plan = plan
	return c, errors.Join(append(b.faults, err)...)
}

// Book returns the code book the model was compiled with.
func (c *Compiled) Book() *codes.Book { return c.Plan.Book() }

// Lists returns the names of every code list the model uses, each once, in order
// of first use.
func (s *Spec) Lists() []string {
	var names []string
	add := func(lists ...string) {
		for _, l := range lists {
			if !slices.Contains(names, l) {
				names = append(names, l)
			}
		}
	}
	for _, r := range s.Registers {
		add(r.Codes...)
		add(r.Resolved...)
	}
	for _, m := range s.Medicines {
		add(m.Codes...)
	}
	for _, m := range s.Measures {
		for _, r := range m.Codes {
			add(r.List)
		}
	}
	for _, u := range s.Use {
		add(u.Where.AdmissionMethod...)
	}
	return names
}

// builder compiles one model.
type builder struct {
	c        *Compiled
	book     *codes.Book
	has      Tables
	asOf     frame.Day
	features []feature.Feature
	memo     map[string]slot   // predicate of a named thing or atom
	off      map[string]string // why a named thing is off
	open     map[string]bool   // being compiled: a second visit is a cycle
	faults   []error
}

func (b *builder) fault(format string, args ...any) {
	b.faults = append(b.faults, fmt.Errorf("compile model %s: "+format, append([]any{b.c.Spec.Name}, args...)...))
}

func (b *builder) newSlot() slot {
	b.c.slots++
	return slot(b.c.slots - 1)
}

func (b *builder) step(s step) { b.c.steps = append(b.c.steps, s) }

// feature adds a feature and returns its number, or none when its table is
// absent.
func (b *builder) feature(f feature.Feature) int {
	if f.Source != frame.ClinicalEvents && !b.has[f.Source] {
		return none
	}
	b.features = append(b.features, f)
	return len(b.features) - 1
}

// declare plans the features of registers, medicines, measures and use.
func (b *builder) declare() {
	s := b.c.Spec
	for _, r := range s.Registers {
		b.c.registers = append(b.c.registers, b.registerFeatures(r))
	}
	for _, m := range s.Medicines {
		b.c.medicines = append(b.c.medicines, b.feature(feature.Feature{
			Name: "medicine " + m.ID, Source: frame.Medications, Kind: feature.LastDay, From: frame.NoDay, Inputs: inputs(m.Codes),
		}))
	}
	for _, m := range s.Measures {
		b.c.measures = append(b.c.measures, b.feature(s.measureFeature(m)))
	}
	for _, u := range s.Use {
		b.c.uses = append(b.c.uses, b.feature(feature.Feature{
			Name: "use " + u.ID, Source: frame.APCS, Kind: feature.Count,
			From: b.opens(u.WindowDays), Inputs: inputs(u.Where.AdmissionMethod),
		}))
	}
}

// opens returns the first day of a window of n days that ends with the as-of
// day and includes it.
func (b *builder) opens(days int) frame.Day { return b.asOf - frame.Day(days) + 1 }

func inputs(lists Lists) []feature.Input {
	in := make([]feature.Input, len(lists))
	for i, l := range lists {
		in[i] = feature.Input{List: l}
	}
	return in
}

func (b *builder) registerFeatures(r Register) registerColumns {
	from := frame.NoDay
	if r.From != "" {
		from, _ = frame.ParseDay(r.From) // checked by Parse
	}
	f := func(what string, k feature.Kind, from frame.Day, lists Lists) int {
		return b.feature(feature.Feature{
			Name: "register " + r.ID + " " + what, Source: frame.ClinicalEvents, Kind: k, From: from, Inputs: inputs(lists),
		})
	}
	cols := registerColumns{resolved: none}
	cols.first = f("first", feature.FirstDay, from, r.Codes)
	cols.last = f("last", feature.LastDay, from, r.Codes)
	if len(r.Resolved) > 0 {
		cols.resolved = f("resolved", feature.LastDay, frame.NoDay, r.Resolved)
	}
	return cols
}

// measureFeature plans a measure: the latest value of its own lists, or the
// latest day with both parts of its pair.
func (s *Spec) measureFeature(m Measure) feature.Feature {
	f := feature.Feature{Name: "measure " + m.ID, Source: frame.ClinicalEvents, Kind: feature.Latest, From: frame.NoDay}
	if m.SameDay == "highest" {
		f.Tie = feature.Highest
	}
	parts := []string{m.ID}
	if len(m.Pair) > 0 {
		f.Kind, parts = feature.Pair, m.Pair
	}
	for part, id := range parts {
		of := s.Measures[s.measure(id)]
		f.Plausible[part] = feature.Range{From: of.Plausible.From, Below: of.Plausible.Below}
		for _, r := range of.Codes {
			f.Inputs = append(f.Inputs, feature.Input{List: r.List, Part: part, Scale: r.Times, Add: r.Add})
		}
	}
	return f
}
