package permission

import "strings"

// override is a row by hand, for what the generated table does not have or has wrongly.
type override struct {
	methods, template string // methods separated by spaces; the template as a route writes it
	delegated         string // as readGrants reads it
	application       string // "=" the same as delegated, "" not supported
	like              string // take the rule of this call instead, "GET /groups/{id}/members"
	open              bool   // a valid token is enough
}

func (o override) apply(all map[string]*entry) {
	for method := range strings.FieldsSeq(o.methods) {
		e := &entry{method: method, template: Canonical(o.template), open: o.open}
		if like, ok := all[o.like]; ok {
			e.delegated, e.application, e.open = like.delegated, like.application, like.open
		} else if o.like == "" {
			e.delegated = newScheme(readGrants(o.delegated))
			e.application = newScheme(readGrants(o.application))
			if o.application == "=" {
				e.application = newScheme(readGrants(o.delegated))
			}
		}
		put(all, e)
	}
}

// Permissions that are asked for beside another.
const (
	readsGroups    = "GroupMember.Read.All|GroupMember.ReadWrite.All|Group.Read.All|Group.ReadWrite.All"
	readsDirectory = "Directory.Read.All|Directory.ReadWrite.All"
	readsApps      = "Application.Read.All|Application.ReadWrite.All|Directory.Read.All|Directory.ReadWrite.All"
)

// overrides are all rows by hand. Where two permissions are needed together the generated table cannot say so: its source
// lost it when it was turned round. Each block names the pages it follows.
func overrides() []override {
	rows := []override{
		// A token is all these need. Sources: learn.microsoft.com/graph/json-batching (each request inside is judged by itself);
		// learn.microsoft.com/graph/api/applicationtemplate-list.
		{methods: "POST", template: "/$batch", open: true},
		{methods: "GET", template: "/$metadata", open: true},
		{methods: "GET", template: "/", open: true},
		{methods: "GET", template: "/applicationTemplates", open: true},
		{methods: "GET", template: "/applicationTemplates/{id}", open: true},

		// Source: learn.microsoft.com/graph/api/user-update: a password may still be reset with Directory.AccessAsUser.All.
		// What each of these reaches stands in userwrites.go.
		{methods: "PATCH", template: "/users/{id}", delegated: "*User.ReadWrite.All Directory.ReadWrite.All Directory.AccessAsUser.All User-Mail.ReadWrite.All " +
			"User-PasswordProfile.ReadWrite.All User-Phone.ReadWrite.All User.EnableDisableAccount.All+User.Read.All User.ManageIdentities.All User.ReadWrite",
			application: "*User.ReadWrite.All Directory.ReadWrite.All User-Mail.ReadWrite.All User-PasswordProfile.ReadWrite.All User-Phone.ReadWrite.All " +
				"User.EnableDisableAccount.All+User.Read.All User.ManageIdentities.All"},

		// Source: learn.microsoft.com/graph/api/group-post-members. Members bound in PATCH /groups/{id} are judged by this row.
		{methods: "POST", template: "/groups/{id}/members", delegated: "*GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All", application: "="},
		{methods: "GET", template: "/groups/{id}/members/{id}/$ref", like: "GET /groups/{id}/members"},
		{methods: "GET", template: "/groups/{id}/membersWithLicenseErrors", like: "GET /groups/{id}/members"},
		{methods: "GET", template: "/groups/{id}/owners/{id}/$ref", like: "GET /groups/{id}/owners"},

		// Sources: learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto, serviceprincipal-post-approleassignments.
		{methods: "POST", template: "/servicePrincipals/{id}/appRoleAssignedTo", delegated: "*AppRoleAssignment.ReadWrite.All+" + readsApps, application: "="},
		{methods: "POST", template: "/servicePrincipals/{id}/appRoleAssignments", delegated: "*AppRoleAssignment.ReadWrite.All+" + readsApps, application: "="},
		{methods: "GET", template: "/servicePrincipals/{id}/appRoleAssignedTo/{id}", like: "GET /serviceprincipals/{id}/approleassignedto"},
		{methods: "GET", template: "/servicePrincipals/{id}/appRoleAssignments/{id}", like: "GET /serviceprincipals/{id}/approleassignments"},
		{methods: "GET", template: "/users/{id}/appRoleAssignments/{id}", like: "GET /users/{id}/approleassignments"},
		{methods: "GET", template: "/groups/{id}/appRoleAssignments/{id}", like: "GET /groups/{id}/approleassignments"},

		// Sources: learn.microsoft.com/graph/api/application-post-owners, serviceprincipal-post-owners.
		{methods: "POST", template: "/applications/{id}/owners", delegated: "*Application.ReadWrite.All+" + readsDirectory,
			application: "*Application.ReadWrite.OwnedBy+" + readsDirectory + " Application.ReadWrite.All"},
		{methods: "POST", template: "/servicePrincipals/{id}/owners", delegated: "*Application.ReadWrite.All+" + readsDirectory + " Directory.ReadWrite.All",
			application: "*Application.ReadWrite.OwnedBy+" + readsDirectory + " Application.ReadWrite.All+" + readsDirectory + " Directory.ReadWrite.All"},
		{methods: "GET", template: "/applications/{id}/owners/{id}/$ref", like: "GET /applications/{id}/owners"},
		{methods: "GET", template: "/servicePrincipals/{id}/owners/{id}/$ref", like: "GET /serviceprincipals/{id}/owners"},
		{methods: "GET", template: "/applications/{id}/federatedIdentityCredentials/{id}", like: "GET /applications/{id}/federatedidentitycredentials"},
		{methods: "POST", template: "/servicePrincipals/{id}/synchronization/jobs/validateCredentials",
			like: "POST /serviceprincipals/{id}/synchronization/jobs/{id}/validatecredentials"},
		{methods: "PATCH", template: "/servicePrincipals/{id}/synchronization/jobs/{id}/schema", like: "PUT /serviceprincipals/{id}/synchronization/jobs/{id}/schema"},
		{methods: "GET", template: "/auditLogs/provisioning/{id}", like: "GET /auditlogs/provisioning"},

		// Source: learn.microsoft.com/graph/api/administrativeunit-post-members: adding a member is what the first is for, creating
		// a group inside what the others are for.
		{methods: "POST", template: "/directory/administrativeUnits/{id}/members",
			delegated:   "*AdministrativeUnit.ReadWrite.All Directory.AccessAsUser.All Directory.ReadWrite.All Group.ReadWrite.All",
			application: "*AdministrativeUnit.ReadWrite.All Directory.ReadWrite.All Group.Create Group.ReadWrite.All"},
		{methods: "GET", template: "/directory/administrativeUnits/{id}/members/{id}/$ref", like: "GET /directory/administrativeunits/{id}/members"},
		{methods: "GET", template: "/directoryRoles/{id}/members/{id}/$ref", like: "GET /directoryroles/{id}/members"},

		// Sources: learn.microsoft.com/graph/api/organization-get, contract-list, schemaextension-list, schemaextension-post-schemaextensions.
		{methods: "GET", template: "/organization/{id}", like: "GET /organization"},
		{methods: "GET", template: "/contracts", delegated: "*Directory.Read.All Directory.ReadWrite.All", application: "="},
		{methods: "GET", template: "/contracts/{id}", delegated: "*Directory.Read.All Directory.ReadWrite.All", application: "="},
		{methods: "GET", template: "/schemaExtensions", delegated: "*User.Read Application.Read.All", application: "*Application.Read.All"},
		{methods: "GET", template: "/schemaExtensions/{id}", like: "GET /schemaextensions"},
		{methods: "POST", template: "/schemaExtensions", delegated: "*Application.ReadWrite.All", application: "*Application.ReadWrite.All Directory.ReadWrite.All"},
		{methods: "PATCH DELETE", template: "/schemaExtensions/{id}", like: "POST /schemaextensions"},

		// Source: learn.microsoft.com/graph/api/opentypeextension-post-opentypeextension: as the user herself is read and written.
		{methods: "GET", template: "/users/{id}/extensions", delegated: "*User.Read User.Read.All User.ReadWrite User.ReadWrite.All", application: "*User.Read.All User.ReadWrite.All"},
		{methods: "GET", template: "/users/{id}/extensions/{id}", like: "GET /users/{id}/extensions"},
		{methods: "POST", template: "/users/{id}/extensions", delegated: "*User.ReadWrite User.ReadWrite.All", application: "*User.ReadWrite.All"},
		{methods: "PATCH DELETE", template: "/users/{id}/extensions/{id}", like: "POST /users/{id}/extensions"},

		// Source: learn.microsoft.com/graph/api/subscription-post-subscriptions: who watches needs to read what is watched.
		// [Subscribe] gives the rule by resource, these rows are for any.
		{methods: "POST GET", template: "/subscriptions", delegated: "*User.Read.All Group.Read.All", application: "="},
		{methods: "GET PATCH DELETE", template: "/subscriptions/{id}", like: "POST /subscriptions"},
		{methods: "POST", template: "/subscriptions/users", delegated: "*User.Read.All", application: "="},
		{methods: "POST", template: "/subscriptions/groups", delegated: "*Group.Read.All", application: "="},
	}
	rows = append(rows, membershipRows()...)
	return append(rows, deletedRows()...)
}

// membershipRows are the four questions about memberships: who asks needs to read the object and the groups. The rows of
// /directoryObjects/{id}, which are for any type, stand in the generated table; the rule of the object's own collection is exact.
// Sources: learn.microsoft.com/graph/api/directoryobject-checkmembergroups, -checkmemberobjects, -getmembergroups, -getmemberobjects.
func membershipRows() []override {
	const (
		all        = " Group.Read.All Group.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
		user       = "*User.Read.All+" + readsGroups + " User.ReadWrite.All+" + readsGroups + all
		signedIn   = "User.Read+" + readsGroups + " User.ReadWrite+" + readsGroups
		group      = "*GroupMember.Read.All GroupMember.ReadBasic.All GroupMember.ReadWrite.All Group.ReadBasic.All" + all
		registered = "*Application.Read.All Application.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
	)
	var rows []override
	for _, name := range []string{"checkMemberGroups", "checkMemberObjects", "getMemberGroups", "getMemberObjects"} {
		rows = append(rows,
			override{methods: "POST", template: "/users/{id}/" + name, delegated: user + " " + signedIn, application: user},
			override{methods: "POST", template: "/me/" + name, delegated: "*" + signedIn + " " + strings.TrimPrefix(user, "*")},
			override{methods: "POST", template: "/groups/{id}/" + name, delegated: group, application: "="},
			override{methods: "POST", template: "/applications/{id}/" + name, delegated: registered, application: "="},
			override{methods: "POST", template: "/servicePrincipals/{id}/" + name, delegated: registered, application: "="},
			override{methods: "POST", template: "/devices/{id}/" + name, delegated: "*Device.Read.All Directory.Read.All Directory.ReadWrite.All", application: "="},
		)
	}
	return rows
}

// deletedRows are the recycle bin, by the type of what lies in it; the rows without a type are for any.
// Sources: learn.microsoft.com/graph/api/directory-deleteditems-get, -list, -delete, -restore.
func deletedRows() []override {
	const (
		apps     = "*Application.Read.All Application.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
		appsOnly = "*Application.ReadWrite.OwnedBy Application.ReadWrite.All"
		directly = " Directory.Read.All Directory.ReadWrite.All"
	)
	types := []struct{ cast, read, readApp, remove, removeApp, restore string }{
		{"user", "*User.Read.All User.ReadWrite.All" + directly, "=", "*User.DeleteRestore.All User.ReadWrite.All", "=", "*User.DeleteRestore.All User.ReadWrite.All"},
		{"group", "*Group.Read.All Group.ReadWrite.All" + directly, "=", "*Group.ReadWrite.All", "=", "*Group.ReadWrite.All"},
		{"application", apps, apps + " Application.ReadWrite.OwnedBy", "*Application.ReadWrite.All", appsOnly, "*Application.ReadWrite.All"},
		{"servicePrincipal", apps, apps + " Application.ReadWrite.OwnedBy", "*Application.ReadWrite.All", appsOnly, "*Application.ReadWrite.All"},
		{"administrativeUnit", "*AdministrativeUnit.Read.All AdministrativeUnit.ReadWrite.All" + directly, "=", "*AdministrativeUnit.ReadWrite.All", "=",
			"*AdministrativeUnit.ReadWrite.All"},
		{"device", "*Device.Read.All" + directly, "=", "*Device.ReadWrite.All", "=", "*Device.ReadWrite.All"},
	}
	const bin = "/directory/deletedItems/"
	var rows []override
	var anyRead, anyDelete override
	for _, t := range types {
		cast := bin + "microsoft.graph." + t.cast
		rows = append(rows,
			override{methods: "GET", template: cast, delegated: t.read, application: t.readApp},
			override{methods: "GET", template: cast + "/{id}", delegated: t.read, application: t.readApp},
			override{methods: "DELETE", template: cast + "/{id}", delegated: t.remove, application: t.removeApp},
			override{methods: "POST", template: cast + "/{id}/restore", delegated: t.restore, application: t.removeApp},
		)
		anyRead.delegated += " " + strings.ReplaceAll(t.read, "*", "")
		anyDelete.delegated += " " + strings.ReplaceAll(t.remove, "*", "")
	}
	anyRead.methods, anyRead.template, anyRead.application = "GET", bin+"{id}", anyRead.delegated+" Application.ReadWrite.OwnedBy"
	anyDelete.methods, anyDelete.template, anyDelete.application = "DELETE", bin+"{id}", anyDelete.delegated+" Application.ReadWrite.OwnedBy"
	anyList := anyRead
	anyList.template = bin
	return append(rows, anyRead, anyList, anyDelete, override{methods: "POST", template: bin + "{id}/restore", like: "DELETE /directory/deleteditems/{id}"})
}

// Subscribe returns the rule for POST /subscriptions by the resource that is to be watched, "users", "groups",
// "/users/{id}" or "groups/{id}/members" for instance. Other resources have no rule.
// Source: learn.microsoft.com/graph/api/subscription-post-subscriptions, permissions.
func Subscribe(resource string) (Rule, bool) {
	if len(resource) > maxTemplate {
		return Rule{}, false
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(resource, "/"), "/")
	first, _, _ = strings.Cut(first, "(")
	first, _, _ = strings.Cut(first, "?")
	switch {
	case strings.EqualFold(first, "users"):
		return Find("POST", "/subscriptions/users")
	case strings.EqualFold(first, "groups"):
		return Find("POST", "/subscriptions/groups")
	}
	return Rule{}, false
}
