package rehearsal

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The bounds of a file of known failures. The parser takes quadratic time for nested lists, so their depth has a bound too.
const (
	maxKnownFile = 1 << 20 // bytes
	maxNesting   = 64      // brackets not closed yet, or dashes that begin one line
)

// LoadKnownFailures reads a list of known failures in YAML. name is the file's name, for messages only.
//
//   - id: endpoint.sync.manager-clear
//     dialect: default            # optional
//     reason: ticket IAM-1234
//     owner: team-iam
//     expires: 2027-03-01
//
// The error is a [*UsageError] that begins with file:line:column.
func LoadKnownFailures(name string, data []byte) (*KnownFailures, error) {
	l := knownLoader{name: name}
	switch {
	case len(data) > maxKnownFile:
		return nil, usage("%s: more than %d bytes", name, maxKnownFile)
	case !utf8.Valid(data):
		return nil, usage("%s: not text in UTF-8", name)
	}
	if line := tooDeep(string(data)); line > 0 {
		return nil, usage("%s:%d:1: lists nested too deeply", name, line)
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		if at, ok := errors.AsType[yaml.Error](err); ok {
			return nil, l.fail(at.GetToken(), "%s", at.GetMessage())
		}
		return nil, usage("%s: %v", name, err)
	}
	known := &KnownFailures{name: name}
	for i, doc := range file.Docs {
		switch body := doc.Body.(type) {
		case nil, *ast.NullNode, *ast.CommentGroupNode:
		case *ast.SequenceNode:
			if i > 0 {
				return nil, l.fail(body.GetToken(), "a second document: put all entries into one list")
			}
			for _, value := range body.Values {
				entry, err := l.entry(value)
				if err != nil {
					return nil, err
				}
				known.entries = append(known.entries, entry)
			}
		default:
			return nil, l.fail(body.GetToken(), "expected a list of known failures, each beginning with \"- id: \"")
		}
	}
	return known, nil
}

type knownLoader struct{ name string }

func (l knownLoader) fail(at *token.Token, format string, args ...any) *UsageError {
	where := l.name
	if at != nil && at.Position != nil {
		where = fmt.Sprintf("%s:%d:%d", l.name, at.Position.Line, at.Position.Column)
	}
	return usage("%s: %s", where, fmt.Sprintf(format, args...))
}

func (l knownLoader) entry(node ast.Node) (KnownFailure, error) {
	var pairs []*ast.MappingValueNode
	switch node := node.(type) {
	case *ast.MappingNode:
		pairs = node.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{node}
	default:
		return KnownFailure{}, l.fail(tokenOf(node), "expected an entry with id, reason, owner and expires")
	}
	if len(pairs) == 0 {
		return KnownFailure{}, l.fail(tokenOf(node), "the entry is empty")
	}
	first := tokenOf(pairs[0].Key)
	var entry KnownFailure
	if first != nil && first.Position != nil {
		entry.Line = first.Position.Line
	}
	var expires string
	fields := map[string]*string{"id": &entry.ID, "dialect": &entry.Dialect, "reason": &entry.Reason, "owner": &entry.Owner, "expires": &expires}
	seen := make(map[string]bool)
	for _, pair := range pairs {
		key, ok := scalar(pair.Key)
		field := fields[key]
		if !ok || field == nil {
			return entry, l.fail(tokenOf(pair.Key), "unknown field %q: the fields are id, dialect, reason, owner and expires", key)
		}
		if seen[key] {
			return entry, l.fail(tokenOf(pair.Key), "%s stands twice in the entry", key)
		}
		seen[key] = true
		text, ok := scalar(pair.Value)
		if !ok {
			return entry, l.fail(tokenOf(pair.Value), "%s must be plain text", key)
		}
		*field = strings.TrimSpace(text)
		if key == "expires" && *field != "" {
			day, err := time.Parse(time.DateOnly, *field)
			if err != nil {
				return entry, l.fail(tokenOf(pair.Value), "expires %q is no date of the form YYYY-MM-DD", *field)
			}
			entry.Expires = day
		}
	}
	for _, key := range []string{"id", "reason", "owner", "expires"} {
		if *fields[key] == "" {
			return entry, l.fail(first, "the entry has no %s", key)
		}
	}
	return entry, nil
}

// scalar returns the text of a plain value. Anchors, aliases and tags are none.
func scalar(node ast.Node) (string, bool) {
	switch node := node.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		return node.Value.Value, true
	case nil, *ast.NullNode:
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return node.GetToken().Value, true
	default:
		return "", false
	}
}

func tokenOf(node ast.Node) *token.Token {
	if node == nil {
		return nil
	}
	return node.GetToken()
}

// tooDeep returns the line from which lists are nested deeper than any list of known failures can be, 0 if none is.
func tooDeep(text string) int {
	depth, number := 0, 0
	for line := range strings.Lines(text) {
		number++
		for _, c := range line {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(depth-1, 0)
			}
			if depth > maxNesting {
				return number
			}
		}
		dashes := 0
		for word := range strings.FieldsSeq(line) {
			if word != "-" && word != "?" {
				break
			}
			if dashes++; dashes > maxNesting {
				return number
			}
		}
	}
	return 0
}
