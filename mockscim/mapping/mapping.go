package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// maxRows bounds a mapping somebody else wrote.
const maxRows = 1000

// Mapping is an object mapping ready to evaluate. It never changes and is safe for concurrent use.
type Mapping struct {
	rows     []compiled
	matching []string
}

type compiled struct {
	flow       Flow // without a value
	expression Expression
	fallback   string
}

// Compile checks an object mapping and makes it ready. It is an error when an expression cannot be parsed, a target stands
// twice or is missing, a flow type is unknown or not built yet, no attribute matches, or there is a scoping filter, which this cut
// does not evaluate.
// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes.
func Compile(m synchronization.ObjectMapping) (*Mapping, error) {
	if len(m.AttributeMappings) > maxRows {
		return nil, fmt.Errorf("compile mapping %q: it has %d rows, the limit is %d", m.Name, len(m.AttributeMappings), maxRows)
	}
	if len(m.Scope.Groups)+len(m.Scope.InputFilterGroups)+len(m.Scope.CategoryFilterGroups) > 0 {
		return nil, fmt.Errorf("compile mapping %q: scoping filters are not built yet", m.Name)
	}
	c := &Mapping{}
	seen := map[string]bool{}
	for i, row := range m.AttributeMappings {
		fail := func(format string, args ...any) (*Mapping, error) {
			return nil, fmt.Errorf("compile mapping %q, row %d, target %q: %w", m.Name, i+1, row.TargetAttributeName, fmt.Errorf(format, args...))
		}
		key := strings.ToLower(row.TargetAttributeName)
		switch {
		case key == "":
			return fail("the target attribute has no name")
		case seen[key]:
			return fail("the target stands twice")
		case row.MatchingPriority < 0:
			return fail("the matching priority %d is negative", row.MatchingPriority)
		}
		seen[key] = true
		flowType, ok := flowTypes[row.FlowType]
		switch {
		case row.FlowType == synchronization.FlowTypeMultiValueAddOnly || row.FlowType == synchronization.FlowTypeValueAddOnly:
			return fail("the flow type %s is not built yet", row.FlowType)
		case !ok:
			return fail("unknown flow type %q", row.FlowType)
		}
		behavior, ok := flowBehaviors[row.FlowBehavior]
		if !ok {
			return fail("unknown flow behavior %q", row.FlowBehavior)
		}
		expression, err := FromSource(row.Source)
		if err != nil {
			return fail("%w", err)
		}
		c.rows = append(c.rows, compiled{
			flow: Flow{Target: row.TargetAttributeName, Type: flowType, Behavior: behavior,
				Reference: isReference(row.TargetAttributeName), Priority: row.MatchingPriority},
			expression: expression,
			fallback:   string(row.DefaultValue),
		})
		if expression.root == nil {
			c.rows[i].flow.Type = synchronization.FlowTypeAttributeAddOnly
		}
	}
	if c.matching = matching(c.rows); len(c.matching) == 0 {
		return nil, fmt.Errorf("compile mapping %q: no row has a matching priority above 0", m.Name)
	}
	return c, nil
}

var flowTypes = map[FlowType]FlowType{
	"":                                       synchronization.FlowTypeAlways,
	synchronization.FlowTypeAlways:           synchronization.FlowTypeAlways,
	synchronization.FlowTypeObjectAddOnly:    synchronization.FlowTypeObjectAddOnly,
	synchronization.FlowTypeAttributeAddOnly: synchronization.FlowTypeAttributeAddOnly,
}

var flowBehaviors = map[synchronization.FlowBehavior]synchronization.FlowBehavior{
	"":                              synchronization.FlowWhenChanged,
	synchronization.FlowWhenChanged: synchronization.FlowWhenChanged,
	synchronization.FlowAlways:      synchronization.FlowAlways,
}

// isReference knows the reference attributes of the SCIM core schemas; a non-gallery application cannot add others.
func isReference(target string) bool {
	target = strings.ToLower(target)
	return target == "members" || target == "manager" || target == strings.ToLower(enterpriseURN)+":manager"
}

func matching(rows []compiled) []string {
	var flows []Flow
	for _, r := range rows {
		if r.flow.Priority > 0 {
			flows = append(flows, r.flow)
		}
	}
	slices.SortStableFunc(flows, func(a, b Flow) int { return a.Priority - b.Priority })
	var names []string
	for _, f := range flows {
		names = append(names, f.Target)
	}
	return names
}

// Evaluate computes every flow for one object, in mapping order. A row whose source is null or empty contributes its default
// value, or nothing. An object whose expression fails has no flows: the error wraps *ExpressionError and names the target.
func (m *Mapping) Evaluate(src Source) ([]Flow, error) {
	flows := make([]Flow, 0, len(m.rows))
	for _, row := range m.rows {
		v, dropped, err := row.expression.evaluate(src)
		if err != nil {
			return nil, fmt.Errorf("evaluate mapping of %s: %w", row.flow.Target, err)
		}
		f := row.flow
		if roles, ok := v.(Roles); empty(v) && (!ok || roles.Format != AssertiveRoles) {
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

// Matching returns the target names of the matching attributes, first asked first.
func (m *Mapping) Matching() []string { return slices.Clone(m.matching) }

// Readers returns the target names of the rows whose expression reads a source attribute, in mapping order. The case of the
// attribute's name does not count.
func (m *Mapping) Readers(attribute string) []string {
	var targets []string
	for _, row := range m.rows {
		if row.expression.reads(attribute) {
			targets = append(targets, row.flow.Target)
		}
	}
	return targets
}
