package mockgraph

import (
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// roleAssignmentRoutes are the routes of role assignments. Their scope is the whole directory.
// Source: learn.microsoft.com/graph/api/rbacapplication-list-roleassignments, …-post-roleassignments, …/unifiedroleassignment-delete.
func roleAssignmentRoutes() []route {
	const base = "/roleManagement/directory/roleAssignments"
	return []route{
		{method: http.MethodGet, template: base, serve: listRoleAssignments},
		{method: http.MethodPost, template: base, serve: createRoleAssignment},
		{method: http.MethodGet, template: base + "/{id}", serve: getRoleAssignment},
		{method: http.MethodDelete, template: base + "/{id}", serve: deleteRoleAssignment},
		{method: http.MethodGet, template: "/roleManagement/directory/transitiveRoleAssignments"},
		{method: http.MethodGet, template: "/roleManagement/directory/roleAssignmentSchedules"},
		{method: http.MethodGet, template: "/roleManagement/directory/roleAssignmentScheduleRequests"},
		{method: http.MethodPost, template: "/roleManagement/directory/roleAssignmentScheduleRequests"},
		{method: http.MethodGet, template: "/roleManagement/directory/roleEligibilitySchedules"},
		{method: http.MethodGet, template: "/roleManagement/directory/roleEligibilityScheduleRequests"},
		{method: http.MethodPost, template: "/roleManagement/directory/roleEligibilityScheduleRequests"},
	}
}

const roleAssignmentSet = "roleManagement/directory/roleAssignments"

// roleAssignment is an assignment as a list shows it, with what is expanded.
type roleAssignment struct {
	directory.RoleAssignment

	c *call
}

// ID returns the id.
func (r roleAssignment) ID() string { return r.RoleAssignment.ID }

// Property returns a member by Graph's name.
func (r roleAssignment) Property(name string) any {
	switch name {
	case "principalId":
		return r.PrincipalID
	case "roleDefinitionId":
		return r.RoleDefinitionID
	case "directoryScopeId":
		return r.DirectoryScopeID
	case "principalOrganizationId":
		return r.c.t.ID()
	case "principal":
		return r.c.wholeObject(r.PrincipalID)
	case "roleDefinition":
		return r.c.wholeRole(r.RoleDefinitionID)
	}
	return nil
}

// roleAssignmentSchemas are the properties of assignments by what is expanded, "" for nothing.
var roleAssignmentSchemas = sync.OnceValue(func() map[string]*odata.Schema {
	equal := directory.Filter{Default: directory.Eq, Advanced: directory.Eq}
	rows := []directory.Property{
		{Name: "id", DefaultSelect: true, Filter: equal},
		{Name: "principalId", DefaultSelect: true, Filter: equal},
		{Name: "principalOrganizationId", Filter: equal},
		{Name: "roleDefinitionId", DefaultSelect: true, Filter: equal},
		{Name: "directoryScopeId", DefaultSelect: true, Filter: equal},
		{Name: "appScopeId"},
		{Name: "condition", DefaultSelect: true},
	}
	all := map[string]*odata.Schema{"": odata.NewSchema("unifiedRoleAssignment", false, rows...)}
	for _, name := range []string{"principal", "roleDefinition"} {
		expanded := append(slices.Clone(rows), directory.Property{Name: name, Kind: directory.JSON, DefaultSelect: true})
		all[name] = odata.NewSchema("unifiedRoleAssignment", false, expanded...)
	}
	return all
})

// expanded takes $expand out of a query and returns the one relation it names, "" for none. A selection shows it as well.
func (c *call) expanded(allowed ...string) (string, error) {
	name, text, given := c.option("expand")
	if !given {
		return "", nil
	}
	i := slices.IndexFunc(allowed, func(each string) bool { return strings.EqualFold(each, text) })
	if i < 0 {
		return "", refuse(http.StatusBadRequest, codeBadRequest, "Parsing OData Select and Expand failed: '%s' cannot be expanded here.", clipped(text))
	}
	delete(c.query, name)
	if name, chosen, given := c.option("select"); given {
		c.query.Set(name, chosen+","+allowed[i])
	}
	return allowed[i], nil
}

// dropExpand takes an $expand of what is shown anyway out of the query.
func (c *call) dropExpand(allowed string) error {
	name, text, given := c.option("expand")
	if !given {
		return nil
	}
	relation, _, _ := strings.Cut(text, "(")
	if !strings.EqualFold(relation, allowed) {
		return refuse(http.StatusBadRequest, codeBadRequest, "Parsing OData Select and Expand failed: '%s' cannot be expanded here.", clipped(text))
	}
	delete(c.query, name)
	return nil
}

// option returns a query option, however its name is written.
func (c *call) option(option string) (name, text string, given bool) {
	for name, values := range c.query {
		if strings.EqualFold(strings.TrimPrefix(name, "$"), option) && len(values) > 0 {
			return name, values[0], true
		}
	}
	return "", "", false
}

func clipped(s string) string {
	if len(s) > 128 {
		return s[:128]
	}
	return s
}

// wholeObject is an object of any type as JSON, null when it is gone.
func (c *call) wholeObject(id string) any {
	o, ok := c.view.Object(id)
	if !ok {
		return nil
	}
	q, err := c.t.odata.Parse(odata.Collection{Single: true}, nil, false)
	if err != nil {
		return nil
	}
	return json.RawMessage(q.Append(nil, c.view, o))
}

// wholeRole is a role definition as JSON, null when it is gone.
func (c *call) wholeRole(id string) any {
	for _, each := range c.roleDefinitions() {
		if each.ID() != id {
			continue
		}
		q, err := c.t.odata.Parse(odata.Collection{Schema: roleDefinitionSchema(), Single: true}, nil, false)
		if err != nil {
			return nil
		}
		return json.RawMessage(q.Append(nil, c.view, each))
	}
	return nil
}

func (c *call) roleAssignments() iter.Seq[odata.Record] {
	return func(yield func(odata.Record) bool) {
		for each := range c.view.RoleAssignments() {
			if !yield(roleAssignment{each, c}) {
				return
			}
		}
	}
}

func listRoleAssignments(c *call) error {
	relation, err := c.expanded("principal", "roleDefinition")
	if err != nil {
		return err
	}
	q, err := c.t.odata.Parse(odata.Collection{Schema: roleAssignmentSchemas()[relation]}, c.query, c.eventual)
	if err != nil {
		return err
	}
	page, err := q.Over(c.view, c.roleAssignments())
	if err != nil {
		return err
	}
	if page.Next != "" && relation != "" {
		page.Next += "&$expand=" + relation
	}
	return c.page(q, page, roleAssignmentSet)
}

func getRoleAssignment(c *call) error {
	relation, err := c.expanded("principal", "roleDefinition")
	if err != nil {
		return err
	}
	found, ok := c.view.RoleAssignment(c.vars["id"])
	if !ok {
		return missing(c.vars["id"])
	}
	return c.record(http.StatusOK, odata.Collection{Schema: roleAssignmentSchemas()[relation]}, roleAssignmentSet, roleAssignment{found, c})
}

// createRoleAssignment gives a role over the whole directory.
func createRoleAssignment(c *call) error {
	body := struct {
		PrincipalID      string  `json:"principalId"`
		RoleDefinitionID string  `json:"roleDefinitionId"`
		DirectoryScopeID *string `json:"directoryScopeId"`
		AppScopeID       *string `json:"appScopeId"`
	}{}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	switch {
	case body.AppScopeID != nil || body.DirectoryScopeID != nil && *body.DirectoryScopeID != "/":
		return notBuilt("A role assignment over less than the whole directory")
	case body.DirectoryScopeID == nil:
		return badValue("directoryScopeId")
	case !slices.ContainsFunc(directory.RoleTemplates(), func(r directory.RoleTemplate) bool { return strings.EqualFold(r.ID, body.RoleDefinitionID) }):
		return refuse(c.t.options.roleStatus(), "RoleNotFound", "The role '%s' is not found.", clipped(body.RoleDefinitionID))
	}
	err := c.t.dir.AssignRole(strings.ToLower(body.PrincipalID), body.RoleDefinitionID)
	var refused *directory.Error
	if errors.As(err, &refused) && refused.Code == directory.CodeNotFound {
		return refuse(c.t.options.roleStatus(), "SubjectNotFound", "The subject '%s' is not found.", clipped(body.PrincipalID))
	}
	if err != nil {
		return err
	}
	made := directory.RoleAssignment{
		ID:          directory.RoleAssignmentID(body.RoleDefinitionID, body.PrincipalID),
		PrincipalID: strings.ToLower(body.PrincipalID), RoleDefinitionID: strings.ToLower(body.RoleDefinitionID), DirectoryScopeID: "/",
	}
	c.setHeader("Location", c.base+"/"+roleAssignmentSet+"('"+made.ID+"')")
	return c.record(http.StatusCreated, odata.Collection{Schema: roleAssignmentSchemas()[""]}, roleAssignmentSet, roleAssignment{made, c})
}

func deleteRoleAssignment(c *call) error {
	found, ok := c.snapshot().RoleAssignment(c.vars["id"])
	if !ok {
		return missing(c.vars["id"])
	}
	if err := c.t.dir.UnassignRole(found.PrincipalID, found.RoleDefinitionID); err != nil {
		return err
	}
	return c.noContent()
}
