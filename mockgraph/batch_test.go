package mockgraph_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestBatchAnswersEachItemForItself(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	a := s.ask("POST", "/v1.0/$batch", `{"requests":[
		{"id":"1","method":"GET","url":"/users/`+ada+`?$select=id","body":null,"dependsOn":[],"headers":{"accept":"application/json"}},
		{"id":"2","method":"PATCH","url":"users/`+ada+`","body":{"jobTitle":"Analyst"},"headers":{"content-type":"application/json"}},
		{"id":"3","method":"GET","url":"/users/nobody"},
		{"id":"4","method":"GET","url":"/users/$count","headers":{"ConsistencyLevel":"eventual"}},
		{"id":"5","method":"POST","url":"/$batch","body":{"requests":[]},"headers":{"Content-Type":"application/json"}}]}`).want(http.StatusOK)
	byID := map[string]map[string]any{}
	for _, response := range a.json["responses"].([]any) {
		byID[response.(map[string]any)["id"].(string)] = response.(map[string]any)
	}
	for id, status := range map[string]float64{"1": 200, "2": 204, "3": 404, "4": 200, "5": 400} {
		if byID[id]["status"] != status {
			t.Errorf("item %s: %v, want status %v", id, byID[id], status)
		}
	}
	if body, _ := byID["1"]["body"].(map[string]any); body["id"] != ada {
		t.Errorf("item 1: %v", byID["1"])
	}
	if _, has := byID["2"]["body"]; has {
		t.Errorf("item 2 has a body: %v", byID["2"])
	}
	if headers, _ := byID["1"]["headers"].(map[string]any); !strings.HasPrefix(fmt.Sprint(headers["Content-Type"]), "application/json") {
		t.Errorf("item 1 has no JSON type: %v", headers)
	}
}

func TestBatchTakesNumbersForIDs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	a := s.ask("POST", "/v1.0/$batch", `{"requests":[{"id":1,"method":"GET","url":"/users/nobody"},{"id":2,"dependsOn":[1],"method":"GET","url":"/users/$count"}]}`).want(http.StatusOK)
	var got []string
	for _, response := range a.json["responses"].([]any) {
		got = append(got, fmt.Sprint(response.(map[string]any)["id"] == "1", response.(map[string]any)["status"]))
	}
	if want := "[true 404 false 424]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	for _, id := range []string{"true", "{}", "null"} {
		s.ask("POST", "/v1.0/$batch", `{"requests":[{"id":`+id+`,"method":"GET","url":"/users"}]}`).want(http.StatusBadRequest)
	}
}

func TestBatchKeepsDependencies(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	user := func(name string) string {
		return `{"accountEnabled":true,"displayName":"` + name + `","mailNickname":"` + name + `","userPrincipalName":"` + name + `@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`
	}
	a := s.ask("POST", "/v1.0/$batch", `{"requests":[
		{"id":"last","method":"GET","url":"/users/ada@contoso.onmicrosoft.com","dependsOn":["first"]},
		{"id":"first","method":"POST","url":"/users","body":`+user("ada")+`,"headers":{"Content-Type":"application/json"}},
		{"id":"bad","method":"POST","url":"/users","body":`+user("ada")+`,"headers":{"Content-Type":"application/json"},"dependsOn":["first"]},
		{"id":"after bad","method":"GET","url":"/users","dependsOn":["bad"]},
		{"id":"after that","method":"GET","url":"/users","dependsOn":["after bad"]}]}`).want(http.StatusOK)
	got := map[string]string{}
	for _, response := range a.json["responses"].([]any) {
		r := response.(map[string]any)
		body, _ := r["body"].(map[string]any)
		problem, _ := body["error"].(map[string]any)
		got[r["id"].(string)] = fmt.Sprintf("%v %v", r["status"], problem["code"])
	}
	want := map[string]string{
		"first": "201 <nil>", "last": "200 <nil>", "bad": "400 Request_BadRequest", "after bad": "424 FailedDependency", "after that": "424 FailedDependency",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestBatchIsRefusedWhole(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	many := strings.TrimSuffix(strings.Repeat(`{"id":"%d","method":"GET","url":"/users"},`, 21), ",")
	numbers := make([]any, 21)
	for i := range numbers {
		numbers[i] = i
	}
	for _, test := range []struct{ name, body, code, message string }{
		{"21 items", `{"requests":[` + fmt.Sprintf(many, numbers...) + `]}`, "MaximumValueExceeded", "Number of batch request steps exceeds the maximum value of 20."},
		{"no requests", `{}`, "BadRequest", "Invalid batch payload format."},
		{"no id", `{"requests":[{"method":"GET","url":"/users"}]}`, "BadRequest", "Invalid batch payload format."},
		{"same id", `{"requests":[{"id":"1","method":"GET","url":"/users"},{"id":"1","method":"GET","url":"/users"}]}`, "BadRequest", "not unique"},
		{"no content type", `{"requests":[{"id":"1","method":"POST","url":"/users","body":{}}]}`, "BadRequest", "Write request id : 1 does not contain Content-Type header or body."},
		{"unknown prerequisite", `{"requests":[{"id":"1","method":"GET","url":"/users","dependsOn":["0"]}]}`, "BadRequest", "not in the batch"},
		{"circle", `{"requests":[{"id":"1","method":"GET","url":"/users","dependsOn":["2"]},{"id":"2","method":"GET","url":"/users","dependsOn":["1"]}]}`, "BadRequest", "circle"},
		{"malformed", `{"requests":`, "BadRequest", "Unable to read JSON request payload."},
	} {
		a := s.ask("POST", "/v1.0/$batch", test.body)
		if a.status != http.StatusBadRequest || a.str("error.code") != test.code || !strings.Contains(a.str("error.message"), test.message) {
			t.Errorf("%s: %d %s", test.name, a.status, a.body)
		}
	}
}
