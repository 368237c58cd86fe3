package suites

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

var idGrammar = regexp.MustCompile(`^[a-z]+(\.[a-z0-9-]+){2,}$`)

var (
	levels = []result.Level{result.Required, result.Recommended, result.Informational}
	breaks = []result.Break{result.BreaksEntra, result.BreaksGallery, result.BreaksValidator, result.BreaksRFC, result.BreaksGraph}
)

// Validate says what is wrong with a catalogue of checks, everything at once: ids and aliases that are not unique or not
// dotted lower-case names whose second part is the stage, missing texts, unknown stages, packs, levels and breaks, causes that do not exist, and needs
// that do not exist or go round in a circle.
func Validate(specs []Spec) error {
	v := validation{byID: make(map[string]Spec, len(specs)), names: make(map[string]bool, len(specs))}
	for _, spec := range specs {
		v.byID[spec.ID] = spec
		v.identity(spec)
		v.texts(spec)
		v.vocabulary(spec)
	}
	for _, spec := range specs {
		for _, need := range spec.Needs {
			if _, ok := v.byID[need]; !ok {
				v.complainf(spec, "needs %q, which does not exist", need)
			}
		}
		for _, cause := range spec.Causes {
			if _, ok := v.byID[cause]; !ok || cause == spec.ID {
				v.complainf(spec, "has the cause %q, which is no other check", cause)
			}
		}
	}
	v.cycles(specs)
	return errors.Join(v.errs...)
}

type validation struct {
	byID  map[string]Spec
	names map[string]bool // ids and aliases seen so far
	errs  []error
}

func (v *validation) complainf(spec Spec, format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf("check %q: "+format, append([]any{spec.ID}, args...)...))
}

func (v *validation) identity(spec Spec) {
	for _, name := range append([]string{spec.ID}, spec.Aliases...) {
		if !idGrammar.MatchString(name) {
			v.complainf(spec, "the id %q is no dotted name of at least three lower-case parts", name)
		}
		if v.names[name] {
			v.complainf(spec, "the id %q is taken", name)
		}
		v.names[name] = true
	}
	if parts := strings.Split(spec.ID, "."); len(parts) > 1 && parts[1] != string(spec.Stage) {
		v.complainf(spec, "the second part of the id is not the stage %q", spec.Stage)
	}
}

func (v *validation) texts(spec Spec) {
	for _, text := range []struct{ name, value string }{
		{"title", spec.Title}, {"why", spec.Why}, {"fix", spec.Fix},
	} {
		if strings.TrimSpace(text.value) == "" {
			v.complainf(spec, "has no %s", text.name)
		}
	}
	if len(spec.Sources) == 0 {
		v.complainf(spec, "has no sources")
	}
	for _, source := range spec.Sources {
		if strings.TrimSpace(source) == "" {
			v.complainf(spec, "has an empty source")
		}
	}
}

func (v *validation) vocabulary(spec Spec) {
	if !slices.Contains(Stages(), spec.Stage) {
		v.complainf(spec, "has the unknown stage %q", spec.Stage)
	}
	if !slices.Contains(levels, spec.Level) {
		v.complainf(spec, "has the unknown level %q", spec.Level)
	}
	if len(spec.Packs) == 0 {
		v.complainf(spec, "is in no pack")
	}
	for _, pack := range spec.Packs {
		if !slices.Contains(Packs(), pack) {
			v.complainf(spec, "is in the unknown pack %q", pack)
		}
	}
	if len(spec.Breaks) == 0 {
		v.complainf(spec, "breaks nothing")
	}
	for _, b := range spec.Breaks {
		if !slices.Contains(breaks, b) {
			v.complainf(spec, "breaks the unknown %q", b)
		}
	}
}

// cycles complains of each circle of needs once.
func (v *validation) cycles(specs []Spec) {
	const (
		open = iota + 1
		done
	)
	state := make(map[string]int, len(specs))
	var visit func(id string, path []string)
	visit = func(id string, path []string) {
		switch state[id] {
		case done:
			return
		case open:
			circle := append(slices.Clone(path[slices.Index(path, id):]), id)
			v.complainf(v.byID[id], "needs itself: %s", strings.Join(circle, " → "))
			return
		}
		state[id] = open
		for _, need := range v.byID[id].Needs {
			visit(need, append(slices.Clone(path), id))
		}
		state[id] = done
	}
	for _, spec := range specs {
		visit(spec.ID, nil)
	}
}
