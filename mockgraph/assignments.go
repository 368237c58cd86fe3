package mockgraph

import (
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// assignmentRoutes are the routes of app-role assignments: from the resource, and from each kind of principal.
// Source: learn.microsoft.com/graph/api/resources/approleassignment and its method pages.
func assignmentRoutes() []route {
	schema := odata.NewSchema("appRoleAssignment", true,
		directory.Property{Name: "id", DefaultSelect: true},
		directory.Property{Name: "deletedDateTime", Kind: directory.DateTime, DefaultSelect: true},
		directory.Property{Name: "appRoleId", Kind: directory.Guid, DefaultSelect: true},
		directory.Property{Name: "createdDateTime", Kind: directory.DateTime, DefaultSelect: true},
		directory.Property{Name: "principalDisplayName", DefaultSelect: true},
		directory.Property{Name: "principalId", Kind: directory.Guid, DefaultSelect: true},
		directory.Property{Name: "principalType", DefaultSelect: true},
		directory.Property{Name: "resourceDisplayName", DefaultSelect: true},
		directory.Property{Name: "resourceId", Kind: directory.Guid, DefaultSelect: true},
	)
	return slices.Concat(
		assignmentRows(assignments{schema, directory.ServicePrincipal, "servicePrincipals", "appRoleAssignedTo"}),
		assignmentRows(assignments{schema, directory.ServicePrincipal, "servicePrincipals", "appRoleAssignments"}),
		assignmentRows(assignments{schema, directory.User, "users", "appRoleAssignments"}),
		assignmentRows(assignments{schema, directory.Group, "groups", "appRoleAssignments"}),
	)
}

// assignments is one of the collections of app-role assignments.
type assignments struct {
	schema     *odata.Schema
	of         directory.Type
	set        string // entity set of the object they belong to
	navigation string // appRoleAssignedTo or appRoleAssignments
}

func assignmentRows(a assignments) []route {
	under := "/" + a.set + "/{id}/" + a.navigation
	return []route{
		{method: http.MethodGet, template: under, serve: func(c *call) error { return a.list(c, false) }},
		{method: http.MethodGet, template: under + "/$count", rule: under, serve: func(c *call) error { return a.list(c, true) }},
		{method: http.MethodPost, template: under, serve: a.create},
		{method: http.MethodGet, template: under + "/{assignment}", rule: under, serve: a.get},
		{method: http.MethodDelete, template: under + "/{assignment}", serve: a.delete},
	}
}

// context is the set as contexts name it.
func (a assignments) context(o *directory.Object) string {
	return a.set + "('" + o.ID() + "')/" + a.navigation
}

// byResource says whether the assignments are those to an application, not those of a principal.
func (a assignments) byResource() bool { return a.navigation == "appRoleAssignedTo" }

// all yields the assignments of an object. Those of a user are also those of the groups she is a direct member of.
// Source: learn.microsoft.com/graph/api/user-list-approleassignments.
func (a assignments) all(view *directory.Snapshot, o *directory.Object) iter.Seq[directory.Assignment] {
	if a.byResource() {
		return view.AssignedTo(o.ID())
	}
	return func(yield func(directory.Assignment) bool) {
		holders := []string{o.ID()}
		if a.of == directory.User {
			for id := range view.MemberOf(o.ID()) {
				holders = append(holders, id)
			}
		}
		for _, holder := range holders {
			for each := range view.Assignments(holder) {
				if !yield(each) {
					return
				}
			}
		}
	}
}

func (a assignments) list(c *call, count bool) error {
	o, err := c.find(a.of, c.vars["id"])
	if err != nil {
		return err
	}
	items := func(yield func(odata.Record) bool) {
		for each := range a.all(c.view, o) {
			if !yield(assignmentRecord{each, c.view}) {
				return
			}
		}
	}
	if count {
		return c.countOver(odata.Collection{Schema: a.schema}, items)
	}
	return c.listOver(odata.Collection{Schema: a.schema}, a.context(o), items)
}

func (a assignments) get(c *call) error {
	o, err := c.find(a.of, c.vars["id"])
	if err != nil {
		return err
	}
	found, ok := a.find(c.view, o, c.vars["assignment"])
	if !ok {
		return missing(c.vars["assignment"])
	}
	return c.record(http.StatusOK, odata.Collection{Schema: a.schema}, a.context(o), assignmentRecord{found, c.view})
}

// find returns an assignment of an object by its id.
func (a assignments) find(view *directory.Snapshot, o *directory.Object, id string) (directory.Assignment, bool) {
	for each := range a.all(view, o) {
		if each.ID == id {
			return each, true
		}
	}
	return directory.Assignment{}, false
}

// create assigns a role. The principal and the resource stand in the body; one of them is that of the path.
func (a assignments) create(c *call) error {
	o, err := c.fresh(a.of, c.vars["id"])
	if err != nil {
		return err
	}
	var body struct {
		PrincipalID *string `json:"principalId"`
		ResourceID  *string `json:"resourceId"`
		AppRoleID   *string `json:"appRoleId"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	for _, each := range []struct {
		name  string
		value *string
	}{{"principalId", body.PrincipalID}, {"resourceId", body.ResourceID}, {"appRoleId", body.AppRoleID}} {
		if each.value == nil {
			return &directory.Error{
				Code: directory.CodeBadRequest, Target: each.name, Detail: directory.DetailMissingValue,
				Message: "A value is required for property '" + each.name + "' of resource 'AppRoleAssignment'.",
			}
		}
		if !isGUID(*each.value) {
			return invalidValue("appRoleAssignment", each.name)
		}
	}
	here, name := *body.PrincipalID, "principalId"
	if a.byResource() {
		here, name = *body.ResourceID, "resourceId"
	}
	if !strings.EqualFold(here, o.ID()) {
		return invalidValue("appRoleAssignment", name)
	}
	if err := c.mayAssign(strings.ToLower(*body.ResourceID)); err != nil {
		return err
	}
	made, err := c.t.dir.Assign(strings.ToLower(*body.PrincipalID), strings.ToLower(*body.ResourceID), *body.AppRoleID)
	if err != nil {
		return c.assignmentRefusal(err)
	}
	c.setHeader("Location", c.base+c.address.path()+"/"+made.ID)
	return c.record(http.StatusCreated, odata.Collection{Schema: a.schema}, a.context(o), assignmentRecord{made, c.snapshot()})
}

// mayAssign refuses a signed-in user who assigns roles of Microsoft Graph, which is granting its application permissions, unless her
// directory roles reach that far. Source: learn.microsoft.com/entra/identity/role-based-access-control/delegate-by-task.
func (c *call) mayAssign(resource string) error {
	o, live := c.snapshot().Object(resource)
	if live && o.String("appId") == permission.AppID && !c.claims.AppOnly && !permission.CanGrantGraphPermissions(c.user()) {
		return denied()
	}
	return nil
}

// assignmentRefusal words what the directory refuses as the service does.
func (c *call) assignmentRefusal(err error) error {
	var refused *directory.Error
	if errors.As(err, &refused) && refused.Code == directory.CodeNotFound && c.t.options.invalidReferences {
		return &directory.Error{Code: directory.CodeBadRequest, Target: refused.Target, Message: "Not a valid reference update."}
	}
	return err
}

func (a assignments) delete(c *call) error {
	o, err := c.fresh(a.of, c.vars["id"])
	if err != nil {
		return err
	}
	found, ok := a.find(c.snapshot(), o, c.vars["assignment"])
	if !ok || !a.byResource() && found.PrincipalID != o.ID() {
		return missing(c.vars["assignment"])
	}
	if err := c.t.dir.Unassign(found.ID); err != nil {
		return err
	}
	return c.noContent()
}

// assignmentRecord is an assignment with the names of both its ends.
type assignmentRecord struct {
	directory.Assignment

	view *directory.Snapshot
}

// ID returns the assignment's id.
func (r assignmentRecord) ID() string { return r.Assignment.ID }

// Property returns a value of an appRoleAssignment.
func (r assignmentRecord) Property(name string) any {
	switch name {
	case "appRoleId":
		return r.AppRoleID
	case "createdDateTime":
		return r.Created
	case "principalDisplayName":
		return r.nameOf(r.PrincipalID)
	case "principalId":
		return r.PrincipalID
	case "principalType":
		return title(string(r.PrincipalType))
	case "resourceDisplayName":
		return r.nameOf(r.ResourceID)
	case "resourceId":
		return r.ResourceID
	}
	return nil
}

func (r assignmentRecord) nameOf(id string) any {
	if o, ok := r.view.Object(id); ok {
		return o.String("displayName")
	}
	return nil
}
