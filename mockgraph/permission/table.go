package permission

import (
	"cmp"
	_ "embed" // the generated table
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed permissions.txt
var generated string

// table holds every rule by its key, "GET /users/{id}". It is compiled when the first rule is asked for and never changes.
var table = sync.OnceValue(func() map[string]*entry {
	all := readTable(generated)
	for _, o := range overrides() {
		o.apply(all)
	}
	addMe(all)
	for _, e := range all {
		e.right = rightOf(e.method, e.template)
	}
	return all
})

// Rules returns every rule there is, by template and method.
func Rules() []Rule {
	var rules []Rule
	for _, e := range table() {
		rules = append(rules, Rule{e})
	}
	slices.SortFunc(rules, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.entry.template, b.entry.template), cmp.Compare(a.entry.method, b.entry.method))
	})
	return rules
}

// readTable reads the generated table. Lines it does not know are passed over.
func readTable(text string) map[string]*entry {
	all := map[string]*entry{}
	lists := map[string]scheme{}
	for line := range strings.Lines(text) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch kind {
		case "list":
			number, permissions, _ := strings.Cut(rest, " ")
			lists[number] = newScheme(readGrants(permissions))
		case "call":
			if field := strings.Fields(rest); len(field) == 4 {
				put(all, &entry{method: field[0], template: field[1], delegated: lists[field[2]], application: lists[field[3]]})
			}
		}
	}
	return all
}

func put(all map[string]*entry, e *entry) {
	e.delegated, e.application = e.reaching(e.delegated), e.reaching(e.application)
	all[e.method+" "+e.template] = e
}

// reaching lifts the limit to the caller's own where a call has no single object as its target: who may only manage own
// registrations may still list all and create new ones.
// Source: learn.microsoft.com/graph/permissions-reference, Application.ReadWrite.OwnedBy.
func (e *entry) reaching(s scheme) scheme {
	if strings.Contains(e.template, "{id}") && !strings.HasPrefix(e.template, "/me/") && !strings.HasPrefix(e.template, "/applicationtemplates/") {
		return s
	}
	return s.unlimited()
}

// addMe gives /me the rules of /users/{id} where it has none of its own. No app-only token reaches /me, whatever the source
// says of single rows.
// Source: learn.microsoft.com/graph/api/user-get.
func addMe(all map[string]*entry) {
	for _, e := range slices.Collect(maps.Values(all)) {
		rest, ok := strings.CutPrefix(e.template, "/users/{id}")
		if _, own := all[e.method+" /me"+rest]; ok && !own {
			put(all, &entry{method: e.method, template: "/me" + rest, delegated: e.delegated.unlimited()})
		}
	}
	for _, e := range all {
		if e.template == "/me" || strings.HasPrefix(e.template, "/me/") {
			e.self, e.application = true, scheme{}
		}
	}
}

// unlimited is a scheme whose permissions reach every target.
func (s scheme) unlimited() scheme {
	s.grants = slices.Clone(s.grants)
	for i := range s.grants {
		s.grants[i].own = false
	}
	return s
}
