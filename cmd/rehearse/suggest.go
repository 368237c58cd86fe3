package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
)

// didYouMean words a suggestion of the known names nearest to a mistyped one, "" when none is near.
func didYouMean(name string, known map[string]bool) string {
	return nearest.DidYouMean(name, slices.Sorted(maps.Keys(known)), 3)
}

// anyOf is [didYouMean] of names that are few enough to be told all, where none is near.
func anyOf(all, name string, known map[string]bool) string {
	if near := didYouMean(name, known); near != "" {
		return near
	}
	return "; " + all + " " + strings.Join(slices.Sorted(maps.Keys(known)), ", ")
}
