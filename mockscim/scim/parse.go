package scim

import (
	"fmt"
	"unicode/utf8"
)

// ParseFilter parses a filter of RFC 7644 §3.4.2.2. Operators and keywords may stand in any case, spaces may be doubled; "and"
// binds tighter than "or". Literals are JSON: strings in double quotes, numbers, true, false, null.
//
// One form beyond the RFC's grammar is read because Entra sends it: `emails[type eq "work"].value eq "a@b"` becomes the
// [ValuePath] `emails[type eq "work" and value eq "a@b"]`, which means the same.
//
// The error is a [*SyntaxError]. Text is bounded by [MaxExpression], nesting by [MaxDepth].
func ParseFilter(s string) (Expr, error) {
	p := parser{input: s}
	if err := p.begin(); err != nil {
		return nil, err
	}
	e, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.pos < len(p.input) {
		return nil, p.expected(`"and", "or" or the end`)
	}
	return e, nil
}

// ParsePath parses the path of a PATCH operation (RFC 7644 §3.5.2): `name.givenName`, `members`, `urn:…:User:department`,
// `emails[type eq "work"].value`. The error is a [*SyntaxError]; the bounds are those of [ParseFilter].
func ParsePath(s string) (Path, error) {
	p := parser{input: s}
	if err := p.begin(); err != nil {
		return Path{}, err
	}
	p.space()
	attribute, err := p.attributePath()
	if err != nil {
		return Path{}, err
	}
	path := Path{AttributePath: attribute}
	if p.peek() == '[' {
		if path.Filter, err = p.brackets(0); err != nil {
			return Path{}, err
		}
		if p.peek() == '.' {
			p.pos++
			if path.FilterSub, err = p.name("a sub-attribute name"); err != nil {
				return Path{}, err
			}
		}
	}
	if p.space(); p.pos < len(p.input) {
		return Path{}, p.expected("the end of the path")
	}
	return path, nil
}

// parser is a recursive descent over the bytes of input.
type parser struct {
	input    string
	pos      int
	inFilter bool // between brackets, where RFC 7644 allows no further brackets
}

func (p *parser) begin() error {
	if len(p.input) > MaxExpression {
		return &SyntaxError{Input: p.input, Offset: MaxExpression,
			Expected: fmt.Sprintf("at most %d bytes", MaxExpression), Found: fmt.Sprintf("%d bytes", len(p.input))}
	}
	for i, r := range p.input {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(p.input[i:]); n == 1 {
				return &SyntaxError{Input: p.input, Offset: i, Expected: "UTF-8", Found: fmt.Sprintf("byte 0x%02x", p.input[i])}
			}
		}
	}
	return nil
}

func (p *parser) or(depth int) (Expr, error) {
	return p.chain(depth, "or", false, (*parser).and)
}

func (p *parser) and(depth int) (Expr, error) {
	return p.chain(depth, "and", true, (*parser).factor)
}

// chain reads operand {keyword operand} and joins to the left.
func (p *parser) chain(depth int, keyword string, and bool, operand func(*parser, int) (Expr, error)) (Expr, error) {
	left, err := operand(p, depth)
	if err != nil {
		return nil, err
	}
	for p.keyword(keyword) {
		right, err := operand(p, depth)
		if err != nil {
			return nil, err
		}
		left = Logical{And: and, Left: left, Right: right}
	}
	return left, nil
}

// factor reads a parenthesis, a negation, a value path or a comparison.
func (p *parser) factor(depth int) (Expr, error) {
	p.space()
	if depth > MaxDepth {
		return nil, p.expected(fmt.Sprintf("at most %d levels of parentheses", MaxDepth))
	}
	if p.peek() == '(' {
		return p.parentheses(depth)
	}
	if p.negation() {
		e, err := p.parentheses(depth)
		if err != nil {
			return nil, err
		}
		return Not{Expr: e}, nil
	}
	path, err := p.attributePath()
	if err != nil {
		return nil, err
	}
	if p.peek() != '[' {
		return p.comparison(path)
	}
	if p.inFilter {
		return nil, p.expected("a comparison operator (brackets do not nest)")
	}
	filter, err := p.brackets(depth)
	if err != nil {
		return nil, err
	}
	if p.peek() != '.' {
		return ValuePath{Path: path, Filter: filter}, nil
	}
	p.pos++
	sub, err := p.name("a sub-attribute name")
	if err != nil {
		return nil, err
	}
	compared, err := p.comparison(AttributePath{Name: sub})
	if err != nil {
		return nil, err
	}
	return ValuePath{Path: path, Filter: Logical{And: true, Left: filter, Right: compared}}, nil
}

func (p *parser) parentheses(depth int) (Expr, error) {
	p.pos++ // "("
	e, err := p.or(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.space(); p.peek() != ')' {
		return nil, p.expected(`"and", "or" or ")"`)
	}
	p.pos++
	return e, nil
}

func (p *parser) brackets(depth int) (Expr, error) {
	p.pos++ // "["
	p.inFilter = true
	defer func() { p.inFilter = false }()
	e, err := p.or(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.space(); p.peek() != ']' {
		return nil, p.expected(`"and", "or" or "]"`)
	}
	p.pos++
	return e, nil
}

// comparison reads the operator and the literal behind a path.
func (p *parser) comparison(path AttributePath) (Expr, error) {
	start := p.pos
	p.space()
	word := p.word()
	if p.pos == start || word == "" {
		return nil, p.expected("a space and " + operatorList)
	}
	if equalFold(word, "pr") {
		p.pos += len(word)
		return Present{Path: path}, nil
	}
	op, ok := operatorOf(word)
	if !ok {
		return nil, p.expected(operatorList)
	}
	p.pos += len(word)
	before := p.pos
	if p.space(); p.pos == before {
		return nil, p.expected("a space and a value")
	}
	value, err := p.literal()
	if err != nil {
		return nil, err
	}
	return Comparison{Path: path, Op: op, Value: value}, nil
}

const operatorList = "an operator (eq, ne, co, sw, ew, gt, ge, lt, le, pr)"

func operatorOf(word string) (Operator, bool) {
	for _, op := range [...]Operator{Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le} {
		if equalFold(word, string(op)) {
			return op, true
		}
	}
	return "", false
}
