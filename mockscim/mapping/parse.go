package mapping

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Parse reads an expression: text in double quotes (\" and \\ escape), [attribute], decimal and &H hexadecimal numbers,
// functions with nested and empty arguments, and one comparison (= <> < <= > >=) where a function takes a condition.
// Function names are case-sensitive. Errors are *ExpressionError.
// Source: learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data, syntax overview.
func Parse(expression string) (Expression, error) {
	p := &parser{text: []rune(expression)}
	if len(p.text) > maxExpression {
		return Expression{}, &ExpressionError{Reason: fmt.Sprintf("it has %d characters, the limit is %d", len(p.text), maxExpression)}
	}
	p.space()
	root, err := p.value(0)
	if err != nil {
		return Expression{}, err
	}
	p.space()
	if p.pos < len(p.text) {
		if op, at := p.operator(); op != "" {
			return Expression{}, &ExpressionError{Position: at, Reason: "a comparison (" + op + ") can only stand in " + inConditions}
		}
		return Expression{}, p.fail("unexpected %q after the end of the expression", p.text[p.pos])
	}
	return Expression{root}, nil
}

type parser struct {
	text []rune
	pos  int
}

func (p *parser) fail(format string, args ...any) *ExpressionError {
	return &ExpressionError{Position: p.pos + 1, Reason: fmt.Sprintf(format, args...)}
}

func (p *parser) space() {
	for p.pos < len(p.text) && unicode.IsSpace(p.text[p.pos]) {
		p.pos++
	}
}

// peek returns the next character, 0 at the end.
func (p *parser) peek() rune {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// value reads one operand: text, number, attribute, named constant or function.
func (p *parser) value(depth int) (node, error) {
	switch r := p.peek(); {
	case p.pos >= len(p.text):
		return nil, p.fail("a value is missing: text in quotes, a number, an [attribute] or a function")
	case r == '"':
		return p.literal()
	case r == '[':
		return p.attribute()
	case r == '&' || r == '-' || r >= '0' && r <= '9':
		return p.number()
	case unicode.IsLetter(r):
		return p.name(depth)
	default:
		return nil, p.fail("unexpected %q, want text in quotes, a number, an [attribute] or a function", r)
	}
}

func (p *parser) literal() (node, error) {
	at := p.pos + 1
	var b strings.Builder
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch r := p.text[p.pos]; {
		case r == '"':
			p.pos++
			return literal{at, b.String()}, nil
		case r == '\\' && p.pos+1 < len(p.text) && (p.text[p.pos+1] == '"' || p.text[p.pos+1] == '\\'):
			p.pos++
			b.WriteRune(p.text[p.pos])
		default: // a backslash before anything else stands for itself, as in a regular expression
			b.WriteRune(r)
		}
	}
	return nil, &ExpressionError{Position: at, Reason: "the text is not closed with a double quote"}
}

func (p *parser) attribute() (node, error) {
	at := p.pos + 1
	start := at
	for p.pos++; p.pos < len(p.text); p.pos++ {
		if p.text[p.pos] != ']' {
			continue
		}
		name := strings.TrimSpace(string(p.text[start:p.pos]))
		p.pos++
		if name == "" {
			return nil, &ExpressionError{Position: at, Reason: "the attribute has no name"}
		}
		return attribute{at, name}, nil
	}
	return nil, &ExpressionError{Position: at, Reason: "the attribute is not closed with ]"}
}

func (p *parser) number() (node, error) {
	start := p.pos
	base, digits, alphabet := 10, start, "0123456789"
	switch {
	case p.peek() == '&':
		base, digits, alphabet = 16, start+2, "0123456789abcdefABCDEF"
		if start+1 >= len(p.text) || unicode.ToUpper(p.text[start+1]) != 'H' {
			return nil, p.fail("unexpected '&', a hexadecimal number begins with &H")
		}
	case p.peek() == '-':
		digits++
	}
	end := digits
	for end < len(p.text) && strings.ContainsRune(alphabet, p.text[end]) {
		end++
	}
	value, err := strconv.ParseInt(string(p.text[min(digits, end):end]), base, 64)
	if err != nil {
		return nil, p.fail("the number is missing its digits or is too large")
	}
	if p.peek() == '-' {
		value = -value
	}
	p.pos = end
	return number{start + 1, value, string(p.text[start:end])}, nil
}

// keywords are the named constants of the language. Source: the InStr section of the functions page.
var keywords = map[string]int64{"vbBinaryCompare": 0, "vbTextCompare": 1}

func (p *parser) name(depth int) (node, error) {
	start := p.pos
	for p.pos < len(p.text) && (unicode.IsLetter(p.text[p.pos]) || unicode.IsDigit(p.text[p.pos]) || p.text[p.pos] == '_') {
		p.pos++
	}
	name := string(p.text[start:p.pos])
	p.space()
	if p.peek() != '(' {
		if v, ok := keywords[name]; ok {
			return keyword{start + 1, name, v}, nil
		}
		return nil, &ExpressionError{Position: start + 1, Reason: fmt.Sprintf(
			"%.60q is neither text in quotes, nor an [attribute], nor a function with its arguments in parentheses", name)}
	}
	fn, ok := functions[name]
	if !ok {
		return nil, unknownFunction(name, start+1)
	}
	if depth >= maxNesting {
		return nil, &ExpressionError{Function: name, Position: start + 1, Reason: fmt.Sprintf("more than %d functions within each other", maxNesting)}
	}
	p.pos++
	args, err := p.arguments(fn, depth+1)
	if err != nil {
		return nil, err
	}
	n := invocation{at: start + 1, fn: fn, args: args}
	if err := fn.check(n); err != nil || fn.prepare == nil {
		return n, err
	}
	prepared, wrong := fn.prepare(n)
	if wrong != nil {
		return nil, wrong
	}
	n.prepared = prepared
	return n, nil
}

// arguments reads up to and including the closing parenthesis.
func (p *parser) arguments(fn *function, depth int) ([]node, error) {
	var args []node
	p.space()
	if p.peek() == ')' {
		p.pos++
		return nil, nil
	}
	for {
		p.space()
		if p.pos >= len(p.text) || p.peek() == ',' || p.peek() == ')' {
			args = append(args, nil)
		} else {
			arg, err := p.argument(fn, len(args), depth)
			if err != nil {
				return nil, err
			}
			args = append(args, arg)
			p.space()
		}
		switch {
		case p.pos >= len(p.text):
			return nil, &ExpressionError{Function: fn.name, Argument: len(args), Position: p.pos + 1,
				Reason: "the expression ends before the closing parenthesis"}
		case p.peek() == ')':
			p.pos++
			return args, nil
		case p.peek() == ',':
			p.pos++
		default:
			return nil, &ExpressionError{Function: fn.name, Argument: len(args), Position: p.pos + 1,
				Reason: fmt.Sprintf("unexpected %q, want a comma or a closing parenthesis", p.peek())}
		}
	}
}

// argument reads one argument, which may be a comparison where the function takes a condition.
func (p *parser) argument(fn *function, index, depth int) (node, error) {
	left, err := p.value(depth)
	if err != nil {
		return nil, within(err, fn, index)
	}
	p.space()
	op, at := p.operator()
	if op == "" {
		return left, nil
	}
	if index >= len(fn.params) || fn.params[index].kind != condition {
		return nil, &ExpressionError{Function: fn.name, Argument: index + 1, Position: at,
			Reason: "a comparison (" + op + ") can only stand in " + inConditions}
	}
	p.space()
	right, err := p.value(depth)
	if err != nil {
		return nil, within(err, fn, index)
	}
	return comparison{left.position(), op, left, right}, nil
}

// within adds the function and argument to an error that does not name one yet.
func within(err error, fn *function, index int) error {
	if e, ok := errors.AsType[*ExpressionError](err); ok && e.Function == "" {
		e.Function, e.Argument = fn.name, index+1
	}
	return err
}

// operator reads a comparison operator and returns it with its position, "" when none stands here.
func (p *parser) operator() (string, int) {
	for _, op := range [...]string{"<>", "<=", ">=", "=", "<", ">"} {
		if strings.HasPrefix(string(p.text[p.pos:min(p.pos+2, len(p.text))]), op) {
			p.pos += len(op)
			return op, p.pos - len(op) + 1
		}
	}
	return "", 0
}
