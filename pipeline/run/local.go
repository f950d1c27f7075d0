package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"riskband/pipeline/extract"
)

// Limits bound a local run. They never change a result.
type Limits struct {
	Workers int
	Memory  int64 // bytes that practices in work may hold together
}

// ErrMemory means that the budget cannot hold the largest practice.
var ErrMemory = errors.New("memory budget too small")

// Refusal is one practice that was not used, and why.
type Refusal struct {
	Practice string
	Faults   extract.Faults
}

// Local stratifies every practice with bounded workers. done is called with each
// result as soon as it is there, from several workers at once, and once with no
// result for a refused practice. Refusals come back sorted by practice; any
// error but a refusal stops the run.
func Local(ctx context.Context, practices []*extract.Practice, plan *Plan, l Limits, done func(*Result) error) ([]Refusal, error) {
	if err := l.check(practices); err != nil {
		return nil, err
	}
	for _, p := range practices {
		p.SetLimit(l.Memory)
	}
	lost, err := elsewhere(ctx, practices, plan, l)
	if err != nil {
		return nil, err
	}
	settled := *plan
	settled.Elsewhere = lost
	faults := make([]extract.Faults, len(practices))
	err = each(ctx, practices, l, func(ctx context.Context, i int) error {
		r, err := Practice(ctx, practices[i], &settled)
		if errors.As(err, &faults[i]) {
			return done(nil)
		}
		if err != nil {
			return err
		}
		return done(&r)
	})
	var refusals []Refusal
	for i, f := range faults {
		if f != nil {
			refusals = append(refusals, Refusal{practices[i].Code(), f})
		}
	}
	slices.SortFunc(refusals, func(a, b Refusal) int { return cmp.Compare(a.Practice, b.Practice) })
	return refusals, err
}

// elsewhere is the pre-pass over the patients tables: it finds who is registered
// elsewhere. A table that is refused makes no claims: the main pass says why. Pseudonyms of one practice only cannot be compared: then there is
// nothing to settle.
func elsewhere(ctx context.Context, practices []*extract.Practice, plan *Plan, l Limits) (Elsewhere, error) {
	if plan.PseudonymPerPractice {
		return nil, nil
	}
	var mu sync.Mutex
	var all []claim
	codes := make([]string, len(practices))
	for i, p := range practices {
		codes[i] = p.Code()
	}
	err := each(ctx, practices, l, func(ctx context.Context, i int) error {
		registrations, _, err := practices[i].Registrations(ctx)
		if errors.Is(err, extract.ErrRefused) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("practice %s: %w", codes[i], err)
		}
		mine := claims(i, registrations, plan.AsOf)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, mine...)
		return nil
	})
	return settle(all, codes), err
}

// each calls f for every practice on the limit's workers, holding the
// practice's share of the memory budget while it works.
func each(ctx context.Context, practices []*extract.Practice, l Limits, f func(ctx context.Context, i int) error) error {
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(l.Workers)
	memory := semaphore.NewWeighted(l.Memory)
	for i, p := range practices {
		need := Need(p)
		if err := memory.Acquire(inner, need); err != nil {
			break // the group's own error says why
		}
		g.Go(func() error {
			defer memory.Release(need)
			if err := inner.Err(); err != nil {
				return err
			}
			return guarded(p.Code(), func() error { return f(inner, i) })
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// ErrPanic means that the program broke one of its own invariants.
var ErrPanic = errors.New("a fault of riskband itself: please report it")

// guarded turns a panic into an error that says where it happened. Its text is
// dropped, because it may hold a value.
func guarded(practice string, f func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("practice %s: %w\n%s", practice, ErrPanic, debug.Stack())
		}
	}()
	return f()
}

// Need estimates the bytes one practice holds while it is in work: its largest
// file whole, and the columns of its people.
func Need(p *extract.Practice) int64 {
	return p.LargestFile() + bytesPerPerson*p.Rows("patients") + bytesPerPractice
}

const (
	bytesPerPerson   = 1 << 10
	bytesPerPractice = 4 << 20
)

// check refuses a budget that cannot hold the largest practice, saying what
// would do.
func (l Limits) check(practices []*extract.Practice) error {
	var most int64
	var which string
	for _, p := range practices {
		if need := Need(p); need > most {
			most, which = need, p.Code()
		}
	}
	if most > l.Memory {
		return fmt.Errorf("%w: practice %s needs about %d MiB; give --memory %dMiB or more, or split its files into parts",
			ErrMemory, which, most>>20+1, most>>20+1)
	}
	return nil
}
