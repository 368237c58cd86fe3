package mapping

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Source returns the expression in Graph's shape, which holds both the text and the tree. Empty arguments have no parameter.
// Source: learn.microsoft.com/graph/api/resources/synchronization-attributemappingsource.
func (e Expression) Source() synchronization.AttributeMappingSource {
	if e.root == nil {
		return synchronization.AttributeMappingSource{}
	}
	return graphSource(e.root)
}

func graphSource(n node) synchronization.AttributeMappingSource {
	s := synchronization.AttributeMappingSource{Expression: n.String(), Type: synchronization.SourceConstant}
	switch n := n.(type) {
	case attribute:
		s.Name, s.Type = n.name, synchronization.SourceAttribute
	case literal:
		s.Name = n.text
	case number:
		s.Name = n.text
	case keyword:
		s.Name = n.name
	case comparison: // how Graph writes a comparison is not documented
		s.Name, s.Type = n.op, synchronization.SourceFunction
		s.Parameters = synchronization.Collection[synchronization.Parameter]{
			{Key: "left", Value: graphSource(n.left)}, {Key: "right", Value: graphSource(n.right)},
		}
	case invocation:
		s.Name, s.Type = n.fn.name, synchronization.SourceFunction
		for i, arg := range n.args {
			if arg != nil {
				s.Parameters = append(s.Parameters, synchronization.Parameter{Key: n.fn.parameter(i), Value: graphSource(arg)})
			}
		}
	}
	return s
}

// FromSource reads an expression from Graph's shape. The text decides where there is one; otherwise the name does, so an
// attribute or a constant may come without its text. A source with neither is the type None of the mapping editor: it
// evaluates to null, so that the row's default value applies.
func FromSource(s synchronization.AttributeMappingSource) (Expression, error) {
	switch {
	case s.Type == synchronization.SourceConstant && !strings.HasPrefix(s.Expression, `"`) && s.Name == "":
		return Expression{literal{1, s.Expression}}, nil // an unquoted constant stands for itself
	case s.Type == synchronization.SourceConstant && s.Name != "":
		return Expression{literal{1, s.Name}}, nil
	case s.Expression != "":
		return Parse(s.Expression)
	case s.Type == synchronization.SourceFunction || len(s.Parameters) > 0:
		return Expression{}, &ExpressionError{Function: s.Name, Reason: "the function comes without its expression text"}
	case s.Name != "":
		return Expression{attribute{1, s.Name}}, nil
	}
	return Expression{}, nil
}

// source is the Graph shape of an expression of this package's own tables, which the tests prove to parse.
func source(expression string) synchronization.AttributeMappingSource {
	e, err := Parse(expression)
	if err != nil {
		return synchronization.AttributeMappingSource{Expression: expression, Type: synchronization.SourceFunction}
	}
	return e.Source()
}
