package provisioning

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// rules are the configuration of a job made ready: its mappings, and how it writes. They never change.
type rules struct {
	compiled *mapping.Rules
	wires    *wire.Composer
	kinds    []*kind // users, groups
	exact    map[string]bool
	// hardDelete: users are deleted where they would be disabled.
	hardDelete bool
	clear      bool // values that are gone at the source are taken away from the target
}

// newRules makes the rules of cycles of a job, and those of provisioning on demand, which does not know the flag of the dialect.
func newRules(s settings, job string, snap *directory.Snapshot) (inCycles, onDemand rules, err error) {
	compiled, err := s.environment(snap).CompileSchema(s.effective(job))
	if err != nil {
		return rules{}, rules{}, err
	}
	if problems := unsupported(compiled.Schema()); len(problems) > 0 {
		return rules{}, rules{}, fmt.Errorf("compile schema: %w", problems)
	}
	r := rules{compiled: compiled, exact: map[string]bool{}}
	for _, target := range s.caseExact {
		r.exact[strings.ToLower(target)] = true
	}
	r.hardDelete = s.hardDelete
	r.clear = s.wire.Clear != wire.ClearNothing
	o := typed(s.wire, compiled)
	if inCycles, err = r.in(o); err != nil {
		return rules{}, rules{}, err
	}
	if onDemand, err = r.in(o.OnDemand()); err != nil {
		return rules{}, rules{}, fmt.Errorf("on demand: %w", err)
	}
	return inCycles, onDemand, nil
}

// in returns the rules with requests composed in one way.
func (r rules) in(o wire.Options) (rules, error) {
	c, err := wire.NewComposer(o)
	if err != nil {
		return rules{}, err
	}
	r.wires, r.kinds = c, newKinds(r.compiled, c)
	for _, k := range r.kinds {
		k.hardDelete = k.hardDelete || r.hardDelete
		k.nulls = r.clear || k.mapping != nil && slices.ContainsFunc(k.mapping.Targets(), flowsNull)
	}
	return r, nil
}

func flowsNull(a synchronization.AttributeDefinition) bool { return a.FlowNullValues }

// clears says whether a target is cleared when its source is null: by [wire.Options] Clear, or because the schema says flowNullValues.
// Source: learn.microsoft.com/graph/api/resources/synchronization-attributedefinition.
func (r rules) clears(f mapping.Flow) bool {
	return r.clear || f.Definition != nil && f.Definition.FlowNullValues
}

// typed adds the attributes that the schema calls booleans and numbers, and a form of clearing for those with flowNullValues: null, unless
// the options name another.
func typed(o wire.Options, compiled *mapping.Rules) wire.Options {
	o.Booleans, o.Integers = slices.Clone(o.Booleans), slices.Clone(o.Integers)
	for _, rule := range compiled.Objects {
		if !rule.Mapping.Enabled() {
			continue
		}
		for _, a := range rule.Mapping.Targets() {
			if flowsNull(a) && o.Clear == wire.ClearNothing {
				o.Clear = wire.ClearNull
			}
			switch a.Type {
			case synchronization.TypeBoolean:
				o.Booleans = append(o.Booleans, a.Name)
			case synchronization.TypeInteger:
				o.Integers = append(o.Integers, a.Name)
			default: // text
			}
		}
	}
	return o
}

// unsupported lists what a schema asks for that is not built here.
func unsupported(s synchronization.Schema) (problems mapping.Problems) {
	enabled := map[string]bool{}
	for i, rule := range s.SynchronizationRules {
		where := fmt.Sprintf("synchronizationRules[%d]", i)
		if rule.GroupFilter != nil && len(rule.GroupFilter.IncludedGroups) > 0 {
			problems = append(problems, mapping.Problem{Where: where + ".groupFilter", Err: errors.New("a filter by groups is not built")})
		}
		if rule.ContainerFilter != nil && len(rule.ContainerFilter.IncludedContainers) > 0 {
			problems = append(problems, mapping.Problem{Where: where + ".containerFilter", Err: errors.New("a filter by containers is not built")})
		}
		for j, m := range rule.ObjectMappings {
			if !m.Enabled {
				continue
			}
			where := fmt.Sprintf("%s.objectMappings[%d].sourceObjectName", where, j)
			name := strings.ToLower(m.SourceObjectName)
			switch {
			case name != "user" && name != "group":
				problems = append(problems, mapping.Problem{Where: where, Err: fmt.Errorf("objects of the type %.60q are not provisioned", m.SourceObjectName)})
			case enabled[name]:
				problems = append(problems, mapping.Problem{Where: where, Err: fmt.Errorf("a second enabled mapping of %s is not built", m.SourceObjectName)})
			}
			enabled[name] = true
		}
	}
	return problems
}
