package mapping

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// The request and the response of learn.microsoft.com/graph/api/synchronization-synchronizationschema-parseexpression.
func TestTryAnswersAsGraphsParseExpression(t *testing.T) {
	t.Parallel()
	var request synchronization.ExpressionRequest
	if err := json.Unmarshal([]byte(`{"expression":"Replace([preferredLanguage], \"-\", , , \"_\", ,  )","targetAttributeDefinition":null,
		"testInputObject":{"definition":null,"properties":[{"key":"objectId","value":"66E4A8CC"},{"key":"preferredLanguage","value":"EN-US"},
		{"key":"appRoleAssignments","value@odata.type":"#Collection(String)","value":["Default Assignment"]}]}}`), &request); err != nil {
		t.Fatal(err)
	}
	got := encoded(t, Environment{}.Try(request))
	want := `{"error":null,"evaluationSucceeded":true,"evaluationResult":["EN_US"],"parsingSucceeded":true,
		"parsedExpression":{"expression":"Replace([preferredLanguage], \"-\", , , \"_\", , )","name":"Replace","type":"Function","parameters":[
		{"key":"source","value":{"expression":"[preferredLanguage]","name":"preferredLanguage","parameters":[],"type":"Attribute"}},
		{"key":"Find","value":{"expression":"\"-\"","name":"-","parameters":[],"type":"Constant"}},
		{"key":"Replacement","value":{"expression":"\"_\"","name":"_","parameters":[],"type":"Constant"}}]}}`
	if !reflect.DeepEqual(generic(t, got), generic(t, []byte(want))) {
		t.Errorf("got %s", got)
	}
}

func TestTrySaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	with := func(key, value string) *synchronization.ExpressionInput {
		return &synchronization.ExpressionInput{Properties: []synchronization.Keyed{{Key: key, Value: json.RawMessage(value)}}}
	}
	for _, tt := range []struct {
		expression        string
		input             *synchronization.ExpressionInput
		parsed, evaluated bool
		result            []string
		code, message     string
	}{
		{expression: `[a]`, parsed: true},
		{expression: `[a]`, input: with("a", `null`), parsed: true, evaluated: true},
		{expression: `[a]`, input: with("a", `12`), parsed: true, evaluated: true, result: []string{"12"}},
		{expression: `[a]`, input: with("a", `true`), parsed: true, evaluated: true, result: []string{"True"}},
		{expression: `[a]`, input: with("a", `["x","y"]`), parsed: true, evaluated: true, result: []string{"x", "y"}},
		{expression: `AppRoleAssignmentsComplex([appRoleAssignments])`, input: with("appRoleAssignments", `["x","y"]`), parsed: true, evaluated: true, result: []string{"x", "y"}},
		{expression: `Left("a"`, code: CodeParseFailed, message: "before the closing parenthesis"},
		{expression: `Left("a", [a])`, input: with("a", `"b"`), parsed: true, code: CodeEvaluateFailed, message: `needs a whole number, got "b"`},
		{expression: `[a]`, input: with("a", `{}`), parsed: true, code: CodeEvaluateFailed, message: `read property "a" of the test object`},
	} {
		got := Environment{}.Try(synchronization.ExpressionRequest{Expression: tt.expression, TestInputObject: tt.input})
		if got.ParsingSucceeded != tt.parsed || (got.ParsedExpression != nil) != tt.parsed || got.EvaluationSucceeded != tt.evaluated || !reflect.DeepEqual([]string(got.EvaluationResult), tt.result) {
			t.Errorf("%s: got %+v", tt.expression, got)
		}
		if (got.Error != nil) != (tt.code != "") || got.Error != nil && (got.Error.Code != tt.code || !strings.Contains(got.Error.Message, tt.message)) {
			t.Errorf("%s: got %+v", tt.expression, got.Error)
		}
	}
}

// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-functions.
func TestFunctionSchemasAreGraphs(t *testing.T) {
	t.Parallel()
	byName := map[string]synchronization.FunctionSchema{}
	for _, f := range FunctionSchemas() {
		byName[f.Name] = f
	}
	if len(byName) != len(Functions()) {
		t.Errorf("%d functions", len(byName))
	}
	for name, want := range map[string]string{
		"Append":            `[{"name":"source","type":"String","required":true,"allowMultipleOccurrences":false},{"name":"suffix","type":"String","required":true,"allowMultipleOccurrences":false}]`,
		"DefaultDomain":     `[]`,
		"Join":              `[{"name":"separator","type":"String","required":true,"allowMultipleOccurrences":false},{"name":"source","type":"String","required":true,"allowMultipleOccurrences":true}]`,
		"Mid":               `[{"name":"source","type":"String","required":true,"allowMultipleOccurrences":false},{"name":"start","type":"Integer","required":true,"allowMultipleOccurrences":false},{"name":"length","type":"Integer","required":true,"allowMultipleOccurrences":false}]`,
		"Switch":            `[{"name":"source","type":"String","required":true,"allowMultipleOccurrences":false},{"name":"defaultValue","type":"String","required":false,"allowMultipleOccurrences":false},{"name":"key","type":"String","required":true,"allowMultipleOccurrences":true},{"name":"value","type":"String","required":true,"allowMultipleOccurrences":true}]`,
		"SelectUniqueValue": `[{"name":"uniqueValueRule","type":"String","required":true,"allowMultipleOccurrences":true}]`,
	} {
		if got := string(encoded(t, byName[name].Parameters)); got != want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestARedactedValueFlowsAndIsMarked(t *testing.T) {
	t.Parallel()
	c, err := Compile(rows(
		synchronization.AttributeMapping{TargetAttributeName: "nickName", Source: source(`Append(Redact([department]), "!")`)},
		synchronization.AttributeMapping{TargetAttributeName: "title", Source: source(`[department]`)}))
	if err != nil {
		t.Fatal(err)
	}
	flows, err := c.Evaluate(ada)
	if err != nil || flows[1].Value != "R&D!" || !flows[1].Redacted || flows[2].Redacted {
		t.Errorf("got %+v, %v", flows, err)
	}
}
