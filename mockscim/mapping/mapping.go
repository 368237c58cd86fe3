package mapping

import (
	"fmt"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Mapping is an object mapping ready to evaluate. It never changes and is safe for concurrent use.
type Mapping struct {
	env        Environment
	definition synchronization.ObjectMapping
	rows       []compiled
	matching   []string
	scope      *Scope
}

// Compile is [Environment.Compile] in the zero environment.
func Compile(m synchronization.ObjectMapping) (*Mapping, error) { return Environment{}.Compile(m) }

// Compile checks an object mapping and makes it ready, whether or not it is enabled. The error wraps [Problems], which lists everything
// that is wrong: an expression or a scoping filter that cannot be read, a target that stands twice or is missing, an unknown flow type
// or one not built yet, no matching attribute, a matching attribute whose value is random, SelectUniqueValue where it cannot work.
// Attribute names are checked by [Environment.CompileSchema], which knows them.
// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes.
func (env Environment) Compile(m synchronization.ObjectMapping) (*Mapping, error) {
	var problems Problems
	c := env.compile(m, sides{}, report{problems: &problems})
	if len(problems) > 0 {
		return nil, fmt.Errorf("compile mapping %q: %w", m.Name, problems)
	}
	return c, nil
}

// compile reports what is wrong; then the mapping is of no use.
func (env Environment) compile(m synchronization.ObjectMapping, s sides, r report) *Mapping {
	c := &Mapping{env: env, definition: m}
	if len(m.AttributeMappings) > maxRows {
		r.at("attributeMappings").addf("it has %d rows, the limit is %d", len(m.AttributeMappings), maxRows)
		return c
	}
	c.scope = env.compileScope(m.Scope, s.source, r.at("scope"))
	wrong := r.count()
	seen := map[string]bool{}
	for i, row := range m.AttributeMappings {
		c.rows = append(c.rows, env.compileRow(row, s, seen, r.at("attributeMappings[%d]", i).about(row.TargetAttributeName)))
	}
	if c.matching = matching(c.rows); len(c.matching) == 0 && r.count() == wrong {
		r.at("attributeMappings").addf("no row has a matching priority above 0")
	}
	return c
}

func matching(rows []compiled) []string {
	var matched []*Row
	for _, r := range rows {
		if r.Priority > 0 {
			matched = append(matched, r.Row)
		}
	}
	slices.SortStableFunc(matched, func(a, b *Row) int { return a.Priority - b.Priority })
	var names []string
	for _, r := range matched {
		names = append(names, r.Target)
	}
	return names
}

// Evaluate computes every flow for one object, in mapping order. A row whose source is null or empty contributes its default
// value, or nothing. An object whose expression fails has no flows: the error wraps *ExpressionError and names the target.
func (m *Mapping) Evaluate(src Source) ([]Flow, error) { return m.evaluate(src, false) }

// EvaluateWithNulls is Evaluate with one more flow, whose Value is nil, for every row that has no value now and could take one away that the
// target has: not a row that only adds (ObjectAddOnly, AttributeAddOnly, AppRoleAssignmentsComplex), one IgnoreFlowIfNullOrEmpty holds back, a
// matching attribute, a target that is required, or the members of a group.
func (m *Mapping) EvaluateWithNulls(src Source) ([]Flow, error) { return m.evaluate(src, true) }

func (m *Mapping) evaluate(src Source, nulls bool) ([]Flow, error) {
	flows := make([]Flow, 0, len(m.rows))
	in := &evaluation{src: src, env: &m.env}
	for _, row := range m.rows {
		in.target, in.spent = row.Target, 0
		v, dropped, err := row.expression.evaluate(in)
		if err != nil {
			return nil, fmt.Errorf("evaluate mapping of %s: %w", row.Target, err)
		}
		f := Flow{Row: row.Row}
		if roles, ok := v.(Roles); empty(v) && (!ok || roles.Format != AssertiveRoles) {
			if row.fallback == "" && nulls && !dropped && row.clears() {
				flows = append(flows, f)
			}
			if dropped || row.fallback == "" {
				continue
			}
			v, f.Default = row.fallback, row.expression.root != nil
		}
		f.Value = v
		flows = append(flows, f)
	}
	return flows, nil
}

// Definition returns what the mapping was compiled from, in Graph's shape. The caller does not change it.
func (m *Mapping) Definition() synchronization.ObjectMapping { return m.definition }

// Enabled says whether the kind of object is provisioned at all ("Enabled" in the portal).
func (m *Mapping) Enabled() bool { return m.definition.Enabled }

// May says whether every action given is allowed in the target ("Target Object Actions" in the portal). Without FlowUpdate objects are
// not disabled either.
func (m *Mapping) May(actions synchronization.FlowTypes) bool {
	return m.definition.FlowTypes.Has(actions)
}

// Scope returns the mapping's scoping filter, never nil.
func (m *Mapping) Scope() *Scope { return m.scope }

// Matching returns the target names of the matching attributes, first asked first.
func (m *Mapping) Matching() []string { return slices.Clone(m.matching) }

// Readers returns the target names of the rows whose expression reads a source attribute, in mapping order. The case of the
// attribute's name does not count.
func (m *Mapping) Readers(attribute string) []string {
	var targets []string
	for _, row := range m.rows {
		if row.expression.reads(attribute) {
			targets = append(targets, row.Target)
		}
	}
	return targets
}

// Targets returns the definitions of the target attributes in the job's schema, in mapping order; those without a definition are left out.
func (m *Mapping) Targets() []synchronization.AttributeDefinition {
	var targets []synchronization.AttributeDefinition
	for _, row := range m.rows {
		if row.Definition != nil {
			targets = append(targets, *row.Definition)
		}
	}
	return targets
}
