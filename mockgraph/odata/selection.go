package odata

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// selection is what of each item is shown.
type selection struct {
	names     []string // canonical, in the order asked for; nil when nothing was selected
	rows      []bool   // by row of the schema
	relations []string // navigation properties that were selected; only delta shows them
}

// expansion is one expanded relation.
type expansion struct {
	name   string
	single bool
	levels int // of manager: how many, -1 for all
	nested *selection
	via    navigation
	// columns are those of nested, for every type of related object
	columns columns
	hidden  func(Record) bool // items whose related objects the caller may not see; nil for none
}

const (
	maxSelected = 512
	allLevels   = -1
	// maxExpanded bounds how many related objects are shown in an item.
	// Source: learn.microsoft.com/graph/query-parameters, expand.
	maxExpanded = 20
	// maxLevels bounds a chain of managers, which may be a circle.
	maxLevels = 1000
)

// parseSelect checks the text of $select.
func (s *settings) parseSelect(text string, t *Schema) (*selection, error) {
	if len(text) > maxOptionLength {
		return nil, malformed("Parsing OData Select and Expand failed: the text is longer than %d characters.", maxOptionLength)
	}
	chosen := &selection{rows: make([]bool, len(t.rows)), names: []string{}}
	for at, name := range pieces(text, ',') {
		name = strings.TrimSpace(name)
		switch {
		case name == "" && strings.TrimSpace(text[at:]) == "": // a comma at the end
			continue
		case name == "" || len(chosen.names) == maxSelected:
			return nil, malformed("Parsing OData Select and Expand failed: Term '%s' is not valid in a $select or $expand expression.", excerpt(text))
		case name == "*":
			if !s.selectAll {
				return nil, unsupportedQuery()
			}
			for i := range t.rows {
				chosen.rows[i] = t.rows[i].Name != signInActivity // which needs a permission of its own
			}
			chosen.names = append(chosen.names, "*")
			continue
		}
		if err := s.selectOne(chosen, name, t); err != nil {
			return nil, err
		}
	}
	if len(chosen.names)+len(chosen.relations) == 0 {
		return nil, malformed("The value for OData query '$select' cannot be empty.")
	}
	return chosen, nil
}

func (s *settings) selectOne(chosen *selection, name string, t *Schema) error {
	head, rest, nested := strings.Cut(name, "/")
	if row, ok := t.property(head); ok && (!s.exactCase || row.Name == head) {
		if nested && !slices.ContainsFunc(row.Fields, func(f directory.Property) bool { return strings.EqualFold(f.Name, rest) }) {
			return unknownMember("Select and Expand", rest, t)
		}
		if i := t.byName[strings.ToLower(head)]; !chosen.rows[i] {
			chosen.rows[i] = true
			chosen.names = append(chosen.names, row.Name)
		}
		return nil
	}
	if relation, ok := t.navigation(head); ok && !nested {
		chosen.relations = append(chosen.relations, relation) // does nothing but in delta
		return nil
	}
	return unknownProperty(name)
}

// parseExpand checks the text of $expand: one relation, with $select and $levels in parentheses.
// Source: learn.microsoft.com/graph/query-parameters, expand; learn.microsoft.com/graph/api/user-list-manager.
func (s *settings) parseExpand(text string, t *Schema, m mode) (*expansion, error) {
	if len(text) > maxOptionLength {
		return nil, malformed("Parsing OData Select and Expand failed: the text is longer than %d characters.", maxOptionLength)
	}
	var terms []string
	for _, term := range pieces(text, ',') {
		terms = append(terms, strings.TrimSpace(term))
		if len(terms) > 1 {
			return nil, badRequest("$expand", "Only one navigation property can be expanded in a request.")
		}
	}
	name, options := terms[0], ""
	if open := strings.IndexByte(name, '('); open >= 0 {
		if !strings.HasSuffix(name, ")") {
			return nil, malformed("Parsing OData Select and Expand failed: Term '%s' is not valid in a $select or $expand expression.", excerpt(text))
		}
		name, options = strings.TrimSpace(name[:open]), name[open+1:len(name)-1]
	}
	canonicalName, ok := t.navigation(name)
	if !ok {
		return nil, unknownMember("Select and Expand", name, t)
	}
	relation, listed := navigations()[canonicalName]
	switch {
	case !listed && strings.HasPrefix(canonicalName, "photo"):
		return nil, refusal(CodeExpandNotSupported, name, "Expand is not allowed for property '%s' according to the entity schema.", canonicalName)
	case !listed:
		return nil, refusal(CodeNotImplemented, name, "Expanding '%s' is not implemented.", canonicalName)
	}
	x := &expansion{name: canonicalName, single: relation.single, via: relation}
	if err := s.expandOptions(x, options); err != nil {
		return nil, err
	}
	if x.levels != 0 && !m.advanced() {
		return nil, unsupportedQuery() // $levels needs both halves of an advanced query
	}
	if x.levels == 0 && m.advanced() {
		return nil, unsupported("$expand", textUnsupported) // and nothing else may be expanded in one
	}
	return x, nil
}

func (s *settings) expandOptions(x *expansion, text string) error {
	for _, option := range pieces(text, ';') {
		option = strings.TrimSpace(option)
		if option == "" {
			continue
		}
		name, value, _ := strings.Cut(option, "=")
		switch strings.ToLower(strings.TrimPrefix(strings.TrimSpace(name), "$")) {
		case "select":
			nested, err := s.parseSelect(value, s.schemas[""])
			if err != nil {
				return err
			}
			x.nested = nested
		case "levels":
			n, err := strconv.Atoi(value)
			switch {
			case x.name != "manager":
				return unsupported("$expand", "The query option '$levels' is only supported for 'manager'.")
			case strings.EqualFold(value, "max"):
				x.levels = allLevels
			case err != nil || n < 1 || n > maxLevels:
				return malformed("Parsing OData Select and Expand failed: '%s' is not a valid value of $levels.", excerpt(value))
			default:
				x.levels = n
			}
		default:
			return unsupported("$expand", "The query option '%s' is not supported inside $expand.", excerpt(strings.TrimSpace(name)))
		}
	}
	return nil
}

// pieces yields the parts of text between separators that stand outside parentheses and quotes, with where they begin.
func pieces(text string, separator byte) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		start, depth, quoted := 0, 0, false
		for i := range len(text) {
			switch c := text[i]; {
			case c == '\'':
				quoted = !quoted
			case quoted:
			case c == '(':
				depth++
			case c == ')':
				depth--
			case c == separator && depth == 0:
				if !yield(start, text[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(start, text[start:])
	}
}
