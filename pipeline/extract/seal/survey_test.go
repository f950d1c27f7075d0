package seal

import (
	"slices"
	"testing"

	"riskband/schemas"
)

func TestTablesAreTheContracts(t *testing.T) {
	c, err := schemas.Load()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, table := range c.Tables() {
		if table.Kind == schemas.Extract {
			want = append(want, table.Name)
		}
	}
	if !slices.Equal(tables(), want) {
		t.Errorf("tables %q, the contract has %q", tables(), want)
	}
}
