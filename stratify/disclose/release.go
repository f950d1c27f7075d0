package disclose

import (
	"iter"
	"slices"

	"riskband/stratify/tally"
)

// Notice stands on every row, page and file of an interim release.
const Notice = "INTERIM: not for publication"

// Release is a set of tables that passed disclosure control: the only thing
// writers and reports accept. [Interim] makes it and nothing else can; the zero
// Release has no tables. It is immutable and safe for concurrent use.
type Release struct {
	programme string
	tables    []Table
}

// Programme returns the version of the table programme that allowed the tables.
func (r Release) Programme() string { return r.programme }

// Profile returns the name of the protection applied, as a job spells it.
func (r Release) Profile() string { return "interim" }

// Notice returns what must stand on every row, page and file.
func (r Release) Notice() string { return Notice }

// Tables returns the tables in the order of the programme.
func (r Release) Tables() []Table { return slices.Clone(r.tables) }

// Table is one protected table.
type Table struct {
	name       string
	title      string
	dimensions []string
	rows       []Row
}

// Name returns the table's name, which is that of its schema.
func (t Table) Name() string { return t.name }

// Title returns the table's title in plain words.
func (t Table) Title() string { return t.title }

// Dimensions returns what people are divided by, the subject last.
func (t Table) Dimensions() []string { return slices.Clone(t.dimensions) }

// Len returns the number of rows.
func (t Table) Len() int { return len(t.rows) }

// Rows returns the rows in their fixed order: level, area code with the
// unmapped area last, then categories as declared with [All] last. Every
// combination of categories has a row, also one that nobody is in. The rows are
// the caller's own copies.
func (t Table) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, r := range t.rows {
			r.Categories = slices.Clone(r.Categories)
			if !yield(r) {
				return
			}
		}
	}
}

// Row is one protected count.
type Row struct {
	Area       tally.Area
	Categories []string // one a dimension, in the table's order; All for everyone
	People     Shown
}

// Notice returns what must stand on the row wherever it is written.
func (Row) Notice() string { return Notice }
