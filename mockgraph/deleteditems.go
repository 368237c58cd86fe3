package mockgraph

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// deletedItemRoutes are the routes of /directory/deletedItems. What they need is the permission of the item's type, which the
// handlers ask for themselves.
// Source: learn.microsoft.com/graph/api/resources/directory, deleted items.
func deletedItemRoutes() []route {
	return []route{
		{method: http.MethodGet, template: "/directory/deletedItems", free: true, serve: listDeletedUncast},
		{method: http.MethodGet, template: "/directory/deletedItems/{cast}", free: true, serve: listDeleted},
		{method: http.MethodGet, template: "/directory/deletedItems/{cast}/$count", free: true, serve: countDeleted},
		{method: http.MethodGet, template: "/directory/deletedItems/{id}", free: true, serve: getDeleted},
		{method: http.MethodDelete, template: "/directory/deletedItems/{id}", free: true, serve: purgeDeleted},
		{method: http.MethodPost, template: "/directory/deletedItems/{id}/restore", free: true, serve: restoreDeleted},
		{method: http.MethodPost, template: "/directory/deletedItems/getUserOwnedObjects"},
		{method: http.MethodPost, template: "/users/{id}/restore", free: true, serve: func(c *call) error { return missing(c.vars["id"]) }},
	}
}

func listDeletedUncast(*call) error {
	return &directory.Error{Code: directory.CodeUnsupported, Target: "deletedItems", Message: "Unsupported Query."}
}

// mayDeleted checks the permission for a call about deleted objects of a type.
func (c *call) mayDeleted(of directory.Type, rest, id string) error {
	return c.may(c.r.Method, "/directory/deletedItems/microsoft.graph."+string(of)+rest, id)
}

// deletedCollection is the part of the recycle bin that the cast of the path names.
func (c *call) deletedCollection() (odata.Collection, string, error) {
	entity, known := castTypes[strings.ToLower(c.vars["cast"])]
	if !known {
		return odata.Collection{}, "", notBuilt("The type cast " + c.vars["cast"])
	}
	if entity.of == directory.DirectoryRole { // roles are never deleted
		return odata.Collection{}, "", listDeletedUncast(c)
	}
	return odata.Collection{Type: entity.of, Cast: true, Deleted: true}, entity.set, c.mayDeleted(entity.of, "", "")
}

func listDeleted(c *call) error {
	of, set, err := c.deletedCollection()
	if err != nil {
		return err
	}
	q, err := c.parse(of, c.query)
	if err != nil {
		return err
	}
	q = c.restrict(q, of.Type)
	page, err := q.Run(c.view)
	if err != nil {
		return err
	}
	for i, item := range page.Items {
		if o, ok := item.(*directory.Object); ok {
			page.Items[i] = c.asDeleted(o)
		}
	}
	return c.page(q, page, set)
}

func countDeleted(c *call) error {
	of, _, err := c.deletedCollection()
	if err != nil {
		return err
	}
	return c.count(of)
}

// deleted returns the item of the path, when the caller may do with it what rest of the path says.
func (c *call) deleted(s *directory.Snapshot, rest string) (*directory.Object, error) {
	o, ok := s.Deleted(strings.ToLower(c.vars["id"]))
	if !ok || setOf[o.Type()] == "" {
		return nil, missing(c.vars["id"])
	}
	return o, c.mayDeleted(o.Type(), "/{id}"+rest, o.ID())
}

func getDeleted(c *call) error {
	o, err := c.deleted(c.view, "")
	if err != nil {
		return err
	}
	q, err := c.parse(odata.Collection{Single: true}, c.query)
	if err != nil {
		return err
	}
	q = c.restrict(q, "")
	return c.respond(http.StatusOK, join(c.open("directoryObjects"+q.ContextArguments()+"/$entity"), q.Append(nil, c.view, c.asDeleted(o))))
}

func purgeDeleted(c *call) error {
	o, err := c.deleted(c.snapshot(), "")
	if err != nil {
		return err
	}
	if err := c.judgeRoleGroup(o); err != nil {
		return err
	}
	if err := c.t.dir.Purge(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}

// restoreDeleted brings an object back. A user may be given another name, and be freed of addresses others have meanwhile.
// Source: learn.microsoft.com/graph/api/directory-deleteditems-restore.
func restoreDeleted(c *call) error {
	o, err := c.deleted(c.snapshot(), "/restore")
	if err != nil {
		return err
	}
	if err := c.judgeRoleGroup(o); err != nil {
		return err
	}
	var body struct {
		NewName   *string `json:"newUserPrincipalName"`
		Reconcile bool    `json:"autoReconcileProxyConflict"`
	}
	if err := c.decode(&body, true); err != nil {
		return err
	}
	changes := directory.Properties{}
	if body.NewName != nil {
		if o.Type() != directory.User {
			return badValue("newUserPrincipalName")
		}
		changes["userPrincipalName"], c.sent = *body.NewName, directory.Properties{"userPrincipalName": *body.NewName}
	}
	if body.Reconcile && o.Type() == directory.User {
		changes["proxyAddresses"] = c.free(o.Strings("proxyAddresses"))
	}
	if c.sent == nil { // what a conflict is about
		c.sent = o.Properties()
	}
	restored, err := c.t.dir.RestoreWith(o.ID(), changes)
	if err != nil {
		return err
	}
	return c.entityOf(http.StatusOK, c.snapshot(), restored, "", nil)
}

// free returns the addresses nobody has.
func (c *call) free(addresses []string) []string {
	return slices.DeleteFunc(addresses, func(address string) bool {
		for _, of := range []directory.Type{directory.User, directory.Group} {
			if _, taken := c.snapshot().Lookup(of, "proxyAddresses", address); taken {
				return true
			}
		}
		return false
	})
}

// asDeleted returns what Graph shows of a deleted object.
func (c *call) asDeleted(o *directory.Object) odata.Record {
	if o.Type() != directory.User || c.t.options.groups.plainDeleted {
		return o
	}
	return deletedUser{o}
}

// deletedUser is a user in the recycle bin. Its names carry the id without dashes in front, which is how others can take them: seen in
// public issues, not documented.
type deletedUser struct{ *directory.Object }

// Property returns a value as it is while the user is deleted.
func (u deletedUser) Property(name string) any {
	v := u.Object.Property(name)
	prefix := strings.ReplaceAll(u.ID(), "-", "")
	switch name {
	case "userPrincipalName", "mail":
		if text, ok := v.(string); ok {
			return prefix + text
		}
	case "proxyAddresses":
		if addresses, ok := v.([]string); ok {
			for i, address := range addresses {
				scheme, rest, found := strings.Cut(address, ":")
				if found {
					addresses[i] = scheme + ":" + prefix + rest
				} else {
					addresses[i] = prefix + address
				}
			}
			return addresses
		}
	}
	return v
}
