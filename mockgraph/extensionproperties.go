package mockgraph

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// extensionPropertyRoutes are the routes of an application's directory extensions.
// Source: learn.microsoft.com/graph/api/resources/extensionproperty.
func extensionPropertyRoutes() []route {
	const all, one = "/applications/{id}/extensionProperties", "/applications/{id}/extensionProperties/{extension}"
	schema := odata.NewSchema("extensionProperty", true,
		directory.Property{Name: "id", DefaultSelect: true},
		directory.Property{Name: "deletedDateTime", Kind: directory.DateTime, DefaultSelect: true},
		directory.Property{Name: "appDisplayName", DefaultSelect: true},
		directory.Property{Name: "dataType", DefaultSelect: true},
		directory.Property{Name: "isMultiValued", Kind: directory.Boolean, DefaultSelect: true},
		directory.Property{Name: "isSyncedFromOnPremises", Kind: directory.Boolean, DefaultSelect: true},
		directory.Property{Name: "name", DefaultSelect: true},
		directory.Property{Name: "targetObjects", Kind: directory.Strings, Collection: true, DefaultSelect: true},
	)
	return []route{
		{method: http.MethodGet, template: all, serve: func(c *call) error { return listExtensionProperties(c, schema) }},
		{method: http.MethodPost, template: all, serve: func(c *call) error { return createExtensionProperty(c, schema) }},
		{method: http.MethodGet, template: one, serve: func(c *call) error { return getExtensionProperty(c, schema) }},
		{method: http.MethodDelete, template: one, serve: deleteExtensionProperty},
	}
}

func extensionSet(o *directory.Object) string {
	return "applications('" + o.ID() + "')/extensionProperties"
}

func extensionRecord(e directory.ExtensionProperty) fields {
	return fields{
		"id": e.ID, "appDisplayName": e.AppDisplayName, "dataType": e.DataType, "isMultiValued": e.IsMultiValued,
		"isSyncedFromOnPremises": e.IsSyncedFromOnPremises, "name": e.Name, "targetObjects": e.TargetObjects,
	}
}

func listExtensionProperties(c *call, schema *odata.Schema) error {
	o, err := c.find(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	return c.listOver(odata.Collection{Schema: schema}, extensionSet(o), func(yield func(odata.Record) bool) {
		for _, each := range c.view.ExtensionProperties(o.ID()) {
			if !yield(extensionRecord(each)) {
				return
			}
		}
	})
}

func createExtensionProperty(c *call, schema *odata.Schema) error {
	o, err := c.fresh(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	var sent directory.ExtensionProperty
	if err := c.decode(&sent, false); err != nil {
		return err
	}
	made, err := c.t.dir.AddExtensionProperty(o.ID(), sent)
	if err != nil {
		return err
	}
	return c.record(http.StatusCreated, odata.Collection{Schema: schema}, extensionSet(o), extensionRecord(made))
}

func getExtensionProperty(c *call, schema *odata.Schema) error {
	o, err := c.find(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	key := c.vars["extension"]
	all := c.view.ExtensionProperties(o.ID())
	i := slices.IndexFunc(all, func(e directory.ExtensionProperty) bool { return strings.EqualFold(e.ID, key) })
	if i < 0 {
		return missing(key)
	}
	return c.record(http.StatusOK, odata.Collection{Schema: schema}, extensionSet(o), extensionRecord(all[i]))
}

func deleteExtensionProperty(c *call) error {
	o, err := c.fresh(directory.Application, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.t.dir.RemoveExtensionProperty(o.ID(), c.vars["extension"]); err != nil {
		return err
	}
	return c.noContent()
}
