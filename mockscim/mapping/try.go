package mapping

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Codes of the errors [Environment.Try] answers with. Graph's own are not documented.
const (
	CodeParseFailed    = "AttributeMappingExpressionParseFailed"
	CodeEvaluateFailed = "AttributeMappingExpressionEvaluationFailed"
)

// Try parses an expression and, when there is a test object, evaluates it, as Graph's parseExpression does. What is wrong is said in the
// response.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-parseexpression.
func (env Environment) Try(r synchronization.ExpressionRequest) synchronization.ExpressionResponse {
	var out synchronization.ExpressionResponse
	e, err := Parse(r.Expression)
	if err != nil {
		out.Error = publicError(CodeParseFailed, err)
		return out
	}
	tree := e.Source()
	out.ParsingSucceeded, out.ParsedExpression = true, &tree
	if r.TestInputObject == nil {
		return out
	}
	src, err := testObject(r.TestInputObject.Properties)
	if err != nil {
		out.Error = publicError(CodeEvaluateFailed, err)
		return out
	}
	v, err := env.Evaluate(e, src)
	if err != nil {
		out.Error = publicError(CodeEvaluateFailed, err)
		return out
	}
	out.EvaluationSucceeded, out.EvaluationResult = true, resultTexts(v)
	return out
}

func publicError(code string, err error) *synchronization.PublicError {
	out := &synchronization.PublicError{Code: code, Message: err.Error()}
	if e, ok := errors.AsType[*ExpressionError](err); ok {
		out.Target = synchronization.Text(e.Function)
	}
	return out
}

// resultTexts is a value as Graph lists it: none for null, one for a single value.
func resultTexts(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []string:
		return v
	case Roles:
		texts := make([]string, len(v.Roles))
		for i, role := range v.Roles {
			texts[i] = role.Text()
		}
		return texts
	}
	s, _ := textOf(v)
	return []string{s}
}

// testObject reads the properties of a test object: texts, truth values, whole numbers, and lists of texts. appRoleAssignments are a
// list of the roles' names.
func testObject(properties []synchronization.Keyed) (Attributes, error) {
	src := make(Attributes, len(properties))
	for _, p := range properties {
		v, err := testValue(p.Value)
		if err != nil {
			return nil, fmt.Errorf("read property %.60q of the test object: %w", p.Key, err)
		}
		if names, ok := v.([]string); ok && p.Key == "appRoleAssignments" {
			roles := make([]Role, len(names))
			for i, name := range names {
				roles[i] = Role{Value: name, DisplayName: name}
			}
			v = roles
		}
		src[p.Key] = v
	}
	return src, nil
}

func testValue(raw json.RawMessage) (any, error) {
	if len(raw) == 0 {
		return null, nil
	}
	var list []string
	if err := json.Unmarshal(raw, &list); err == nil {
		if list == nil { // JSON's null
			return null, nil
		}
		return list, nil
	}
	var number json.Number
	if err := json.Unmarshal(raw, &number); err == nil && raw[0] != '"' {
		return number.String(), nil
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, err
	}
	switch v.(type) {
	case string, bool:
		return v, nil
	}
	return nil, errors.New("it is neither a text, a truth value, a number nor a list of texts")
}
