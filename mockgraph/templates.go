package mockgraph

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// template is an application of the gallery.
type template struct {
	id, name, publisher string
	signOn              []string // supportedSingleSignOnModes
	provisioning        []string // supportedProvisioningTypes
	roles               []directory.AppRole
	tags                []string
}

// templates is the gallery: the templates that stand for "an application of your own" in each cloud, and the one for trying out an
// endpoint before it is published. The gallery's thousands of products are not here.
// Source: learn.microsoft.com/graph/api/applicationtemplate-instantiate; the validation workflows of
// github.com/AzureAD/SCIMReferenceCode. It is never written.
var templates = []template{
	{id: "8adf8e6e-67b2-4cf2-a259-e3dc5476c621", name: "Custom", publisher: "Microsoft", signOn: customSignOn, provisioning: []string{"sync"}, roles: templateRoles, tags: customTags},
	{id: "4602d0b4-76bb-404b-bca9-2652e1a39c6d", name: "Custom", publisher: "Microsoft", signOn: customSignOn, provisioning: []string{"sync"}, roles: templateRoles, tags: customTags},
	{id: "5a532e38-1581-4918-9658-008dc27c1d68", name: "Custom", publisher: "Microsoft", signOn: customSignOn, provisioning: []string{"sync"}, roles: templateRoles, tags: customTags},
	{id: "2e388773-2016-40c0-a06e-743486cef3bf", name: "SCIM Onboarding", publisher: "Microsoft", signOn: customSignOn, provisioning: []string{"sync"}, roles: templateRoles, tags: integratedTags},
}

// What applications from the gallery have in common. They are never written.
var (
	customSignOn   = []string{"password", "saml", "notSupported"}
	integratedTags = []string{"WindowsAzureActiveDirectoryIntegratedApp"}
	customTags     = []string{"WindowsAzureActiveDirectoryCustomSingleSignOnApplication", "WindowsAzureActiveDirectoryIntegratedApp"}
	templateRoles  = []directory.AppRole{
		{ID: "18d14569-c3bd-439b-9a66-3a2aee01d14f", DisplayName: "User", Description: "User", Enabled: true, AllowedMemberTypes: []string{"User"}},
		{ID: "b9632174-c057-4f7e-951b-be3adc52bfe6", DisplayName: "msiam_access", Description: "msiam_access", Enabled: true, AllowedMemberTypes: []string{"User"}},
	}
)

// userImpersonation is the delegated permission every application from the gallery offers.
func userImpersonation(id, name string) directory.PermissionScope {
	return directory.PermissionScope{
		ID: id, Value: "user_impersonation", Type: "User", Enabled: true,
		AdminConsentDisplayName: "Access " + name, AdminConsentDescription: "Allow the application to access " + name + " on behalf of the signed-in user.",
		UserConsentDisplayName: "Access " + name, UserConsentDescription: "Allow the application to access " + name + " on your behalf.",
	}
}

// templateRoutes are the routes of /applicationTemplates.
// Source: learn.microsoft.com/graph/api/resources/applicationtemplate.
func templateRoutes() []route {
	const all, one = "/applicationTemplates", "/applicationTemplates/{id}"
	schema := odata.NewSchema("applicationTemplate", true,
		directory.Property{Name: "id", DefaultSelect: true},
		directory.Property{Name: "displayName", DefaultSelect: true},
		directory.Property{Name: "homePageUrl", DefaultSelect: true},
		directory.Property{Name: "supportedSingleSignOnModes", Kind: directory.Strings, Collection: true, DefaultSelect: true},
		directory.Property{Name: "supportedProvisioningTypes", Kind: directory.Strings, Collection: true, DefaultSelect: true},
		directory.Property{Name: "logoUrl", DefaultSelect: true},
		directory.Property{Name: "categories", Kind: directory.Strings, Collection: true, DefaultSelect: true},
		directory.Property{Name: "publisher", DefaultSelect: true},
		directory.Property{Name: "description", DefaultSelect: true},
		directory.Property{Name: "deprecationDate", DefaultSelect: true},
		directory.Property{Name: "endpoints", Kind: directory.Strings, Collection: true, DefaultSelect: true},
		directory.Property{Name: "isEntraIntegrated", Kind: directory.Boolean, DefaultSelect: true},
		directory.Property{Name: "lastModifiedDateTime", Kind: directory.DateTime, DefaultSelect: true},
		directory.Property{Name: "riskFactors", Kind: directory.JSON, DefaultSelect: true},
		directory.Property{Name: "riskScore", Kind: directory.JSON, DefaultSelect: true},
	)
	of := odata.Collection{Schema: schema}
	items := func(yield func(odata.Record) bool) {
		for i := range templates {
			if !yield(templates[i].record()) {
				return
			}
		}
	}
	return []route{
		{method: http.MethodGet, template: all, emulated: "four of the gallery's thousands of applications", free: true, serve: func(c *call) error { return c.listOver(of, "applicationTemplates", items) }},
		{method: http.MethodGet, template: all + "/$count", emulated: "four of the gallery's thousands of applications", free: true, serve: func(c *call) error { return c.countOver(of, items) }},
		{method: http.MethodGet, template: one, free: true, serve: func(c *call) error {
			found, ok := findTemplate(c.vars["id"])
			if !ok {
				return missing(c.vars["id"])
			}
			return c.record(http.StatusOK, odata.Collection{Schema: schema}, "applicationTemplates", found.record())
		}},
		{method: http.MethodPost, template: one + "/instantiate", serve: instantiate},
	}
}

func (t *template) record() fields {
	return fields{
		"id": t.id, "displayName": t.name, "publisher": t.publisher, "supportedSingleSignOnModes": t.signOn, "supportedProvisioningTypes": t.provisioning,
		"isEntraIntegrated": true,
	}
}

func findTemplate(id string) (*template, bool) {
	for i := range templates {
		if strings.EqualFold(templates[i].id, id) {
			return &templates[i], true
		}
	}
	return nil, false
}

// instantiate makes an application from a template, with its service principal. The home of its synchronization jobs,
// /servicePrincipals/{id}/synchronization, is there at once and empty; nobody tells the provisioning service, which meets the service
// principal with the first request about it. The jobs are made by requests of their own, from the templates the service offers.
// Source: learn.microsoft.com/graph/api/applicationtemplate-instantiate.
func instantiate(c *call) error {
	from, ok := findTemplate(c.vars["id"])
	if !ok {
		return missing(c.vars["id"])
	}
	var body struct {
		DisplayName string `json:"displayName"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	if body.DisplayName == "" {
		return badValue("displayName")
	}
	roles := make([]directory.AppRole, len(from.roles))
	copy(roles, from.roles)
	var principal *directory.Object
	app, err := c.register(directory.Properties{
		"displayName": body.DisplayName, "applicationTemplateId": from.id, "appRoles": roles,
		"api": directory.APIApplication{OAuth2PermissionScopes: []directory.PermissionScope{userImpersonation(c.t.newID(), body.DisplayName)}},
	}, nil, func(b *directory.Batch, app *directory.Object) error {
		var err error
		principal, err = b.CreateServicePrincipal(app.String("appId"), directory.Properties{
			"applicationTemplateId": from.id, "tags": from.tags, "appRoleAssignmentRequired": true,
		})
		if caller := c.becomesOwner(); err == nil && caller != "" {
			err = b.AddOwner(principal.ID(), caller)
		}
		return err
	})
	if err != nil {
		return err
	}
	answer := append(c.open("microsoft.graph.applicationServicePrincipal"), `,"application":`...)
	if answer, err = c.appendWhole(answer, app); err != nil {
		return err
	}
	answer = append(answer, `,"servicePrincipal":`...)
	if answer, err = c.appendWhole(answer, principal); err != nil {
		return err
	}
	return c.respond(http.StatusCreated, append(answer, '}'))
}

// appendWhole writes an object with its default properties.
func (c *call) appendWhole(dst []byte, o *directory.Object) ([]byte, error) {
	q, err := c.t.plainQuery(odata.Collection{Type: o.Type(), Single: true})
	if err != nil {
		return nil, err
	}
	return q.Append(dst, c.snapshot(), o), nil
}
