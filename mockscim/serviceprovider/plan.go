package serviceprovider

import (
	"iter"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// candidates yields, in order of creation, records among which all that pass the filter are: those an id or an index gives for
// an equality the filter cannot do without, else all.
func (e *Endpoint) candidates(k *kind, s *state, filter scim.Expr) iter.Seq[*record] {
	equalities := scim.Equalities(filter)
	for _, c := range equalities {
		if value, ok := c.Value.(string); ok && c.Path.Sub == "" && strings.EqualFold(c.Path.Name, "id") {
			return func(yield func(*record) bool) {
				if r := s.get(k, value); r != nil {
					yield(r)
				}
			}
		}
	}
	for _, c := range equalities {
		for i, x := range k.indexes {
			if value, ok := c.Value.(string); ok && x.covers(k, c.Path) {
				return s.lookup(k, i, value)
			}
		}
	}
	return s.all(k)
}

// named are the members of a resource that a filter can be about. An attribute without a URN may be an extension's.
func named(filter scim.Expr, k *kind) []string {
	var names []string
	for _, p := range paths(filter) {
		names = append(names, p.Name)
		if p.URN != "" {
			names = append(names, p.URN, p.URN+":"+p.Name)
		}
	}
	for _, extension := range k.schemas[1:] {
		names = append(names, extension.ID)
	}
	return names
}
