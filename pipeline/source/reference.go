package source

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"riskband/stratify/tally"
)

// LSOA is one row of the lsoa reference table.
type LSOA struct {
	Code                   string
	Vintage                string // census year of the boundaries, for example 2021
	IMDRelease             string // release of the deprivation index, for example 2025
	IMDDecile              int    // 1 most deprived to 10 least; 0 when unknown
	ResidenceNeighbourhood string // optional
}

// WriteReference writes reference/practices.csv and reference/lsoa.csv in dir,
// which is made when missing, in the order given. A list size of -1 and an unknown
// last day are written as empty fields. An area without a decile is left out: the
// contract wants one, and an area that is not in the table is unknown.
func WriteReference(dir string, practices []tally.Membership, lsoas []LSOA) error {
	folder := filepath.Join(dir, "reference")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("create reference folder: %w", err)
	}
	rows := [][]string{{
		"practice_code", "name", "neighbourhood_code", "neighbourhood", "place_code", "place",
		"system_code", "system", "valid_from", "valid_to", "list_size",
	}}
	for _, m := range practices {
		rows = append(rows, membershipRow(m))
	}
	if err := writeCSV(filepath.Join(folder, "practices.csv"), rows); err != nil {
		return err
	}
	rows = [][]string{{"lsoa_code", "vintage", "imd_release", "imd_decile", "residence_neighbourhood"}}
	for _, l := range lsoas {
		if l.IMDDecile > 0 {
			rows = append(rows, []string{l.Code, l.Vintage, l.IMDRelease, strconv.Itoa(l.IMDDecile), l.ResidenceNeighbourhood})
		}
	}
	if err := writeCSV(filepath.Join(folder, "lsoa.csv"), rows); err != nil {
		return err
	}
	return syncFolder(folder)
}

func membershipRow(m tally.Membership) []string {
	size := ""
	if m.ListSize >= 0 {
		size = strconv.FormatInt(m.ListSize, 10)
	}
	return []string{
		m.Practice, m.Name, m.NeighbourhoodCode, m.Neighbourhood, m.PlaceCode, m.Place,
		m.SystemCode, m.System, m.From.String(), m.To.String(), size,
	}
}

func writeCSV(path string, rows [][]string) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create reference table: %w", err)
	}
	w := csv.NewWriter(file)
	err = w.WriteAll(rows)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write reference table %s: %w", filepath.Base(path), err)
	}
	return nil
}
