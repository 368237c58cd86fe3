package mockgraph

import "github.com/rehearse-id/rehearse/mockgraph/directory"

// activity is what the audit log calls a write.
type activity struct {
	name      string                    // such as Add user
	names     map[directory.Type]string // instead, by the type of the object; a type without a name is not written down
	operation string                    // Add, Update, Delete, Assign, Unassign
	targets   func(*auditing) []directory.TargetResource
	category  string // "": that of the object's type
}

// categories are the categories of types. It is never written.
var categories = map[directory.Type]string{
	directory.User: "UserManagement", directory.Group: "GroupManagement", directory.Application: "ApplicationManagement",
	directory.ServicePrincipal: "ApplicationManagement", directory.DirectoryRole: "RoleManagement", directory.Domain: "DirectoryManagement",
	directory.Organization: "DirectoryManagement", directory.AdministrativeUnit: "AdministrativeUnit",
}

const (
	categoryApplications = "ApplicationManagement"
	categoryProvisioning = "ProvisioningManagement"
	activityCredentials  = "Update application – Certificates and secrets management " //nolint:gosec // the name of an activity, no secret
)

// activities are the writes the log knows, by method and template without names. Questions asked by POST are not among them. It
// is never written.
// Source: learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities.
var activities = activityTable()

func activityTable() map[string]activity {
	all := map[string]activity{
		"POST /users":                               {name: "Add user", operation: "Add", targets: created},
		"PATCH /users/{}":                           {name: "Update user", operation: "Update", targets: changed},
		"PUT /users/{}/manager/$ref":                {name: "Set user manager", operation: "Assign", targets: linked},
		"DELETE /users/{}/manager/$ref":             {name: "Remove user manager", operation: "Unassign", targets: itself},
		"POST /users/{}/assignLicense":              {name: "Change user license", operation: "Update", targets: relicensed},
		"POST /users/{}/changePassword":             {name: "Change user password", operation: "Update", targets: itself},
		"POST /users/{}/revokeSignInSessions":       {name: "Update StsRefreshTokenValidFrom Timestamp", operation: "Update", targets: changed},
		"POST /users/{}/invalidateAllRefreshTokens": {name: "Update StsRefreshTokenValidFrom Timestamp", operation: "Update", targets: changed},
		"POST /invitations":                         {name: "Invite external user", operation: "Add", targets: invited, category: "UserManagement"},

		"POST /groups":                      {name: "Add group", operation: "Add", targets: created},
		"PATCH /groups/{}":                  {name: "Update group", operation: "Update", targets: changed},
		"POST /groups/{}/assignLicense":     {name: "Set group license", operation: "Assign", targets: relicensed},
		"POST /groups/{}/renew":             {name: "Renew group", operation: "Update", targets: changed},
		"POST /applications":                {name: "Add application", operation: "Add", targets: created},
		"PATCH /applications/{}":            {name: "Update application", operation: "Update", targets: changed},
		"POST /servicePrincipals":           {name: "Add service principal", operation: "Add", targets: created},
		"PATCH /servicePrincipals/{}":       {name: "Update service principal", operation: "Update", targets: changed},
		"POST /oauth2PermissionGrants":      {name: "Add delegated permission grant", operation: "Assign", targets: granted, category: categoryApplications},
		"DELETE /oauth2PermissionGrants/{}": {name: "Remove delegated permission grant", operation: "Unassign", targets: granted, category: categoryApplications},
		"PATCH /oauth2PermissionGrants/{}":  {name: "Update delegated permission grant", operation: "Update", targets: granted, category: categoryApplications},

		"POST /applicationTemplates/{}/instantiate": {name: "Add service principal", operation: "Add", targets: instantiated, category: categoryApplications},

		"POST /directoryRoles":                                {name: "Add role from template", operation: "Add", targets: created},
		"POST /directoryRoles/{}/members/$ref":                {name: "Add member to role", operation: "Assign", targets: linked},
		"DELETE /directoryRoles/{}/members/{}/$ref":           {name: "Remove member from role", operation: "Unassign", targets: unlinked},
		"POST /roleManagement/directory/roleAssignments":      {name: "Add member to role", operation: "Assign", targets: roleGiven, category: "RoleManagement"},
		"DELETE /roleManagement/directory/roleAssignments/{}": {name: "Remove member from role", operation: "Unassign", targets: roleTaken, category: "RoleManagement"},

		"POST /domains":                {name: "Add unverified domain", operation: "Add", targets: created},
		"PATCH /domains/{}":            {name: "Update domain", operation: "Update", targets: changed},
		"POST /domains/{}/verify":      {name: "Verify domain", operation: "Update", targets: changed},
		"POST /domains/{}/forceDelete": {name: "Remove verified domain", operation: "Delete", targets: itself},
		"PATCH /organization":          {name: "Set company information", operation: "Update", targets: changed},
		"PATCH /organization/{}":       {name: "Set company information", operation: "Update", targets: changed},

		"POST /directory/administrativeUnits":                      {name: "Add administrative unit", operation: "Add", targets: created},
		"PATCH /directory/administrativeUnits/{}":                  {name: "Update administrative unit", operation: "Update", targets: changed},
		"POST /directory/administrativeUnits/{}/members/$ref":      {name: "Add member to administrative unit", operation: "Assign", targets: linked},
		"DELETE /directory/administrativeUnits/{}/members/{}/$ref": {name: "Remove member from administrative unit", operation: "Unassign", targets: unlinked},

		"DELETE /directory/deletedItems/{}":       {names: hardDeletions, operation: "Delete", targets: itself},
		"POST /directory/deletedItems/{}/restore": {names: restorations, operation: "Add", targets: itself},
		"POST /users/{}/restore":                  {names: restorations, operation: "Add", targets: itself},

		"POST /servicePrincipals/{}/synchronization/jobs":            {name: "Add provisioning configuration", operation: "Add", targets: itself, category: categoryProvisioning},
		"DELETE /servicePrincipals/{}/synchronization/jobs/{}":       {name: "Delete provisioning configuration", operation: "Delete", targets: itself, category: categoryProvisioning},
		"POST /servicePrincipals/{}/synchronization/jobs/{}/start":   {name: "Enable/start provisioning configuration", operation: "Update", targets: itself, category: categoryProvisioning},
		"POST /servicePrincipals/{}/synchronization/jobs/{}/pause":   {name: "Disable/pause provisioning configuration", operation: "Update", targets: itself, category: categoryProvisioning},
		"POST /servicePrincipals/{}/synchronization/jobs/{}/restart": {name: "Enable/restart provisioning configuration", operation: "Update", targets: itself, category: categoryProvisioning},
		"PUT /servicePrincipals/{}/synchronization/jobs/{}/schema":   {name: "Update attribute mappings or scope", operation: "Update", targets: itself, category: categoryProvisioning},
		"PUT /servicePrincipals/{}/synchronization/secrets":          {name: "Update provisioning setting or credentials", operation: "Update", targets: itself, category: categoryProvisioning},
	}
	for _, set := range []string{"users", "groups", "applications", "servicePrincipals", "directoryObjects", "domains", "directory/administrativeUnits"} {
		all["DELETE /"+set+"/{}"] = activity{names: deletions, operation: "Delete", targets: itself}
	}
	for _, relation := range []string{"members", "owners"} { // without $ref it is the object that goes
		all["DELETE /groups/{}/"+relation+"/{}"] = activity{names: deletions, operation: "Delete", targets: unlinkedAlone}
	}
	for set, word := range map[string]string{"groups": "group", "applications": "application", "servicePrincipals": "service principal"} {
		for relation, role := range map[string]string{"members": "member", "owners": "owner"} {
			for _, suffix := range []string{"", "/$ref"} {
				all["POST /"+set+"/{}/"+relation+suffix] = activity{name: "Add " + role + " to " + word, operation: "Assign", targets: linked}
			}
			all["DELETE /"+set+"/{}/"+relation+"/{}/$ref"] = activity{name: "Remove " + role + " from " + word, operation: "Unassign", targets: unlinked}
		}
	}
	for set, name := range map[string][2]string{"applications": {activityCredentials, activityCredentials}, "servicePrincipals": {"Add service principal credentials", "Remove service principal credentials"}} {
		all["POST /"+set+"/{}/addPassword"] = activity{name: name[0], operation: "Update", targets: itself}
		all["POST /"+set+"/{}/addKey"] = activity{name: name[0], operation: "Update", targets: itself}
		all["POST /"+set+"/{}/removePassword"] = activity{name: name[1], operation: "Update", targets: itself}
		all["POST /"+set+"/{}/removeKey"] = activity{name: name[1], operation: "Update", targets: itself}
	}
	for _, path := range []string{"users/{}/appRoleAssignments", "groups/{}/appRoleAssignments", "servicePrincipals/{}/appRoleAssignments", "servicePrincipals/{}/appRoleAssignedTo"} {
		all["POST /"+path] = activity{names: appRolesGiven, operation: "Assign", targets: assigned, category: categoryApplications}
		all["DELETE /"+path+"/{}"] = activity{names: appRolesTaken, operation: "Unassign", targets: assigned, category: categoryApplications}
	}
	return all
}

// Names by type. They are never written.
var (
	deletions = map[directory.Type]string{
		directory.User: "Delete user", directory.Group: "Delete group", directory.Application: "Delete application", directory.ServicePrincipal: "Remove service principal",
		directory.Domain: "Remove unverified domain", directory.AdministrativeUnit: "Delete administrative unit",
	}
	hardDeletions = map[directory.Type]string{
		directory.User: "Hard Delete user", directory.Group: "Hard Delete group", directory.Application: "Hard Delete application",
		directory.ServicePrincipal: "Hard delete service principal",
	}
	restorations = map[directory.Type]string{
		directory.User: "Restore user", directory.Group: "Restore Group", directory.Application: "Restore application", directory.ServicePrincipal: "Restore service principal",
	}
	appRolesGiven = map[directory.Type]string{
		directory.User: "Add app role assignment grant to user", directory.Group: "Add app role assignment to group",
		directory.ServicePrincipal: "Add app role assignment to service principal",
	}
	appRolesTaken = map[directory.Type]string{
		directory.User: "Remove app role assignment from user", directory.Group: "Remove app role assignment from group",
		directory.ServicePrincipal: "Remove app role assignment from service principal",
	}
)
