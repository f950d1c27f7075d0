package extract

import (
	"context"

	"riskband/pipeline/extract/pages"
	"riskband/pipeline/extract/rules"
	"riskband/stratify/frame"
)

const tablePatients = "patients"

// Registrations reads the patients table: one entry a row, in the order of the
// files. No row is dropped at this stage. The slices are the caller's. The error
// is [Faults] where the data is refused.
func (p *Practice) Registrations(ctx context.Context) (frame.Registrations, Conservation, error) {
	table, _ := p.contract.Table(tablePatients)
	all := rules.Of(table, p.Code())
	var r frame.Registrations
	count := Conservation{Table: tablePatients}
	err := p.each(ctx, tablePatients, p.limit, func(f *pages.File) error {
		extra, err := readRegistrations(f, &r, all)
		count.ExtraColumns = max(count.ExtraColumns, extra)
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
	value func(v *pages.Values, i int)
	null  func()
}

// readRegistrations adds the rows of one file; extra is its columns outside the
// contract.
func readRegistrations(f *pages.File, r *frame.Registrations, all []*rules.Column) (extra int, err error) {
	before := f.Faults()
	columns, extra := rules.Bind(f, all)
	var in pages.Reader
	defer in.Close()
	if f.Faults() > before {
		return extra, rules.Only(f, &in, all, columns)
	}
	for g, rows := range f.Groups() {
		taken := map[string]bool{}
		for _, c := range registrationColumns(r, all) {
			taken[c.name] = true
			b := columns[c.name]
			if b == nil {
				for range rows {
					c.null()
				}
				continue
			}
			if err := f.Settle(g, c.name, c.take(f, &in, g, b)); err != nil {
				return extra, err
			}
		}
		if err := rules.Unused(f, &in, g, all, columns, taken); err != nil {
			return extra, err
		}
	}
	return extra, nil
}

// take takes one column chunk whole.
func (c column) take(f *pages.File, in *pages.Reader, g int, b *rules.Bound) error {
	if err := in.Start(f, g, b.Leaf); err != nil {
		return err
	}
	check := rules.Checker{Bound: b, File: f, Group: g}
	for in.More() {
		fresh, err := in.Load()
		if err != nil {
			return err
		}
		check.Check(in, fresh)
		in.Ranks()
		for i := range in.Rows {
			at, ok := in.Present(i)
			switch {
			case !ok:
				c.null()
			case in.Index != nil:
				c.value(&in.Entries, int(in.Index[at]))
			default:
				c.value(&in.Values, at)
			}
		}
	}
	return in.Done()
}

// registrationColumns says where each column of the patients table goes.
func registrationColumns(r *frame.Registrations, all []*rules.Column) []column {
	var made frame.Pseudonyms
	return []column{
		{
			"patient_id",
			func(v *pages.Values, i int) { r.Pseudonym = append(r.Pseudonym, made.Of(v.Text(i))) },
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

func placesOf(all []*rules.Column, name string) map[string]uint8 {
	for _, r := range all {
		if r.Name == name {
			return r.Places()
		}
	}
	return nil
}

func dayInto(name string, to *[]frame.Day) column {
	return column{
		name,
		func(v *pages.Values, i int) { *to = append(*to, frame.Day(v.Ints[i])) },
		func() { *to = append(*to, frame.NoDay) },
	}
}

// wordInto maps a closed list's words; a word the list allows and the frame does
// not know, and a null, are the zero value: unknown.
func wordInto[T ~uint8](name string, to *[]T, words map[string]T) column {
	return column{
		name,
		func(v *pages.Values, i int) { *to = append(*to, words[string(v.Text(i))]) },
		func() { *to = append(*to, 0) },
	}
}

// lsoaInto keeps one string per area, not per row.
func lsoaInto(to *[]string) column {
	seen := map[string]string{}
	return column{
		"lsoa_code",
		func(v *pages.Values, i int) {
			text := v.Text(i)
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
