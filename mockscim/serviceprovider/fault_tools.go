package serviceprovider

import (
	"maps"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// The pieces the rows of the fault tables are made of.

// crash is what a web framework says when a handler failed: 500, not SCIM.
func crash() *answer {
	a := reply(http.StatusInternalServerError, text(`{"error":"Internal Server Error"}`))
	a.header.Set("Content-Type", "application/json")
	return a
}

// servesPath says whether the request is for a path below the endpoint's prefix.
func (q *request) servesPath(path string) bool { return q.URL.Path == q.endpoint.settings.prefix+path }

// onList edits the successful lists of a kind.
func onList(kind string, edit func(*request, *list)) func(*request, *answer) {
	return func(q *request, a *answer) {
		if l, ok := a.body.(*list); ok && q.on(kind, verbList) {
			edit(q, l)
		}
	}
}

// onStatus edits answers with one status to some verbs.
func onStatus(kind string, status int, edit func(*request, *answer), verbs ...verb) func(*request, *answer) {
	return func(q *request, a *answer) {
		if a.status == status && q.on(kind, verbs...) {
			edit(q, a)
		}
	}
}

// noContent turns an answer into 204.
func noContent(_ *request, a *answer) { *a = *reply(http.StatusNoContent, nil) }

// onBody edits the resource in an answer with one status.
func onBody(kind string, status int, edit func(scim.Resource), verbs ...verb) func(*request, *answer) {
	return onStatus(kind, status, func(_ *request, a *answer) {
		if r, ok := a.body.(scim.Resource); ok {
			r = maps.Clone(r)
			edit(r)
			a.body = r
		}
	}, verbs...)
}

// onShow edits resources of a kind in the answers to some verbs (none: to all).
func onShow(kind string, edit func(scim.Resource), verbs ...verb) func(*request, scim.Resource) {
	return func(q *request, r scim.Resource) {
		if q.on(kind, verbs...) {
			edit(r)
		}
	}
}

// onStore edits what the verbs are about to store (none: all).
func onStore(kind string, edit func(q *request, before, after scim.Resource), verbs ...verb) func(*request, scim.Resource, scim.Resource) error {
	return func(q *request, before, after scim.Resource) error {
		if q.on(kind, verbs...) {
			edit(q, before, after)
		}
		return nil
	}
}

// onCreate edits what POST is about to store.
func onCreate(kind string, edit func(after scim.Resource)) func(*request, scim.Resource, scim.Resource) error {
	return onStore(kind, func(_ *request, _, after scim.Resource) { edit(after) }, verbCreate)
}

// without deletes attributes.
func without(names ...string) func(scim.Resource) {
	return func(r scim.Resource) {
		for _, name := range names {
			delete(r, name)
		}
	}
}

// eachElement edits the elements of a multi-valued attribute.
func eachElement(name string, edit func(element map[string]any)) func(scim.Resource) {
	return func(r scim.Resource) {
		for _, element := range elements(r, name) {
			edit(element)
		}
	}
}

// drop deletes a sub-attribute.
func drop(name string) func(map[string]any) {
	return func(element map[string]any) { delete(element, name) }
}

// eachString rewrites every string of a value in place, except the ids and references a resource is known by.
func eachString(v any, rewrite func(string) string) any {
	switch v := v.(type) {
	case string:
		return rewrite(v)
	case []any:
		for i := range v {
			v[i] = eachString(v[i], rewrite)
		}
	case map[string]any:
		for name := range v {
			if name != "id" && name != "schemas" && name != "meta" {
				v[name] = eachString(v[name], rewrite)
			}
		}
	}
	return v
}

// refusing says 400 to documents for which bad holds.
func refusing(kind string, bad func(scim.Resource) bool, detail string) func(*request, scim.Resource) error {
	return func(q *request, document scim.Resource) error {
		if q.on(kind) && bad(document) {
			return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "%s", detail)
		}
		return nil
	}
}

// isActive reads active of a stored resource; a user without it is active.
func isActive(r scim.Resource) bool {
	active, said := r["active"].(bool)
	return active || !said
}

// managerOf is the id of a user's manager, "" when there is none.
func managerOf(r scim.Resource) string {
	extension, _ := r[scim.EnterpriseURN].(map[string]any)
	manager, _ := extension["manager"].(map[string]any)
	id, _ := manager["value"].(string)
	return id
}

// equality is the one comparison a filter consists of, when it is `attribute eq "text"`.
func equality(e scim.Expr, attribute string) (value string, ok bool) {
	c, ok := e.(scim.Comparison)
	if !ok || c.Op != scim.Eq || c.Path.Sub != "" || !strings.EqualFold(c.Path.Name, attribute) {
		return "", false
	}
	value, ok = c.Value.(string)
	return value, ok
}

// eqMatch replaces how `attribute eq "text"` compares.
func eqMatch(kind, attribute string, equal func(stored, asked string) bool) func(*request, scim.Expr, *record, bool) bool {
	return func(q *request, e scim.Expr, r *record, matched bool) bool {
		asked, ok := equality(e, attribute)
		if !ok || !q.on(kind, verbList) {
			return matched
		}
		stored, _ := r.resource()[attribute].(string)
		return equal(stored, asked)
	}
}

// paths are all attribute paths of a filter, those in brackets left out.
func paths(e scim.Expr) []scim.AttributePath {
	switch e := e.(type) {
	case scim.Comparison:
		return []scim.AttributePath{e.Path}
	case scim.Present:
		return []scim.AttributePath{e.Path}
	case scim.ValuePath:
		return []scim.AttributePath{e.Path}
	case scim.Not:
		return paths(e.Expr)
	case scim.Logical:
		return append(paths(e.Left), paths(e.Right)...)
	}
	return nil
}

// misspelt says whether a path names a known attribute in another case than the schema does.
func misspelt(k *kind, p scim.AttributePath) bool {
	attribute, ok := k.registry.Find(p)
	if !ok {
		return false
	}
	if p.Sub == "" {
		return p.Name != attribute.Name
	}
	parent, ok := k.registry.Find(scim.AttributePath{URN: p.URN, Name: p.Name})
	return p.Sub != attribute.Name || ok && p.Name != parent.Name
}
