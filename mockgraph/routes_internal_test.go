package mockgraph

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

func TestEveryRouteHasAPermissionRule(t *testing.T) {
	t.Parallel()
	for _, e := range New().routing.endpoints {
		for _, r := range e.routes {
			method, template := r.permission()
			if _, found := permission.Find(method, template); !found && r.serve != nil && !r.open && !r.free {
				t.Errorf("%s %s has no rule in the table of permissions", method, template)
			}
		}
	}
}

func TestNoRouteStandsTwice(t *testing.T) {
	t.Parallel()
	for template, e := range New().routing.endpoints {
		methods := map[string]bool{}
		for _, r := range e.routes {
			if methods[r.method] {
				t.Errorf("%s %s stands twice in the table of routes: the second is never asked", r.method, template)
			}
			methods[r.method] = true
		}
	}
}

func TestARequestTriesFewPatterns(t *testing.T) {
	t.Parallel()
	routing := New().routing
	sizes := map[groupKey]int{}
	for template := range routing.endpoints {
		sizes[keyOf(strings.Split(template[1:], "/"))]++
	}
	for key := range sizes {
		tries := 0
		for _, third := range []string{key.third, "*"} {
			for _, last := range []string{key.last, "*"} {
				if third == "*" && key.third == "" {
					continue
				}
				n := sizes[groupKey{key.first, key.length, third, last}]
				if tries += n; key.last == "*" {
					break
				}
			}
			if key.third == "*" || key.third == "" {
				break
			}
		}
		if tries > 10 {
			t.Errorf("a request like %+v may try %d patterns", key, tries)
		}
	}
}

func TestAMatcherTakesWordsVariablesAndCasts(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		template, path string
		want           map[string]string // nil: no match
	}{
		{"/users/{id}", "/users/ann@contoso.com", map[string]string{"id": "ann@contoso.com"}},
		{"/users/{id}", "/users/", nil},
		{"/users/{id}", "/users", nil},
		{"/users/{id}", "/users/a/manager", nil},
		{"/users/{id}", "/groups/a", nil},
		{"/users/delta", "/users/delta", map[string]string{}},
		{"/users/delta", "/users/Delta", nil},
		{"/groups/{id}/members/{oid}/$ref", "/groups/g/members/m/$ref", map[string]string{"id": "g", "oid": "m"}},
		{"/groups/{id}/members/{oid}/$ref", "/groups/g/members//$ref", nil},
		{"/users/{id}/memberOf/{cast}", "/users/a/memberOf/Microsoft.Graph.group", map[string]string{"id": "a", "cast": "Microsoft.Graph.group"}},
		{"/users/{id}/memberOf/{cast}", "/users/a/memberOf/microsoft.graph.", nil},
		{"/users/{id}/memberOf/{cast}", "/users/a/memberOf/microsoft.graph.x1", nil},
		{"/users/{id}/memberOf/{cast}", "/users/a/memberOf/3f2504e0", nil},
	} {
		var match mux.RouteMatch
		got := matcher(each.template)(&http.Request{URL: &url.URL{Path: each.path}}, &match)
		if got != (each.want != nil) || !maps.Equal(match.Vars, each.want) {
			t.Errorf("%s on %s: %v %v, want %v", each.template, each.path, got, match.Vars, each.want)
		}
	}
}
