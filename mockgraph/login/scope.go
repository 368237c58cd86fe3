package login

import "strings"

// defaultScope asks for everything that is granted.
const defaultScope = ".default"

// oidcScopes are those of OpenID Connect, which belong to no resource.
// Source: learn.microsoft.com/entra/identity-platform/scopes-oidc.
var oidcScopes = []string{"openid", "profile", "email", "offline_access"}

// asked is what a client asks for.
type asked struct {
	text      string   // the scope parameter
	openID    []string // scopes of OpenID Connect, in lower case
	resources []string // resources named, "" for the bare names of Graph's scopes; in order, each once
	items     []item
	version   int // of the endpoint
}

type item struct {
	spelling string // as the client wrote it
	resource string // "" for Graph
	name     string // .default or the scope's name
}

// parseScope reads a scope parameter. The error names the word that is none.
func parseScope(text string) (asked, *Error) {
	a := asked{text: text, version: 2}
	for word := range strings.FieldsSeq(text) {
		if containsFold(oidcScopes, word) {
			if name := lower(word); !containsFold(a.openID, name) {
				a.openID = append(a.openID, name)
			}
			continue
		}
		next := item{spelling: word, name: word}
		if i := strings.LastIndexByte(word, '/'); i >= 0 {
			next.resource, next.name = word[:i], word[i+1:]
			if next.resource == "" || next.name == "" {
				return asked{}, AADSTS(70011, word)
			}
		}
		if strings.ContainsAny(word, "\"\\<>") || len(word) > 1024 {
			return asked{}, AADSTS(70011, word)
		}
		if strings.EqualFold(next.name, defaultScope) {
			next.name = defaultScope
		}
		a.items = append(a.items, next)
		if !containsFold(a.resources, next.resource) {
			a.resources = append(a.resources, next.resource)
		}
	}
	return a, a.mixed()
}

// mixed refuses .default beside other scopes of the same resource.
// Source: learn.microsoft.com/entra/identity-platform/scopes-oidc, the .default scope.
func (a asked) mixed() *Error {
	for _, d := range a.items {
		if d.name != defaultScope {
			continue
		}
		for _, other := range a.items {
			if other.name != defaultScope && strings.EqualFold(other.resource, d.resource) {
				return AADSTS(70011, a.text+". .default scope can't be combined with resource-specific scopes")
			}
		}
	}
	return nil
}

// forResource is what a v1 request asks for: everything that is granted on one resource.
func forResource(resource, scope string) asked {
	a := asked{version: 1, text: scope, resources: []string{resource}, items: []item{{spelling: resource, resource: resource, name: defaultScope}}}
	if containsFold(strings.Fields(scope), "openid") {
		a.openID = []string{"openid"}
	}
	return a
}

func (a asked) wants(oidc string) bool { return containsFold(a.openID, oidc) }

// first returns what is asked of the first resource only.
func (a asked) first() asked {
	if len(a.resources) < 2 {
		return a
	}
	one := asked{text: a.text, openID: a.openID, resources: a.resources[:1], version: a.version}
	for _, each := range a.items {
		if strings.EqualFold(each.resource, a.resources[0]) {
			one.items = append(one.items, each)
		}
	}
	return one
}

// all says whether everything granted is asked for.
func (a asked) all() bool { return len(a.items) > 0 && a.items[0].name == defaultScope }

// target is the resource of a request as the client named it; Graph when it named none.
func (a asked) target() string {
	if len(a.resources) == 0 || a.resources[0] == "" {
		return graphAppID
	}
	return a.resources[0]
}

// echo is the scope member of an answer: what was asked for in the client's own spelling, and for .default what that came to
// as well. offline_access is not repeated.
func (a asked) echo(granted []string, r *resource) string {
	var words []string
	for _, each := range a.items {
		if each.name != defaultScope {
			words = append(words, each.spelling)
		}
	}
	if a.all() {
		prefix := r.asked
		if a.resources[0] == "" {
			prefix = ""
		} else if !strings.HasSuffix(prefix, "/") {
			prefix += "/"
		}
		for _, scope := range granted {
			if !containsFold(oidcScopes, scope) {
				words = append(words, prefix+scope)
			}
		}
		words = append(words, a.items[0].spelling)
	}
	for _, scope := range []string{"profile", "openid", "email"} {
		if a.wants(scope) {
			words = append(words, scope)
		}
	}
	return strings.Join(words, " ")
}
