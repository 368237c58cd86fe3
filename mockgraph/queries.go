package mockgraph

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// parse reads the query options of a call for directory objects, and refuses those that name what the caller may not read.
func (c *call) parse(of odata.Collection, query url.Values) (*odata.Query, error) {
	of.Beta = c.address.version == "beta"
	if len(query) == 0 && of.Single && of.Schema == nil {
		return c.t.plainQuery(of)
	}
	if of.Schema == nil {
		of.Extensions, of.Elsewhere = c.view.ExtensionProperty, c.t.elsewhere
	}
	q, err := c.t.odata.Parse(of, query, c.eventual)
	if err != nil || of.Schema != nil || c.claims == nil {
		return q, err
	}
	return q, c.mayQuery(q)
}

// plainQuery returns the query of a request for one object without options, which is read once for each type.
func (t *Tenant) plainQuery(of odata.Collection) (*odata.Query, error) {
	key := of.Type
	if of.Beta {
		key += " of beta"
	}
	if q, known := t.plain.Load(key); known {
		if q, ok := q.(*odata.Query); ok {
			return q, nil
		}
	}
	q, err := t.odata.Parse(of, nil, false)
	if err == nil {
		t.plain.Store(key, q)
	}
	return q, err
}

// mayQuery refuses a query that names a property which needs a permission of its own. Sign-in activity needs a licence too, and the id
// of the user when one is asked for: it comes from another service.
// Source: learn.microsoft.com/graph/api/resources/user, signInActivity; the refusal of names as recorded in public issues.
func (c *call) mayQuery(q *odata.Query) error {
	names := q.Properties()
	if len(permission.DeniedUserReads(c.caller(), names)) > 0 {
		return denied()
	}
	if !slices.Contains(names, signInActivity) {
		return nil
	}
	if err := c.premium(); err != nil {
		return err
	}
	if c.template == "/users/{id}" && !c.me && !isGUID(c.vars["id"]) {
		return refuse(http.StatusBadRequest, "400", "Get By Key only supports UserId and the key has to be a valid Guid")
	}
	return nil
}

const signInActivity = "signInActivity"

// valuesElsewhere are the values of directory objects that the directory does not keep, by property.
func (t *Tenant) valuesElsewhere() map[string]func(o *directory.Object) any {
	return map[string]func(o *directory.Object) any{signInActivity: t.signInActivity}
}
