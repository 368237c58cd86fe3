package mockgraph

import (
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// roleDefinitionRoutes are the routes of role definitions: the built-in ones. Custom roles are not built.
// Source: learn.microsoft.com/graph/api/rbacapplication-list-roledefinitions.
func roleDefinitionRoutes() []route {
	const base = "/roleManagement/directory/roleDefinitions"
	return []route{
		{method: http.MethodGet, template: base, serve: listRoleDefinitions},
		{method: http.MethodGet, template: base + "/{id}", serve: getRoleDefinition},
		{method: http.MethodPost, template: base},
		{method: http.MethodPatch, template: base + "/{id}"},
		{method: http.MethodDelete, template: base + "/{id}"},
	}
}

// directoryReaders is the role from which the other roles inherit.
const directoryReaders = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"

// roleDefinition is a built-in role of role management. Its id is that of its template.
type roleDefinition struct {
	directory.RoleTemplate

	version string // of the API
}

// ID returns the id.
func (r roleDefinition) ID() string { return r.RoleTemplate.ID }

// rolePermission is an element of rolePermissions.
type rolePermission struct {
	AllowedResourceActions []string `json:"allowedResourceActions"`
	Condition              *string  `json:"condition"`
}

// Property returns a member by Graph's name.
func (r roleDefinition) Property(name string) any {
	switch name {
	case "displayName":
		return r.DisplayName
	case "description":
		return r.Description
	case "isBuiltIn", "isEnabled":
		return true
	case "resourceScopes":
		return []string{"/"}
	case "templateId":
		return r.ID()
	case "version":
		return "1"
	case "rolePermissions":
		return []rolePermission{{AllowedResourceActions: roleActions[r.ID()]}}
	case inheritsContext:
		return "https://graph.microsoft.com/" + r.version + "/$metadata#roleManagement/directory/roleDefinitions('" + r.ID() + "')/inheritsPermissionsFrom"
	case "inheritsPermissionsFrom":
		if r.ID() == directoryReaders {
			return nil
		}
		return []map[string]string{{"id": directoryReaders}}
	}
	return nil
}

// inheritsContext names a member clients read: one well-known connector parses it and takes no other host than Graph's own.
const inheritsContext = "inheritsPermissionsFrom@odata.context"

var roleDefinitionSchema = sync.OnceValue(func() *odata.Schema {
	is := func(operators directory.Operators) directory.Filter {
		return directory.Filter{Default: operators, Advanced: operators | directory.Ne | directory.Not}
	}
	return odata.NewSchema("unifiedRoleDefinition", false,
		directory.Property{Name: "id", DefaultSelect: true, Filter: is(directory.Eq)},
		directory.Property{Name: "description", DefaultSelect: true},
		directory.Property{Name: "displayName", DefaultSelect: true, Sort: directory.SortEverywhere, Filter: is(directory.Eq | directory.StartsWith)},
		directory.Property{Name: "isBuiltIn", Kind: directory.Boolean, DefaultSelect: true, Filter: is(directory.Eq)},
		directory.Property{Name: "isEnabled", Kind: directory.Boolean, DefaultSelect: true, Filter: is(directory.Eq)},
		directory.Property{Name: "resourceScopes", Kind: directory.Strings, Collection: true, DefaultSelect: true},
		directory.Property{Name: "templateId", DefaultSelect: true, Filter: is(directory.Eq)},
		directory.Property{Name: "version", DefaultSelect: true},
		directory.Property{Name: "rolePermissions", Kind: directory.Complexes, Collection: true, DefaultSelect: true},
		directory.Property{Name: inheritsContext, DefaultSelect: true},
		directory.Property{Name: "inheritsPermissionsFrom", Kind: directory.Complexes, Collection: true, DefaultSelect: true},
	)
})

func (c *call) roleDefinitions() []odata.Record {
	all := directory.RoleTemplates()
	records := make([]odata.Record, 0, len(all))
	for _, each := range all {
		records = append(records, roleDefinition{each, c.address.version})
	}
	return records
}

const roleDefinitionSet = "roleManagement/directory/roleDefinitions"

func listRoleDefinitions(c *call) error {
	if err := c.dropExpand("inheritsPermissionsFrom"); err != nil { // which is always there
		return err
	}
	return c.listOver(odata.Collection{Schema: roleDefinitionSchema()}, roleDefinitionSet, slices.Values(c.roleDefinitions()))
}

func getRoleDefinition(c *call) error {
	if err := c.dropExpand("inheritsPermissionsFrom"); err != nil {
		return err
	}
	return c.entityAmong(odata.Collection{Schema: roleDefinitionSchema()}, roleDefinitionSet, strings.ToLower(c.vars["id"]), slices.Values(c.roleDefinitions()))
}

// roleActions are some of what members of the built-in roles may do. The whole lists are long and change often; no client is known
// to read them. It is never written.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
var roleActions = map[string][]string{
	"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": {
		"microsoft.directory/applications/create", "microsoft.directory/applications/delete", "microsoft.directory/applications/basic/update",
		"microsoft.directory/applications/credentials/update", "microsoft.directory/applications/owners/update",
		"microsoft.directory/applicationTemplates/instantiate", "microsoft.directory/servicePrincipals/create",
		"microsoft.directory/servicePrincipals/delete", "microsoft.directory/servicePrincipals/credentials/update",
		"microsoft.directory/servicePrincipals/appRoleAssignedTo/update", "microsoft.directory/servicePrincipals/synchronizationJobs/manage",
		"microsoft.directory/servicePrincipals/synchronizationSchema/manage", "microsoft.directory/servicePrincipals/synchronizationCredentials/manage",
		"microsoft.directory/provisioningLogs/allProperties/read", "microsoft.directory/auditLogs/allProperties/read", "microsoft.directory/signInReports/allProperties/read",
	},
	"158c047a-c907-4556-b7ef-446551a6b5f7": {
		"microsoft.directory/applications/create", "microsoft.directory/applications/delete", "microsoft.directory/applications/basic/update",
		"microsoft.directory/applications/credentials/update", "microsoft.directory/servicePrincipals/create",
		"microsoft.directory/servicePrincipals/appRoleAssignedTo/update", "microsoft.directory/servicePrincipals/synchronizationJobs/manage",
		"microsoft.directory/servicePrincipals/synchronizationSchema/manage", "microsoft.directory/servicePrincipals/synchronizationCredentials/manage",
		"microsoft.directory/provisioningLogs/allProperties/read", "microsoft.directory/auditLogs/allProperties/read", "microsoft.directory/signInReports/allProperties/read",
	},
	directoryReaders: {
		"microsoft.directory/users/standard/read", "microsoft.directory/users/memberOf/read", "microsoft.directory/users/manager/read",
		"microsoft.directory/groups/standard/read", "microsoft.directory/groups/members/read", "microsoft.directory/groups/owners/read",
		"microsoft.directory/applications/standard/read", "microsoft.directory/servicePrincipals/standard/read",
		"microsoft.directory/organization/standard/read", "microsoft.directory/domains/standard/read", "microsoft.directory/subscribedSkus/standard/read",
		"microsoft.directory/directoryRoles/standard/read", "microsoft.directory/administrativeUnits/standard/read",
	},
	globalAdministrator: {
		"microsoft.directory/users/allProperties/allTasks", "microsoft.directory/groups/allProperties/allTasks",
		"microsoft.directory/applications/allProperties/allTasks", "microsoft.directory/servicePrincipals/allProperties/allTasks",
		"microsoft.directory/directoryRoles/allProperties/allTasks", "microsoft.directory/domains/allProperties/allTasks",
		"microsoft.directory/organization/allProperties/allTasks", "microsoft.directory/subscribedSkus/allProperties/allTasks",
	},
	"f2ef992c-3afb-46b9-b7cf-a126ee74c451": {
		"microsoft.directory/users/allProperties/read", "microsoft.directory/groups/allProperties/read", "microsoft.directory/applications/allProperties/read",
		"microsoft.directory/servicePrincipals/allProperties/read", "microsoft.directory/directoryRoles/allProperties/read",
		"microsoft.directory/auditLogs/allProperties/read", "microsoft.directory/provisioningLogs/allProperties/read", "microsoft.directory/signInReports/allProperties/read",
	},
	"fdd7a751-b60b-444a-984c-02652fe8fa1c": {
		"microsoft.directory/groups/create", "microsoft.directory/groups/delete", "microsoft.directory/groups/restore", "microsoft.directory/groups/basic/update",
		"microsoft.directory/groups/members/update", "microsoft.directory/groups/owners/update", "microsoft.directory/groups/assignLicense",
		"microsoft.directory/groups/reprocessLicenseAssignment",
	},
	"95e79109-95c0-4d8e-aee3-d01accf2d47b": {"microsoft.directory/users/inviteGuest", "microsoft.directory/users/standard/read"},
	"729827e3-9c14-49f7-bb1b-9608f156bbb8": {
		"microsoft.directory/users/invalidateAllRefreshTokens", "microsoft.directory/users/password/update", "microsoft.directory/bitlockerKeys/key/read",
		"microsoft.directory/deviceLocalCredentials/password/read",
	},
	"4d6ac14f-3453-41d0-bef9-a3e0c569773a": {
		"microsoft.directory/authorizationPolicy/standard/read", "microsoft.directory/groups/assignLicense", "microsoft.directory/groups/reprocessLicenseAssignment",
		"microsoft.directory/users/assignLicense", "microsoft.directory/users/reprocessLicenseAssignment", "microsoft.directory/users/usageLocation/update",
	},
	"7be44c8a-adaf-4e2a-84d6-ab2649e08a13": {
		"microsoft.directory/users/authenticationMethods/create", "microsoft.directory/users/authenticationMethods/delete",
		"microsoft.directory/users/invalidateAllRefreshTokens", "microsoft.directory/users/password/update",
	},
	"e8611ab8-c189-46e8-94e1-60213ab1f814": {
		"microsoft.directory/directoryRoles/allProperties/allTasks", "microsoft.directory/roleAssignments/allProperties/allTasks",
		"microsoft.directory/roleDefinitions/allProperties/allTasks", "microsoft.directory/servicePrincipals/appRoleAssignedTo/allTasks",
		"microsoft.directory/oAuth2PermissionGrants/allProperties/allTasks",
	},
	"fe930be7-5e62-47db-91af-98c3a49a38b1": {
		"microsoft.directory/users/create", "microsoft.directory/users/delete", "microsoft.directory/users/disable", "microsoft.directory/users/enable",
		"microsoft.directory/users/restore", "microsoft.directory/users/basic/update", "microsoft.directory/users/manager/update",
		"microsoft.directory/users/password/update", "microsoft.directory/users/userPrincipalName/update", "microsoft.directory/users/usageLocation/update",
		"microsoft.directory/users/assignLicense", "microsoft.directory/users/invalidateAllRefreshTokens", "microsoft.directory/groups/create",
		"microsoft.directory/groups/delete", "microsoft.directory/groups/basic/update", "microsoft.directory/groups/members/update",
	},
}
