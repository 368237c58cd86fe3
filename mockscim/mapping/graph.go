package mapping

import (
	"fmt"
	"slices"
	"strconv"
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
			{Key: comparisonSides[0], Value: graphSource(n.left)}, {Key: comparisonSides[1], Value: graphSource(n.right)},
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

var comparisonSides = [...]string{"left", "right"}

// FromSource reads an expression from Graph's shape. The text decides where there is one; otherwise the tree of functions and their
// parameters does. A constant may be quoted or bare. A source with neither text, name nor parameters is the type None of the mapping
// editor: it evaluates to null, so that the row's default value applies.
func FromSource(s synchronization.AttributeMappingSource) (Expression, error) {
	switch {
	case s.Type == synchronization.SourceConstant && !strings.HasPrefix(s.Expression, `"`):
		if s.Expression == "" && s.Name == "" {
			return Expression{}, nil
		}
		text := s.Expression
		if text == "" {
			text = s.Name
		}
		if len([]rune(text)) > maxExpression {
			return Expression{}, &ExpressionError{Reason: fmt.Sprintf("the constant is longer than %d characters", maxExpression)}
		}
		return Expression{literal{1, text}}, nil // a bare constant stands for itself
	case s.Expression != "":
		return Parse(s.Expression)
	case s.Type == "" && s.Name == "" && len(s.Parameters) == 0:
		return Expression{}, nil
	}
	var b strings.Builder
	if err := writeTree(&b, s, 0); err != nil {
		return Expression{}, err
	}
	return Parse(b.String())
}

// writeTree writes a tree as text. Reading that text again bounds and checks it as if somebody had typed it.
func writeTree(b *strings.Builder, s synchronization.AttributeMappingSource, depth int) error {
	switch {
	case depth > maxNesting+2:
		return &ExpressionError{Function: s.Name, Reason: fmt.Sprintf("more than %d functions within each other", maxNesting)}
	case b.Len() > maxExpression*4:
		return &ExpressionError{Reason: fmt.Sprintf("the tree is longer than %d characters", maxExpression)}
	case s.Type == synchronization.SourceConstant:
		b.WriteString(constantText(s))
	case s.Expression != "":
		b.WriteString(s.Expression)
	case s.Type == synchronization.SourceFunction || len(s.Parameters) > 0:
		return writeFunction(b, s, depth)
	case s.Name != "":
		b.WriteString("[" + s.Name + "]")
	default:
		return &ExpressionError{Reason: "a part of the tree has neither a text nor a name"}
	}
	return nil
}

// constantText is a constant as it stands in an expression: quoted, unless it is a hexadecimal number or a named constant. Decimal
// numbers are quoted too, which keeps the zeros of "007" and makes no difference elsewhere.
func constantText(s synchronization.AttributeMappingSource) string {
	text := s.Expression
	if text == "" {
		text = s.Name
	}
	if strings.HasPrefix(s.Expression, `"`) {
		return text
	}
	if e, err := Parse(text); err == nil {
		switch n := e.root.(type) {
		case keyword:
			return text
		case number:
			if n.text[0] == '&' {
				return text
			}
		}
	}
	return literal{text: text}.String()
}

func writeFunction(b *strings.Builder, s synchronization.AttributeMappingSource, depth int) error {
	fn, ok := functions[s.Name]
	if !ok {
		if slices.Contains([]string{"=", "<>", "<", "<=", ">", ">="}, s.Name) && len(s.Parameters) == len(comparisonSides) {
			return writeComparison(b, s, depth)
		}
		return unknownFunction(s.Name, 0)
	}
	args, err := fn.arrange(s.Parameters)
	if err != nil {
		return err
	}
	b.WriteString(fn.name + "(")
	for i, arg := range args {
		if i > 0 {
			b.WriteString(", ")
		}
		if arg == nil {
			continue
		}
		if err := writeTree(b, *arg, depth+1); err != nil {
			return within(err, fn, i)
		}
	}
	b.WriteString(")")
	return nil
}

func writeComparison(b *strings.Builder, s synchronization.AttributeMappingSource, depth int) error {
	if err := writeTree(b, s.Parameters[0].Value, depth+1); err != nil {
		return err
	}
	b.WriteString(" " + s.Name + " ")
	return writeTree(b, s.Parameters[1].Value, depth+1)
}

// parameterAliases are the names the functions page has for parameters that Graph's JSON calls otherwise.
var parameterAliases = map[string]string{
	"oldvalue": "find", "regexpattern": "regularexpression", "regexgroupname": "regularexpressiongroupname", "replacementvalue": "replacement",
	"replacementattributename": "replacementpropertyname", "string": "source", "numchars": "length",
}

// arrange puts parameters in their places by their keys, in whatever letter case. A repeated parameter may lack its number. Places
// without a parameter are empty.
func (f *function) arrange(parameters []synchronization.Parameter) ([]*synchronization.AttributeMappingSource, error) {
	if len(parameters) > maxPlaces {
		return nil, &ExpressionError{Function: f.name, Reason: fmt.Sprintf("it has %d parameters, the limit is %d", len(parameters), maxPlaces)}
	}
	least := 0
	for _, p := range f.params {
		if p.kind != optional {
			least++
		}
	}
	if least > 0 && len(parameters) == 0 {
		return nil, &ExpressionError{Function: f.name, Reason: "the function comes with neither its expression text nor its parameters"}
	}
	args := slices.Repeat([]*synchronization.AttributeMappingSource{nil}, least)
	for i := range parameters {
		place := f.place(parameters[i].Key, args)
		if place < 0 {
			return nil, &ExpressionError{Function: f.name, Reason: fmt.Sprintf("it has no parameter %.60q, want %s", parameters[i].Key, f.signature())}
		}
		for len(args) <= place {
			args = append(args, nil)
		}
		args[place] = &parameters[i].Value
	}
	if f.repeat > 0 { // repeated parameters come in whole groups
		for (len(args)-len(f.params))%f.repeat != 0 {
			args = append(args, nil)
		}
	}
	return args, nil
}

// maxPlaces bounds the arguments of a function that comes as a tree.
const maxPlaces = 1000

// place is the free place whose parameter has this name, -1 when there is none.
func (f *function) place(key string, args []*synchronization.AttributeMappingSource) int {
	key = strings.ToLower(key)
	if alias, ok := parameterAliases[key]; ok {
		key = alias
	}
	free := func(i int) bool { return i < maxPlaces && (i >= len(args) || args[i] == nil) }
	for i, p := range f.params {
		if strings.ToLower(p.name) == key && free(i) {
			return i
		}
	}
	base := strings.TrimRight(key, "0123456789")
	for i := len(f.params) - f.repeat; i < len(f.params); i++ {
		if strings.ToLower(strings.TrimRight(f.params[i].name, "0123456789")) != base {
			continue
		}
		if n, err := strconv.Atoi(key[len(base):]); err == nil {
			if i += (n - f.number(i)) * f.repeat; n >= 1 && n <= maxPlaces && i >= 0 && free(i) {
				return i
			}
			return -1
		}
		for ; i < maxPlaces; i += f.repeat {
			if free(i) {
				return i
			}
		}
		return -1
	}
	return -1
}

// number is the number at the end of a parameter's name, 1 when there is none.
func (f *function) number(index int) int {
	name := f.params[index].name
	n, err := strconv.Atoi(name[len(strings.TrimRight(name, "0123456789")):])
	if err != nil {
		return 1
	}
	return n
}

// source is the Graph shape of an expression of this package's own tables, which the tests prove to parse.
func source(expression string) synchronization.AttributeMappingSource {
	e, err := Parse(expression)
	if err != nil {
		return synchronization.AttributeMappingSource{Expression: expression, Type: synchronization.SourceFunction}
	}
	return e.Source()
}
