package mockgraph

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// groupLinkRoutes are the routes of members and owners of a group, and of what it is a member of.
// Sources: learn.microsoft.com/graph/api/group-list-members, group-post-members, group-delete-members, group-list-owners,
// group-post-owners, group-delete-owners, group-list-transitivemembers, group-list-memberof, group-list-transitivememberof.
func groupLinkRoutes() []route {
	rows := navigationRoutes("/groups/{id}", directory.Group, "members", "transitiveMembers", "owners", "memberOf", "transitiveMemberOf")
	for i, row := range rows {
		if strings.Contains(row.template, "embers") {
			rows[i].serve = unhidden(directory.Group, row.serve)
		}
	}
	return append(rows,
		route{method: http.MethodGet, template: "/groups/{id}/members/$ref", serve: unhidden(directory.Group, listReferences(directory.Group, "members"))},
		route{method: http.MethodGet, template: "/groups/{id}/owners/$ref", serve: listReferences(directory.Group, "owners")},
		route{method: http.MethodPost, template: "/groups/{id}/members/$ref", serve: addToGroup("members")},
		route{method: http.MethodPost, template: "/groups/{id}/owners/$ref", serve: addToGroup("owners")},
		route{method: http.MethodPost, template: "/groups/{id}/members", rule: "/groups/{id}/members/$ref", serve: notContained},
		route{method: http.MethodPost, template: "/groups/{id}/owners", rule: "/groups/{id}/owners/$ref", serve: notContained},
		route{method: http.MethodGet, template: "/groups/{id}/members/{member}/$ref", rule: "/groups/{id}/members", serve: unhidden(directory.Group, getReference(directory.Group, "members", "member"))},
		route{method: http.MethodGet, template: "/groups/{id}/owners/{owner}/$ref", rule: "/groups/{id}/owners", serve: getReference(directory.Group, "owners", "owner")},
		route{method: http.MethodDelete, template: "/groups/{id}/members/{member}/$ref", serve: removeFromGroup("members", "member")},
		route{method: http.MethodDelete, template: "/groups/{id}/owners/{owner}/$ref", serve: removeFromGroup("owners", "owner")},
		route{method: http.MethodDelete, template: "/groups/{id}/members/{member}", free: true, serve: deleteRelated("members", "member")},
		route{method: http.MethodDelete, template: "/groups/{id}/owners/{owner}", free: true, serve: deleteRelated("owners", "owner")},
	)
}

// notContained is the answer to a POST that forgot /$ref.
func notContained(*call) error {
	return refuse(http.StatusBadRequest, codeBadRequest, "Write requests are only supported on contained entities")
}

// hides says whether the members of a group or an administrative unit are hidden from the caller.
func (c *call) hides(group *directory.Object) bool {
	return group.String("visibility") == hiddenMembership && !permission.ReadsHiddenMembers(c.caller()) && !c.belongs(group.ID())
}

// unhidden serves the members of a group or an administrative unit with hidden membership to those only who may see them: who holds the permission, or the
// group's own members and owners.
// Source: learn.microsoft.com/graph/api/group-list-members, permissions.
func unhidden(of directory.Type, serve handler) handler {
	return func(c *call) error {
		group, err := c.find(of, c.vars["id"])
		if err != nil {
			return err
		}
		if c.hides(group) {
			return insufficient(group.ID())
		}
		return serve(c)
	}
}

// listReferences answers with the addresses of related objects instead of the objects.
func listReferences(of directory.Type, navigation string) handler {
	return func(c *call) error {
		from, err := c.find(of, c.vars["id"])
		if err != nil {
			return err
		}
		q, err := c.parse(odata.Collection{Navigation: navigation, From: from.ID()}, c.query)
		if err != nil {
			return err
		}
		page, err := q.Run(c.view)
		if err != nil {
			return err
		}
		addresses := make([]map[string]string, 0, len(page.Items))
		for _, item := range page.Items {
			if o, ok := item.(*directory.Object); ok {
				addresses = append(addresses, map[string]string{"@odata.id": c.t.location(c.origin, o)})
			}
		}
		answer := map[string]any{"value": addresses}
		if page.Next != "" {
			answer["@odata.nextLink"] = c.base + c.address.path() + "?" + page.Next
		}
		return c.object(http.StatusOK, "Collection($ref)", answer)
	}
}

// relateToGroup adds owners and members to a group, within a batch.
func relateToGroup(b *directory.Batch, group *directory.Object, binds map[string][]string) error {
	for _, owner := range binds["owners"] {
		if err := b.AddOwner(group.ID(), owner); err != nil {
			return err
		}
	}
	for _, id := range binds["members"] {
		if member, ok := b.View().Object(id); ok && !joins(group, member) {
			return badReference("members")
		}
		if err := b.AddMember(group.ID(), id); err != nil {
			return err
		}
	}
	return nil
}

// joins says whether a group takes an object that is fit to be a member of some group: no group takes Microsoft 365 groups, and one
// that carries roles no group at all.
// Source: learn.microsoft.com/graph/api/group-post-members, table; learn.microsoft.com/entra/identity/role-based-access-control/groups-concept.
func joins(group, member *directory.Object) bool {
	return member.Type() != directory.Group || !shapeOf(member, nil).unified && !group.Bool("isAssignableToRole")
}

// writable returns the group of the path for a change of its members or owners.
func (c *call) writable(navigation string) (*directory.Object, error) {
	group, err := c.fresh(directory.Group, c.vars["id"])
	if err != nil {
		return nil, err
	}
	if err := c.judgeGroupWrite(group); err != nil {
		return nil, err
	}
	if navigation == "members" && shapeOf(group, nil).dynamic {
		return nil, c.t.dynamicRefusal()
	}
	return group, nil
}

func addToGroup(navigation string) handler {
	return func(c *call) error {
		group, err := c.writable(navigation)
		if err != nil {
			return err
		}
		id, err := c.reference(navigation)
		if err != nil {
			return err
		}
		err = c.t.dir.Batch(func(b *directory.Batch) error {
			return relateToGroup(b, group, map[string][]string{navigation: {id}})
		})
		if err != nil {
			return err
		}
		return c.noContent()
	}
}

func removeFromGroup(navigation, variable string) handler {
	return func(c *call) error {
		group, err := c.writable(navigation)
		if err != nil {
			return err
		}
		remove := c.t.dir.RemoveMember
		if navigation == "owners" {
			remove = c.t.dir.RemoveOwner
		}
		if err := remove(group.ID(), strings.ToLower(c.vars[variable])); err != nil {
			return c.t.missingLink(err, navigation)
		}
		return c.noContent()
	}
}

// missingLink words that somebody is no member.
func (t *Tenant) missingLink(err error, navigation string) error {
	var d *directory.Error
	if t.options.groups.removedBadRequest && errors.As(err, &d) && d.Code == directory.CodeNotFound {
		return badRequest(d.Target, fmt.Sprintf("One or more removed object references do not exist for the following modified properties: '%s'.", navigation))
	}
	return err
}

// relatedObject returns the member or owner that the path names, in a state of the directory.
func relatedObject(s *directory.Snapshot, group *directory.Object, navigation, key string) (*directory.Object, error) {
	o, ok := s.Object(strings.ToLower(key))
	if !ok || !isRelated(s, navigation, group.ID(), o.ID()) {
		return nil, missing(key)
	}
	return o, nil
}

// getReference answers where a member is, which clients take as a test of membership.
func getReference(of directory.Type, navigation, variable string) handler {
	return func(c *call) error {
		group, err := c.find(of, c.vars["id"])
		if err != nil {
			return err
		}
		o, err := relatedObject(c.view, group, navigation, c.vars[variable])
		if err != nil {
			return err
		}
		return c.object(http.StatusOK, "$ref", map[string]string{"@odata.id": c.t.location(c.origin, o)})
	}
}

// deleteRelated deletes the member itself, not the membership: what Graph does when /$ref is forgotten and the caller may delete
// objects of that type.
// Source: learn.microsoft.com/graph/api/group-delete-members, caution.
func deleteRelated(navigation, variable string) handler {
	return func(c *call) error {
		group, err := c.fresh(directory.Group, c.vars["id"])
		if err != nil {
			return err
		}
		o, err := relatedObject(c.snapshot(), group, navigation, c.vars[variable])
		if err != nil {
			return err
		}
		return c.deleteObject(o)
	}
}
