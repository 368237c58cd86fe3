package serviceprovider

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// get answers GET of one resource (RFC 7644 §3.4.1).
func (e *Endpoint) get(q *request) *answer {
	if err := q.readQuery(); err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	s := e.store.read()
	defer s.release()
	r := e.bendFind(q, s, s.get(q.kind, q.id))
	if r == nil {
		return q.notFound()
	}
	if a := e.unmodified(q, r); a != nil {
		return a
	}
	return e.tagged(reply(http.StatusOK, e.render(q, s, r)), r)
}

// render is the resource as this request sees it: with the location and the derived attributes, less what it does not ask for.
func (e *Endpoint) render(q *request, s *state, r *record) scim.Resource {
	view := e.bendRendering(q, e.derive(q, s, r))
	return scim.Project(view, r.kind.registry, q.names("attributes"), q.names("excludedAttributes"))
}

// derive is the resource with what is not stored with it: its location and, for a user, the groups.
func (e *Endpoint) derive(q *request, s *state, r *record) scim.Resource {
	view := q.view(r)
	if meta, ok := view["meta"].(map[string]any); ok {
		meta["location"] = q.location(r.kind, r.id)
	}
	if r.kind == e.users() {
		if groups := e.groupsOf(q, s, r.id); groups != nil {
			view["groups"] = groups
		}
	}
	return view
}

// asksDerived says whether a filter is about an attribute that only [Endpoint.derive] has.
func asksDerived(filter scim.Expr) bool {
	return slices.ContainsFunc(paths(filter), isDerived)
}

func isDerived(p scim.AttributePath) bool {
	return strings.EqualFold(p.Name, "meta") || strings.EqualFold(p.Name, "groups")
}

// groupsOf is the read-only attribute groups of a user, derived from the groups' members (RFC 7643 §4.1.2).
func (e *Endpoint) groupsOf(q *request, s *state, id string) []any {
	var groups []any
	for g := range s.lookup(e.groups(), groupMembers, id) {
		groups = append(groups, map[string]any{
			"value": g.id, "$ref": q.location(e.groups(), g.id), "display": g.members("displayName")["displayName"], "type": "direct",
		})
	}
	return groups
}

// list answers GET of a collection (RFC 7644 §3.4.2), and a search that asks the same.
func (e *Endpoint) list(q *request) *answer {
	if err := q.readQuery(); err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	if q.byCursor() {
		return e.cursorPage(q)
	}
	startIndex, count, err := e.window(q)
	if err != nil {
		return refuse(asError(err, scim.InvalidValue))
	}
	var filter scim.Expr
	if q.query.Has("filter") {
		if filter, err = e.readFilter(q); err != nil {
			return refuse(asError(err, scim.InvalidFilter))
		}
	}
	order, err := q.readOrder()
	if err != nil {
		return refuse(asError(err, scim.InvalidValue))
	}
	s := e.store.read()
	defer s.release()
	page, total := e.page(q, s, filter, order, startIndex, count)
	body := newList(total, startIndex, len(page))
	for _, r := range page {
		body.Resources = append(body.Resources, e.render(q, s, r))
	}
	return reply(http.StatusOK, body)
}

// window is the page a list asks for: startIndex below 1 is 1, a negative count is 0 (RFC 7644 §3.4.2.4).
func (e *Endpoint) window(q *request) (startIndex, count int, err error) {
	if startIndex, err = q.number("startIndex", 1); err != nil {
		return 0, 0, err
	}
	if count, err = q.number("count", e.settings.limits.MaxResults); err != nil {
		return 0, 0, err
	}
	return max(startIndex, 1), min(max(count, 0), e.settings.limits.MaxResults), nil
}

// readFilter is the parsed filter of a list; nil when a fault drops it.
func (e *Endpoint) readFilter(q *request) (scim.Expr, error) {
	filterText, err := e.bendFilterText(q, q.query.Get("filter"))
	if err != nil {
		return nil, err
	}
	if e.settings.strict {
		if err := strictFilterText(filterText); err != nil {
			return nil, err
		}
	}
	filter, err := scim.ParseFilter(filterText)
	if err != nil {
		return nil, err
	}
	if filter, err = e.bendFilter(q, filter); err != nil || filter == nil {
		return nil, err
	}
	q.filter = filter
	for _, k := range q.kinds() {
		if err := scim.CheckFilter(filter, k.registry); err != nil {
			return nil, err
		}
		if e.settings.strict {
			if err := strictFilter(filter, k, ""); err != nil {
				return nil, err
			}
		}
	}
	return filter, nil
}

// page is the window of the records a list is about, and how many these are. A list of everything does not touch the
// records outside the window unless a fault wants to see them.
func (e *Endpoint) page(q *request, s *state, filter scim.Expr, order *order, startIndex, count int) (page []*record, total int) {
	startIndex, count = e.bendPage(q, startIndex, count)
	if filter == nil && order == nil && q.kind != nil && !e.selecting {
		page = make([]*record, 0, min(count, s.size(q.kind)))
		for r := range s.from(q.kind, startIndex-1) {
			if len(page) == count {
				break
			}
			page = append(page, r)
		}
		return page, s.size(q.kind)
	}
	found := e.selected(q, s, filter, order)
	first := min(startIndex-1, len(found))
	return found[first:min(first+count, len(found))], len(found)
}

// selected are the records a list is about, in its order.
func (e *Endpoint) selected(q *request, s *state, filter scim.Expr, order *order) []*record {
	kinds := q.kinds()
	var found []*record
	for _, k := range kinds {
		found = e.matches(q, k, s, filter, found)
	}
	if len(kinds) > 1 {
		slices.SortFunc(found, func(a, b *record) int { return cmp.Compare(a.seq, b.seq) })
	}
	if order != nil {
		order.sort(e, q, s, found)
	}
	return e.bendSelected(q, found)
}

// matches appends the records of a kind that a filter selects, in order of creation. At the root a filter on an attribute that a
// type does not have finds none of it (RFC 7644 §3.4.2.1).
func (e *Endpoint) matches(q *request, k *kind, s *state, filter scim.Expr, found []*record) []*record {
	matched := scim.Compile(filter, k.registry)
	bent := e.bendMatch(q, filter)
	candidates := s.all(k)
	if bent == nil && filter != nil {
		candidates = e.candidates(k, s, filter)
	}
	derived := asksDerived(filter)
	names := named(filter, k)
	for r := range candidates {
		ok := filter == nil
		switch {
		case ok:
		case derived:
			ok = matched(e.derive(q, s, r))
		default:
			ok = matched(r.members(names...))
		}
		if bent != nil {
			ok = bent(r, ok)
		}
		if ok {
			found = append(found, r)
		}
	}
	return found
}
