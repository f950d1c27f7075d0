package schemas

import (
	"fmt"
	"strings"
)

// Markdown returns the table's page of the data dictionary: a second-level
// heading, what the table is, its columns and its closed lists.
func (t Table) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n**%s.** %s\n\n", t.Name, t.Title, t.Description)
	fmt.Fprintf(&b, "- One row is %s.\n", t.Rows)
	if t.Optional {
		fmt.Fprintf(&b, "- Optional. Without it: %s.\n", t.Without)
	} else {
		b.WriteString("- Required.\n")
	}
	b.WriteString("\n| column | type | missing values | allowed | disclosure | meaning |\n")
	b.WriteString("| --- | --- | --- | --- | --- | --- |\n")
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n",
			c.Name, c.typeText(), c.missing(), c.allowed(), c.Disclosure, cell(c.Description))
	}
	for _, c := range t.Columns {
		if len(c.Values) > 0 {
			fmt.Fprintf(&b, "\nValues of `%s`, in order:\n\n| value | meaning |\n| --- | --- |\n", c.Name)
			for _, v := range c.Values {
				fmt.Fprintf(&b, "| %s | %s |\n", code(v.Value), cell(v.Meaning))
			}
		}
	}
	return b.String()
}

func (c Column) typeText() string {
	if c.Unit != "" {
		return string(c.Type) + ", " + cell(c.Unit)
	}
	return string(c.Type)
}

func (c Column) missing() string {
	if c.Absent {
		return "allowed; the column may be left out"
	}
	return string(c.Nulls)
}

func (c Column) allowed() string {
	var parts []string
	if c.Range != nil && c.Range.From != "" {
		parts = append(parts, "from "+c.Range.From)
	}
	if c.Range != nil && c.Range.To != "" {
		parts = append(parts, "to "+c.Range.To)
	}
	if len(c.Values) > 0 {
		parts = append(parts, "listed below")
	}
	if c.CodeSystem != "" {
		parts = append(parts, cell(c.CodeSystem))
	}
	if c.Pattern != "" {
		parts = append(parts, code(c.Pattern))
	}
	return strings.Join(parts, " ")
}

func code(s string) string {
	if s == "" {
		return "(empty)"
	}
	return "`" + cell(s) + "`"
}

// cell keeps text from ending a table cell.
func cell(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ")
}

// Dictionary returns the whole data dictionary as one Markdown document.
func Dictionary(c *Contract) string {
	var b strings.Builder
	b.WriteString(strings.TrimLeft(preface, "\n"))
	var kind Kind
	for _, t := range c.tables {
		if t.Kind != kind {
			kind = t.Kind
			b.WriteString("\n" + heading(kind))
		}
		b.WriteString("\n" + t.Markdown())
	}
	return b.String()
}

const preface = `
# Data dictionary

Written from the contract in ` + "`schemas/`" + ` by ` + "`go test ./schemas -update`" + `; do not edit it by hand.

Dates are days without a time. Codes are text, never numbers. A range includes both its ends. A pattern
holds for the whole value. Columns that the contract does not name are ignored and counted in extract
tables, and refused in reference files.

| disclosure class | means |
| --- | --- |
| pseudonym | stands for one person |
| sensitive | special category data: health, ethnicity |
| personal | another fact about one person |
| quasi_identifier | singles people out when joined with other facts |
| area | names a practice or an area |
| reference | public, about no person |
| published | has passed disclosure control |
`

func heading(k Kind) string {
	switch k {
	case Extract:
		return "# Extract tables\n\nDelivered by suppliers as Parquet, one folder a practice.\n"
	case Reference:
		return "# Reference tables\n\nOne CSV file each, for all practices.\n"
	case Release:
		return "# Release tables\n\nPublished. Everything in them has passed disclosure control.\n"
	case Secure:
		return "# Secure tables\n\nWritten on the secure side. They hold personal data or exact counts and are never published.\n"
	default:
		return ""
	}
}
