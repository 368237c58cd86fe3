package sample

import "github.com/rehearse-id/rehearse/mockgraph/directory"

// Microsoft Graph and the delegated permissions User.Read, openid and profile.
// Source: learn.microsoft.com/graph/permissions-reference.
const (
	graphAppID = "00000003-0000-0000-c000-000000000000"
	userRead   = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
	openID     = "37f7f235-527c-4136-accd-4a02d197296e"
	profile    = "14dad69e-099b-42c9-810b-d002981feec1"
)

// roles makes the administrators.
func (t *filling) roles() error {
	for _, each := range []struct{ role, holder string }{
		{"Global Administrator", t.admin}, {"User Administrator", t.officer(0)}, {"Application Administrator", t.officer(1)},
	} {
		for _, template := range directory.RoleTemplates() {
			if template.DisplayName != each.role {
				continue
			}
			if err := t.directory.AssignRole(each.holder, template.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// applications registers two applications of the company: one with roles that people hold, one that asks for permissions only.
func (t *filling) applications() error {
	wanted := func(ids ...string) []directory.RequiredResourceAccess {
		access := directory.RequiredResourceAccess{ResourceAppID: graphAppID}
		for _, id := range ids {
			access.ResourceAccess = append(access.ResourceAccess, directory.ResourceAccess{ID: id, Type: "Scope"})
		}
		return []directory.RequiredResourceAccess{access}
	}
	people := []string{"User"}
	hr, err := t.register(directory.Properties{
		"displayName": t.company + " HR", "description": "Holidays, payslips and reviews",
		"appRoles": []directory.AppRole{
			{Value: "Employee", DisplayName: "Employee", Description: "Sees her own file", Enabled: true, AllowedMemberTypes: people},
			{Value: "HR.Administrator", DisplayName: "HR Administrator", Description: "Sees all files", Enabled: true, AllowedMemberTypes: people},
			{Value: "Provisioning", DisplayName: "Provisioning", Description: "Writes files", Enabled: true, AllowedMemberTypes: []string{"Application"}},
		},
		"web": directory.WebApplication{RedirectURIs: []string{"https://hr." + t.domain + "/signin"}}, "requiredResourceAccess": wanted(userRead, openID),
	}, directory.Properties{"appRoleAssignmentRequired": true, "tags": []string{"WindowsAzureActiveDirectoryIntegratedApp"}})
	if err != nil {
		return err
	}
	if _, err := t.register(directory.Properties{
		"displayName": t.company + " Expenses", "description": "Expense reports, on telephones and desktops", "isFallbackPublicClient": true,
		"publicClient": directory.PublicClient{RedirectURIs: []string{"http://localhost"}}, "requiredResourceAccess": wanted(userRead, openID, profile),
	}, nil); err != nil {
		return err
	}
	return t.appoint(hr)
}

// register makes an application with its service principal, owned by the Application Administrator, and returns the latter.
func (t *filling) register(application, principal directory.Properties) (*directory.Object, error) {
	app, err := t.directory.Create(directory.Application, application)
	if err != nil {
		return nil, err
	}
	if app, err = t.directory.Update(app.ID(), directory.Properties{"identifierUris": []string{"api://" + app.String("appId")}}); err != nil {
		return nil, err
	}
	made, err := t.directory.CreateServicePrincipal(app.String("appId"), principal)
	if err != nil {
		return nil, err
	}
	for _, each := range []string{app.ID(), made.ID()} {
		if err := t.directory.AddOwner(each, t.officer(1)); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// maxAssigned bounds the direct assignments of an application.
const maxAssigned = 50

// appoint gives the roles of an application: to the department of Human Resources its administration, through its group where the plan
// allows that, and to some others the role of an employee.
func (t *filling) appoint(application *directory.Object) error {
	roles := application.AppRoles()
	return t.directory.Batch(func(b *directory.Batch) error {
		personnel := t.employees(func(m *member) bool { return m.unit != nil && m.unit.name == "Human Resources" && m.enabled })
		if group, ok := b.View().Lookup(directory.Group, "mailNickname", "human-resources"); ok && !t.free {
			personnel = []string{group.ID()}
		}
		holders := some(t.employees(func(m *member) bool { return m.enabled && m.mailed }), maxAssigned)
		for i, ids := range [][]string{holders, some(personnel, maxAssigned)} {
			for _, id := range ids {
				if _, err := b.Assign(id, application.ID(), roles[i].ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
