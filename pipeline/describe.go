package pipeline

import (
	"riskband/pipeline/manifest"
	"riskband/pipeline/publish"
	"riskband/stratify/disclose"
	"riskband/stratify/tally"
)

// Exit codes of a run that published.
const (
	ExitDone    = 0
	ExitPartial = 4
)

// describe says what the run read, decided and shows. Nothing in it comes from
// counts of people but through the release.
func describe(in *inputs, c *counted, release disclose.Release, version string) manifest.Run {
	sealed := in.extract.Manifest()
	m := manifest.Run{
		Format: manifest.Format, RunID: in.runID(), Notice: release.Notice(),
		Product: manifest.Product{Name: "riskband", Version: version}, Contract: sealed.Contract,
		AsOf: in.extract.AsOf().String(), Synthetic: sealed.Synthetic, Sealed: in.extract.Sealed(),
		InputsDigest: in.digest(), ExtractDigest: sealed.ContentDigest,
		Model: manifest.Model{
			Name: in.model.Spec.Name, Version: in.model.Spec.Version, SHA256: in.model.SHA256, ClinicalReview: in.model.Spec.ClinicalReview,
		},
		Reference:  manifest.Reference{PracticesSHA256: in.sums.practices, LSOASHA256: in.sums.lsoa},
		Disclosure: manifest.Disclosure{Profile: release.Profile(), Programme: release.Programme()},
		OptOuts:    string(in.job.OptOuts),
		Coverage:   in.coverage(c),
		Bands:      bands(release),
		Exit:       manifest.Exit{Code: ExitDone, Meaning: "done"},
	}
	if in.lsoa != nil {
		m.Reference.IMDRelease, m.Reference.LSOAVintage = in.lsoa.IMDRelease, in.lsoa.Vintage
	}
	for _, l := range in.compiled.Book().Lists() {
		m.CodeLists = append(m.CodeLists, manifest.CodeList{
			Name: l.Name, System: string(l.System), Release: l.Release, Entries: len(l.Entries), SHA256: l.SHA256,
		})
	}
	for _, off := range in.compiled.Off {
		m.SwitchedOff = append(m.SwitchedOff, manifest.SwitchedOff{What: off.What, Why: off.Why})
	}
	m.Remarks = in.remarks()
	if len(c.refused) > 0 {
		m.Exit = manifest.Exit{Code: ExitPartial, Meaning: "published, some practices refused"}
	}
	return m
}

// practiceStates says what became of every practice that was expected or came.
func (in *inputs) practiceStates(c *counted) []publish.Coverage {
	refused := map[string]string{}
	for _, r := range c.refused {
		refused[r.Practice] = r.Faults[0].Rule
	}
	came := map[string]bool{}
	var states []publish.Coverage
	for _, p := range in.extract.Practices() {
		came[p.Code()] = true
		state := publish.Coverage{Practice: p.Code(), State: "used", Reason: refused[p.Code()]}
		switch {
		case state.Reason != "":
			state.State = "refused"
		case in.geography.AreasOf(p.Code())[tally.Neighbourhood].Unmapped():
			state.State = "unmapped"
		}
		states = append(states, state)
	}
	for _, m := range in.members {
		current := m.From <= in.extract.AsOf() && (!m.To.Known() || m.To >= in.extract.AsOf())
		if current && !came[m.Practice] {
			states = append(states, publish.Coverage{Practice: m.Practice, State: "missing"})
		}
	}
	return states
}

// coverage counts practices. A refused practice is named by the first rule it
// broke; an unmapped one is used all the same.
func (in *inputs) coverage(c *counted) manifest.Coverage {
	cov := manifest.Coverage{Received: len(in.extract.Practices())}
	for _, p := range in.practiceStates(c) {
		cov.Expected++
		switch p.State {
		case "unmapped":
			cov.Unmapped++
			cov.Used++
		case "used":
			cov.Used++
		case "refused":
			cov.Refused = append(cov.Refused, manifest.Refusal{Practice: p.Practice, Reason: p.Reason})
		}
	}
	return cov
}

// bands reads the bands of the whole system off the release. Where there is no
// single system there is no such number.
func bands(release disclose.Release) []manifest.Band {
	var out []manifest.Band
	systems := map[string]bool{}
	for _, t := range release.Tables() {
		if t.Name() != "band_by_imd" {
			continue
		}
		for r := range t.Rows() {
			if r.Area.Level != tally.System || r.Categories[0] != disclose.All || r.Categories[1] == disclose.All {
				continue
			}
			systems[r.Area.Code] = true
			b := manifest.Band{Band: r.Categories[1], Symbol: r.People.Symbol()}
			if n, ok := r.People.Count(); ok {
				b.People = &n
			}
			out = append(out, b)
		}
	}
	if len(systems) > 1 {
		out = out[:len(out)/len(systems)]
		for i := range out {
			out[i].People, out[i].Symbol = nil, "[x]"
		}
	}
	return out
}

// remarks are what a reader must know that no table says.
func (in *inputs) remarks() []string {
	remarks := []string{
		"Counts of 1 to 7 are hidden and others rounded to 5. Two runs, or a row and its total, can still be subtracted: hence interim.",
		"Clinical review of the model: " + in.model.Spec.ClinicalReview + ".",
		"For planning. Not for decisions about a person, not for managing the performance of practices. Banding people has not been shown to prevent admissions.",
	}
	if !in.extract.Sealed() {
		remarks = append(remarks, "UNSEALED: the files were not compared with sums made by their supplier.")
	}
	if in.extract.Manifest().Synthetic {
		remarks = append(remarks, "SYNTHETIC: no real person is in these figures.")
	}
	if in.plan().PseudonymPerPractice {
		remarks = append(remarks, "Pseudonyms differ between practices: people registered twice are counted twice.")
	}
	if in.lsoa == nil {
		remarks = append(remarks, "No lsoa table was given: deprivation is unknown for everyone.")
	}
	return remarks
}
