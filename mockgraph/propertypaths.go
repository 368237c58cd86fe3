package mockgraph

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// propertySets are the entity sets whose objects show single properties at paths of their own.
var propertySets = map[string]directory.Type{
	"users": directory.User, "groups": directory.Group, "applications": directory.Application, "servicePrincipals": directory.ServicePrincipal,
}

// propertyRoutes are the paths of single properties, such as /users/{id}/displayName, and of their bare values.
// Source: OASIS OData 4.01 Protocol 11.2.4; learn.microsoft.com/graph/traverse-the-graph, access a property of a resource.
func propertyRoutes() []route {
	var rows []route
	for _, set := range []string{"users", "groups", "applications", "servicePrincipals"} {
		of, under := propertySets[set], "/"+set+"/{id}"
		rows = append(rows,
			route{method: http.MethodGet, template: under + "/{property}", rule: under, serve: func(c *call) error { return c.showProperty(of) }},
			route{method: http.MethodGet, template: under + "/{property}/$value", rule: under, serve: func(c *call) error { return c.showPropertyValue(of) }},
		)
	}
	return rows
}

// isProperty says whether a segment names a property of the objects of an entity set.
func isProperty(set, segment string) bool {
	of, shows := propertySets[set]
	_, known := directory.PropertyOf(of, segment)
	return shows && known
}

// propertyOf returns the property a path names, of whose object, and its value in JSON; null when there is none, or the caller may not see it.
func (c *call) propertyOf(of directory.Type) (o *directory.Object, row directory.Property, value json.RawMessage, err error) {
	row, _ = directory.PropertyOf(of, c.vars["property"])
	if o, err = c.find(of, c.vars["id"]); err != nil {
		return o, row, nil, err
	}
	q, err := c.parse(odata.Collection{Type: of, Single: true}, url.Values{"$select": {row.Name}})
	if err != nil {
		return o, row, nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(c.restrict(q, of).Append(nil, c.view, o), &members); err != nil {
		return o, row, nil, err
	}
	if value = members[row.Name]; string(value) == "null" {
		value = nil
	}
	return o, row, value, nil
}

// showProperty answers with the value behind its context; a complex value is the answer itself. No value is 204.
// Source: OASIS OData JSON Format 4.01 section 11.
func (c *call) showProperty(of directory.Type) error {
	o, row, value, err := c.propertyOf(of)
	if err != nil {
		return err
	}
	if value == nil {
		return c.noContent()
	}
	body := c.open(setOf[of] + "('" + o.ID() + "')/" + row.Name)
	if value[0] == '{' {
		return c.respond(http.StatusOK, join(body, value))
	}
	body = append(append(body, `,"value":`...), value...)
	return c.respond(http.StatusOK, append(body, '}'))
}

// showPropertyValue answers with the value as plain text, which only primitive ones have.
func (c *call) showPropertyValue(of directory.Type) error {
	_, row, value, err := c.propertyOf(of)
	switch {
	case err != nil:
		return err
	case value == nil:
		return c.noContent()
	case value[0] == '{' || value[0] == '[':
		return notBuilt("The bare value of " + row.Name)
	}
	text := []byte(value)
	var plain string
	if json.Unmarshal(value, &plain) == nil {
		text = []byte(plain)
	}
	c.reply = reply{status: http.StatusOK, contentType: contentText, body: text, header: c.reply.header}
	return nil
}
