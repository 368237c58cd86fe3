package endpoint

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// read takes the mappings of a job's schema for the default ones. What the checks know people by is filled as in the default mapping, and what they
// do not know is written as the schema says.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationschema.
func (s *shape) read(schema synchronization.Schema) error {
	if _, err := mapping.CompileSchema(schema); err != nil {
		return misconfigured("the schema of the job cannot be run: %s", clip(strings.TrimPrefix(err.Error(), "compile schema: "), 500))
	}
	people, ok := mappingOf(schema, "User")
	if !ok {
		return misconfigured("the schema of the job has no mapping of users that is switched on: export that of a provisioning job, with GET …/synchronization/jobs/{id}/schema")
	}
	s.sayf("People are provisioned by the mapping “%s” of the job's schema.", clip(people.Name, 80))
	if _, mapped := mappingOf(schema, "Group"); !mapped {
		s.noTeams = "the job's schema " + groupless(schema)
		s.sayf("The job's schema %s: checks about groups are skipped.", groupless(schema))
	}
	if len(people.Scope.Groups)+len(people.Scope.InputFilterGroups) > 0 {
		people.Scope = synchronization.Filter{}
		s.sayf("The scoping filters of the job's schema are left out: everybody in the rehearsal is in scope.")
	}
	theirs := people.AttributeMappings
	people.AttributeMappings = nil
	usual := mapping.DefaultUsers().AttributeMappings
	for _, row := range theirs {
		people.AttributeMappings = append(people.AttributeMappings, s.adopt(row, theirs, usual))
	}
	s.people = people
	for _, row := range usual {
		s.complete(row)
	}
	return s.matchAsWritten(theirs)
}

// mappingOf is the mapping of a kind of object that is switched on.
func mappingOf(schema synchronization.Schema, object string) (synchronization.ObjectMapping, bool) {
	for _, rule := range schema.SynchronizationRules {
		for _, m := range rule.ObjectMappings {
			if m.Enabled && strings.EqualFold(m.SourceObjectName, object) {
				return m, true
			}
		}
	}
	return synchronization.ObjectMapping{}, false
}

// groupless says how a schema does without groups.
func groupless(schema synchronization.Schema) string {
	for _, rule := range schema.SynchronizationRules {
		for _, m := range rule.ObjectMappings {
			if strings.EqualFold(m.SourceObjectName, "Group") {
				return "switches the mapping of groups off"
			}
		}
	}
	return "has no mapping of groups"
}

// adopt makes a row of the rehearsal's mapping from one of theirs.
func (s *shape) adopt(row synchronization.AttributeMapping, theirs, usual []synchronization.AttributeMapping) synchronization.AttributeMapping {
	if i := rowOf(usual, row.TargetAttributeName); i >= 0 {
		if had, want := expressionOf(row), expressionOf(usual[i]); had != want {
			s.sayf("The job's schema fills %s with %s: the rehearsal fills it with %s, by which the checks know what to expect.", row.TargetAttributeName, clip(had, 80), want)
			row.Source, row.DefaultValue = usual[i].Source, usual[i].DefaultValue
		}
		return row
	}
	for _, u := range usual {
		if _, gone := s.moved[strings.ToLower(u.TargetAttributeName)]; !gone && expressionOf(u) == expressionOf(row) && rowOf(theirs, u.TargetAttributeName) < 0 {
			s.moved[strings.ToLower(u.TargetAttributeName)] = row.TargetAttributeName
			s.sayf("The job's schema writes %s to %s instead of %s.", expressionOf(u), row.TargetAttributeName, u.TargetAttributeName)
			return row
		}
	}
	if s.adoptCustom(row) {
		return row
	}
	s.sayf("The job's schema fills %s with %s, which no check judges.", row.TargetAttributeName, clip(expressionOf(row), 80))
	return row
}

// complete notes that their mapping lacks a row of the default one, or puts it back when nobody can be rehearsed without it.
func (s *shape) complete(row synchronization.AttributeMapping) {
	path := row.TargetAttributeName
	if _, moved := s.moved[strings.ToLower(path)]; moved && !slices.Contains(anyone, path) || rowOf(s.people.AttributeMappings, path) >= 0 {
		return
	}
	if slices.Contains(anyone, path) {
		row.MatchingPriority = 0
		s.people.AttributeMappings = append(s.people.AttributeMappings, row)
		s.sayf("The job's schema maps nothing to %s: the rehearsal writes it as Entra's default mapping does, since every check knows people by it.", path)
		return
	}
	s.lacks = append(s.lacks, lack{path, "the job's schema maps nothing to " + path})
	s.sayf("The job's schema maps nothing to %s: checks about it are skipped.", path)
}

// matchAsWritten matches people by the first matching attribute of their mapping.
func (s *shape) matchAsWritten(theirs []synchronization.AttributeMapping) error {
	first := synchronization.AttributeMapping{TargetAttributeName: "userName"}
	for _, row := range theirs {
		if row.MatchingPriority > 0 && (first.MatchingPriority == 0 || row.MatchingPriority < first.MatchingPriority) {
			first = row
		}
	}
	path, ok := matchPath(first.TargetAttributeName)
	if !ok {
		s.sayf("The job's schema matches people by %s, which the rehearsal cannot: it matches them by userName.", first.TargetAttributeName)
		path = "userName"
	} else if path != "userName" {
		s.sayf("People are matched by %s, as the job's schema says.", path)
	}
	s.matchBy(path)
	return nil
}

// rowOf is the place of the row with a target attribute, -1 for none.
func rowOf(rows []synchronization.AttributeMapping, path string) int {
	return slices.IndexFunc(rows, func(row synchronization.AttributeMapping) bool {
		return strings.EqualFold(row.TargetAttributeName, path)
	})
}

// expressionOf is where a row's value comes from, in one way of writing.
func expressionOf(row synchronization.AttributeMapping) string {
	e, err := mapping.FromSource(row.Source)
	if err != nil {
		return row.Source.Expression
	}
	return e.String()
}
