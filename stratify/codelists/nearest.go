package codelists

// nearest returns the name with the fewest single-character edits from the one
// given, the first in order when several are as near.
func nearest(name string, names []string) string {
	best, fewest := "", -1
	for _, candidate := range names {
		if d := edits(name, candidate); fewest < 0 || d < fewest {
			best, fewest = candidate, d
		}
	}
	return best
}

// edits counts the insertions, deletions and substitutions of bytes between two
// strings (Levenshtein distance).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substituted := diagonal
			if a[i] != b[j] {
				substituted++
			}
			diagonal = row[j+1]
			row[j+1] = min(substituted, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
