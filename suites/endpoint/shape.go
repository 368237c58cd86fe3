package endpoint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// shape is how people are provisioned to a target: Entra's default mapping, or what an administrator would have made of it. It is complete before
// the first check.
type shape struct {
	people  synchronization.ObjectMapping
	noTeams string            // why groups are not provisioned, the end of a sentence that begins with what is skipped; "" when they are
	match   string            // the attribute by which people are found
	moved   map[string]string // where the target has an attribute of the default mapping, by its place there
	lacks   []lack            // what is not written to it
	custom  []Flow            // what is written to extensions of the target's own
	changes []string          // how it differs from the default, one sentence each
}

// lack is an attribute that is not written, with everything below it.
type lack struct {
	path   string
	reason string // the end of a sentence that begins with what is skipped
}

// anyone are the attributes without which nobody can be rehearsed.
var anyone = []string{"userName", "active", "displayName"}

// matchable are the attributes by which the people of a rehearsal can be found: each has one that nobody shares.
var matchable = []string{"userName", "externalId", workMail}

// newShape makes the shape that a configuration states, before anything is asked. Its errors are *[UnusableError].
func newShape(c Config) (*shape, error) {
	s := &shape{people: mapping.DefaultUsers(), match: "userName", moved: map[string]string{}}
	if c.Schema != nil {
		if err := s.read(*c.Schema); err != nil {
			return nil, err
		}
	}
	if err := s.writes(c.Also); err != nil {
		return nil, err
	}
	for _, path := range c.Without {
		if err := s.without(path); err != nil {
			return nil, err
		}
	}
	if c.Match != "" {
		path, ok := matchPath(c.Match)
		if !ok {
			return nil, misconfigured("people cannot be matched by %s: the rehearsal knows them by %s", quoted(c.Match), strings.Join(matchable, ", "))
		}
		s.matchBy(path)
		if path != "userName" {
			s.sayf("People are matched by %s, as stated.", path)
		}
	}
	if why, ok := s.lacking(s.match); ok {
		return nil, misconfigured("people are matched by %s, and %s: name another attribute to match by, or leave that one in", s.match, why)
	}
	return s, nil
}

// matchPath is the matchable attribute that somebody means.
func matchPath(text string) (string, bool) {
	switch strings.ToLower(text) {
	case "email", "emails", "mail":
		return workMail, true
	}
	for _, path := range matchable {
		if strings.EqualFold(path, text) {
			return path, true
		}
	}
	return "", false
}

func misconfigured(format string, args ...any) error {
	return &UnusableError{Kind: Misconfigured, Message: fmt.Sprintf(format, args...)}
}

func (s *shape) sayf(format string, args ...any) {
	s.changes = append(s.changes, fmt.Sprintf(format, args...))
}

// matchBy makes one attribute the only one by which people are found.
func (s *shape) matchBy(path string) {
	s.match = path
	for i := range s.people.AttributeMappings {
		row := &s.people.AttributeMappings[i]
		row.MatchingPriority = 0
		if strings.EqualFold(row.TargetAttributeName, path) {
			row.MatchingPriority = 1
		}
	}
}

// without takes an attribute out that somebody says the target lacks.
func (s *shape) without(path string) error {
	if slices.ContainsFunc(anyone, func(needed string) bool { return covers(path, needed) }) {
		return misconfigured("%s cannot be left out: every user has %s", quoted(path), strings.Join(anyone, ", "))
	}
	known := covers(path, "roles") || slices.ContainsFunc(mapping.DefaultUsers().AttributeMappings, func(row synchronization.AttributeMapping) bool {
		return covers(path, row.TargetAttributeName)
	})
	if !known {
		return misconfigured("%s is no attribute of Entra's default mapping: nothing can be left out", quoted(path))
	}
	s.drop(path, "it is stated that the target has no "+path)
	s.sayf("It is stated that the target has no %s: what Entra's default mapping writes there is left out, and checks about it are skipped.", path)
	return nil
}

// drop takes rows out of the mapping.
func (s *shape) drop(path, reason string) {
	s.lacks = append(s.lacks, lack{path, reason})
	s.people.AttributeMappings = slices.DeleteFunc(slices.Clone(s.people.AttributeMappings), func(row synchronization.AttributeMapping) bool {
		return covers(path, row.TargetAttributeName)
	})
}

// move writes what stands at one place of the default mapping to another.
func (s *shape) move(from, to string) {
	s.moved[strings.ToLower(from)] = to
	s.people.AttributeMappings = slices.Clone(s.people.AttributeMappings)
	for i := range s.people.AttributeMappings {
		if row := &s.people.AttributeMappings[i]; strings.EqualFold(row.TargetAttributeName, from) {
			row.TargetAttributeName = to
		}
	}
}

// at is where the target has an attribute of the default mapping.
func (s *shape) at(path string) string {
	if to, ok := s.moved[strings.ToLower(path)]; ok {
		return to
	}
	return path
}

// lacking says why an attribute is not written.
func (s *shape) lacking(path string) (string, bool) {
	for _, l := range s.lacks {
		if covers(l.path, path) {
			return l.reason, true
		}
	}
	return "", false
}

// covers says whether an attribute is another one, or has it below it: emails covers emails[type eq "work"].value, and the URN of an extension
// all that is in it.
func covers(whole, part string) bool {
	whole, part = strings.ToLower(whole), strings.ToLower(part)
	rest, ok := strings.CutPrefix(part, whole)
	return ok && (rest == "" || strings.ContainsRune(".[:", rune(rest[0])))
}
