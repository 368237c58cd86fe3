package mockgraph

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// groupRoutes are the routes of /groups: groups, their members and owners.
// Source: learn.microsoft.com/graph/api/resources/group.
func groupRoutes() []route {
	rows := []route{
		{method: http.MethodGet, template: "/groups", serve: func(c *call) error { return c.list(odata.Collection{Type: directory.Group}, "groups") }},
		{method: http.MethodGet, template: "/groups/$count", serve: func(c *call) error { return c.count(odata.Collection{Type: directory.Group}) }},
		{method: http.MethodPost, template: "/groups", serve: createGroup},
		{method: http.MethodGet, template: "/groups/{id}", serve: getGroup},
		{method: http.MethodPatch, template: "/groups/{id}", free: true, serve: updateGroup},
		{method: http.MethodDelete, template: "/groups/{id}", serve: deleteGroup},
		{method: http.MethodPost, template: "/groups/{id}/renew", serve: renewGroup},
	}
	return append(rows, groupLinkRoutes()...)
}

func createGroup(c *call) error {
	o, err := c.newGroup("")
	if err != nil {
		return err
	}
	return c.created(o, "groups")
}

// newGroup makes the group the body describes, with its owners and members or not at all. unit is the administrative unit it is made
// in, "" for none. A signed-in caller owns what she makes.
// Source: learn.microsoft.com/graph/api/group-post-groups; learn.microsoft.com/graph/api/administrativeunit-post-members.
func (c *call) newGroup(unit string) (*directory.Object, error) {
	body, err := c.content(directory.Group, nil)
	if err != nil {
		return nil, err
	}
	if err := judgeGroupBinds(body.binds); err != nil {
		return nil, err
	}
	if err := c.judgeNewGroup(body); err != nil {
		return nil, err
	}
	c.completeGroup(body.properties)
	if !c.claims.AppOnly && !slices.Contains(body.binds["owners"], c.claims.ObjectID) {
		body.binds["owners"] = append(body.binds["owners"], c.claims.ObjectID)
	}
	var made *directory.Object
	err = c.t.dir.Batch(func(b *directory.Batch) error {
		var err error
		if made, err = b.Create(directory.Group, body.properties); err != nil {
			return err
		}
		if unit != "" {
			if err := b.AddUnitMember(unit, made.ID()); err != nil {
				return err
			}
		}
		return relateToGroup(b, made, body.binds)
	})
	return made, err
}

// completeGroup fills in what Exchange and the service make of a new Microsoft 365 group.
func (c *call) completeGroup(p directory.Properties) {
	if !shapeOf(nil, p).unified {
		return
	}
	if p["visibility"] == nil {
		p["visibility"] = "Public"
		if p["isAssignableToRole"] == true {
			p["visibility"] = "Private"
		}
	}
	for _, held := range []string{"allowExternalSenders", "autoSubscribeNewMembers", "hideFromAddressLists", "hideFromOutlookClients"} {
		p[held] = false
	}
	if nickname, ok := p["mailNickname"].(string); ok {
		address := nickname + "@" + c.defaultDomain()
		p["mail"], p["proxyAddresses"] = address, []string{"SMTP:" + address}
	}
}

// defaultDomain is the domain new mailboxes are given.
func (c *call) defaultDomain() string {
	name := c.t.options.domain
	for _, d := range c.snapshot().VerifiedDomains() {
		if d.IsDefault {
			return d.Name
		}
	}
	return name
}

func getGroup(c *call) error {
	o, err := c.find(directory.Group, c.vars["id"])
	if err != nil {
		return err
	}
	return c.entity(o, "groups")
}

// updateGroup changes properties and adds owners and members, all or nothing.
// Sources: learn.microsoft.com/graph/api/group-update; learn.microsoft.com/graph/api/group-post-members, example 2;
// learn.microsoft.com/graph/api/group-upsert.
func updateGroup(c *call) error {
	if err := c.mayUpdateGroup(); err != nil {
		return err
	}
	before, err := c.fresh(directory.Group, c.vars["id"])
	if err != nil {
		if name, missed := c.upsert(); missed {
			return c.createNamed(name)
		}
		return err
	}
	body, err := c.content(directory.Group, before)
	if err != nil {
		return err
	}
	if err := judgeGroupBinds(body.binds); err != nil {
		return err
	}
	if err := c.judgeGroupChange(before, body); err != nil {
		return err
	}
	err = c.change(before, body.properties, func(b *directory.Batch) error {
		after, _ := b.View().Object(before.ID())
		return relateToGroup(b, after, body.binds)
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

// mayUpdateGroup checks the permission: an update that does nothing but add members takes that of adding members.
// Source: learn.microsoft.com/graph/api/group-post-members, permissions and HTTP request (PATCH /groups/{group-id}).
func (c *call) mayUpdateGroup() error {
	body, err := c.members() // what cannot be read is refused for that, once it is known who asks
	if _, adds := body["members@odata.bind"]; adds && len(body) == 1 && err == nil {
		return c.require(http.MethodPost, "/groups/{id}/members")
	}
	return c.require(http.MethodPatch, "/groups/{id}")
}

// upsert says whether a PATCH may create the group it names, and its uniqueName.
func (c *call) upsert() (string, bool) {
	key, value, named := alternateKey(c.vars["id"])
	if !named || !strings.EqualFold(key, "uniqueName") || c.t.options.groups.noUpsert {
		return "", false
	}
	for _, preferences := range c.r.Header.Values("Prefer") {
		for preference := range strings.SplitSeq(preferences, ",") {
			if strings.EqualFold(strings.TrimSpace(preference), "create-if-missing") {
				return value, true
			}
		}
	}
	return "", false
}

func (c *call) createNamed(name string) error {
	members, err := c.members()
	if err != nil {
		return err
	}
	if _, given := members["uniqueName"]; !given {
		members["uniqueName"] = appendString(nil, name)
		if c.body, err = marshal(members); err != nil {
			return err
		}
	}
	o, err := c.newGroup("")
	if err != nil {
		return err
	}
	return c.created(o, "groups")
}

// deleteGroup leaves it to the directory which groups go to the recycle bin.
func deleteGroup(c *call) error {
	o, err := c.fresh(directory.Group, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.judgeRoleGroup(o); err != nil {
		return err
	}
	if err := c.t.dir.Delete(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}

// renewGroup moves the date from which a Microsoft 365 group's life is counted. No expiry policy stands here, so that nothing ends it.
// Source: learn.microsoft.com/graph/api/group-renew.
func renewGroup(c *call) error {
	o, err := c.fresh(directory.Group, c.vars["id"])
	if err != nil {
		return err
	}
	if !shapeOf(o, nil).unified {
		return invalidValue(directory.Group, "groupTypes")
	}
	if _, err := c.t.dir.Update(o.ID(), directory.Properties{"renewedDateTime": c.now.UTC()}); err != nil {
		return err
	}
	return c.noContent()
}
