package permission

import "strings"

// right is what a signed-in user needs to be, one row for a family of calls. Whoever fulfils one of the columns may.
type right struct {
	methods  string // separated by spaces; "write" is all that change something
	template string // canonical; with /** at the end it is for everything below as well
	roles    roles  // holders of any of these
	owner    bool   // the owner of the target
	self     bool   // the target herself
	members  byDefault
	guests   guestReach
}

// byDefault is what every member of the tenant may do, as long as a setting does not take it away.
type byDefault int

const (
	never byDefault = iota
	always
	unlessNoAppRegistration
	unlessNoSecurityGroups
	unlessNoReadingUsers
	asInvitationsGo
)

// guestReach is how far a guest without a role gets where members do.
type guestReach int

const (
	noGuest         guestReach = iota
	guest                      // with the limits guests have by default
	restrictedGuest            // even with access restricted to own objects
)

const (
	managesUsers  = globalAdmin | userAdmin
	updatesUsers  = managesUsers | directoryWriters | authenticationAdmin | privilegedAuthAdmin
	deletesUsers  = managesUsers | authenticationAdmin | privilegedAuthAdmin
	managesGroups = globalAdmin | groupsAdmin | userAdmin
	managesApps   = globalAdmin | applicationAdmin | cloudApplicationAdmin
	assignsApps   = managesApps | userAdmin | directoryWriters | privilegedRoleAdmin
	managesRoles  = globalAdmin | privilegedRoleAdmin
	readsReports  = managesApps | globalReader | reportsReader | securityReader | securityAdmin
)

// rights are the families. Of the rows that match a call the most exact is taken, among equals the first.
// Sources: learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference, the actions of each role, and
// delegate-by-task; learn.microsoft.com/entra/fundamentals/users-default-permissions for members, guests and owners;
// learn.microsoft.com/entra/identity/app-provisioning/configure-automatic-user-provisioning-portal for provisioning.
var rights = []right{
	// What no row below names: members read, the Global Administrator writes.
	{methods: "GET", template: "/**", members: always},
	{methods: "write", template: "/**", roles: globalAdmin},
	{methods: "POST", template: "/$batch", members: always, guests: restrictedGuest},
	{methods: "GET", template: "/$metadata", members: always, guests: restrictedGuest},
	{methods: "GET", template: "/applicationtemplates/**", members: always, guests: restrictedGuest},

	// Users.
	{methods: "GET", template: "/users/**", self: true, members: unlessNoReadingUsers},
	{methods: "GET", template: "/users/{id}", self: true, members: unlessNoReadingUsers, guests: guest},
	{methods: "GET", template: "/users/{id}/manager", self: true, members: unlessNoReadingUsers, guests: guest},
	{methods: "GET", template: "/users/{id}/directreports", self: true, members: unlessNoReadingUsers, guests: guest},
	{methods: "GET", template: "/users/{id}/photo", self: true, members: unlessNoReadingUsers, guests: guest},
	{methods: "POST", template: "/users", roles: managesUsers | directoryWriters},
	{methods: "POST", template: "/users/validatepassword", members: always},
	{methods: "write", template: "/users/{id}/**", roles: updatesUsers},
	{methods: "PATCH", template: "/users/{id}", self: true, roles: updatesUsers | helpdeskAdmin | passwordAdmin | licenseAdmin},
	{methods: "DELETE", template: "/users/{id}", roles: deletesUsers},
	{methods: "write", template: "/users/{id}/extensions/**", self: true, roles: updatesUsers},
	{methods: "write", template: "/users/{id}/photo", self: true, roles: managesUsers | directoryWriters},
	{methods: "POST", template: "/users/{id}/assignlicense", roles: managesUsers | directoryWriters | licenseAdmin},
	{methods: "POST", template: "/users/{id}/reprocesslicenseassignment", roles: managesUsers | directoryWriters | licenseAdmin},
	{methods: "POST", template: "/users/{id}/revokesigninsessions", self: true, roles: updatesUsers | helpdeskAdmin},
	{methods: "POST", template: "/users/{id}/invalidateallrefreshtokens", self: true, roles: updatesUsers | helpdeskAdmin},
	{methods: "write", template: "/users/{id}/approleassignments/**", owner: true, roles: assignsApps},
	{methods: "POST", template: "/users/{id}/convertexternaltointernalmemberuser", roles: managesUsers},
	{methods: "POST", template: "/me/changepassword", self: true},
	{methods: "POST", template: "/invitations", roles: managesUsers | guestInviter | directoryWriters, members: asInvitationsGo, guests: guest},

	// Groups. Those that can be given roles are managed by few: see CanManageRoleAssignable.
	{methods: "GET", template: "/groups/{id}/**", owner: true, members: always, guests: guest},
	{methods: "POST", template: "/groups", roles: managesGroups | directoryWriters, members: unlessNoSecurityGroups},
	{methods: "write", template: "/groups/{id}/**", owner: true, roles: managesGroups | directoryWriters},
	{methods: "DELETE", template: "/groups/{id}", owner: true, roles: managesGroups},
	{methods: "POST", template: "/groups/{id}/assignlicense", roles: managesGroups | directoryWriters | licenseAdmin},
	{methods: "write", template: "/groups/{id}/approleassignments/**", owner: true, roles: assignsApps},
	{methods: "POST", template: "/groups/{id}/validateproperties", owner: true, members: always},

	// Applications, service principals and what is granted to them.
	{methods: "GET", template: "/applications/{id}/**", owner: true, members: always, guests: restrictedGuest},
	{methods: "POST", template: "/applications", roles: managesApps | applicationDeveloper, members: unlessNoAppRegistration},
	{methods: "write", template: "/applications/{id}/**", owner: true, roles: managesApps},
	{methods: "write", template: "/applications/{id}/extensionproperties/**", owner: true, roles: managesApps | directoryWriters},
	{methods: "POST", template: "/applicationtemplates/{id}/instantiate", roles: managesApps},
	{methods: "GET", template: "/serviceprincipals/{id}/**", owner: true, members: always, guests: restrictedGuest},
	{methods: "POST", template: "/serviceprincipals", owner: true, roles: managesApps},
	{methods: "write", template: "/serviceprincipals/{id}/**", owner: true, roles: managesApps},
	{methods: "write", template: "/serviceprincipals/{id}/approleassignedto/**", owner: true, roles: assignsApps},
	{methods: "write", template: "/serviceprincipals/{id}/approleassignments/**", owner: true, roles: assignsApps},
	{methods: "GET", template: "/oauth2permissiongrants/**", members: always, guests: restrictedGuest},
	{methods: "write", template: "/oauth2permissiongrants/**", roles: managesApps | privilegedRoleAdmin | userAdmin | directoryWriters},
	{methods: "DELETE", template: "/oauth2permissiongrants/{id}", roles: managesApps | privilegedRoleAdmin | userAdmin},
	{methods: "write", template: "/schemaextensions/**", owner: true, roles: managesApps},

	// Provisioning: others get a 403, also those who may write the service principal otherwise.
	{methods: "GET", template: "/serviceprincipals/{id}/synchronization/**", owner: true, roles: managesApps | globalReader},
	{methods: "write", template: "/serviceprincipals/{id}/synchronization/**", owner: true, roles: managesApps},
	{methods: "GET", template: "/applications/{id}/synchronization/**", owner: true, roles: managesApps | globalReader},
	{methods: "write", template: "/applications/{id}/synchronization/**", owner: true, roles: managesApps},

	// Roles, administrative units, the tenant itself.
	{methods: "write", template: "/directoryroles/**", roles: managesRoles},
	{methods: "write", template: "/rolemanagement/**", roles: managesRoles},
	{methods: "write", template: "/directory/administrativeunits/**", roles: managesRoles},
	{methods: "write", template: "/domains/**", roles: globalAdmin | domainNameAdmin},
	{methods: "GET", template: "/domains/**", members: always, guests: restrictedGuest},
	{methods: "GET", template: "/organization/**", members: always, guests: restrictedGuest},
	{methods: "write", template: "/organization/**", roles: globalAdmin},
	{methods: "GET", template: "/auditlogs/**", roles: readsReports},

	// Any object, and the recycle bin by type.
	{methods: "GET", template: "/directoryobjects/{id}", self: true, owner: true, members: always, guests: guest},
	{methods: "POST", template: "/directoryobjects/getbyids", members: always, guests: guest},
	{methods: "POST", template: "/directoryobjects/**", members: always},
	{methods: "write", template: "/directory/deleteditems/**", owner: true, roles: deletesUsers | managesGroups | managesApps},
	{methods: "POST", template: "/directory/deleteditems/getuserownedobjects", members: always},
	{methods: "write", template: "/directory/deleteditems/microsoft.graph.user/**", roles: deletesUsers},
	{methods: "write", template: "/directory/deleteditems/microsoft.graph.group/**", owner: true, roles: managesGroups},
	{methods: "write", template: "/directory/deleteditems/microsoft.graph.application/**", owner: true, roles: managesApps},
	{methods: "write", template: "/directory/deleteditems/microsoft.graph.serviceprincipal/**", owner: true, roles: managesApps},
	{methods: "write", template: "/directory/deleteditems/microsoft.graph.administrativeunit/**", roles: managesRoles},
	{methods: "write", template: "/directory/deleteditems/microsoft.graph.device/**", roles: globalAdmin},
	{methods: "write", template: "/subscriptions/**", members: always},
}

// questions are the actions that only ask; whoever may read the object may ask them.
var questions = []string{"/checkmembergroups", "/checkmemberobjects", "/getmembergroups", "/getmemberobjects"}

// rightOf finds the row for a call. A template under /me has the row of /users/{id}.
func rightOf(method, template string) *right {
	if rest, me := strings.CutPrefix(template, "/me"); me && template != "/me/changepassword" {
		template = "/users/{id}" + rest
	}
	for _, question := range questions {
		if of, asked := strings.CutSuffix(template, question); asked {
			method, template = "GET", of+"/memberof"
		}
	}
	var best *right
	for i := range rights {
		r := &rights[i]
		if r.covers(method, template) && (best == nil || r.exactness() > best.exactness()) {
			best = r
		}
	}
	return best
}

// exactness is higher the longer the template is, and higher for a call itself than for what is below it.
func (r *right) exactness() int {
	above, below := strings.CutSuffix(r.template, "/**")
	if below {
		return 2 * len(above)
	}
	return 2*len(above) + 1
}

func (r *right) covers(method, template string) bool {
	if r.methods == "write" && method == "GET" || r.methods != "write" && r.methods != method {
		return false
	}
	above, below := strings.CutSuffix(r.template, "/**")
	return template == r.template || below && (template == above || strings.HasPrefix(template, above+"/"))
}
