package connector

import (
	"net/url"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

func TestValuesThatAreTheSameHaveTheSameWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		a, b any
		same bool
	}{
		{"a collection in another order", []string{"b", "a"}, []any{"a", "b"}, true},
		{"a collection with another value", []string{"a"}, []string{"a", "b"}, false},
		{"a time in another zone", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2026-03-01T00:00:00Z", true},
		{"no value and an empty collection", nil, []string{}, true},
		{"letters' case", "Clerk", "clerk", false},
		{"false and no value", false, nil, false},
	} {
		if got := words(c.a) == words(c.b); got != c.same {
			t.Errorf("%s: %q and %q, the same: %v, want %v", c.name, words(c.a), words(c.b), got, c.same)
		}
	}
}

// sentCall is a call as a connector sent it.
func sentCall(method, path, body, answer string) *Call {
	return &Call{Path: path, Host: "graph.microsoft.com", Processed: true, Exchange: &exchange.Exchange{
		Request: exchange.Request{Method: method, Body: exchange.Body{Bytes: []byte(body)}}, Response: exchange.Response{Status: 200, Body: exchange.Body{Bytes: []byte(answer)}},
	}}
}

func TestARepeatedValueIsFoundInPatchesAndBatches(t *testing.T) {
	t.Parallel()
	post := sentCall("POST", "/v1.0/users", `{"displayName":"Ada","mail":"a@b.example"}`, "{}")
	for _, c := range []struct {
		name string
		then *Call
		want int
	}{
		{"the same value in a PATCH", sentCall("PATCH", "/v1.0/users/1", `{"displayName":"Ada"}`, ""), 1},
		{"another value", sentCall("PATCH", "/v1.0/users/1", `{"displayName":"Eve"}`, ""), 0},
		{"another property", sentCall("PATCH", "/v1.0/users/1", `{"city":"Ada"}`, ""), 0},
		{"the same value in a batch", sentCall("POST", "/v1.0/$batch", `{"requests":[{"id":"1","method":"PATCH","url":"/users/1","body":{"displayName":"Ada"}}]}`, `{"responses":[]}`), 1},
	} {
		if got := repeated(asksOf([]*Call{post, c.then})); len(got) != c.want {
			t.Errorf("%s: %v, want %d", c.name, got, c.want)
		}
	}
}

func TestAListThatEndsAtAnEmptyPageIsTold(t *testing.T) {
	t.Parallel()
	const users, groups = "/v1.0/users", "/v1.0/groups"
	empty, full, last := `{"value":[],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=x"}`, `{"value":[{}],"@odata.nextLink":"y"}`, `{"value":[{}]}`
	read := func(path, page string) *Call { return sentCall("GET", path, "", page) }
	next := func(page string) *Call {
		c := read(users, page)
		c.Query = url.Values{"$skiptoken": {"x"}}
		return c
	}
	for _, c := range []struct {
		name            string
		calls           []*Call
		forsaken, empty bool
	}{
		{"no empty page", []*Call{read(users, full), next(last)}, false, false},
		{"an empty page and the next", []*Call{read(users, full), next(empty), next(last)}, false, true},
		{"an empty page at the end of what was read", []*Call{read(users, full), next(empty)}, true, true},
		{"an empty page, and then another list", []*Call{read(users, empty), read(groups, last)}, true, true},
		{"an empty list", []*Call{read(users, `{"value":[]}`)}, false, false},
	} {
		if forsaken, was := emptyPages(c.calls); forsaken != c.forsaken || was != c.empty {
			t.Errorf("%s: forsaken %v, empty %v", c.name, forsaken, was)
		}
	}
}

func TestIDsOfAttributesAreInKebabCase(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"givenName": "connector.sync.given-name-set", "extensionAttribute1": "connector.sync.extension-attribute1-set", "city": "connector.sync.city-set"} {
		if got := setOf(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
