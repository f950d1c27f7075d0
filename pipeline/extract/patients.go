package extract

import (
	"context"

	"riskband/stratify/frame"
)

// Registrations reads the patients table: one entry a row, in the order of the
// files. No row is dropped at this stage. The slices are the caller's. The error
// is [Faults] where the data is refused.
func (p *Practice) Registrations(ctx context.Context) (frame.Registrations, Conservation, error) {
	table, _ := p.contract.Table(tablePatients)
	all := columnRules(table, p.Code())
	var r frame.Registrations
	count := Conservation{Table: tablePatients}
	err := p.each(ctx, tablePatients, p.limit, func(f *file) error {
		err := f.registrations(&r, all)
		count.ExtraColumns = max(count.ExtraColumns, f.extra)
		return err
	})
	if err != nil {
		return frame.Registrations{}, Conservation{Table: tablePatients}, err
	}
	count.Read, count.Used = int64(r.Len()), int64(r.Len())
	return r, count, nil
}

// column is how one column of the patients table reaches its slice: append adds
// the value of a row, or what stands for a null.
type column struct {
	name  string
	value func(v *values, i int)
	null  func()
}

func (f *file) registrations(r *frame.Registrations, all []*rules) error {
	before := f.ledger.Len()
	columns := f.bind(all)
	var in reader
	defer in.close()
	if f.ledger.Len() > before {
		return f.checkOnly(&in, all, columns)
	}
	for g, group := range f.RowGroups() {
		taken := map[string]bool{}
		for _, c := range registrationColumns(r, all) {
			taken[c.name] = true
			b := columns[c.name]
			if b == nil {
				for range group.NumRows() {
					c.null()
				}
				continue
			}
			if err := f.settle(g, c.name, f.column(&in, g, b, c)); err != nil {
				return err
			}
		}
		if err := f.unused(&in, g, all, columns, taken); err != nil {
			return err
		}
	}
	return nil
}

// column takes one column chunk whole.
func (f *file) column(in *reader, g int, b *bound, c column) error {
	if err := in.start(f, g, b); err != nil {
		return err
	}
	check := checker{bound: b, file: f, group: g}
	for in.left > 0 {
		fresh, err := in.load()
		if err != nil {
			return err
		}
		check.check(in, fresh)
		in.ranks()
		for i := range in.rows {
			at, ok := in.present(i)
			switch {
			case !ok:
				c.null()
			case in.index != nil:
				c.value(&in.entries, int(in.index[at]))
			default:
				c.value(&in.view.values, at)
			}
		}
	}
	return in.done()
}

// registrationColumns says where each column of the patients table goes.
func registrationColumns(r *frame.Registrations, all []*rules) []column {
	return []column{
		{
			"patient_id",
			func(v *values, i int) { r.Pseudonym = append(r.Pseudonym, frame.NewPseudonym(string(v.text(i)))) },
			func() { r.Pseudonym = append(r.Pseudonym, frame.Pseudonym{}) },
		},
		dayInto("registration_start", &r.Start),
		dayInto("registration_end", &r.End),
		wordInto("registration_type", &r.Type, map[string]frame.RegistrationType{
			"regular": frame.Regular, "temporary": frame.Temporary, "other": frame.OtherRegistration,
		}),
		dayInto("birth_month", &r.Birth),
		wordInto("sex", &r.Sex, map[string]frame.Sex{
			"female": frame.Female, "male": frame.Male, "intersex": frame.Intersex, "unknown": frame.SexUnknown,
		}),
		wordInto("ethnicity", &r.Ethnicity, placesOf(all, "ethnicity")),
		lsoaInto(&r.LSOA),
		dayInto("death_month", &r.Death),
		wordInto("opt_out", &r.OptOut, map[string]frame.OptOut{
			"none": frame.OptOutNone, "type1": frame.OptOutType1,
			"national": frame.OptOutNational, "both": frame.OptOutBoth,
		}),
	}
}

func placesOf(all []*rules, name string) map[string]uint8 {
	for _, r := range all {
		if r.Name == name {
			return r.places
		}
	}
	return nil
}

func dayInto(name string, to *[]frame.Day) column {
	return column{
		name,
		func(v *values, i int) { *to = append(*to, frame.Day(v.ints[i])) },
		func() { *to = append(*to, frame.NoDay) },
	}
}

// wordInto maps a closed list's words; a word the list allows and the frame does
// not know, and a null, are the zero value: unknown.
func wordInto[T ~uint8](name string, to *[]T, words map[string]T) column {
	return column{
		name,
		func(v *values, i int) { *to = append(*to, words[string(v.text(i))]) },
		func() { *to = append(*to, 0) },
	}
}

// lsoaInto keeps one string per area, not per row.
func lsoaInto(to *[]string) column {
	seen := map[string]string{}
	return column{
		"lsoa_code",
		func(v *values, i int) {
			text := v.text(i)
			area, ok := seen[string(text)]
			if !ok {
				area = string(text)
				seen[area] = area
			}
			*to = append(*to, area)
		},
		func() { *to = append(*to, "") },
	}
}
