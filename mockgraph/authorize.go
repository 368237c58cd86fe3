package mockgraph

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// WithUserSettings sets what the tenant allows its users by default; the zero value is a new tenant.
func WithUserSettings(s permission.Settings) Option { return func(o *options) { o.userSettings = s } }

// WithImpliedPermissions lets a permission to write stand for the one to read, where Microsoft's table does not list it. Whether
// the service does so is not documented.
func WithImpliedPermissions() Option { return func(o *options) { o.impliedPermissions = true } }

// denied is Graph's answer to a call the caller may not make.
func denied() *refusal {
	return refuse(http.StatusForbidden, directory.CodeDenied, "Insufficient privileges to complete the operation.")
}

// authorize checks the permission of a call: that of the token, and with a signed-in user her own rights.
func (t *Tenant) authorize(c *call, r route) error {
	if r.open || r.free {
		return nil
	}
	if r.ruling == nil { // no row of the table, but made for a question
		return c.require(r.permission())
	}
	return c.obey(r.ruling())
}

// ruling is what the permission table says of a method on a template.
type ruling struct {
	method, template string
	of, me           permission.Rule // me is that of the same under /me
	known, mine      bool            // whether there is one
}

// rulingOf looks it up: a route asks once, when the first request comes to it, because compiling the table takes longer than all else a
// tenant does before its first answer.
func rulingOf(method, template string) ruling {
	r := ruling{method: method, template: template}
	r.of, r.known = permission.Find(method, template)
	r.me, r.mine = permission.Find(method, "/me"+strings.TrimPrefix(template, "/users/{id}"))
	return r
}

// require checks the permission for a method on a template, which may be another than the route's own.
func (c *call) require(method, template string) error { return c.obey(rulingOf(method, template)) }

// obey checks a permission.
func (c *call) obey(r ruling) error {
	method, template, rule, found := r.method, r.template, r.of, r.known
	if c.me && r.mine {
		rule, found = r.me, true
	}
	if !found {
		return notBuilt("The permission for " + method + " " + template)
	}
	decision := rule.Allows(c.caller())
	c.anyOf = decision.AnyOf
	if !decision.Allowed || decision.OwnOnly && !c.own() {
		return c.denies(method+" "+template, decision)
	}
	c.used = decision.Used
	if decision.With != "" {
		c.with = append(c.with, decision.With)
	}
	settings := c.t.options.userSettings
	if method == http.MethodPost && template == "/groups" {
		settings.NoSecurityGroups = false // the kind of group decides, which the body says
	}
	if !c.claims.AppOnly && !settings.May(rule, c.user()) {
		decision.OwnOnly = false
		return c.denies(method+" "+template, decision)
	}
	return nil
}

// caller is what the token says.
func (c *call) caller() permission.Caller {
	who := permission.Caller{AppOnly: c.claims.AppOnly, Scopes: c.claims.Scopes, Roles: c.claims.Roles}
	if c.t.options.impliedPermissions {
		who.Scopes, who.Roles = permission.WithImplied(who.Scopes), permission.WithImplied(who.Roles)
	}
	return who
}

// user is the signed-in user as the directory has her now.
func (c *call) user() permission.User {
	s := c.snapshot()
	u := permission.User{Roles: rolesOf(s, c.claims.ObjectID), IsOwner: c.owns(c.claims.ObjectID), IsSelf: c.self()}
	if o, ok := s.Object(c.claims.ObjectID); ok {
		u.IsGuest = o.String("userType") == "Guest"
	}
	return u
}

// rolesOf returns the template ids of the directory roles of a principal, those through groups included.
func rolesOf(s *directory.Snapshot, id string) []string {
	var templates []string
	add := func(principal string) {
		for role := range s.RolesOf(principal) {
			if o, ok := s.Object(role); ok {
				templates = append(templates, o.String("roleTemplateId"))
			}
		}
	}
	add(id)
	for group := range s.TransitiveMemberOf(id) {
		add(group)
	}
	return templates
}

// own says whether the target of the call is the caller's own: the signed-in user herself, or a registration the client owns.
func (c *call) own() bool {
	if !c.claims.AppOnly {
		return c.self()
	}
	if c.vars["id"] == "" && c.r.Method == http.MethodPost {
		return true // what is being created will be
	}
	return c.owns(c.claims.ObjectID)
}

func (c *call) self() bool {
	o, ok := c.t.resolve(c.snapshot(), directory.User, c.vars["id"])
	return c.me || ok && o.ID() == c.claims.ObjectID
}

// familyTypes are the types of the objects of entity sets that have owners.
var familyTypes = map[string]directory.Type{
	"groups": directory.Group, "applications": directory.Application, "servicePrincipals": directory.ServicePrincipal,
}

// owns says whether a principal owns the target of the call, or did when it was deleted; the owner of an application owns its service
// principal too.
func (c *call) owns(principal string) bool {
	s := c.snapshot()
	if strings.HasPrefix(c.template, "/directory/deletedItems/") {
		return slices.Contains(slices.Collect(s.FormerOwners(c.vars["id"])), principal)
	}
	family, _, _ := strings.Cut(strings.TrimPrefix(c.template, "/"), "/")
	of, owned := familyTypes[family]
	o, ok := c.t.resolve(s, of, c.vars["id"])
	if !owned || !ok {
		return false
	}
	if principal == o.ID() || isRelated(s, "owners", o.ID(), principal) {
		return true
	}
	if of == directory.ServicePrincipal {
		app, registered := s.Lookup(directory.Application, "appId", o.String("appId"))
		return registered && isRelated(s, "owners", app.ID(), principal)
	}
	return false
}

// mayWriteUser checks the properties an update of a user names: those a permission reaches, those the signed-in user may write,
// and those of administrators. Source: learn.microsoft.com/graph/api/user-update, permissions for specific scenarios.
func (c *call) mayWriteUser(target *directory.Object, names []string) error {
	self := c.self()
	if c.t.options.groups.appProfiles && c.claims.AppOnly {
		names = slices.DeleteFunc(names, heldElsewhere)
	}
	if beyond := permission.DeniedUserWrites(c.caller(), self, names); len(beyond) > 0 {
		c.remark(exchange.Note{Text: "The permissions of the token do not reach these properties: " + strings.Join(beyond, ", ") + ".", Held: c.held()})
		return denied()
	}
	for _, besides := range permission.UsedForUserWrites(c.caller(), self, names) {
		if besides != c.used {
			c.with = append(c.with, besides)
		}
	}
	if !c.claims.AppOnly && len(c.t.options.userSettings.DeniedToUser(c.user(), names)) > 0 {
		return denied()
	}
	for _, name := range names {
		if action, sensitive := permission.SensitiveAction(name); sensitive {
			if err := c.mayTouch(target, action); err != nil {
				return err
			}
		}
	}
	return nil
}

// heldElsewhere says whether another service than the directory keeps a property of users.
func heldElsewhere(name string) bool {
	p, known := directory.PropertyOf(directory.User, name)
	return known && p.Held != ""
}

// mayTouch refuses a sensitive action on an administrator the caller is not above.
func (c *call) mayTouch(target *directory.Object, action permission.Action) error {
	s := c.snapshot()
	roles := rolesOf(s, target.ID())
	at := permission.Target{Roles: roles, Self: !c.claims.AppOnly && target.ID() == c.claims.ObjectID, RoleAssignable: inRoleAssignable(s, target.ID())}
	if (len(roles) > 0 || at.RoleAssignable) && !c.t.options.userSettings.MayTouchPrivileged(c.caller(), rolesOf(s, c.claims.ObjectID), action, at) {
		return denied()
	}
	return nil
}

func inRoleAssignable(s *directory.Snapshot, id string) bool {
	for group := range s.MemberOf(id) {
		if o, ok := s.Object(group); ok && o.Bool("isAssignableToRole") {
			return true
		}
	}
	return false
}

// restrict hides from a caller what she may not see of the objects an answer shows. of is the type of the items, "" for any.
func (c *call) restrict(q *odata.Query, of directory.Type) *odata.Query {
	if c.claims == nil {
		return q
	}
	who := c.caller()
	expanded := q.Expanded()
	if expanded == "members" {
		q = q.Hiding(func(item odata.Record) bool {
			group, ok := item.(*directory.Object)
			return ok && c.hides(group)
		})
	}
	if c.seesAll(who, of == "" || expanded != "") {
		return q
	}
	sees := func(t directory.Type, own, null bool) odata.Visibility {
		if t == directory.User {
			all, only := permission.ReadableUserProperties(who, own && c.self())
			return odata.Visibility{All: all, Only: append(only, "id"), Null: null}
		}
		if own && t == of || permission.ReadsType(who, string(t)) {
			return odata.Visibility{All: true}
		}
		return odata.Visibility{Only: []string{"id"}, Null: null}
	}
	return q.Restricted(
		func(t directory.Type) odata.Visibility { return sees(t, true, of == "") },
		func(t directory.Type) odata.Visibility { return sees(t, false, true) },
	)
}

// hiddenMembership is the visibility of groups and administrative units whose members only few may see.
const hiddenMembership = "HiddenMembership"

// belongs says whether the signed-in user is a member or an owner of a group.
func (c *call) belongs(group string) bool {
	return !c.claims.AppOnly && (isRelated(c.view, "members", group, c.claims.ObjectID) || isRelated(c.view, "owners", group, c.claims.ObjectID))
}

// broadReaders see everything a collection may hold.
var broadReaders = []string{"Directory.Read.All", "Directory.ReadWrite.All"}

// seesAll is the quick answer for most callers.
func (c *call) seesAll(who permission.Caller, mixed bool) bool {
	held := who.Scopes
	if who.AppOnly {
		held = who.Roles
	}
	for _, each := range broadReaders {
		if slices.Contains(held, each) {
			return true
		}
	}
	return !mixed && (slices.Contains(held, "User.Read.All") || slices.Contains(held, "User.ReadWrite.All"))
}
