package models_test

import (
	"errors"
	"strings"
	"testing"

	"riskband/stratify/models"
)

// Every shipped model parses, compiles with nothing off, and is the released one.
func TestShippedModelsVerify(t *testing.T) {
	ids, err := models.List()
	if err != nil || len(ids) == 0 {
		t.Fatalf("List() = %v, %v", ids, err)
	}
	for _, id := range ids {
		if _, err := models.Verify(id); err != nil {
			t.Errorf("%s %s: %v", id.Name, id.Version, err)
		}
	}
}

func TestLoadUnknownSaysWhatThereIs(t *testing.T) {
	_, err := models.Load("ten-registers", "9.9.9")
	if !errors.Is(err, models.ErrUnknown) || !strings.Contains(err.Error(), "have ten-registers 1.0.0") {
		t.Errorf("Load = %v", err)
	}
}
