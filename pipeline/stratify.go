package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"riskband/pipeline/extract"
	"riskband/pipeline/job"
	"riskband/pipeline/publish"
	"riskband/pipeline/run"
	"riskband/stratify/disclose"
	"riskband/stratify/tally"
)

// Refused means that practices broke rules of the contract and the job stops for
// that. It lists every fault of every practice.
type Refused []run.Refusal

// Error prints one fault a line.
func (r Refused) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "practices refused: %d; nothing was published", len(r))
	for _, one := range r {
		b.WriteString("\n" + one.Faults.Error())
	}
	return b.String()
}

// Is reports [extract.ErrRefused], and [extract.ErrSeal] where a seal is broken.
func (r Refused) Is(target error) bool {
	return slices.ContainsFunc(r, func(one run.Refusal) bool { return errors.Is(one.Faults, target) })
}

// counted is what all practices together gave.
type counted struct {
	tallies     map[string]map[string]tally.Table // by table, practice
	people      map[string]int64                  // counted, by practice: secure side
	rows        []publish.Conservation
	hits        []int64 // by concept
	noValue     []int64 // by feature
	implausible []int64 // by feature
	refused     []run.Refusal
}

// stratify works through every practice and writes its secure rows as it goes.
func stratify(ctx context.Context, in *inputs, roots *roots, o Options) (*counted, error) {
	c := in.nothingCounted()
	secure, err := publish.NewSecure(roots.secureStage, in.contract)
	if err != nil {
		return nil, err
	}
	err = in.count(ctx, c, o, func(r *run.Result) error {
		_, err := secure.Practice(r.Practice, r.Bands, r.Reasons)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, r := range c.refused {
		in.log.Error().Str("practice", r.Practice).Int("faults", len(r.Faults)).Msg("refused practice")
	}
	if len(c.refused) > 0 && (in.job.Missing == job.MissingStop || len(c.refused) == len(in.extract.Practices())) {
		return nil, Refused(c.refused)
	}
	return c, nil
}

// count works through every practice into c; keep is called with each result, from
// several workers at once.
func (in *inputs) count(ctx context.Context, c *counted, o Options, keep func(*run.Result) error) (err error) {
	practices := slices.Clone(in.extract.Practices())
	if o.order != nil {
		o.order(practices)
	}
	var mu sync.Mutex
	done := 0
	c.refused, err = run.Local(ctx, practices, in.plan(), o.Limits, func(r *run.Result) error {
		if r != nil {
			if err := keep(r); err != nil {
				return err
			}
		}
		mu.Lock()
		defer mu.Unlock()
		done++
		if o.Progress != nil {
			o.Progress(done, len(practices))
		}
		if r != nil && r.Extra > 0 {
			in.log.Info().Str("practice", r.Practice).Int64("columns", r.Extra).Msg("ignored columns outside the contract")
		}
		return c.add(r)
	})
	return err
}

func (in *inputs) nothingCounted() *counted {
	c := &counted{tallies: map[string]map[string]tally.Table{}, people: map[string]int64{}}
	for _, name := range in.programme.Tables() {
		c.tallies[name] = map[string]tally.Table{}
	}
	c.hits = make([]int64, in.compiled.Book().Concepts())
	c.noValue = make([]int64, len(in.compiled.Plan.Features()))
	c.implausible = make([]int64, len(in.compiled.Plan.Features()))
	return c
}

// add takes in one practice's result; nothing for a refused one.
func (c *counted) add(r *run.Result) error {
	if r == nil {
		return nil
	}
	for _, t := range r.Tallies {
		c.tallies[t.Name][r.Practice] = t
	}
	c.people[r.Practice] = r.Current
	c.rows = append(c.rows, r.Rows...)
	addTo(c.hits, r.Hits)
	addTo(c.noValue, r.NoValue)
	addTo(c.implausible, r.Implausible)
	return nil
}

// inOrder lists the counts table by table.
func (c *counted) inOrder(names []string) []map[string]tally.Table {
	tables := make([]map[string]tally.Table, len(names))
	for i, name := range names {
		tables[i] = c.tallies[name]
	}
	return tables
}

func addTo(sum, more []int64) {
	for i, n := range more {
		sum[i] += n
	}
}

// protect rolls the practices' counts up to every level the programme publishes
// and puts them through disclosure control.
func protect(in *inputs, c *counted) (disclose.Release, error) {
	var areas [][]tally.AreaTable
	for _, name := range in.programme.Tables() {
		for _, level := range in.programme.Levels(name) {
			rolled, err := in.geography.Roll(c.tallies[name], level)
			if err != nil {
				return disclose.Release{}, err
			}
			areas = append(areas, rolled)
		}
	}
	return disclose.Interim(in.programme, areas...)
}

// listHits sums the rows folded by code list.
func (in *inputs) listHits(c *counted) []publish.ListHits {
	book := in.compiled.Book()
	hits := make([]publish.ListHits, len(book.Lists()))
	for i, l := range book.Lists() {
		hits[i].List = l.Name
	}
	for concept, n := range c.hits {
		for _, l := range book.Members(uint16(concept)) {
			hits[l].Rows += n
		}
	}
	return hits
}

// quarantine is the text kept for the supplier of a refused practice.
func quarantine(f extract.Faults) []byte { return []byte(f.Error() + "\n") }
