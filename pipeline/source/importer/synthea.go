package importer

import (
	"context"
	"math"

	"riskband/pipeline/source"
	"riskband/stratify/frame"
)

// syntheaPractice is the most people an invented practice gets.
const syntheaPractice = 1000

// Synthea turns a folder of flattened Synthea people (patients, events,
// medications and encounters, all columns text) into an extract at to, not yet
// sealed. The people are synthetic and the report says so.
//
// Errors wrap [ErrSource] or [ErrTarget] where the folders are at fault. After an
// error the target holds an unfinished extract without a job file.
func Synthea(ctx context.Context, from, to string, o Options) (Report, error) {
	s, err := newSynthea(ctx, from, to, o)
	if err != nil {
		return Report{}, err
	}
	for _, step := range []func() error{s.readPatients, s.survey} {
		if err := step(); err != nil {
			return Report{}, err
		}
	}
	for n := range shareOut(s.people.list, syntheaPractice) {
		s.target.practices = append(s.target.practices, inventedPractice(n+1))
	}
	register(s.people.list, &s.ledger)
	if err := s.target.write(s.people.list, s.rows); err != nil {
		return Report{}, err
	}
	r := s.report(o, int64(len(s.people.list)))
	r.Source, r.Synthetic = "synthea", true
	return r, s.target.finish(r, openingDay(s.people.list), syntheaNotice())
}

func syntheaNotice() []string {
	return []string{
		"Synthetic people made by Synthea, imported. No row is about a real person.",
		"They are modelled on the United States: shares found here are not English.",
		"Practices, neighbourhood, place and system are invented.",
	}
}

// common is what both importers hold.
type common struct {
	folder  *folder
	target  *target
	mapping *mapping
	ledger  ledger
	missing []string
}

func newCommon(ctx context.Context, from, to string, required, optional []string) (common, error) {
	m, err := loadMapping()
	if err != nil {
		return common{}, err
	}
	t, err := newTarget(to)
	if err != nil {
		return common{}, err
	}
	f, missing, err := openFolder(ctx, from, required, optional)
	if err != nil {
		return common{}, err
	}
	l := ledger{measures: counts{}, assumed: counts{}}
	return common{folder: f, target: t, mapping: m, ledger: l, missing: missing}, nil
}

func (c *common) report(o Options, people int64) Report {
	r := Report{
		AsOf: o.AsOf.String(), People: people, Practices: int64(len(c.target.practices)),
		Missing: c.missing,
	}
	c.ledger.fill(&r)
	return r
}

// event writes one mapped reading of a person, or gives the reason why not.
func (c *common) event(b *batch, p *person, day frame.Day, r reading) (Reason, error) {
	e, why := c.mapping.apply(r)
	if why != "" {
		return why, nil
	}
	if e.measure != "" {
		c.ledger.measures[e.measure]++
	}
	return "", b.writer(p).Event(source.Event{
		PatientID: p.pseudonym, Date: day, SnomedCTCode: e.code,
		NumericValue: e.value, Comparator: r.comparator, Unit: e.unit,
	})
}

// openingDay is the first day anyone is registered: the reference tables hold
// from there. Without people it is the first day the contract knows.
func openingDay(list []person) frame.Day {
	opening := frame.NoDay
	for _, p := range list {
		for _, e := range p.episodes {
			if !opening.Known() || e.start < opening {
				opening = e.start
			}
		}
	}
	if !opening.Known() {
		return frame.Date(1900, 1, 1)
	}
	return opening
}

type synthea struct {
	common
	people      *people[string]
	emergencies emergencies[string]
}

func newSynthea(ctx context.Context, from, to string, _ Options) (*synthea, error) {
	c, err := newCommon(ctx, from, to, []string{"patients", "events"}, []string{"medications", "encounters"})
	return &synthea{common: c, people: newPeople[string]()}, err
}

func (s *synthea) readPatients() error {
	count := s.ledger.table("patients")
	return s.folder.read("patients", []string{"patient_id", "birth_date", "sex?", "death_date?"}, func(r row) error {
		birth, ok := r.day(1)
		if !ok {
			count.drop(ReasonNoBirth)
			return nil
		}
		p := person{pseudonym: pseudonym("synthea", r.text(0)), birth: firstOfMonth(birth), sex: "unknown"}
		switch r.text(2) {
		case "F", "female":
			p.sex = "female"
		case "M", "male":
			p.sex = "male"
		}
		p.death, _ = r.day(3)
		why := Reason("")
		if !s.people.add(r.text(0), p) {
			why = ReasonDuplicatePerson
		}
		count.settle(why)
		return nil
	})
}

// survey reads the days of all records and of emergency visits, and counts the
// medicines, none of which can be mapped.
func (s *synthea) survey() error {
	err := s.folder.read("events", []string{"patient_id", "date"}, s.extent)
	if err != nil {
		return err
	}
	count := s.ledger.table("medications")
	err = s.folder.read("medications", []string{"patient_id", "authored"}, func(r row) error {
		count.drop(ReasonNoDMD)
		return s.extent(r)
	})
	if err != nil {
		return err
	}
	defer s.emergencies.sort()
	return s.folder.read("encounters", []string{"patient_id", "start", "end", "class"}, func(r row) error {
		if end, ok := r.day(2); ok && isEmergency(r.text(3)) {
			s.emergencies.add(r.text(0), end)
		}
		return s.extent(r)
	})
}

func (s *synthea) extent(r row) error {
	if day, ok := r.day(1); ok {
		if p := s.people.find(r.text(0)); p != nil {
			p.seen(day)
		}
	}
	return nil
}

// The class differs by FHIR version.
func isEmergency(class string) bool { return class == "EMER" || class == "emergency" }
func isInpatient(class string) bool { return class == "IMP" || class == "inpatient" }

func (s *synthea) rows(b *batch) error {
	if err := s.events(b); err != nil {
		return err
	}
	return s.encounters(b)
}

func (s *synthea) events(b *batch) error {
	count := s.ledger.table("events")
	columns := []string{"patient_id", "date", "system", "code", "value?", "unit?"}
	return s.folder.read("events", columns, func(r row) error {
		p := s.people.find(r.text(0))
		if !b.holds(p) {
			return nil
		}
		why, err := s.oneEvent(b, p, r)
		count.settle(why)
		return err
	})
}

func (s *synthea) oneEvent(b *batch, p *person, r row) (Reason, error) {
	if p == nil {
		return ReasonUnknownPerson, nil
	}
	day, ok := r.day(1)
	if !ok {
		return ReasonNoDate, nil
	}
	one := reading{code: r.text(3), value: math.NaN(), unit: r.text(5)}
	switch r.text(2) {
	case "sct":
		one.system = snomed
	case "loinc.org":
		one.system = loinc
	case "cvx":
		return ReasonCVX, nil
	}
	value, null, ok := r.number(4)
	if _, known := s.mapping.loinc[one.code]; known && !null && !ok {
		return ReasonNotNumber, nil
	}
	if ok {
		one.value = value
	}
	return s.event(b, p, day, one)
}

func (s *synthea) encounters(b *batch) error {
	count := s.ledger.table("encounters")
	columns := []string{"patient_id", "start", "end?", "class", "encounter_id", "type_code?"}
	return s.folder.read("encounters", columns, func(r row) error {
		p := s.people.find(r.text(0))
		if !b.holds(p) {
			return nil
		}
		why, err := s.oneEncounter(b, p, r)
		count.settle(why)
		return err
	})
}

func (s *synthea) oneEncounter(b *batch, p *person, r row) (Reason, error) {
	class := r.text(3)
	if p == nil {
		return ReasonUnknownPerson, nil
	}
	if !isEmergency(class) && !isInpatient(class) {
		return ReasonNotHospital, nil
	}
	start, ok := r.day(1)
	if !ok {
		return ReasonNoDate, nil
	}
	end, _ := r.day(2)
	if end.Known() && end < start {
		return ReasonEndsFirst, nil
	}
	key := pseudonym("synthea encounter", r.text(4))
	if isEmergency(class) {
		return "", b.writer(p).Attendance(source.Attendance{PatientID: p.pseudonym, AttendanceID: key, ArrivalDate: start})
	}
	method := s.mapping.admissionMethod(stay{
		source: "synthea", encounterType: r.text(5), sinceEmerg: s.emergencies.since(r.text(0), start),
	})
	return "", s.spell(b, p, source.Spell{SpellID: key, AdmissionDate: start, DischargeDate: end, AdmissionMethod: method})
}

// spell writes a stay, with the diagnosis that says "unknown" where it has none.
func (c *common) spell(b *batch, p *person, one source.Spell) error {
	if one.PrimaryDiagnosis == "" {
		one.PrimaryDiagnosis = unknownDiagnosis
		c.ledger.assumed[assumedDiagnosis]++
	}
	if one.AdmissionMethod == unknownMethod {
		c.ledger.assumed[assumedMethod]++
	}
	one.PatientID = p.pseudonym
	return b.writer(p).Spell(one)
}
