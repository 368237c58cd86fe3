package mockgraph

import (
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// groupShape is what kind a group is of, or will be.
// Source: learn.microsoft.com/graph/api/resources/groups-overview, group types.
type groupShape struct {
	unified, dynamic, mailEnabled, securityEnabled, carriesRoles bool
	visibility                                                   string
}

// shapeOf is the shape of a group, nil for a new one, after some properties changed.
func shapeOf(before *directory.Object, p directory.Properties) groupShape {
	var s groupShape
	var types []string
	if before != nil {
		types = before.Strings("groupTypes")
		s = groupShape{
			mailEnabled: before.Bool("mailEnabled"), securityEnabled: before.Bool("securityEnabled"),
			carriesRoles: before.Bool("isAssignableToRole"), visibility: before.String("visibility"),
		}
	}
	if v, given := p["groupTypes"]; given {
		types, _ = v.([]string)
	}
	for name, at := range map[string]*bool{"mailEnabled": &s.mailEnabled, "securityEnabled": &s.securityEnabled, "isAssignableToRole": &s.carriesRoles} {
		if v, given := p[name]; given {
			*at, _ = v.(bool)
		}
	}
	if v, given := p["visibility"]; given {
		s.visibility, _ = v.(string)
	}
	s.unified, s.dynamic = slices.Contains(types, "Unified"), slices.Contains(types, "DynamicMembership")
	return s
}

// keptByExchange says whether a group is one Graph only reads: a distribution list or a mail-enabled security group.
func (s groupShape) keptByExchange() bool { return s.mailEnabled && !s.unified }

// The refusals of groups, as seen in public issues: microsoft-graph-docs#372 and #14827, #9071, #7749.
const (
	textMailEnabled = "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set."
	textExchange    = "Cannot Update a mail-enabled security groups and or distribution list."
	textSynced      = "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration."
	textSpecified   = "One or more property values specified are invalid."
	textDuplicates  = "Request contains a property with duplicate values"
	textPrivileges  = "Insufficient privileges to complete the operation."
)

func badRequest(target, message string) error {
	return &directory.Error{Code: directory.CodeBadRequest, Target: target, Message: message}
}

func insufficient(target string) error {
	return &directory.Error{Code: directory.CodeDenied, Target: target, Message: textPrivileges}
}

// judgeNewGroup refuses what cannot be created through Graph. What is required and missing is the directory's to say.
func (c *call) judgeNewGroup(body content) error {
	p := body.properties
	if err := c.judgeExchange(nil, p); err != nil {
		return err
	}
	if !c.claims.AppOnly && !c.t.options.userSettings.CanCreateGroup(c.user(), shapeOf(nil, p).unified) {
		return insufficient("groupTypes")
	}
	for _, required := range []string{"displayName", "mailNickname", "mailEnabled", "securityEnabled"} {
		if p[required] == nil {
			return nil
		}
	}
	s := shapeOf(nil, p)
	switch {
	case s.keptByExchange(), !s.unified && !s.securityEnabled:
		return badRequest("mailEnabled", textMailEnabled)
	case s.unified && !s.mailEnabled:
		return invalidValue(directory.Group, "mailEnabled")
	case s.visibility == "HiddenMembership" && !s.unified:
		return invalidValue(directory.Group, "visibility")
	case s.dynamic && len(body.binds["members"]) > 0:
		return insufficient("members")
	case s.carriesRoles:
		return c.judgeNewRoleGroup(s)
	}
	return nil
}

// maxRoleGroups is how many groups of a tenant may carry roles.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/groups-concept.
const maxRoleGroups = 500

func (c *call) judgeNewRoleGroup(s groupShape) error {
	if !c.managesRoleGroups() {
		return insufficient("isAssignableToRole")
	}
	if s.dynamic || !s.securityEnabled || s.unified && s.visibility != "" && s.visibility != "Private" {
		return badRequest("isAssignableToRole", textSpecified)
	}
	n := 0
	for o := range c.snapshot().Objects(directory.Group) {
		if o.Bool("isAssignableToRole") {
			n++
		}
	}
	if n >= maxRoleGroups {
		return &directory.Error{
			Code: directory.CodeQuota, Target: "isAssignableToRole",
			Message: "The directory object quota limit for the Tenant has been exceeded. Please ask your administrator to increase the quota limit or delete objects to reduce the used quota.",
		}
	}
	return nil
}

// managesRoleGroups says whether the caller may make and touch groups that carry roles: by the permission, and signed in by a role of
// her own or as the owner.
// Source: learn.microsoft.com/graph/api/group-post-members, permissions.
func (c *call) managesRoleGroups() bool {
	return permission.ManagesRoleAssignable(c.caller()) && (c.claims.AppOnly || permission.CanManageRoleAssignable(c.user()))
}

// holds says whether the caller's token carries a permission.
func (c *call) holds(permission string) bool {
	if c.claims.AppOnly {
		return slices.Contains(c.claims.Roles, permission)
	}
	return slices.Contains(c.claims.Scopes, permission)
}

// judgeRoleGroup asks for the permission that groups which carry roles need besides.
func (c *call) judgeRoleGroup(group *directory.Object) error {
	if group.Bool("isAssignableToRole") && !c.managesRoleGroups() {
		return insufficient(group.ID())
	}
	return nil
}

// judgeGroupWrite refuses writes to groups that are kept elsewhere.
func (c *call) judgeGroupWrite(group *directory.Object) error {
	switch {
	case shapeOf(group, nil).keptByExchange():
		return badRequest(group.ID(), textExchange)
	case group.Bool("onPremisesSyncEnabled"):
		return badRequest(group.ID(), textSynced)
	}
	return c.judgeRoleGroup(group)
}

// judgeGroupChange refuses what PATCH cannot change.
func (c *call) judgeGroupChange(before *directory.Object, body content) error {
	if err := c.judgeGroupWrite(before); err != nil {
		return err
	}
	if err := c.judgeExchange(before, body.properties); err != nil {
		return err
	}
	was, is := shapeOf(before, nil), shapeOf(before, body.properties)
	switch {
	case was.unified != is.unified:
		return invalidValue(directory.Group, "groupTypes")
	case was.mailEnabled != is.mailEnabled, !is.unified && !is.securityEnabled:
		return badRequest("mailEnabled", textMailEnabled)
	case was.visibility != is.visibility && (was.visibility == "HiddenMembership" || is.visibility == "HiddenMembership"),
		is.carriesRoles && is.unified && is.visibility != "Private":
		return invalidValue(directory.Group, "visibility")
	case is.dynamic && len(body.binds["members"]) > 0:
		return c.t.dynamicRefusal()
	}
	return nil
}

// judgeExchange sees to the properties Exchange keeps: of a Microsoft 365 group that exists, in a request of their own, by a
// signed-in user.
// Source: learn.microsoft.com/graph/api/group-update, note on allowExternalSenders and autoSubscribeNewMembers.
func (c *call) judgeExchange(before *directory.Object, p directory.Properties) error {
	held := ""
	for name := range p {
		if row, ok := directory.PropertyOf(directory.Group, name); ok && row.Held == "Exchange" && (held == "" || name < held) {
			held = name
		}
	}
	switch {
	case held == "":
		return nil
	case before == nil:
		return invalidValue(directory.Group, held)
	case len(p) > 1:
		return refuse(http.StatusBadRequest, codeBadRequest, textEntitySet)
	case c.claims.AppOnly:
		return insufficient(held)
	case !shapeOf(before, nil).unified:
		return missing(before.ID())
	}
	return nil
}

// textEntitySet is the refusal of properties of different services in one request, seen in microsoft-graph-docs#15735.
const textEntitySet = "The request is currently not supported on the targeted entity set"

// judgeGroupBinds refuses relations a group has not, duplicates, and more of them together than a request may add.
func judgeGroupBinds(binds map[string][]string) error {
	total := 0
	for navigation, ids := range binds {
		if navigation != "members" && navigation != "owners" {
			return unknownProperty(directory.Group, navigation)
		}
		total += len(ids)
		sorted := slices.Sorted(slices.Values(ids))
		if len(slices.Compact(sorted)) != len(ids) {
			return badRequest(navigation, textDuplicates)
		}
	}
	if total > maxBinds {
		return &directory.Error{
			Code: directory.CodeBadRequest, Target: "members",
			Message: "The request to bind objects through navigation property 'members' exceeds the limit of 20 in one request.",
		}
	}
	return nil
}
