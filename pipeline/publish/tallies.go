package publish

import (
	"fmt"
	"maps"
	"slices"

	"riskband/pipeline/publish/columnar"
	"riskband/stratify/tally"
)

const talliesFile = "tallies.parquet"

// Tallies writes tallies.parquet: every cell somebody is in, by practice, table
// in the order given, and cell. keyed says that cells carry sums of record keys.
func (s *Secure) Tallies(tables []map[string]tally.Table, keyed bool) (File, error) {
	var practice, table, key columnar.Texts
	var categories columnar.Lists
	var people columnar.Counts
	for _, code := range practices(tables) {
		for _, byPractice := range tables {
			t := byPractice[code]
			t.Each(func(cats []string, c tally.Cell) {
				if c.N == 0 {
					return
				}
				practice, table = append(practice, code), append(table, t.Name)
				categories.Items = append(categories.Items, cats...)
				categories.End = append(categories.End, int32(len(categories.Items)))
				people.Value = append(people.Value, c.N)
				key = append(key, keyText(c.Key, keyed))
			})
		}
	}
	fitted, err := s.table("tallies", map[string]columnar.Values{
		"practice_code": practice, "table": table, "categories": categories, "people": people, "key_sum": key,
	})
	if err != nil {
		return File{}, fmt.Errorf("write tallies: %w", err)
	}
	return save(fitted, s.dir, talliesFile, SecureSide, Parquet, s.mem)
}

func keyText(key uint64, keyed bool) string {
	if !keyed {
		return ""
	}
	return fmt.Sprintf("%016x", key)
}

// practices lists the practices of all tables in order, each once.
func practices(tables []map[string]tally.Table) []string {
	all := map[string]bool{}
	for _, t := range tables {
		for code := range t {
			all[code] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
