package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// didYouMean words a suggestion of the known names nearest to a mistyped one, "" when none is near.
func didYouMean(name string, known map[string]bool) string {
	names := slices.Sorted(maps.Keys(known))
	distance := func(candidate string) int {
		return levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(candidate))
	}
	slices.SortStableFunc(names, func(a, b string) int { return distance(a) - distance(b) })
	near := names[:0]
	for _, candidate := range names {
		if len(near) < 3 && distance(candidate) <= max(2, len(name)/3) {
			near = append(near, candidate)
		}
	}
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(near, ", ") + "?"
}

// anyOf is [didYouMean] of names that are few enough to be told all, where none is near.
func anyOf(all, name string, known map[string]bool) string {
	if near := didYouMean(name, known); near != "" {
		return near
	}
	return "; " + all + " " + strings.Join(slices.Sorted(maps.Keys(known)), ", ")
}
