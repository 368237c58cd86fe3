package odata

import (
	"slices"
	"strings"
)

// Bounds of a filter. Graph's own are of the same order; what they are for is that a hostile filter is refused at once.
const (
	maxOptionLength = 16 << 10 // bytes of one query option
	maxDepth        = 32       // of parentheses, not and lambdas
	maxNodes        = 1024
)

var comparisons = []string{"eq", "ne", "gt", "ge", "lt", "le"}

// reserved are the words besides comparisons that no function is called, in whatever case: names of functions are compared without.
var reserved = []string{"and", "or", "not", "in", "true", "false", "null"}

// parser is a recursive-descent parser of boolean expressions of OData 4.01.
type parser struct {
	lexer  lexer
	token  token
	depth  int
	nodes  int
	upper  bool // operators in upper case are operators too
	failed error
}

// parseFilter parses the text of $filter. Upper-case NOT is taken, because Microsoft's own examples write it; upper-case
// AND, OR and comparisons only when anyCase is set.
func parseFilter(text string, anyCase bool) (expression, error) {
	if len(text) > maxOptionLength {
		return nil, malformed("Invalid filter clause: the filter is longer than %d characters.", maxOptionLength)
	}
	p := &parser{lexer: lexer{text: text}, upper: anyCase}
	p.advance()
	e := p.disjunction()
	if p.failed == nil && p.token.kind != endToken {
		p.fail()
	}
	if p.failed != nil {
		return nil, p.failed
	}
	return e, nil
}

func (p *parser) advance() { p.token = p.lexer.next() }

// fail notes that the current token cannot stand where it stands. The first failure counts; the parser runs to the end of
// its rules with an end token.
func (p *parser) fail() {
	if p.failed == nil {
		p.failed = syntaxError(p.token.at, p.lexer.text)
	}
	p.token = token{kind: endToken, at: len(p.lexer.text)}
	p.lexer.at = len(p.lexer.text)
}

func (p *parser) failWith(err error) {
	if p.failed == nil {
		p.failed = err
	}
	p.fail()
}

// deeper opens a level and says whether the bounds allow it.
func (p *parser) deeper() bool {
	p.depth++
	p.nodes++
	if p.depth > maxDepth || p.nodes > maxNodes {
		p.failWith(malformed("Invalid filter clause: the filter is nested more than %d deep or has more than %d parts.", maxDepth, maxNodes))
		return false
	}
	return true
}

func (p *parser) is(word string) bool {
	if p.token.kind != wordToken {
		return false
	}
	return p.token.text == word || (p.upper || word == "not") && p.token.text == strings.ToUpper(word)
}

func (p *parser) sign(c string) bool { return p.token.kind == signToken && p.token.text == c }

func (p *parser) expect(c string) {
	if !p.sign(c) {
		p.fail()
		return
	}
	p.advance()
}

func (p *parser) disjunction() expression { return p.chain("or", p.conjunction) }
func (p *parser) conjunction() expression { return p.chain("and", p.boolean) }

func (p *parser) chain(word string, operand func() expression) expression {
	n := &logical{at: p.token.at, or: word == "or"}
	n.operands = append(n.operands, operand())
	for p.is(word) && p.failed == nil {
		p.advance()
		n.operands = append(n.operands, operand())
	}
	if len(n.operands) == 1 {
		return n.operands[0]
	}
	return n
}

// boolean parses one operand of a chain of and, or of or. The operand of not reaches as far as a comparison does, as Graph's clients write
// it (not startsWith(…), not (…), not a eq b).
func (p *parser) boolean() expression {
	defer func() { p.depth-- }()
	if !p.deeper() {
		return &literal{}
	}
	at := p.token.at
	if p.is("not") {
		p.advance()
		return &negation{at: at, operand: p.boolean()}
	}
	if p.sign("(") {
		p.advance()
		inner := p.disjunction()
		p.expect(")")
		return p.relation(inner)
	}
	return p.relation(p.operand())
}

// relation parses what may follow an operand: a comparison or a list of values.
func (p *parser) relation(left expression) expression {
	if p.token.kind != wordToken {
		return left
	}
	word := p.token.text
	if p.upper {
		word = strings.ToLower(word)
	}
	at := p.token.at
	switch {
	case slices.Contains(comparisons, word):
		p.advance()
		return &comparison{at: at, operator: word, left: left, right: p.enclosedOperand()}
	case word == "in":
		p.advance()
		return &membership{at: at, left: left, values: p.list()}
	}
	return left
}

func (p *parser) enclosedOperand() expression {
	if !p.sign("(") {
		return p.operand()
	}
	defer func() { p.depth-- }()
	if !p.deeper() {
		return &literal{}
	}
	p.advance()
	n := p.enclosedOperand()
	p.expect(")")
	return n
}

func (p *parser) list() []*literal {
	p.expect("(")
	var values []*literal
	for p.failed == nil {
		value, ok := p.operand().(*literal)
		if !ok {
			p.fail()
			break
		}
		values = append(values, value)
		if !p.sign(",") {
			break
		}
		p.advance()
	}
	p.expect(")")
	return values
}

func (p *parser) operand() expression {
	p.nodes++
	if p.nodes > maxNodes {
		p.failWith(malformed("Invalid filter clause: the filter has more than %d parts.", maxNodes))
	}
	t := p.token
	switch t.kind {
	case stringToken, guidToken, dateToken, numberToken:
		p.advance()
		return &literal{at: t.at, kind: t.kind, text: t.text, when: t.when}
	case wordToken:
		if slices.Contains(comparisons, t.text) || t.text == "and" || t.text == "or" || t.text == "in" {
			p.fail()
			return &literal{}
		}
		p.advance()
		switch t.text {
		case "true", "false", "null":
			return &literal{at: t.at, kind: wordToken, text: t.text}
		}
		if p.sign("(") {
			return p.call(t)
		}
		return p.path(t)
	default:
		p.fail()
		return &literal{}
	}
}

func (p *parser) call(name token) expression {
	defer func() { p.depth-- }()
	n := &call{at: name.at, name: strings.ToLower(name.text)}
	if slices.Contains(comparisons, n.name) || slices.Contains(reserved, n.name) {
		p.token = name
		p.fail()
		return n
	}
	if !p.deeper() {
		return n
	}
	p.advance()
	for !p.sign(")") && p.failed == nil {
		n.arguments = append(n.arguments, p.disjunction())
		if !p.sign(",") {
			break
		}
		p.advance()
		if p.sign(")") {
			p.fail()
		}
	}
	p.expect(")")
	return n
}

// path parses the rest of a path: segments, $count, or a lambda at its end.
func (p *parser) path(first token) expression {
	n := &path{at: first.at, segments: []string{first.text}}
	if strings.HasPrefix(first.text, "$") {
		p.token = first
		p.fail()
	}
	for p.sign("/") && p.failed == nil {
		p.advance()
		t := p.token
		if t.kind != wordToken || n.count {
			p.fail()
			break
		}
		p.advance()
		if t.text == "$count" {
			n.count = true
			continue
		}
		if p.sign("(") {
			return p.lambda(n, t)
		}
		n.segments = append(n.segments, t.text)
	}
	return n
}

func (p *parser) lambda(over *path, word token) expression {
	n := &lambda{at: word.at, path: over, all: word.text == "all"}
	if word.text != "any" && word.text != "all" || over.count {
		p.token = word
		p.fail()
		return n
	}
	defer func() { p.depth-- }()
	if !p.deeper() {
		return n
	}
	p.advance()
	if p.sign(")") && !n.all {
		p.advance()
		return n
	}
	if p.token.kind != wordToken || strings.ContainsAny(p.token.text, "$.@") {
		p.fail()
		return n
	}
	n.variable = p.token.text
	p.advance()
	p.expect(":")
	n.body = p.disjunction()
	p.expect(")")
	return n
}
