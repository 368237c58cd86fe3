package mockgraph

import (
	"strings"
	"testing"

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
