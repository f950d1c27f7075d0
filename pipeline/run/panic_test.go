package run

import (
	"errors"
	"strings"
	"testing"
)

// A broken invariant ends in an error that says where, and not what.
func TestPanicBecomesAnError(t *testing.T) {
	err := guarded("Y90001", func() error { panic("canary-value") })
	if !errors.Is(err, ErrPanic) || !strings.Contains(err.Error(), "panic_test.go") || !strings.Contains(err.Error(), "practice Y90001") {
		t.Errorf("guarded = %v", err)
	}
	if strings.Contains(err.Error(), "canary-value") {
		t.Error("the text of the panic is shown")
	}
	if want := errors.New("plain"); !errors.Is(guarded("", func() error { return want }), want) {
		t.Error("an error does not pass")
	}
}
