package mapping

import (
	"errors"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// maxRows bounds a mapping somebody else wrote.
const maxRows = 1000

// compiled is a row of a mapping, ready to evaluate.
type compiled struct {
	*Row

	expression Expression
	fallback   string
}

var flowTypes = map[FlowType]FlowType{
	"":                                        synchronization.FlowTypeAlways,
	synchronization.FlowTypeAlways:            synchronization.FlowTypeAlways,
	synchronization.FlowTypeObjectAddOnly:     synchronization.FlowTypeObjectAddOnly,
	synchronization.FlowTypeAttributeAddOnly:  synchronization.FlowTypeAttributeAddOnly,
	synchronization.FlowTypeValueAddOnly:      synchronization.FlowTypeValueAddOnly,
	synchronization.FlowTypeMultiValueAddOnly: synchronization.FlowTypeMultiValueAddOnly,
}

var flowBehaviors = map[synchronization.FlowBehavior]synchronization.FlowBehavior{
	"":                              synchronization.FlowWhenChanged,
	synchronization.FlowWhenChanged: synchronization.FlowWhenChanged,
	synchronization.FlowAlways:      synchronization.FlowAlways,
}

// compileRow reports what is wrong with a row. seen are the targets of the rows before, in lower case.
func (env Environment) compileRow(row synchronization.AttributeMapping, s sides, seen map[string]bool, r report) compiled {
	c := compiled{fallback: string(row.DefaultValue), Row: &Row{
		Target: row.TargetAttributeName, Priority: row.MatchingPriority, Reference: isReference(row.TargetAttributeName),
	}}
	switch key := strings.ToLower(row.TargetAttributeName); {
	case key == "":
		r.at("targetAttributeName").addf("the target attribute has no name")
	case seen[key]:
		r.at("targetAttributeName").addf("the target stands twice")
	default:
		seen[key] = true
		if c.Definition = s.targetAttribute(row.TargetAttributeName, r.at("targetAttributeName")); c.Definition != nil {
			c.Reference = c.Definition.Type == synchronization.TypeReference
		}
	}
	if row.MatchingPriority < 0 {
		r.at("matchingPriority").addf("the matching priority %d is negative", row.MatchingPriority)
	}
	var ok bool
	if c.Type, ok = flowTypes[row.FlowType]; !ok {
		r.at("flowType").addf("unknown flow type %q", row.FlowType)
	}
	if c.Behavior, ok = flowBehaviors[row.FlowBehavior]; !ok {
		r.at("flowBehavior").addf("unknown flow behavior %q", row.FlowBehavior)
	}
	c.compileSource(env, row, s, r.at("source"))
	switch {
	case isMembers(c.Target) && (c.Type == synchronization.FlowTypeObjectAddOnly || c.Type == synchronization.FlowTypeAttributeAddOnly):
		r.at("flowType").addf("the members of a group flow Always, or with ValueAddOnly or MultiValueAddOnly are only added; %s is for values", c.Type)
	case c.Type.OnlyAdds() && c.expression.calls(string(AssertiveRoles)):
		r.at("flowType").addf("%s takes roles away, which the flow type %s forbids", AssertiveRoles, c.Type)
	}
	return c
}

// compileSource reads the expression of a row and judges it together with the row's other settings.
func (c *compiled) compileSource(env Environment, row synchronization.AttributeMapping, s sides, r report) {
	expression, err := FromSource(row.Source)
	if err != nil {
		r.addf("%w", err)
		return
	}
	c.expression = expression
	c.Redacted = expression.calls("Redact")
	if expression.root == nil { // the mapping editor's None
		c.Type = synchronization.FlowTypeAttributeAddOnly
		if row.MatchingPriority > 0 {
			r.addf("a matching attribute needs a source")
		}
	}
	for _, name := range expression.Attributes() {
		s.source.attribute(name, r)
	}
	if row.MatchingPriority > 0 && expression.calls("Guid", "RandomString") {
		r.addf("a matching attribute cannot have a random value")
	}
	if err := env.checkUnique(expression, row); err != nil {
		r.addf("%w", err)
	}
}

// checkUnique judges SelectUniqueValue. Source: the functions page, SelectUniqueValue.
func (env Environment) checkUnique(e Expression, row synchronization.AttributeMapping) error {
	const name = "SelectUniqueValue"
	if !e.calls(name) {
		return nil
	}
	top, ok := e.root.(invocation)
	nested := !ok || top.fn.name != name
	for _, arg := range top.args {
		nested = nested || Expression{arg}.calls(name)
	}
	switch {
	case env.IsTaken == nil:
		return errors.New("SelectUniqueValue is for applications of Active Directory, not for SCIM")
	case nested:
		return errors.New("SelectUniqueValue can only stand at the top, not within another function")
	case row.MatchingPriority > 0:
		return errors.New("SelectUniqueValue cannot be used on a matching attribute")
	case row.FlowType != synchronization.FlowTypeObjectAddOnly:
		return errors.New("SelectUniqueValue needs the flow type ObjectAddOnly (only during object creation)")
	}
	return nil
}

// isReference knows the reference attributes of the SCIM core schemas; a non-gallery application cannot add others.
func isReference(target string) bool {
	target = strings.ToLower(target)
	return target == "members" || target == "manager" || target == strings.ToLower(enterpriseURN)+":manager"
}

// clears says whether a row without a value may take one away from the target.
func (c compiled) clears() bool {
	f := c.Row
	return f.Type == synchronization.FlowTypeAlways && f.Priority == 0 && (f.Definition == nil || !f.Definition.Required) &&
		!c.expression.calls(string(ComplexRoles)) && !isMembers(f.Target)
}

func isMembers(target string) bool { return strings.EqualFold(target, "members") }
