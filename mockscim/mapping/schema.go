package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Limits of a schema somebody else wrote.
const (
	maxRules       = 50
	maxObjectRules = 50     // object mappings of one rule
	maxDefinitions = 20_000 // attributes of one object
)

// Rules is a job's schema ready to run. It never changes and is safe for concurrent use.
type Rules struct {
	// Objects are the object mappings in the order in which they are processed.
	Objects []ObjectRule

	schema synchronization.Schema
}

// ObjectRule is one object mapping with the rule it belongs to.
type ObjectRule struct {
	RuleID, RuleName string
	Mapping          *Mapping
}

// Schema returns what the rules were compiled from, in Graph's shape. The caller does not change it.
func (r *Rules) Schema() synchronization.Schema { return r.schema }

// From returns the first object mapping whose source is of the kind given, User or Group; nil when there is none.
func (r *Rules) From(object string) *Mapping {
	for _, o := range r.Objects {
		if strings.EqualFold(o.Mapping.definition.SourceObjectName, object) {
			return o.Mapping
		}
	}
	return nil
}

// CompileSchema is [Environment.CompileSchema] in the zero environment.
func CompileSchema(s synchronization.Schema) (*Rules, error) { return Environment{}.CompileSchema(s) }

// CompileSchema checks a job's schema and makes its mappings ready. Besides what [Environment.Compile] checks, every source and target
// attribute has to be in the schema's directories, and what is written must not be read-only. An object without any definition in the
// schema is not checked for its attributes. The error wraps [Problems], which lists everything that is wrong.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-update.
func (env Environment) CompileSchema(s synchronization.Schema) (*Rules, error) {
	var problems Problems
	root := report{problems: &problems}
	all := readDirectories(s.Directories, root)
	out := &Rules{schema: s}
	switch n := len(s.SynchronizationRules); {
	case n == 0:
		root.at("synchronizationRules").addf("there is no rule")
	case n > maxRules:
		root.at("synchronizationRules").addf("there are %d rules, the limit is %d", n, maxRules)
		return nil, fmt.Errorf("compile schema: %w", problems)
	}
	order := make([]int, len(s.SynchronizationRules))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.SynchronizationRules[a].Priority - s.SynchronizationRules[b].Priority })
	for _, i := range order {
		out.Objects = append(out.Objects, env.compileRule(s.SynchronizationRules[i], all, root.at("synchronizationRules[%d]", i))...)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("compile schema: %w", problems)
	}
	return out, nil
}

func (env Environment) compileRule(rule synchronization.Rule, all directories, r report) (list []ObjectRule) {
	if n := len(rule.ObjectMappings); n > maxObjectRules {
		r.at("objectMappings").addf("there are %d object mappings, the limit is %d", n, maxObjectRules)
		return nil
	}
	source := all.find(rule.SourceDirectoryName, r.at("sourceDirectoryName"))
	target := all.find(rule.TargetDirectoryName, r.at("targetDirectoryName"))
	for i, m := range rule.ObjectMappings {
		r := r.at("objectMappings[%d]", i)
		sides := sides{
			source: source.find(m.SourceObjectName, r.at("sourceObjectName")),
			target: target.find(m.TargetObjectName, r.at("targetObjectName")),
		}
		list = append(list, ObjectRule{rule.ID, rule.Name, env.compile(m, sides, r)})
	}
	return list
}
