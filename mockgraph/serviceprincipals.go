package mockgraph

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// servicePrincipalRoutes are the routes of /servicePrincipals.
// Source: learn.microsoft.com/graph/api/resources/serviceprincipal and its method pages.
func servicePrincipalRoutes() []route {
	const one = "/servicePrincipals/{id}"
	all := odata.Collection{Type: directory.ServicePrincipal}
	rows := []route{
		{method: http.MethodGet, template: "/servicePrincipals", serve: func(c *call) error { return c.list(all, "servicePrincipals") }},
		{method: http.MethodGet, template: "/servicePrincipals/$count", serve: func(c *call) error { return c.count(all) }},
		{method: http.MethodPost, template: "/servicePrincipals", serve: createServicePrincipal},
		{method: http.MethodGet, template: one, serve: getServicePrincipal},
		{method: http.MethodPatch, template: one, serve: updateServicePrincipal},
		{method: http.MethodDelete, template: one, serve: deleteServicePrincipal},
		{method: http.MethodPost, template: one + "/addTokenSigningCertificate", serve: addTokenSigningCertificate},
		{method: http.MethodGet, template: one + "/delegatedPermissionClassifications"},
		{method: http.MethodPost, template: one + "/delegatedPermissionClassifications"},
		{method: http.MethodGet, template: one + "/endpoints"},
		{method: http.MethodGet, template: one + "/remoteDesktopSecurityConfiguration"},
		{method: http.MethodPost, template: one + "/createPasswordSingleSignOnCredentials"},
		{method: http.MethodPost, template: one + "/getPasswordSingleSignOnCredentials"},
	}
	rows = append(rows, policyRoutes(one, "claimsMappingPolicies", "tokenIssuancePolicies", "tokenLifetimePolicies", "homeRealmDiscoveryPolicies", "appManagementPolicies")...)
	rows = append(rows, ownerRoutes(one, directory.ServicePrincipal)...)
	rows = append(rows, navigationRoutes(one, directory.ServicePrincipal, "owners", "ownedObjects", "memberOf", "transitiveMemberOf")...)
	rows = append(rows, createdObjectRoutes()...)
	return append(rows, credentialRoutes(one, directory.ServicePrincipal)...)
}

// microsoftTenant owns Microsoft's own applications.
// Source: learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in.
const microsoftTenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"

// foreignApplications are applications of other tenants whose service principals can be made here, by application id. It is never
// written. Source: the same page.
var foreignApplications = map[string]string{
	"00000003-0000-0000-c000-000000000000": "Microsoft Graph",
	"00000002-0000-0000-c000-000000000000": "Windows Azure Active Directory",
	"797f4846-ba00-4fd7-ba43-dac1f8f63013": "Windows Azure Service Management API",
	"00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
	"00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
	"00000007-0000-0000-c000-000000000000": "Dataverse",
	"00000009-0000-0000-c000-000000000000": "Power BI Service",
	"04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Microsoft Azure CLI",
	"1950a258-227b-4e31-a9cf-717495945fc2": "Microsoft Azure PowerShell",
	"14d82eec-204b-4c2f-b7e8-296a70dab67e": "Microsoft Graph Command Line Tools",
}

// createServicePrincipal makes the service principal of an application, of this tenant or of a foreign one that is known.
func createServicePrincipal(c *call) error {
	body, err := c.servicePrincipalBody(nil)
	if err != nil {
		return err
	}
	appID, _ := body.properties["appId"].(string)
	if appID == "" {
		return &directory.Error{
			Code: directory.CodeBadRequest, Target: "appId", Detail: directory.DetailMissingValue,
			Message: "A value is required for property 'appId' of resource 'ServicePrincipal'.",
		}
	}
	owners := body.binds["owners"]
	if err := c.mayOwn(owners); err != nil {
		return err
	}
	delete(body.properties, "appId")
	if caller := c.becomesOwner(); caller != "" && !slices.Contains(owners, caller) {
		owners = append(owners, caller)
	}
	var made *directory.Object
	err = c.t.dir.Batch(func(b *directory.Batch) error {
		if made, err = c.makePrincipal(b, appID, body.properties); err != nil {
			return err
		}
		for _, owner := range owners {
			if err := b.AddOwner(made.ID(), owner); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.created(made, "servicePrincipals")
}

// mayOwn refuses owners that are none, before anything is made.
func (c *call) mayOwn(owners []string) error {
	view := c.snapshot()
	for i, id := range owners {
		o, live := view.Object(id)
		switch {
		case !live:
			return missing(id)
		case o.Type() != directory.User && o.Type() != directory.ServicePrincipal:
			return badReference("owners")
		case slices.Contains(owners[:i], id):
			return &directory.Error{Code: directory.CodeBadRequest, Target: "owners", Message: "Request contains a property with duplicate values."}
		}
	}
	return nil
}

// makePrincipal makes the service principal of an application id.
func (c *call) makePrincipal(b *directory.Batch, appID string, p directory.Properties) (*directory.Object, error) {
	appID = strings.ToLower(appID)
	app, local := c.snapshot().Lookup(directory.Application, "appId", appID)
	if c.ownsOnly() && (!local || !isRelated(c.snapshot(), "owners", app.ID(), c.claims.ObjectID)) {
		return nil, refuse(http.StatusForbidden, directory.CodeDenied, "When using this permission, the backing application of the service principal being created must in the local tenant")
	}
	if local {
		return b.CreateServicePrincipal(appID, p)
	}
	name, known := foreignApplications[appID]
	if !known {
		return b.CreateServicePrincipal(appID, p) // which refuses
	}
	p["appId"], p["displayName"], p["appDisplayName"] = appID, name, name
	p["appOwnerOrganizationId"], p["servicePrincipalNames"], p["signInAudience"] = microsoftTenant, []string{appID}, "AzureADMultipleOrgs"
	return b.Create(directory.ServicePrincipal, p)
}

// servicePrincipalBody reads the body of a create or an update; before is nil for the former.
func (c *call) servicePrincipalBody(before *directory.Object) (content, error) {
	body, err := c.content(directory.ServicePrincipal, before)
	if err != nil {
		return content{}, err
	}
	for navigation := range body.binds {
		if navigation != "owners" || before != nil {
			return content{}, badReference(navigation)
		}
	}
	for name, known := range opaqueMembers {
		if err := checkOpaque(directory.ServicePrincipal, name, known, body.properties[name]); err != nil {
			return content{}, err
		}
	}
	return body, c.completeKeys(directory.ServicePrincipal, before, body.properties)
}

func getServicePrincipal(c *call) error {
	o, err := c.find(directory.ServicePrincipal, c.vars["id"])
	if err != nil {
		return err
	}
	return c.entity(o, "servicePrincipals")
}

func updateServicePrincipal(c *call) error {
	before, err := c.fresh(directory.ServicePrincipal, c.vars["id"])
	if err != nil {
		return err
	}
	body, err := c.servicePrincipalBody(before)
	if err != nil {
		return err
	}
	if err := c.change(before, body.properties); err != nil {
		return err
	}
	return c.noContent()
}

func deleteServicePrincipal(c *call) error {
	o, err := c.fresh(directory.ServicePrincipal, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.t.dir.Delete(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}
