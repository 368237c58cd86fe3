package mockgraph_test

import (
	stdcmp "cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// What naive fakes get wrong about errors, throttling and delta, and what they get wrong besides.

// TestMistake08_EveryRefusalIsAnODataError: code, message and innerError in JSON, whatever refuses; and the texts that connectors
// look for.
func TestMistake08_EveryRefusalIsAnODataError(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ada", "")
	const me = "/v1.0/users/ada@contoso.onmicrosoft.com"
	weak, foreign := s.as(login.Grant{Roles: []string{}}), "Bearer x.y.z"
	create := func(password, name string) string {
		return `{"accountEnabled":true,"displayName":"A","mailNickname":"a","userPrincipalName":"` + name + `","passwordProfile":{"password":"` + password + `"}}`
	}
	for _, test := range []struct {
		method, path, body, token string
		status                    int
		code, message             string
	}{
		{"POST", "/v1.0/users", create("Curtain-Up-2026", "ada@contoso.onmicrosoft.com"), "", 400, "Request_BadRequest", "Another object with the same value for property userPrincipalName already exists."},
		{"POST", "/v1.0/users", create("weak", "b@contoso.onmicrosoft.com"), "", 400, "Request_BadRequest", "The specified password does not comply with password complexity requirements. Please provide a different password."},
		{"POST", "/v1.0/users", create("Curtain-Up-2026", "b@elsewhere.example"), "", 400, "Request_BadRequest", "The domain portion of the userPrincipalName property is invalid."},
		{"POST", "/v1.0/users", `{"displayName":"A"}`, "", 400, "Request_BadRequest", "A password must be specified to create a new user."},
		{"POST", "/v1.0/users", `{`, "", 400, "BadRequest", "Unable to read JSON request payload."},
		{"POST", "/v1.0/users", ``, "", 400, "BadRequest", "An unexpected 'EndOfInput' node was found when reading from the JSON reader."},
		{"PATCH", me, `{}`, "", 400, "BadRequest", "Empty Payload. JSON content expected."},
		{"PATCH", me, `{"mailNickname":""}`, "", 400, "Request_BadRequest", "Invalid value specified for property 'mailNickname' of resource 'User'."},
		{"GET", "/v1.0/groups/nonsense", "", "", 400, "Request_BadRequest", "Invalid object identifier 'nonsense'."},
		{"GET", "/v1.0/users/" + nobody, "", "", 404, "Request_ResourceNotFound", "Resource '" + nobody + "' does not exist or one of its queried reference-property objects are not present."},
		{"GET", "/v1.0/users?$filter=x", "", "", 400, "", ""},
		{"GET", "/v1.0/me", "", "", 400, "BadRequest", "/me request is only valid with delegated authentication flow."},
		{"GET", "/v1.0/users", "", foreign, 401, "InvalidAuthenticationToken", ""},
		{"GET", "/v1.0/users", "", weak, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."},
		{"PUT", "/v1.0/users", "{}", "", 405, "BadRequest", "Specified HTTP method is not allowed for the request target."},
		{"GET", "/v1.0/users/delta?$deltatoken=x", "", "", 400, "BadRequest", "Badly formed token."},
		{"GET", "/v1.0/planner/tasks", "", "", 501, "NotImplemented", "/planner/tasks"},
		{"GET", "/v7.0/users", "", "", 400, "BadRequest", "Invalid version: v7.0"},
	} {
		headers := []string{"client-request-id", "0b4c3b1e-9f0d-4c26-9f6e-7d8f1f1b7a11"}
		if test.token != "" {
			headers = append(headers, "Authorization", test.token)
		}
		a := s.ask(test.method, test.path, test.body, headers...).want(test.status)
		if test.code != "" {
			a.refused(test.status, test.code, test.message)
		}
		if got := a.header.Get("Content-Type"); got != "application/json" {
			t.Errorf("%s: Content-Type %q", a.request, got)
		}
		if problem := envelopeOf(a.status, a.json); problem != "" {
			t.Errorf("%s: %s: %s", a.request, problem, a.body)
		}
		if a.str("error.innerError.client-request-id") != headers[1] || a.header.Get("Client-Request-Id") != headers[1] || a.str("error.innerError.request-id") != a.header.Get("Request-Id") {
			t.Errorf("%s: the ids of the request: %s", a.request, a.body)
		}
		if _, err := time.Parse("2006-01-02T15:04:05", a.str("error.innerError.date")); err != nil {
			t.Errorf("%s: date: %v", a.request, err)
		}
	}
}

// TestMistake18_ThrottlingHasManyStyles: seconds, decimals, a date or nothing; in batches; and other failures besides.
func TestMistake18_ThrottlingHasManyStyles(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.under("throttle")
	if got := s.ask("GET", "/v1.0/users", "").refused(429, "TooManyRequests", "").header.Get("Retry-After"); got != "10" {
		t.Errorf("in seconds: %q", got)
	}
	s.under("throttle:decimal")
	if got := s.ask("POST", "/v1.0/users", "{}").refused(429, "TooManyRequests", "").header.Get("Retry-After"); got != "2.128" {
		t.Errorf("in decimals: %q", got)
	}
	s.under("throttle:date")
	if _, err := http.ParseTime(s.ask("GET", "/v1.0/users", "").refused(429, "TooManyRequests", "").header.Get("Retry-After")); err != nil {
		t.Errorf("as a date: %v", err)
	}
	s.under("throttle:missing")
	if got, sent := s.ask("GET", "/v1.0/users", "").refused(429, "TooManyRequests", "").header["Retry-After"]; sent {
		t.Errorf("missing: %q", got)
	}

	s.under("throttle:batched:times=1")
	batched := s.ask("POST", "/v1.0/$batch", `{"requests":[{"id":"1","method":"GET","url":"/users"},{"id":"2","method":"GET","url":"/users"}]}`).want(200)
	if batched.at("responses.0.status") != 429.0 || batched.str("responses.0.headers.Retry-After") == "" || batched.str("responses.0.body.error.code") != "TooManyRequests" || batched.at("responses.1.status") != 200.0 {
		t.Errorf("in a batch: %s", batched.body)
	}

	for status, code := range map[int]string{503: "serviceNotAvailable", 504: "UnknownError"} {
		s.under("outage:" + strconv.Itoa(status))
		s.ask("GET", "/v1.0/users", "").refused(status, code, "")
	}

	if err := s.tenant.Weather().Set(weather.Forecast{Quota: &weather.Quota{Factor: 0.01}}); err != nil {
		t.Fatal(err)
	}
	told := ""
	for range 100 {
		a := s.ask("GET", "/v1.0/users?$select=id", "")
		if told = stdcmp.Or(told, a.header.Get("X-Ms-Throttle-Limit-Percentage")); a.status == 429 {
			if a.header.Get("X-Ms-Throttle-Information") != "ResourceUnitLimitExceeded" || !strings.HasPrefix(a.header.Get("X-Ms-Throttle-Scope"), "Tenant_Application/") || a.header.Get("X-Ms-Resource-Unit") != "1" {
				t.Errorf("when the quota is used up: %v", a.header)
			}
			break
		}
	}
	if share, err := strconv.ParseFloat(told, 64); err != nil || share < 0.8 || share > 1.8 {
		t.Errorf("x-ms-throttle-limit-percentage %q, want a share from 0.8", told)
	}
}

// TestMistake19_DeltaIsMorePagesAndReplays: a client that merges what it is told, in order, ends up with what there is; and nobody
// gets there by reading one page, taking items for whole objects, or items for unique.
func TestMistake19_DeltaIsMorePagesAndReplays(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithDeltaPages(2, 3))
	users := make([]string, 0, 8)
	for i := range 8 {
		users = append(users, s.user(fmt.Sprintf("u%d", i), `"jobTitle":"Analyst",`))
	}
	crew := s.group("crew", binds("members", users[:7]...)+",")
	knows, times, link := newReplica(), map[string]int{}, "/v1.0/groups/delta"
	read := func(headers ...string) (round []any, pages int) {
		for {
			a := s.follow(link, headers...).want(200)
			items, _ := a.json["value"].([]any)
			if err := knows.merge(items); err != nil {
				t.Fatal(err)
			}
			for _, item := range items {
				object, _ := item.(map[string]any)
				times[fmt.Sprint(object["id"])]++
			}
			round, pages = append(round, items...), pages+1
			next, end := a.str("@odata·nextLink"), a.str("@odata·deltaLink")
			if (next == "") == (end == "") {
				t.Fatalf("want a nextLink or a deltaLink: %s", a.body)
			}
			if link = next + end; end != "" {
				return round, pages
			}
		}
	}
	agree := func(when string) {
		t.Helper()
		if got, want := knows.linked(crew, "members"), s.members(crew); !slices.Equal(got, want) {
			t.Errorf("%s the client knows members %v, want %v", when, got, want)
		}
	}

	if _, pages := read(); pages < 3 || times[crew] < 3 {
		t.Errorf("%d pages, the group with 7 members came %d times; want it again with every 3 members", pages, times[crew])
	}
	agree("after the first round")
	s.ask("DELETE", "/v1.0/groups/"+crew+"/members/"+users[0]+"/$ref", "").want(204)
	s.ask("POST", "/v1.0/groups/"+crew+"/members/$ref", ref(users[7])).want(204)
	s.ask("DELETE", "/v1.0/users/"+users[1], "").want(204)
	s.ask("PATCH", "/v1.0/groups/"+crew, `{"description":"Crew"}`).want(204)
	round, _ := read("Prefer", "return=minimal")
	agree("after the second round")
	if object, _ := round[0].(map[string]any); len(round) != 1 || object["displayName"] != nil || object["description"] != "Crew" {
		t.Errorf("a minimal round: %v", round)
	}

	// What is written while the first round runs is told in it, in the next one, or in both.
	knows, link = newReplica(), "/v1.0/users/delta"
	first := s.follow(link).want(200)
	for _, id := range users[2:] {
		s.ask("PATCH", "/v1.0/users/"+id, `{"jobTitle":null}`).want(204)
	}
	late := s.user("late", "")
	items, _ := first.json["value"].([]any)
	if err := knows.merge(items); err != nil {
		t.Fatal(err)
	}
	times, link = map[string]int{}, first.str("@odata·nextLink")
	read()
	read()
	if !slices.Contains(slices.Collect(maps.Values(times)), 2) { // which of them depends on the ids
		t.Errorf("nothing was told twice: %v", times)
	}
	shown := map[string]map[string]any{}
	for _, each := range s.ask("GET", "/v1.0/users?$top=999", "").want(200).json["value"].([]any) {
		object, _ := each.(map[string]any)
		shown[fmt.Sprint(object["id"])] = object
	}
	if diff := knows.differences(shown); len(diff) > 0 {
		t.Errorf("after replays: %v", diff)
	}

	// Why something is gone tells whether it can come back.
	for _, reason := range []string{"changed", "deleted"} {
		s.ask("DELETE", map[string]string{"changed": "/v1.0/users/", "deleted": "/v1.0/directory/deletedItems/"}[reason]+late, "").want(204)
		round, _ := read()
		if raw, err := json.Marshal(round); err != nil || string(raw) != `[{"@removed":{"reason":"`+reason+`"},"id":"`+late+`"}]` {
			t.Errorf("gone: %s, want the reason %s", raw, reason)
		}
	}
}

// TestMistakesBesides is what the twenty leave over.
func TestMistakesBesides(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	crew := s.group("crew", binds("members", ada, bob)+","+binds("owners", bob)+",")
	app := s.application("Payroll", "").str("id")
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", ref(bob)).want(204)

	for path, want := range map[string]string{
		"/v1.0/users": "users", "/beta/users/" + ada: "users/$entity", "/v1.0/users?$select=id": "users(id)", "/v1.0/groups/" + crew + "/members": "directoryObjects", "/v1.0/groups/" + crew + "/members/microsoft.graph.user": "users",
		"/v1.0/users/" + ada + "/manager": "directoryObjects/$entity", "/v1.0/applications/" + app: "applications/$entity", "/v1.0/directoryObjects/" + ada: "directoryObjects/$entity", "/v1.0/subscribedSkus": "subscribedSkus",
	} {
		if got := s.ask("GET", path, "").want(200).str("@odata·context"); got != "https://graph.microsoft.com/"+path[1:strings.Index(path[1:], "/")+1]+"/$metadata#"+want {
			t.Errorf("%s: @odata.context %q", path, got)
		}
	}
	own, err := s.over("GET", "/v1.0/users", "")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Body.Close()
	var list map[string]any
	if err := json.NewDecoder(own.Body).Decode(&list); err != nil || list["@odata.context"] != own.Request.URL.Scheme+"://"+own.Request.URL.Host+"/v1.0/$metadata#users" {
		t.Errorf("on its own origin: @odata.context %v, %v", list["@odata.context"], err)
	}

	for kind, request := range map[string][2]string{
		"User":        {"/v1.0/users", `{"accountEnabled":true,"displayName":"C","mailNickname":"c","userPrincipalName":"c@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`},
		"Group":       {"/v1.0/groups", `{"displayName":"c","mailNickname":"c","mailEnabled":false,"securityEnabled":true}`},
		"Application": {"/v1.0/applications", `{"displayName":"c"}`},
	} {
		made := s.ask("POST", request[0], request[1]).want(201)
		if got, want := made.header.Get("Location"), "https://graph.microsoft.com/v2/"+s.tenant.ID()+"/directoryObjects/"+made.str("id")+"/Microsoft.DirectoryServices."+kind; got != want {
			t.Errorf("Location %q, want %q", got, want)
		}
	}

	if at := s.ask("GET", "/v1.0/users/"+ada+"?$select=createdDateTime", "").want(200).str("createdDateTime"); !strings.HasSuffix(at, "Z") {
		t.Errorf("createdDateTime %q has an offset", at)
	}
	expanded := s.ask("GET", "/v1.0/users/"+ada+"?$select=id&$expand=manager($select=id,displayName)", "").want(200)
	if diff := cmp.Diff([]string{"displayName", "id"}, members(expanded.at("manager"))); diff != "" {
		t.Errorf("$select in $expand: %s", diff)
	}
	if ids, _ := s.all("/v1.0/users?$top=2"); len(ids) != 4 {
		t.Errorf("$top=2 on every page gives %d users, want all 4", len(ids))
	}

	s.ask("DELETE", "/v1.0/groups/"+crew+"/owners/"+bob+"/$ref", "").refused(400, "Request_BadRequest", "The group must have at least one owner, hence this owner cannot be removed.")

	s.ask("PATCH", "/v1.0/users/"+ada, `{"businessPhones":["+1 1"],"otherMails":["a@x.example","b@x.example"]}`).want(204)
	s.ask("PATCH", "/v1.0/users/"+ada, `{"businessPhones":["+1 2"],"otherMails":["c@x.example"]}`).want(204)
	if got := s.ask("GET", "/v1.0/users/"+ada+"?$select=businessPhones,otherMails", "").want(200); !strings.Contains(string(got.body), `"businessPhones":["+1 2"],"otherMails":["c@x.example"]`) {
		t.Errorf("arrays are merged: %s", got.body)
	}

	s.ask("PATCH", "/v1.0/users/"+ada, `{"shoeSize":44,"jobTitle":"Analyst"}`).refused(400, "Request_BadRequest", "Property 'shoeSize' does not exist on type 'microsoft.graph.user'.")
	if got := s.ask("GET", "/v1.0/users/"+ada, "").want(200); got.at("jobTitle") != nil || got.at("shoeSize") != nil {
		t.Errorf("a refused request was stored in part: %s", got.body)
	}
}
