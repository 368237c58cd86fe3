package mockgraph

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// applicationRoutes are the routes of /applications.
// Source: learn.microsoft.com/graph/api/resources/application and its method pages.
func applicationRoutes() []route {
	const one = "/applications/{id}"
	all := odata.Collection{Type: directory.Application}
	rows := []route{
		{method: http.MethodGet, template: "/applications", serve: func(c *call) error { return c.list(all, "applications") }},
		{method: http.MethodGet, template: "/applications/$count", serve: func(c *call) error { return c.count(all) }},
		{method: http.MethodPost, template: "/applications", serve: createApplication},
		{method: http.MethodGet, template: one, serve: getApplication},
		{method: http.MethodPatch, template: one, serve: updateApplication},
		{method: http.MethodDelete, template: one, serve: deleteApplication},
		{method: http.MethodPut, template: one + "/logo", serve: putLogo},
		{method: http.MethodGet, template: one + "/logo", rule: one, serve: getLogo},
		{method: http.MethodPost, template: one + "/setVerifiedPublisher"},
		{method: http.MethodPost, template: one + "/unsetVerifiedPublisher"},
		{method: http.MethodGet, template: one + "/synchronization/templates"},
		{method: http.MethodGet, template: one + "/synchronization/templates/{template}"},
	}
	rows = append(rows, policyRoutes(one, "tokenIssuancePolicies", "tokenLifetimePolicies", "homeRealmDiscoveryPolicies", "appManagementPolicies")...)
	rows = append(rows, ownerRoutes(one, directory.Application)...)
	rows = append(rows, navigationRoutes(one, directory.Application, "owners")...)
	rows = append(rows, credentialRoutes(one, directory.Application)...)
	rows = append(rows, federatedRoutes()...)
	return append(rows, extensionPropertyRoutes()...)
}

// policyRoutes are rows that say that policies are not built.
func policyRoutes(under string, names ...string) []route {
	var rows []route
	for _, name := range names {
		rows = append(rows,
			route{method: http.MethodGet, template: under + "/" + name},
			route{method: http.MethodPost, template: under + "/" + name + "/$ref"},
			route{method: http.MethodDelete, template: under + "/" + name + "/{policy}/$ref"},
		)
	}
	return rows
}

// createApplication registers an application. A signed-in caller becomes its owner, and so does an application that may manage
// only what it owns. The service principal is made by a request of its own.
func createApplication(c *call) error {
	p, owners, err := c.newApplication()
	if err != nil {
		return err
	}
	o, err := c.register(p, owners)
	if err != nil {
		return err
	}
	return c.created(o, "applications")
}

// newApplication reads the body of a request that registers an application.
func (c *call) newApplication() (directory.Properties, []string, error) {
	body, err := c.applicationBody(nil)
	if err != nil {
		return nil, nil, err
	}
	return body.properties, body.binds["owners"], nil
}

// register makes an application with its owners, and what comes with it, all or nothing.
func (c *call) register(p directory.Properties, owners []string, further ...func(b *directory.Batch, app *directory.Object) error) (*directory.Object, error) {
	view := c.snapshot()
	for _, domain := range view.VerifiedDomains() {
		if domain.IsInitial {
			p["publisherDomain"] = domain.Name
		}
	}
	if c.claims != nil && c.claims.AppOnly {
		p["createdByAppId"] = c.claims.ClientID
	}
	if caller := c.becomesOwner(); caller != "" && !slices.Contains(owners, caller) {
		owners = append(owners, caller)
	}
	if err := c.mayOwn(owners); err != nil {
		return nil, err
	}
	var made *directory.Object
	err := c.t.dir.Batch(func(b *directory.Batch) error {
		o, err := b.Create(directory.Application, p)
		if err != nil {
			return err
		}
		for _, owner := range owners {
			if err := b.AddOwner(o.ID(), owner); err != nil {
				return err
			}
		}
		made = o
		for _, do := range further {
			if err := do(b, o); err != nil {
				return err
			}
		}
		return nil
	})
	return made, err
}

// becomesOwner returns the caller's id when she owns what she creates, else "".
// Source: learn.microsoft.com/graph/api/application-post-applications; …/graph/permissions-reference, Application.ReadWrite.OwnedBy.
func (c *call) becomesOwner() string {
	switch {
	case c.claims == nil, c.claims.ObjectID == "":
		return ""
	case c.claims.AppOnly && !c.ownsOnly():
		return ""
	}
	if _, live := c.snapshot().Object(c.claims.ObjectID); !live {
		return ""
	}
	return c.claims.ObjectID
}

// ownsOnly says whether the caller is an application that may manage only the applications it owns.
func (c *call) ownsOnly() bool {
	return c.claims != nil && c.claims.AppOnly && slices.Contains(c.claims.Roles, "Application.ReadWrite.OwnedBy") &&
		!slices.Contains(c.claims.Roles, "Application.ReadWrite.All") && !slices.Contains(c.claims.Roles, "Directory.ReadWrite.All")
}

func getApplication(c *call) error {
	o, err := c.find(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	return c.entity(o, "applications")
}

// updateApplication changes an application; with Prefer: create-if-missing one that is addressed by its uniqueName is made when
// there is none. Source: learn.microsoft.com/graph/api/application-upsert.
func updateApplication(c *call) error {
	before, err := c.fresh(directory.Application, c.vars["id"])
	if err != nil {
		name, unique, named := alternateKey(c.vars["id"])
		if named && strings.EqualFold(name, "uniqueName") && c.createIfMissing() {
			return c.upsertApplication(unique)
		}
		return err
	}
	body, err := c.applicationBody(before)
	if err != nil {
		return err
	}
	removed, err := removedPasswords(before, body.aside["passwordCredentials"])
	if err != nil {
		return err
	}
	err = c.change(before, body.properties, func(b *directory.Batch) error {
		for _, key := range removed {
			if err := b.RemovePassword(before.ID(), key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) upsertApplication(unique string) error {
	p, owners, err := c.newApplication()
	if err != nil {
		return err
	}
	p["uniqueName"] = unique
	o, err := c.register(p, owners)
	if err != nil {
		return err
	}
	return c.created(o, "applications")
}

// createIfMissing says whether the request asks for an upsert.
func (c *call) createIfMissing() bool {
	for _, preference := range c.r.Header.Values("Prefer") {
		for each := range strings.SplitSeq(preference, ",") {
			if strings.EqualFold(strings.TrimSpace(each), "create-if-missing") {
				return true
			}
		}
	}
	return false
}

func deleteApplication(c *call) error {
	o, err := c.fresh(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.t.dir.Delete(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}

// applicationBody reads the body of a create or an update; before is nil for the former.
func (c *call) applicationBody(before *directory.Object) (content, error) {
	body, err := c.content(directory.Application, before, "passwordCredentials")
	if err != nil {
		return content{}, err
	}
	for navigation := range body.binds {
		if navigation != "owners" || before != nil {
			return content{}, badReference(navigation)
		}
	}
	if before == nil {
		if _, err := removedPasswords(nil, body.aside["passwordCredentials"]); err != nil {
			return content{}, err
		}
	}
	for name, known := range opaqueMembers {
		if err := checkOpaque(directory.Application, name, known, body.properties[name]); err != nil {
			return content{}, err
		}
	}
	return body, c.completeKeys(directory.Application, before, body.properties)
}

// opaqueMembers are the members of values the directory keeps without looking into them. It is never written.
// Source: the resource pages of each; github.com/microsoftgraph/msgraph-metadata.
var opaqueMembers = map[string][]string{
	"info":                              {"logoUrl", "marketingUrl", "privacyStatementUrl", "supportUrl", "termsOfServiceUrl"},
	"optionalClaims":                    {"accessToken", "idToken", "saml2Token"},
	"parentalControlSettings":           {"countriesBlockedForMinors", "legalAgeGroupRule"},
	"servicePrincipalLockConfiguration": {"allProperties", "credentialsWithUsageSign", "credentialsWithUsageVerify", "isEnabled", "tokenEncryptionKeyId"},
	"requestSignatureVerification":      {"allowedWeakAlgorithms", "isSignedRequestRequired"},
	"authenticationBehaviors":           {"blockAzureADGraphAccess", "removeUnverifiedEmailClaim", "requireClientServicePrincipal"},
	"samlSingleSignOnSettings":          {"relayState"},
}

func checkOpaque(of directory.Type, name string, known []string, v any) error {
	object, ok := v.(map[string]any)
	if v != nil && !ok {
		return invalidValue(of, name)
	}
	for member := range object {
		if !strings.Contains(member, "@") && !slices.Contains(known, member) {
			return invalidValue(of, name)
		}
	}
	return nil
}
