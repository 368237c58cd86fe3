package synchronization_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

func TestSecretKeysAreThoseOfGraph(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"BaseAddress": true, "secrettoken": true, "SyncNotificationSettings": true, "Colour": false, "": false} {
		if got := synchronization.IsSecretKey(key); got != want {
			t.Errorf("%q: %v, want %v", key, got, want)
		}
	}
}

func TestRefusalsAreFoundBehindOtherErrors(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("start job: %w", synchronization.Refuse(synchronization.NotFound, "JobNotFound", "no job %s", "x"))
	var refused *synchronization.Refusal
	if !errors.As(err, &refused) || refused.Reason != synchronization.NotFound || refused.Error() != "JobNotFound: no job x" {
		t.Errorf("found %+v", refused)
	}
}

func TestRequestsAndAnswersHaveGraphsMembers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value any
		want  string
	}{
		"template": {synchronization.Template{ID: "scim"}, `{"id":"scim","applicationId":"","default":false,"description":null,"discoverable":false,"factoryTag":"","metadata":[]}`},
		"secret":   {synchronization.Secret{Key: "SyncAll"}, `{"key":"SyncAll","value":null}`},
		"operator": {
			synchronization.FilterOperator{ID: "EQUALS", Name: "EQUALS", Arity: synchronization.Binary, MultivaluedComparisonType: "Any"},
			`{"id":"EQUALS","name":"EQUALS","arity":"Binary","multivaluedComparisonType":"Any","supportedAttributeTypes":[]}`,
		},
		"function": {synchronization.FunctionSchema{Name: "Not"}, `{"name":"Not","parameters":[]}`},
		"parsed": {
			synchronization.ExpressionResponse{ParsingSucceeded: true},
			`{"error":null,"evaluationResult":[],"evaluationSucceeded":false,"parsedExpression":null,"parsingSucceeded":true}`,
		},
	} {
		got, err := json.Marshal(test.value)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %s (%v), want %s", name, got, err, test.want)
		}
	}
}
