package importer

import (
	"math"
	"strconv"
	"strings"

	"riskband/pipeline/source"
	"riskband/pipeline/source/importer/account"
	"riskband/pipeline/source/importer/folder"
	"riskband/pipeline/source/importer/vocabulary"
	"riskband/stratify/frame"
)

// codedTable is an OMOP table whose rows become clinical events.
type codedTable struct {
	name    string
	columns []string // in the order of the slots below
}

// Slots of a coded table's columns. Those from slotValue on may be absent.
const (
	slotPerson = iota
	slotDate
	slotConcept
	slotSourceConcept
	slotValue
	slotUnitConcept
	slotUnit
	slotOperator
)

func codedTables() []codedTable {
	table := func(name, stem, date string) codedTable {
		return codedTable{name, []string{
			"person_id", date, stem + "_concept_id", stem + "_source_concept_id?",
			"value_as_number?", "unit_concept_id?", "unit_source_value?", "operator_concept_id?",
		}}
	}
	return []codedTable{
		table("condition_occurrence", "condition", "condition_start_date"),
		table("measurement", "measurement", "measurement_date"),
		table("observation", "observation", "observation_date"),
	}
}

// survey reads every dated table once: when each person was seen, which concepts
// the rows name, which visits are stays. Medicines are counted here: none can be
// mapped.
func (o *omop) survey() error {
	o.lastDay = frame.NoDay
	for _, t := range codedTables() {
		err := o.folder.Read(t.name, t.columns, func(r folder.Row) error {
			for _, slot := range []int{slotConcept, slotSourceConcept, slotUnitConcept} {
				if id, ok := r.ID(slot); ok && id != 0 {
					o.concepts[id] = concept{}
				}
			}
			o.extent(r)
			return nil
		})
		if err != nil {
			return err
		}
	}
	count := o.ledger.Table("drug_exposure")
	err := o.folder.Read("drug_exposure", []string{"person_id", "drug_exposure_start_date"}, func(r folder.Row) error {
		count.Drop(account.NoDMD)
		o.extent(r)
		return nil
	})
	if err != nil {
		return err
	}
	return o.surveyVisits()
}

func (o *omop) surveyVisits() error {
	defer o.emergencies.sort()
	columns := []string{"person_id", "visit_start_date", "visit_end_date", "visit_concept_id", "visit_occurrence_id"}
	return o.folder.Read("visit_occurrence", columns, func(r folder.Row) error {
		o.extent(r)
		person, _ := r.ID(0)
		visit, _ := r.ID(3)
		if end, ok := r.Day(2); ok && visit == visitEmergency {
			o.emergencies.add(person, end)
		}
		if id, ok := r.ID(4); ok && isStay(visit) {
			o.admitted[id] = diagnosis{}
		}
		return nil
	})
}

func (o *omop) extent(r folder.Row) {
	day, ok := r.Day(slotDate)
	if !ok {
		return
	}
	if day <= o.asOf {
		o.lastDay = max(o.lastDay, day)
	}
	id, _ := r.ID(slotPerson)
	if p := o.people.find(id); p != nil {
		p.seen(day)
	}
}

// readConcepts keeps the concepts that rows name; the table itself may hold
// millions.
func (o *omop) readConcepts() error {
	count := o.ledger.Table("concept")
	named := o.concepts
	o.concepts = map[int64]concept{}
	return o.folder.Read("concept", []string{"concept_id", "vocabulary_id", "concept_code"}, func(r folder.Row) error {
		id, _ := r.ID(0)
		if _, ok := named[id]; !ok {
			count.Drop(account.NotNamed)
			return nil
		}
		o.concepts[id] = concept{vocabulary: strings.ToUpper(r.Text(1)), code: r.Text(2)}
		count.Use()
		return nil
	})
}

// readDiagnoses finds the ICD-10 code of each stay among its conditions.
func (o *omop) readDiagnoses() error {
	columns := []string{
		"visit_occurrence_id?", "condition_occurrence_id", "condition_concept_id", "condition_source_concept_id?",
	}
	return o.folder.Read("condition_occurrence", columns, func(r folder.Row) error {
		visit, _ := r.ID(0)
		have, isStay := o.admitted[visit]
		id, ok := r.ID(1)
		if !isStay || !ok || (have.code != "" && have.row <= id) {
			return nil
		}
		for _, slot := range []int{2, 3} {
			at, _ := r.ID(slot)
			if c := o.concepts[at]; c.vocabulary == "ICD10" && o.icd10.MatchString(c.code) {
				o.admitted[visit] = diagnosis{id, c.code}
			}
		}
		return nil
	})
}

func (o *omop) rows(b *batch) error {
	for _, t := range codedTables() {
		count := o.ledger.Table(t.name)
		err := o.folder.Read(t.name, t.columns, func(r folder.Row) error {
			id, _ := r.ID(slotPerson)
			p := o.people.find(id)
			if !b.holds(p) {
				return nil
			}
			why, err := o.oneEvent(b, p, r)
			count.Settle(why)
			return err
		})
		if err != nil {
			return err
		}
	}
	return o.visits(b)
}

func (o *omop) oneEvent(b *batch, p *person, r folder.Row) (account.Reason, error) {
	if p == nil {
		return account.UnknownPerson, nil
	}
	day, ok := r.Day(slotDate)
	if !ok {
		return account.NoDate, nil
	}
	one, why := o.resolve(r)
	if why != "" {
		return why, nil
	}
	value, null, ok := r.Number(slotValue)
	if !ok && !null {
		return account.NotNumber, nil
	}
	e := source.Event{PatientID: p.pseudonym, Date: day}
	one.Value = math.NaN()
	if ok {
		one.Value, one.Unit = value, o.unit(r)
	}
	if operator, given := r.ID(slotOperator); ok && given && operator != 0 {
		comparator, known := o.mapping.Comparator(operator)
		if !known {
			return account.OtherOperator, nil
		}
		e.Comparator = comparator
	}
	return o.event(b.writer(p), e, one)
}

// resolve finds the code of a row: SNOMED through the standard concept, else
// through the source concept, else LOINC in the same order.
func (o *omop) resolve(r folder.Row) (vocabulary.Reading, account.Reason) {
	why := account.NoConcept
	var fallback vocabulary.Reading
	for _, slot := range []int{slotConcept, slotSourceConcept} {
		id, ok := r.ID(slot)
		if !ok || id == 0 {
			continue
		}
		c, known := o.concepts[id]
		switch {
		case c.vocabulary == "SNOMED":
			return vocabulary.Reading{System: vocabulary.SNOMED, Code: c.code}, ""
		case c.vocabulary == "LOINC" && fallback.System == vocabulary.Other:
			fallback = vocabulary.Reading{System: vocabulary.LOINC, Code: c.code}
		case known:
			why = account.OtherVocabulary
		case why == account.NoConcept:
			why = account.UnknownConcept
		}
	}
	if fallback.System == vocabulary.LOINC {
		return fallback, ""
	}
	return vocabulary.Reading{}, why
}

// unit returns the UCUM code of a row's unit, else the unit as the source wrote it.
func (o *omop) unit(r folder.Row) string {
	if id, ok := r.ID(slotUnitConcept); ok {
		if c := o.concepts[id]; c.vocabulary == "UCUM" {
			return c.code
		}
	}
	return r.Text(slotUnit)
}

// visits writes stays and emergency attendances. The column that says where a
// person came from has another name in 5.3 than in 5.4.
func (o *omop) visits(b *batch) error {
	count := o.ledger.Table("visit_occurrence")
	columns := []string{
		"person_id", "visit_start_date", "visit_end_date", "visit_concept_id", "visit_occurrence_id",
		"admitted_from_concept_id?", "admitting_source_concept_id?",
	}
	return o.folder.Read("visit_occurrence", columns, func(r folder.Row) error {
		id, _ := r.ID(0)
		p := o.people.find(id)
		if !b.holds(p) {
			return nil
		}
		why, err := o.oneVisit(b, p, r)
		count.Settle(why)
		return err
	})
}

func (o *omop) oneVisit(b *batch, p *person, r folder.Row) (account.Reason, error) {
	visit, _ := r.ID(3)
	if p == nil {
		return account.UnknownPerson, nil
	}
	if visit != visitEmergency && !isStay(visit) {
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
	id, _ := r.ID(4)
	person, _ := r.ID(0)
	key := pseudonym("omop visit", strconv.FormatInt(id, 10))
	if visit == visitEmergency {
		return "", b.writer(p).Attendance(source.Attendance{PatientID: p.pseudonym, AttendanceID: key, ArrivalDate: start})
	}
	from, given := r.ID(5)
	if !given {
		from, _ = r.ID(6)
	}
	method := o.mapping.AdmissionMethod(vocabulary.Stay{
		Source: "omop", VisitConcept: visit, AdmittedFrom: from,
		SinceEmergency: o.emergencies.since(person, start),
	})
	return "", o.spell(b, p, source.Spell{
		SpellID: key, AdmissionDate: start, DischargeDate: end, AdmissionMethod: method,
		PrimaryDiagnosis: o.admitted[id].code,
	})
}
