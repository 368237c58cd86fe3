package synchronization_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

func TestGivenMembersThatAreNotKnownThenTheyAreKeptWhereTheyStand(t *testing.T) {
	const in = `{"id":"s","future":{"a":[1,2]},"synchronizationRules":[{"name":"r","newer":true,"objectMappings":[{"name":"m","isTargetFilterEnabled":false,
		"scope":{"x":1,"groups":[{"name":"g","y":"2","clauses":[{"operatorName":"EQUALS","z":null,"targetOperand":{"values":["<a>"],"w":[]}}]}]},
		"attributeMappings":[{"targetAttributeName":"t","v":1.50,"source":{"name":"n","u":"","parameters":[{"key":"k","q":{},"value":{"name":"p","o":0}}]}}]}]}],
		"directories":[{"name":"d","k":1,"objects":[{"name":"o","j":1,"attributes":[{"name":"a","i":1,"referencedObjects":[{"referencedObjectName":"b","h":1}]}]}]}]}`
	s, err := synchronization.ReadSchema([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(nil, missing(generic(t, []byte(in)), generic(t, out), "")); diff != "" {
		t.Errorf("not written again: %s", diff)
	}
	if !strings.Contains(string(out), `"v":1.50`) {
		t.Error("a number was written in another way")
	}
	again, err := synchronization.ReadSchema(out)
	if err != nil {
		t.Fatal(err)
	}
	if twice, _ := json.Marshal(again); string(twice) != string(out) {
		t.Errorf("the second export differs: %s", cmp.Diff(string(out), string(twice)))
	}
}

// missing lists the places of want that got has not, or otherwise.
func missing(want, got any, place string) (places any) {
	var list []string
	var walk func(want, got any, place string)
	walk = func(want, got any, place string) {
		switch want := want.(type) {
		case map[string]any:
			object, _ := got.(map[string]any)
			for name, v := range want {
				if _, ok := object[name]; !ok {
					list = append(list, place+"."+name)
					continue
				}
				walk(v, object[name], place+"."+name)
			}
		case []any:
			array, _ := got.([]any)
			for i := range want {
				if i >= len(array) {
					list = append(list, place+"[]")
					return
				}
				walk(want[i], array[i], place+"[]")
			}
		default:
			if want != got {
				list = append(list, place)
			}
		}
	}
	walk(want, got, place)
	if list == nil {
		return nil
	}
	return list
}

func TestGivenODatasOwnMembersThenTheyAreLeftOut(t *testing.T) {
	s, err := synchronization.ReadSchema([]byte("\ufeff" + `{"@odata.context":"c","directories@odata.context":"c","id":"s","directories":[{"@odata.type":"t","name":"d"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(s)
	if err != nil || strings.Contains(string(out), "odata") {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestGivenEnumerationsInAnyLetterCaseThenTheyAreGraphs(t *testing.T) {
	s, err := synchronization.ReadSchema([]byte(`{"Directories":[{"objects":[{"attributes":[{"type":"datetime","mutability":"READWRITE"},{"type":"Odd","mutability":null}]}]}],
		"synchronizationRules":[{"objectMappings":[{"flowTypes":"add,DELETE","attributeMappings":[{"flowType":"objectaddonly","flowBehavior":"flowalways","source":{"type":"function"}}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	attributes, m := s.Directories[0].Objects[0].Attributes, s.SynchronizationRules[0].ObjectMappings[0]
	if attributes[0].Type != synchronization.TypeDateTime || attributes[0].Mutability != synchronization.ReadWrite || attributes[1].Type != "Odd" || attributes[1].Mutability != "" {
		t.Errorf("got %+v", attributes)
	}
	row := m.AttributeMappings[0]
	if m.FlowTypes != synchronization.FlowAdd|synchronization.FlowDelete || row.FlowType != synchronization.FlowTypeObjectAddOnly ||
		row.FlowBehavior != synchronization.FlowAlways || row.Source.Type != synchronization.SourceFunction {
		t.Errorf("got %+v", m)
	}
}

func TestGivenAFileThatIsNoSchemaThenTheErrorNamesThePlace(t *testing.T) {
	for in, want := range map[string]string{
		``:                            "read schema: it is empty",
		`[]`:                          "read schema: want an object, got array",
		`{"id":}`:                     "read schema: invalid character",
		`{"synchronizationRules":{}}`: "read schema: synchronizationRules: want a list, got object",
		`{"synchronizationRules":[{"priority":"1"}]}`:                                                                           "synchronizationRules[0].priority: want a whole number, got string",
		`{"synchronizationRules":[{},{"objectMappings":[{"enabled":"yes"}]}]}`:                                                  "synchronizationRules[1].objectMappings[0].enabled: want true or false, got string",
		`{"synchronizationRules":[{"objectMappings":[{"flowTypes":"Add, Drop"}]}]}`:                                             `synchronizationRules[0].objectMappings[0].flowTypes: parse flowTypes: unknown flag "Drop"`,
		`{"synchronizationRules":[{"objectMappings":[{"scope":{"groups":[{"clauses":[{"targetOperand":{"values":[1]}}]}]}}]}]}`: "scope.groups[0].clauses[0].targetOperand.values[0]: want a text, got number",
		`{"directories":[{"discoveryDateTime":"soon"}]}`:                                                                        "directories[0].discoveryDateTime: parsing time",
		strings.Repeat(`{"a":`, 300) + "1" + strings.Repeat("}", 300):                                                           "more than 200 arrays and objects within each other",
		strings.Repeat(" ", synchronization.MaxSchemaBytes+1):                                                                   "the limit is",
	} {
		_, err := synchronization.ReadSchema([]byte(in))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got %v, want %s", in, err, want)
		}
	}
	_, err := synchronization.ReadSchema([]byte(`{"directories":[{"name":1}]}`))
	if place, ok := errors.AsType[*synchronization.PlaceError](err); !ok || place.Place != "directories[0].name" {
		t.Errorf("got %v", err)
	}
}

func FuzzReadSchema(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `{"id":"s","x":{"y":[1]},"synchronizationRules":[{"objectMappings":[{"scope":null,"attributeMappings":[{"source":{"parameters":[{"key":"k","value":{}}]}}]}]}]}`,
		`{"directories":[{"objects":[{"attributes":[{"name":"a","NAME":"b","type":"string"}]}]}]}`, `{"synchronizationRules":[null,{"groupFilter":{"includedGroups":[]}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := synchronization.ReadSchema(data)
		if err != nil {
			return
		}
		once, err := json.Marshal(s)
		if err != nil {
			t.Fatalf("it cannot be written: %v", err)
		}
		again, err := synchronization.ReadSchema(once)
		if err != nil {
			t.Fatalf("%s cannot be read: %v", once, err)
		}
		if twice, err := json.Marshal(again); err != nil || string(twice) != string(once) {
			t.Fatalf("written %s, then %s, %v", once, twice, err)
		}
	})
}
