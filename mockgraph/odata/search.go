package odata

import (
	"strings"
	"unicode"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// searchParser parses the text of $search: clauses in double quotes joined by AND and OR, with parentheses. AND binds
// tighter and may be left out. Source: learn.microsoft.com/graph/search-query-parameter, directory objects.
type searchParser struct {
	text    string
	at      int
	depth   int
	clauses int
	schema  *Schema
}

// parseSearch returns the test of an item.
func parseSearch(text string, t *Schema) (predicate, error) {
	if len(text) > maxOptionLength {
		return nil, badRequest("$search", "Syntax error: the search text is longer than %d characters.", maxOptionLength)
	}
	p := &searchParser{text: text, schema: t}
	test, err := p.disjunction()
	if err != nil {
		return nil, err
	}
	if p.at < len(p.text) {
		return nil, p.unexpected(p.at)
	}
	return test, nil
}

// unexpected is the refusal of a character; the text has been seen for a clause without quotes. Positions count from 0.
func (p *searchParser) unexpected(at int) error {
	if at >= len(p.text) {
		return badRequest("$search", "Syntax error: unexpected end of the search text at position %d in '%s'.", at, excerpt(p.text))
	}
	return badRequest("$search", "Syntax error: character '%c' is not valid at position %d in '%s'.", []rune(p.text[at:])[0], at, excerpt(p.text))
}

func (p *searchParser) space() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
}

// word takes an operator when it is next.
func (p *searchParser) word(operator string) bool {
	p.space()
	rest := p.text[p.at:]
	if !strings.HasPrefix(rest, operator) || len(rest) > len(operator) && rest[len(operator)] != ' ' && rest[len(operator)] != '"' && rest[len(operator)] != '(' {
		return false
	}
	p.at += len(operator)
	p.space()
	return true
}

func (p *searchParser) disjunction() (predicate, error) {
	left, err := p.conjunction()
	for err == nil && p.word("OR") {
		var right predicate
		first := left
		right, err = p.conjunction()
		left = func(e *env) bool { return first(e) || right(e) }
	}
	return left, err
}

func (p *searchParser) conjunction() (predicate, error) {
	left, err := p.clause()
	for err == nil {
		joined := p.word("AND")
		if !joined && (p.at >= len(p.text) || p.text[p.at] != '"' && p.text[p.at] != '(') {
			break
		}
		var right predicate
		first := left
		right, err = p.clause()
		left = func(e *env) bool { return first(e) && right(e) }
	}
	return left, err
}

func (p *searchParser) clause() (predicate, error) {
	p.space()
	if p.clauses++; p.clauses > maxNodes {
		return nil, badRequest("$search", "Syntax error: the search text has more than %d clauses.", maxNodes)
	}
	switch {
	case p.at < len(p.text) && p.text[p.at] == '(':
		if p.depth++; p.depth > maxDepth {
			return nil, badRequest("$search", "Syntax error: the search text is nested more than %d deep.", maxDepth)
		}
		p.at++
		test, err := p.disjunction()
		if err != nil {
			return nil, err
		}
		p.space()
		if p.at >= len(p.text) || p.text[p.at] != ')' {
			return nil, p.unexpected(p.at)
		}
		p.at++
		p.depth--
		return test, nil
	case p.at < len(p.text) && p.text[p.at] == '"':
		return p.quoted()
	}
	// What an unquoted clause trips over is the colon behind its property.
	at := p.at
	for i := at; i < len(p.text) && (isWordByte(p.text[i]) || p.text[i] == ':'); i++ {
		if p.text[i] == ':' {
			at = i
			break
		}
	}
	return nil, p.unexpected(at)
}

// quoted parses "property:text". Quotes and backslashes inside are escaped with a backslash.
func (p *searchParser) quoted() (predicate, error) {
	start := p.at
	var content strings.Builder
	for i := p.at + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '\\' && i+1 < len(p.text) && (p.text[i+1] == '"' || p.text[i+1] == '\\'):
			i++
			content.WriteByte(p.text[i])
		case c == '"':
			p.at = i + 1
			return p.about(content.String(), start)
		default:
			content.WriteByte(c)
		}
	}
	return nil, p.unexpected(len(p.text))
}

func (p *searchParser) about(content string, at int) (predicate, error) {
	name, text, ok := strings.Cut(content, ":")
	if !ok {
		return nil, p.unexpected(at)
	}
	row, ok := p.schema.property(strings.TrimSpace(name))
	if !ok {
		return nil, unknownProperty(strings.TrimSpace(name))
	}
	if row.Search == directory.NotSearchable {
		return nil, unsupported(row.Name, "Unsupported or invalid query search clause specified for property '%s' of resource '%s'.", row.Name, p.schema.Resource)
	}
	return searched(p.schema.ofRecord(row), row, text), nil
}

// searched returns the test of one clause: display names and descriptions word by word, everything else as startsWith.
func searched(get getter, row *directory.Property, text string) predicate {
	if row.Search == directory.SearchTokens {
		words := tokens(text)
		return func(e *env) bool {
			s, _ := get(e).(string)
			return matchesWords(s, words)
		}
	}
	folded := fold(strings.TrimSpace(text))
	return func(e *env) (found bool) {
		switch v := get(e).(type) {
		case string:
			return hasPrefixFolded(v, folded)
		case []string:
			for _, s := range v {
				found = found || hasPrefixFolded(s, folded)
			}
		}
		return found
	}
}

// matchesWords says whether every searched word begins a word of the text. Words beside each other also count as one, so
// that onevideo finds "one-Video".
func matchesWords(text string, words []string) bool {
	have := tokens(text)
	for _, word := range words {
		if !beginsWord(have, word) {
			return false
		}
	}
	return len(words) > 0
}

func beginsWord(have []string, word string) bool {
	for i := range have {
		rest := word
		for _, each := range have[i:] {
			if strings.HasPrefix(each, rest) {
				return true
			}
			if !strings.HasPrefix(rest, each) {
				break
			}
			rest = rest[len(each):]
		}
	}
	return false
}

// tokens cuts text into folded words: at spaces and other signs, between letters and digits, and where a small letter is
// followed by a capital.
func tokens(text string) []string {
	var words []string
	start, last := -1, rune(0)
	flush := func(end int) {
		if start >= 0 && end > start {
			words = append(words, fold(text[start:end]))
		}
	}
	for i, c := range text {
		letter, digit := unicode.IsLetter(c) || unicode.IsMark(c), unicode.IsDigit(c)
		switch {
		case !letter && !digit:
			flush(i)
			start = -1
		case start < 0:
			start = i
		case digit != unicode.IsDigit(last), unicode.IsUpper(c) && unicode.IsLower(last):
			flush(i)
			start = i
		}
		last = c
	}
	flush(len(text))
	return words
}
