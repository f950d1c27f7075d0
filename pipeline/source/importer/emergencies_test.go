package importer

import (
	"testing"

	"riskband/stratify/frame"
)

func TestEmergencies(t *testing.T) {
	var e emergencies[string]
	for _, one := range []emergency[string]{{"b", 100}, {"a", 90}, {"b", 50}, {"c", 99}} {
		e.add(one.person, one.end)
	}
	e.sort()
	f := func(person string, day, want int) {
		t.Helper()
		if got := e.since(person, frame.Day(day)); got != want {
			t.Errorf("since(%s, %d) = %d, want %d", person, day, got, want)
		}
	}
	f("b", 100, 0)
	f("b", 101, 1)
	f("b", 99, 49)
	f("b", 49, -1)
	f("a", 100, 10)
	f("a", 89, -1)
	f("d", 100, -1)
}
