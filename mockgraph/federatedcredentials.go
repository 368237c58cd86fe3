package mockgraph

import (
	"iter"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// federatedRoutes are the routes of an application's federated identity credentials, which are found by id or by name.
// Source: learn.microsoft.com/graph/api/resources/federatedidentitycredential.
func federatedRoutes() []route {
	const all, one = "/applications/{id}/federatedIdentityCredentials", "/applications/{id}/federatedIdentityCredentials/{credential}"
	schema := odata.NewSchema("federatedIdentityCredential", true,
		directory.Property{Name: "id", DefaultSelect: true},
		directory.Property{Name: "name", DefaultSelect: true},
		directory.Property{Name: "issuer", DefaultSelect: true},
		directory.Property{Name: "subject", DefaultSelect: true},
		directory.Property{Name: "description", DefaultSelect: true},
		directory.Property{Name: "audiences", Kind: directory.Strings, Collection: true, DefaultSelect: true},
	)
	return []route{
		{method: http.MethodGet, template: all, serve: func(c *call) error { return listFederated(c, schema) }},
		{method: http.MethodPost, template: all, serve: func(c *call) error { return createFederated(c, schema) }},
		{method: http.MethodGet, template: one, serve: func(c *call) error { return getFederated(c, schema) }},
		{method: http.MethodPatch, template: one, serve: func(c *call) error { return updateFederated(c, schema) }},
		{method: http.MethodPut, template: one, rule: "PATCH " + one, serve: func(c *call) error { return updateFederated(c, schema) }},
		{method: http.MethodDelete, template: one, serve: deleteFederated},
	}
}

func federatedSet(o *directory.Object) string {
	return "applications('" + o.ID() + "')/federatedIdentityCredentials"
}

func federatedRecord(f directory.FederatedIdentityCredential) fields {
	m := fields{"id": f.ID, "name": f.Name, "issuer": f.Issuer, "subject": f.Subject, "audiences": f.Audiences}
	if f.Description != "" {
		m["description"] = f.Description
	}
	return m
}

func federatedOf(o *directory.Object) []directory.FederatedIdentityCredential {
	return directory.Value[[]directory.FederatedIdentityCredential](o, "federatedIdentityCredentials")
}

// federated finds a credential by id or name.
func federated(o *directory.Object, key string) (directory.FederatedIdentityCredential, bool) {
	if name, unquoted, named := alternateKey(key); named && strings.EqualFold(name, "name") {
		key = unquoted
	}
	for _, each := range federatedOf(o) {
		if strings.EqualFold(each.ID, key) || each.Name == key {
			return each, true
		}
	}
	return directory.FederatedIdentityCredential{}, false
}

func listFederated(c *call, schema *odata.Schema) error {
	o, err := c.find(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	var items iter.Seq[odata.Record] = func(yield func(odata.Record) bool) {
		for _, each := range federatedOf(o) {
			if !yield(federatedRecord(each)) {
				return
			}
		}
	}
	return c.listOver(odata.Collection{Schema: schema}, federatedSet(o), items)
}

func getFederated(c *call, schema *odata.Schema) error {
	o, err := c.find(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	credential, ok := federated(o, c.vars["credential"])
	if !ok {
		return missing(c.vars["credential"])
	}
	return c.record(http.StatusOK, odata.Collection{Schema: schema}, federatedSet(o), federatedRecord(credential))
}

func createFederated(c *call, schema *odata.Schema) error {
	o, err := c.fresh(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	var sent directory.FederatedIdentityCredential
	if err := c.decode(&sent, false); err != nil {
		return err
	}
	if _, taken := federated(o, sent.Name); taken {
		return &directory.Error{
			Code: directory.CodeSameKey, Target: "name",
			Message: "FederatedIdentityCredential with name " + sent.Name + " already exists.",
		}
	}
	made, err := c.t.dir.SetFederatedCredential(o.ID(), sent)
	if err != nil {
		return err
	}
	return c.record(http.StatusCreated, odata.Collection{Schema: schema}, federatedSet(o), federatedRecord(made))
}

// updateFederated changes a credential; PUT, and PATCH with Prefer: create-if-missing, make the one the path names when there is none.
// Source: learn.microsoft.com/graph/api/federatedidentitycredential-upsert.
func updateFederated(c *call, schema *odata.Schema) error {
	o, err := c.fresh(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	before, found := federated(o, c.vars["credential"])
	if !found && c.r.Method != http.MethodPut && !c.createIfMissing() {
		return missing(c.vars["credential"])
	}
	change := before
	if !found {
		change.Name = c.vars["credential"]
		if name, unquoted, named := alternateKey(change.Name); named && strings.EqualFold(name, "name") {
			change.Name = unquoted
		}
	}
	id, name := change.ID, change.Name
	change.Audiences = nil
	if err := c.decode(&change, false); err != nil {
		return err
	}
	if change.Audiences == nil {
		change.Audiences = before.Audiences
	}
	if change.Name != name {
		return readOnly("name")
	}
	change.ID = id
	made, err := c.t.dir.SetFederatedCredential(o.ID(), change)
	if err != nil {
		return err
	}
	if !found {
		return c.record(http.StatusCreated, odata.Collection{Schema: schema}, federatedSet(o), federatedRecord(made))
	}
	return c.noContent()
}

func deleteFederated(c *call) error {
	o, err := c.fresh(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	credential, ok := federated(o, c.vars["credential"])
	if !ok {
		return missing(c.vars["credential"])
	}
	if err := c.t.dir.RemoveFederatedCredential(o.ID(), credential.ID); err != nil {
		return err
	}
	return c.noContent()
}
