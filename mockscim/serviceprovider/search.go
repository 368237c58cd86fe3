package serviceprovider

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// search answers POST to /.search, of one resource type or of all (RFC 7644 §3.4.3). The body is a query, so it is answered as
// the GET that asks the same.
func (e *Endpoint) search(q *request) *answer {
	data, err := q.readBody()
	if err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	query, err := scim.DecodeSearch(data)
	if err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	q.query, q.queryErr = query, nil
	return e.list(q)
}

// kinds are the resource types a list is about: one, or all of them at the root.
func (q *request) kinds() []*kind {
	if q.kind != nil {
		return []*kind{q.kind}
	}
	return q.endpoint.kinds
}

// order is what a list is sorted by.
type order struct {
	keys       map[*kind]func(scim.Resource) scim.SortKey
	path       scim.AttributePath
	descending bool
	derived    bool // the attribute is one that only [Endpoint.derive] has
}

// readOrder reads sortBy and sortOrder (RFC 7644 §3.4.2.3); nil is the order of creation. Without sortBy a sortOrder means nothing.
func (q *request) readOrder() (*order, error) {
	sortBy := q.query.Get("sortBy")
	descending := strings.EqualFold(q.query.Get("sortOrder"), "descending")
	if !descending && !strings.EqualFold(cmp.Or(q.query.Get("sortOrder"), "ascending"), "ascending") {
		return nil, scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "sortOrder is neither ascending nor descending")
	}
	if sortBy == "" {
		return nil, nil //nolint:nilnil // nil is the order
	}
	o := &order{keys: map[*kind]func(scim.Resource) scim.SortKey{}, descending: descending}
	for _, k := range q.kinds() {
		key, err := scim.SortBy(sortBy, k.registry)
		if err != nil {
			return nil, err
		}
		o.keys[k] = key
	}
	if path, err := scim.ParsePath(sortBy); err == nil {
		o.path, o.derived = path.AttributePath, isDerived(path.AttributePath)
	}
	return o, nil
}

// sort orders the records of a list; those with equal keys stay in order of creation.
func (o *order) sort(e *Endpoint, q *request, s *state, found []*record) {
	type entry struct {
		record *record
		key    scim.SortKey
	}
	names := map[*kind][]string{}
	for k := range o.keys {
		names[k] = named(scim.Present{Path: o.path}, k)
	}
	entries := make([]entry, len(found))
	for i, r := range found {
		var resource scim.Resource
		if o.derived {
			resource = e.derive(q, s, r)
		} else {
			resource = r.members(names[r.kind]...)
		}
		entries[i] = entry{r, o.keys[r.kind](resource)}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		if o.descending {
			return b.key.Compare(a.key)
		}
		return a.key.Compare(b.key)
	})
	for i := range entries {
		found[i] = entries[i].record
	}
}
