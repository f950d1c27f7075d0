package importer

import (
	"context"
	"math"

	"riskband/pipeline/source"
	"riskband/pipeline/source/importer/account"
	"riskband/pipeline/source/importer/folder"
	"riskband/pipeline/source/importer/vocabulary"
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
	register(s.people.list, s.ledger)
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

type synthea struct {
	common
	people      *people[string]
	emergencies emergencies[string]
}

func newSynthea(ctx context.Context, from, to string, o Options) (*synthea, error) {
	c, err := newCommon(ctx, from, to, o, []string{"patients", "events"}, []string{"medications", "encounters"})
	return &synthea{common: c, people: newPeople[string]()}, err
}

func (s *synthea) readPatients() error {
	count := s.ledger.Table("patients")
	return s.folder.Read("patients", []string{"patient_id", "birth_date", "sex?", "death_date?"}, func(r folder.Row) error {
		birth, ok := r.Day(1)
		if !ok {
			count.Drop(account.NoBirth)
			return nil
		}
		p := person{pseudonym: pseudonym("synthea", r.Text(0)), birth: firstOfMonth(birth), sex: "unknown"}
		switch r.Text(2) {
		case "F", "female":
			p.sex = "female"
		case "M", "male":
			p.sex = "male"
		}
		p.death, _ = r.Day(3)
		why := account.Reason("")
		if !s.people.add(r.Text(0), p) {
			why = account.DuplicatePerson
		}
		count.Settle(why)
		return nil
	})
}

// survey reads the days of all records and of emergency visits, and counts the
// medicines, none of which can be mapped.
func (s *synthea) survey() error {
	err := s.folder.Read("events", []string{"patient_id", "date"}, s.extent)
	if err != nil {
		return err
	}
	count := s.ledger.Table("medications")
	err = s.folder.Read("medications", []string{"patient_id", "authored"}, func(r folder.Row) error {
		count.Drop(account.NoDMD)
		return s.extent(r)
	})
	if err != nil {
		return err
	}
	defer s.emergencies.sort()
	return s.folder.Read("encounters", []string{"patient_id", "start", "end", "class"}, func(r folder.Row) error {
		if end, ok := r.Day(2); ok && isEmergency(r.Text(3)) {
			s.emergencies.add(r.Text(0), end)
		}
		return s.extent(r)
	})
}

func (s *synthea) extent(r folder.Row) error {
	if day, ok := r.Day(1); ok {
		if p := s.people.find(r.Text(0)); p != nil {
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
	count := s.ledger.Table("events")
	columns := []string{"patient_id", "date", "system", "code", "value?", "unit?"}
	return s.folder.Read("events", columns, func(r folder.Row) error {
		p := s.people.find(r.Text(0))
		if !b.holds(p) {
			return nil
		}
		why, err := s.oneEvent(b, p, r)
		count.Settle(why)
		return err
	})
}

func (s *synthea) oneEvent(b *batch, p *person, r folder.Row) (account.Reason, error) {
	if p == nil {
		return account.UnknownPerson, nil
	}
	day, ok := r.Day(1)
	if !ok {
		return account.NoDate, nil
	}
	one := vocabulary.Reading{Code: r.Text(3), Value: math.NaN(), Unit: r.Text(5)}
	switch r.Text(2) {
	case "sct":
		one.System = vocabulary.SNOMED
	case "loinc.org":
		one.System = vocabulary.LOINC
	case "cvx":
		return account.NoCVX, nil
	}
	value, null, ok := r.Number(4)
	if s.mapping.IsMeasure(one.Code) && !null && !ok {
		return account.NotNumber, nil
	}
	if ok {
		one.Value = value
	}
	return s.event(b.writer(p), source.Event{PatientID: p.pseudonym, Date: day}, one)
}

func (s *synthea) encounters(b *batch) error {
	count := s.ledger.Table("encounters")
	columns := []string{"patient_id", "start", "end?", "class", "encounter_id", "type_code?"}
	return s.folder.Read("encounters", columns, func(r folder.Row) error {
		p := s.people.find(r.Text(0))
		if !b.holds(p) {
			return nil
		}
		why, err := s.oneEncounter(b, p, r)
		count.Settle(why)
		return err
	})
}

func (s *synthea) oneEncounter(b *batch, p *person, r folder.Row) (account.Reason, error) {
	class := r.Text(3)
	if p == nil {
		return account.UnknownPerson, nil
	}
	if !isEmergency(class) && !isInpatient(class) {
		return account.NotHospital, nil
	}
	start, ok := r.Day(1)
	if !ok {
		return account.NoDate, nil
	}
	end, _ := r.Day(2)
	if end.Known() && end < start {
		return account.EndsFirst, nil
	}
	key := pseudonym("synthea encounter", r.Text(4))
	if isEmergency(class) {
		return "", b.writer(p).Attendance(source.Attendance{PatientID: p.pseudonym, AttendanceID: key, ArrivalDate: start})
	}
	method := s.mapping.AdmissionMethod(vocabulary.Stay{
		Source: "synthea", EncounterType: r.Text(5), SinceEmergency: s.emergencies.since(r.Text(0), start),
	})
	return "", s.spell(b, p, source.Spell{SpellID: key, AdmissionDate: start, DischargeDate: end, AdmissionMethod: method})
}
