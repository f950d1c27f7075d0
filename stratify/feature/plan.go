package feature

import (
	"errors"
	"fmt"
	"slices"

	"riskband/stratify/codes"
	"riskband/stratify/frame"
)

// Plan holds, for every source and concept, what a row of it does. It is
// immutable and safe for concurrent use.
type Plan struct {
	features []Feature
	book     *codes.Book
	sources  [frame.Sources]program
}

// program lists the operations of concept c at ops[start[c]:start[c+1]].
type program struct {
	ops   []op
	start []int32
}

// op is one thing a row does to one feature.
type op struct {
	kind       Kind
	part       uint8
	tie        Tie
	feature    uint16
	from       frame.Day
	scale, add float64
	plausible  Range
}

// NewPlan builds the plan. It fails, with every fault, when a feature names a
// list that is not in the book or when one code would feed a feature in two
// different ways.
func NewPlan(features []Feature, book *codes.Book) (*Plan, error) {
	p := &Plan{features: features, book: book}
	byList := map[int][]listed{}
	var faults []error
	for i, f := range features {
		for _, in := range f.Inputs {
			at := book.Position(in.List)
			if at < 0 {
				faults = append(faults, fmt.Errorf("plan feature %s: no code list %s", f.Name, in.List))
				continue
			}
			byList[at] = append(byList[at], listed{f.Source, operation(f, in, i)})
		}
	}
	for s := range p.sources {
		if err := p.fill(frame.Source(s), byList); err != nil {
			faults = append(faults, err)
		}
	}
	return p, errors.Join(faults...)
}

type listed struct {
	source frame.Source
	op     op
}

func operation(f Feature, in Input, at int) op {
	o := op{kind: f.Kind, part: uint8(in.Part), tie: f.Tie, feature: uint16(at), from: f.From, scale: in.Scale, add: in.Add}
	if in.Scale == 0 {
		o.scale = 1
	}
	if in.Part < f.parts() {
		o.plausible = f.Plausible[in.Part]
	}
	return o
}

func (p *Plan) fill(s frame.Source, byList map[int][]listed) error {
	var faults []error
	g := program{start: make([]int32, p.book.Concepts()+1)}
	for c := range p.book.Concepts() {
		first := len(g.ops)
		for _, l := range p.book.Members(uint16(c)) {
			for _, candidate := range byList[l] {
				if candidate.source == s && !slices.Contains(g.ops[first:], candidate.op) {
					g.ops = append(g.ops, candidate.op)
				}
			}
		}
		faults = append(faults, p.contradictions(g.ops[first:])...)
		g.start[c+1] = int32(len(g.ops))
	}
	p.sources[s] = g
	return errors.Join(faults...)
}

// contradictions finds two different operations of one concept on one feature.
func (p *Plan) contradictions(ops []op) []error {
	var faults []error
	for i, o := range ops {
		if slices.ContainsFunc(ops[:i], func(q op) bool { return q.feature == o.feature }) {
			faults = append(faults, fmt.Errorf(
				"plan feature %s: a code stands in two of its lists with different parts or conversions", p.features[o.feature].Name))
		}
	}
	return faults
}

// Features returns the features in plan order. The slice is the plan's own.
func (p *Plan) Features() []Feature { return p.features }

// Book returns the code book the plan was built on.
func (p *Plan) Book() *codes.Book { return p.book }

// Reads reports whether any feature reads a source.
func (p *Plan) Reads(s frame.Source) bool { return len(p.sources[s].ops) > 0 }
