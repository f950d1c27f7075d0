package importer

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"riskband/pipeline/source/importer/account"
	"riskband/pipeline/source/importer/folder"
	"riskband/stratify/frame"
)

// OMOP turns an OMOP CDM 5.3 or 5.4 folder, Parquet or CSV, into an extract at
// to, not yet sealed. person and concept are required; what else is missing is
// named in the report. The people are not assumed to be synthetic.
//
// Errors wrap [ErrSource] or [ErrTarget] where the folders are at fault. After an
// error the target holds an unfinished extract without a job file.
func OMOP(ctx context.Context, from, to string, opts Options) (Report, error) {
	c, err := newCommon(ctx, from, to, opts, []string{"person", "concept"}, []string{
		"observation_period", "death", "care_site", "condition_occurrence", "measurement",
		"observation", "drug_exposure", "visit_occurrence",
	})
	if err != nil {
		return Report{}, err
	}
	o := &omop{
		common: c, asOf: opts.AsOf, people: newPeople[int64](), careSite: map[int64]int64{},
		concepts: map[int64]concept{}, admitted: map[int64]diagnosis{},
		icd10: regexp.MustCompile(`^[A-Z][0-9]{2}(\.?[0-9X][0-9A-Z*+-]{0,2})?$`),
	}
	for _, step := range []func() error{
		o.readPersons, o.readDeaths, o.survey, o.readPeriods, o.readConcepts, o.readDiagnoses, o.settlePractices,
	} {
		if err := step(); err != nil {
			return Report{}, err
		}
	}
	register(o.people.list, o.ledger)
	if err := o.target.write(o.people.list, o.rows); err != nil {
		return Report{}, err
	}
	r := o.report(opts, int64(len(o.people.list)))
	r.Source = "omop"
	return r, o.target.finish(r, openingDay(o.people.list), omopNotice())
}

func omopNotice() []string {
	return []string{
		"Imported from an OMOP CDM folder. Unless its owner says otherwise the people",
		"are real and the rows are personal data, whatever their names have become.",
		"Practices, neighbourhood, place and system are invented. OMOP has no opt-outs:",
		"state below who dealt with them where that matters.",
	}
}

type omop struct {
	common
	asOf        frame.Day
	people      *people[int64]
	careSite    map[int64]int64 // by person
	lastDay     frame.Day       // last record of anyone up to the as-of day
	concepts    map[int64]concept
	emergencies emergencies[int64]
	admitted    map[int64]diagnosis // by visit that is a stay
	icd10       *regexp.Regexp
}

// concept is what is kept of one row of the concept table.
type concept struct{ vocabulary, code string }

// diagnosis is the ICD-10 code of the first condition row of a stay, by row id.
type diagnosis struct {
	row  int64
	code string
}

// OMOP concept ids with one fixed meaning.
const (
	conceptMale              = 8507
	conceptFemale            = 8532
	visitInpatient           = 9201
	visitEmergency           = 9203
	visitEmergencyThenInward = 262
)

func isStay(visit int64) bool { return visit == visitInpatient || visit == visitEmergencyThenInward }

func (o *omop) readPersons() error {
	count := o.ledger.Table("person")
	columns := []string{
		"person_id", "gender_concept_id", "year_of_birth", "month_of_birth?", "birth_datetime?", "care_site_id?",
	}
	return o.folder.Read("person", columns, func(r folder.Row) error {
		id, ok := r.ID(0)
		birth, assumed := birthMonth(r)
		if !ok || !birth.Known() {
			count.Drop(account.NoBirth)
			return nil
		}
		p := person{pseudonym: pseudonym("omop", strconv.FormatInt(id, 10)), birth: birth, sex: "unknown", death: frame.NoDay}
		switch gender, _ := r.ID(1); gender {
		case conceptFemale:
			p.sex = "female"
		case conceptMale:
			p.sex = "male"
		}
		if !o.people.add(id, p) {
			count.Drop(account.DuplicatePerson)
			return nil
		}
		if assumed {
			o.ledger.Assumed[account.AssumedBirthMonth]++
		}
		if site, ok := r.ID(5); ok && site != 0 {
			o.careSite[id] = site
		}
		count.Use()
		return nil
	})
}

// birthMonth reads the month of birth from its parts, else from the timestamp,
// else takes July of the year: the middle, wrong by half a year at most.
func birthMonth(r folder.Row) (month frame.Day, assumed bool) {
	year, hasYear := r.ID(2)
	number, hasMonth := r.ID(3)
	if day, ok := r.Day(4); ok && (!hasYear || !hasMonth) {
		return firstOfMonth(day), false
	}
	if !hasMonth || number < 1 || number > 12 {
		number, assumed = 7, true
	}
	if !hasYear || year < 1900 || year > 9999 {
		return frame.NoDay, false
	}
	return frame.Date(int(year), time.Month(number), 1), assumed
}

func (o *omop) readDeaths() error {
	count := o.ledger.Table("death")
	return o.folder.Read("death", []string{"person_id", "death_date"}, func(r folder.Row) error {
		id, _ := r.ID(0)
		day, ok := r.Day(1)
		p := o.people.find(id)
		switch {
		case p == nil:
			count.Drop(account.UnknownPerson)
		case !ok:
			count.Drop(account.NoDate)
		default:
			if !p.death.Known() || day < p.death { // two dates: the earlier, whatever the order
				p.death = day
			}
			count.Use()
		}
		return nil
	})
}

// readPeriods makes registrations of observation periods. A period is open when
// it lasts to the end of the data, or when it ends with the person's own last
// record: that says when records stop, not that the person left.
func (o *omop) readPeriods() error {
	count := o.ledger.Table("observation_period")
	columns := []string{"person_id", "observation_period_start_date", "observation_period_end_date"}
	return o.folder.Read("observation_period", columns, func(r folder.Row) error {
		id, _ := r.ID(0)
		start, ok := r.Day(1)
		end, _ := r.Day(2)
		p := o.people.find(id)
		switch {
		case p == nil:
			count.Drop(account.UnknownPerson)
			return nil
		case !ok:
			count.Drop(account.NoDate)
			return nil
		case end.Known() && end < start:
			count.Drop(account.EndsFirst)
			return nil
		case p.death.Known() && start > p.death:
			count.Drop(account.AfterDeath)
			return nil
		}
		if end.Known() && o.lastDay.Known() && end >= o.lastDay {
			end = frame.NoDay
		}
		if end.Known() && p.last.Known() && end+1 >= p.last && !p.death.Known() {
			end = frame.NoDay
			o.ledger.Assumed[account.AssumedOpen]++
		}
		p.episodes = append(p.episodes, episode{start, end})
		count.Use()
		return nil
	})
}

// settlePractices invents one practice per care site that has people, in the
// order of the site's id, and one for people without a site.
func (o *omop) settlePractices() error {
	known, err := o.readCareSites()
	if err != nil {
		return err
	}
	at := map[int64]int{}
	for _, site := range o.careSite {
		if known[site] {
			at[site] = 0
		}
	}
	if len(at) > maxPractices {
		return fmt.Errorf("import care sites: %d with people, at most %d: %w", len(at), maxPractices, ErrSource)
	}
	for n, site := range sortedKeys(at) {
		at[site] = n
		o.target.practices = append(o.target.practices, inventedPractice(n+1))
	}
	nowhere := len(o.target.practices)
	for id, i := range o.people.at {
		practice, ok := at[o.careSite[id]]
		if !ok {
			practice = nowhere
			o.ledger.Assumed[account.AssumedNoPractice]++
		}
		o.people.list[i].practice = practice
	}
	if o.ledger.Assumed[account.AssumedNoPractice] > 0 {
		o.target.practices = append(o.target.practices, withoutCareSite)
	}
	return nil
}

// readCareSites returns the sites there are. Their names are not read.
func (o *omop) readCareSites() (map[int64]bool, error) {
	known := map[int64]bool{}
	count := o.ledger.Table("care_site")
	return known, o.folder.Read("care_site", []string{"care_site_id"}, func(r folder.Row) error {
		id, ok := r.ID(0)
		if !ok {
			count.Drop(account.NoID)
			return nil
		}
		known[id] = true
		count.Use()
		return nil
	})
}

func sortedKeys(m map[int64]int) []int64 {
	keys := make([]int64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
