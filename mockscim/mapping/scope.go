package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Limits of a scoping filter, which somebody else wrote.
const (
	maxGroups  = 100
	maxClauses = 100 // of one group
	maxOperand = 100 // values of one clause
)

// Scope is a scoping filter ready to evaluate. It never changes and is safe for concurrent use; evaluating does not allocate.
// Source: learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts;
// learn.microsoft.com/graph/api/resources/synchronization-filter.
type Scope struct {
	groups, input []group
	whole         bool // groups and input are empty
}

type group struct {
	name    string
	clauses []clause
}

type clause struct {
	attribute string
	operator  *operator
	values    []string
	numbers   []int64
	patterns  []*pattern
	asText    bool
}

// Empty says that the filter lets everything through.
func (s *Scope) Empty() bool { return s.whole }

// Holds says whether an object passes the filter: all clauses of one of the groups hold, or there are no groups. An object that used to
// pass and does not any more is out of scope, and is disabled. Letter case counts in every comparison of text.
func (s *Scope) Holds(src Source) bool { return holds(s.groups, src) }

// Considers says whether the filter's input groups let an object through. One that they keep out is not looked at: it is neither
// provisioned nor, when it was before, disabled.
func (s *Scope) Considers(src Source) bool { return holds(s.input, src) }

func holds(groups []group, src Source) bool {
	for i := range groups {
		if groups[i].holds(src) {
			return true
		}
	}
	return len(groups) == 0
}

func (g *group) holds(src Source) bool {
	for i := range g.clauses {
		if !g.clauses[i].holds(src) {
			return false
		}
	}
	return true
}

func (c *clause) holds(src Source) bool {
	v := src.Attribute(c.attribute)
	if empty(v) {
		return c.operator.null
	}
	return c.operator.holds(c, v)
}

// Verdict is what one clause says about an object.
type Verdict struct {
	// Clause is the clause as on-demand provisioning shows it: group, attribute, operator and value, such as
	// Only IT.department EQUALS 'IT'.
	Clause string
	Holds  bool
}

// Explain returns the verdict of every clause, input groups left out, in the order of the filter.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand, ScopeEvaluationResult.
func (s *Scope) Explain(src Source) []Verdict {
	var list []Verdict
	for i := range s.groups {
		g := &s.groups[i]
		for j := range g.clauses {
			list = append(list, Verdict{g.name + "." + g.clauses[j].String(), g.clauses[j].holds(src)})
		}
	}
	return list
}

// String returns attribute, operator and values.
func (c *clause) String() string {
	quoted := make([]string, 0, len(c.values))
	for _, v := range c.values {
		quoted = append(quoted, " '"+v+"'")
	}
	return c.attribute + " " + c.operator.name + strings.Join(quoted, ",")
}

// CompileScope makes a scoping filter ready. of is the definition of the source object, nil when its attributes are not known. The
// error is [Problems], which lists everything that is wrong.
func (env Environment) CompileScope(f synchronization.Filter, of *synchronization.ObjectDefinition) (*Scope, error) {
	var problems Problems
	s := env.compileScope(f, newObject(of), report{problems: &problems})
	if len(problems) > 0 {
		return nil, fmt.Errorf("compile scoping filter: %w", problems)
	}
	return s, nil
}

// compileScope checks the category groups too, but they have no say: Graph calls them experimental and does not explain them.
func (env Environment) compileScope(f synchronization.Filter, of *object, r report) *Scope {
	compile := func(name string, groups []synchronization.FilterGroup) (list []group) {
		if len(groups) > maxGroups {
			r.at("%s", name).addf("it has %d groups, the limit is %d", len(groups), maxGroups)
			return nil
		}
		for i, g := range groups {
			list = append(list, env.compileGroup(g, of, r.at("%s[%d]", name, i)))
		}
		return list
	}
	s := &Scope{groups: compile("groups", f.Groups), input: compile("inputFilterGroups", f.InputFilterGroups)}
	compile("categoryFilterGroups", f.CategoryFilterGroups)
	s.whole = len(s.groups)+len(s.input) == 0
	return s
}

func (env Environment) compileGroup(g synchronization.FilterGroup, of *object, r report) group {
	out := group{name: g.Name}
	switch {
	case len(g.Clauses) == 0:
		r.addf("the group %q has no clause", g.Name)
	case len(g.Clauses) > maxClauses:
		r.addf("the group %q has %d clauses, the limit is %d", g.Name, len(g.Clauses), maxClauses)
		return out
	}
	for i, c := range g.Clauses {
		out.clauses = append(out.clauses, env.compileClause(c, of, r.at("clauses[%d]", i)))
	}
	return out
}

func (env Environment) compileClause(f synchronization.FilterClause, of *object, r report) clause {
	c := clause{attribute: f.SourceOperandName, operator: findOperator(f.OperatorName), values: f.TargetOperand.Values, asText: env.Choices.AmpersandIsText}
	checkFilterAttribute(f.SourceOperandName, c.operator, of, r.at("sourceOperandName"))
	switch {
	case operatorKey(f.OperatorName) == "ISMEMBEROF":
		r.at("operatorName").addf("the operator IsMemberOf is listed and not supported by Entra")
		return c
	case c.operator == nil:
		r.at("operatorName").addf("there is no operator %.60q%s", f.OperatorName, suggestOperator(f.OperatorName))
		return c
	}
	values := r.at("targetOperand.values")
	switch n := len(c.values); {
	case c.operator.unary:
		c.values = nil // the portal leaves what was typed before the operator was chosen
		return c
	case n == 0:
		values.addf("%s needs a value to compare with", c.operator.name)
	case n > maxOperand:
		values.addf("there are %d values, the limit is %d", n, maxOperand)
		return c
	}
	for i, v := range c.values {
		c.compileValue(env, v, r.at("targetOperand.values[%d]", i))
	}
	return c
}

func (c *clause) compileValue(env Environment, v string, r report) {
	switch o := c.operator; {
	case len(v) > maxExpression:
		r.addf("the value has %d bytes, the limit is %d", len(v), maxExpression)
	case o.number && !c.asText || o.number && strings.HasPrefix(operatorKey(o.name), "GREATER"):
		n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
		if err != nil {
			r.addf("%s needs a whole number, got %.60q", o.name, v)
		}
		c.numbers = append(c.numbers, n)
	case o.pattern:
		if env.Choices.RegexMatchIsWhole {
			v = `\A(?:` + v + `)\z`
		}
		p, err := compilePattern(v)
		if err != nil {
			r.addf("%w", err)
			return
		}
		c.patterns = append(c.patterns, p)
	}
}

// otherOperators are names people write from other languages, and ours for them.
var otherOperators = map[string]string{
	"EQ": "EQUALS", "=": "EQUALS", "==": "EQUALS", "NE": "NOT EQUALS", "<>": "NOT EQUALS", "!=": "NOT EQUALS", "CO": "Includes",
	"CONTAINS": "Includes", "EW": "ENDS_WITH", "PR": "IS NOT NULL", "IS PRESENT": "IS NOT NULL", "MATCH": "REGEX MATCH",
	"REGEX": "REGEX MATCH", ">": "Greater_Than", "GT": "Greater_Than", ">=": "Greater_Than_OR_EQUALS", "GE": "Greater_Than_OR_EQUALS",
}

func suggestOperator(name string) string {
	if ours, ok := otherOperators[operatorKey(name)]; ok {
		return "; did you mean " + ours + "?"
	}
	if suggestion := nearest.DidYouMean(name, operatorNames(), 1); suggestion != "" {
		return suggestion
	}
	return "; there are " + strings.Join(operatorNames(), ", ")
}

// checkFilterAttribute refuses attributes that the documentation says cannot be filtered by.
func checkFilterAttribute(name string, o *operator, of *object, r report) {
	switch {
	case name == "":
		r.addf("the attribute has no name")
	case strings.EqualFold(name, "members"):
		r.addf("filtering by members is not supported by Entra")
	default:
		switch a := of.attribute(name, r); {
		case a == nil:
		case a.Multivalued:
			r.addf("%s has several values; filtering by such attributes is not supported by Entra", a.Name)
		case o != nil && !o.supports(a.Type):
			r.addf("%s cannot compare %s, which is of type %s", o.name, a.Name, a.Type)
		}
	}
}

func (o *operator) supports(t synchronization.AttributeType) bool {
	return t == "" || slices.Contains(o.types, t)
}
