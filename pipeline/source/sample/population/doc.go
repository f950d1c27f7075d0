// Package population holds the figures a synthetic population is drawn from.
//
// What it does: reads inputs/figures.csv, one figure a row with its source or
// the word assumption; scales the shape of each register to its published
// prevalence, finds how likely control is for every mix of registers, and makes
// up a map of practices, neighbourhoods, places and small areas.
//
// Where it stands: pipeline/source/sample draws people from it.
//
// Terms it owns: Figure, Register, Set, Control, State, liability (what makes
// conditions come together in one person), Geography.
//
// How it fails: a broken table of figures is an error; asking for a figure that
// is not in it is our bug and panics.
//
// Not here: people and rows (pipeline/source/sample). No figure was chosen by
// looking at a risk band.
package population
