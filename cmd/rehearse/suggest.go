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

// withWordsOf suggests the known names that have most words of a name, at least two; "" when there are none.
func withWordsOf(name string, known map[string]bool) string {
	parts := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return c == '-' || c == '.' })
	}
	words := parts(name)
	shared := func(other string) int {
		n := 0
		for _, word := range parts(other) {
			if slices.Contains(words, word) {
				n++
			}
		}
		return n
	}
	near := slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(other string) bool { return shared(other) < 2 })
	if len(near) == 0 {
		return ""
	}
	slices.SortStableFunc(near, func(a, b string) int { return shared(b) - shared(a) })
	return "; did you mean " + strings.Join(near[:min(len(near), 3)], ", ") + "?"
}

// anyOf is [didYouMean] of names that are few enough to be told all, where none is near.
func anyOf(all, name string, known map[string]bool) string {
	if near := didYouMean(name, known); near != "" {
		return near
	}
	return "; " + all + " " + strings.Join(slices.Sorted(maps.Keys(known)), ", ")
}

// knownFaults refuses a fault that is none of the catalogue, in one sentence with the nearest ones.
func knownFaults[F any](chosen []string, catalogue []F, name func(F) string, all string) error {
	names := make([]string, len(catalogue))
	for i, f := range catalogue {
		names[i] = name(f)
	}
	for _, fault := range chosen {
		if !slices.Contains(names, fault) {
			return usage("--fault %s: there is no such fault; the nearest are %s\nRun `%s` for all of them.", fault, strings.Join(nearest.Names(fault, names, 3), ", "), all)
		}
	}
	return nil
}
