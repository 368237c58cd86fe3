package mockscim_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// A schema that cannot be run is refused on save, over HTTP, with what is wrong and where; the job keeps the old one and goes on with it.
func TestABadSchemaIsRefusedOnSaveAndTheOldOneKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	before := string(s.graph("GET", s.job+"/schema", "").want(200).body)
	row := func(m map[string]any, i int) map[string]any {
		rows, _ := m["attributeMappings"].([]any)
		r, _ := rows[i].(map[string]any)
		return r
	}
	for title, tt := range map[string]struct {
		spoil func(users map[string]any)
		says  []string
	}{
		"an unknown target attribute": {
			func(m map[string]any) { row(m, 2)["targetAttributeName"] = "dispalyName" },
			[]string{"attributeMappings[2].targetAttributeName", `no attribute "dispalyName"`, "did you mean displayName?"},
		},
		"an unknown source attribute": {
			func(m map[string]any) {
				row(m, 2)["source"] = map[string]any{"expression": "[displayNam]", "name": "displayNam", "type": "Attribute", "parameters": []any{}}
			},
			[]string{"attributeMappings[2].source", `no attribute "displayNam"`, "did you mean displayName?"},
		},
		"a broken expression": {
			func(m map[string]any) {
				row(m, 2)["source"] = map[string]any{"expression": "Append([displayName], ", "name": "Append", "type": "Function"}
			},
			[]string{"attributeMappings[2].source", "character 23, Append argument 2", "ends before the closing parenthesis"},
		},
		"an unknown function": {
			func(m map[string]any) {
				row(m, 2)["source"] = map[string]any{"expression": "ToUper([displayName])", "name": "ToUper", "type": "Function"}
			},
			[]string{"attributeMappings[2].source", "did you mean ToUpper?"},
		},
		"no matching attribute": {
			func(m map[string]any) { row(m, 0)["matchingPriority"] = 0 },
			[]string{"objectMappings[0].attributeMappings: no row has a matching priority above 0"},
		},
		"a bad operator": {
			func(m map[string]any) {
				m["scope"] = map[string]any{"groups": []any{map[string]any{"name": "g", "clauses": []any{map[string]any{
					"operatorName": "EQUAL", "sourceOperandName": "department", "targetOperand": map[string]any{"values": []any{"x"}},
				}}}}}
			},
			[]string{"scope.groups[0].clauses[0].operatorName", `no operator "EQUAL"`, "did you mean EQUALS?"},
		},
		"a flow type that is none": {
			func(m map[string]any) { row(m, 2)["flowType"] = "ValueRemoveOnly" },
			[]string{"attributeMappings[2].flowType", `unknown flow type "ValueRemoveOnly"`},
		},
	} {
		var schema map[string]any
		if err := json.Unmarshal([]byte(before), &schema); err != nil {
			t.Fatal(err)
		}
		rules, _ := schema["synchronizationRules"].([]any)
		rule, _ := rules[0].(map[string]any)
		mappings, _ := rule["objectMappings"].([]any)
		users, _ := mappings[0].(map[string]any)
		tt.spoil(users)
		body, err := json.Marshal(schema)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(title)
		s.graph("PUT", s.job+"/schema", string(body)).refused(400, "InvalidSchema", append(tt.says, "synchronizationRules[0].objectMappings[0]")...)
		if after := string(s.graph("GET", s.job+"/schema", "").want(200).body); after != before {
			t.Fatalf("%s: the schema is no longer what it was", title)
		}
	}
	for title, body := range map[string]string{
		"no JSON": "not a schema", "cut off": before[:len(before)/2], "a list": "[]", "rules that are text": `{"synchronizationRules":"USER_OUTBOUND_USER"}`,
		"null": "null", "nothing": "{}", "too deep": strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000),
	} {
		if a := s.graph("PUT", s.job+"/schema", body); a.status != 400 || len(a.str("error.message")) < 10 {
			t.Errorf("%s: %d %s", title, a.status, a.body)
		}
	}
	if after := string(s.graph("GET", s.job+"/schema", "").want(200).body); after != before {
		t.Fatal("the schema is no longer what it was")
	}
	s.graph("POST", s.job+"/start", "").want(204)
	s.hire("Ada")
	s.pass("41m")
	if s.at("ada") == nil {
		t.Fatal("the job does not run with its old schema")
	}
}
