package mockgraph

import (
	"maps"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// userRoutes are the routes of /users and /me, which is /users/{the caller}.
// Source: learn.microsoft.com/graph/api/resources/user.
func userRoutes() []route {
	rows := []route{
		{method: http.MethodGet, template: "/users", serve: func(c *call) error { return c.list(odata.Collection{Type: directory.User}, "users") }},
		{method: http.MethodGet, template: "/users/$count", serve: func(c *call) error { return c.count(odata.Collection{Type: directory.User}) }},
		{method: http.MethodPost, template: "/users", serve: createUser},
		{method: http.MethodGet, template: "/users/{id}", serve: getUser},
		{method: http.MethodPatch, template: "/users/{id}", serve: updateUser},
		{method: http.MethodDelete, template: "/users/{id}", serve: deleteUser},
		{method: http.MethodGet, template: "/users/{id}/manager", serve: getManager},
		{method: http.MethodGet, template: "/users/{id}/manager/$ref", serve: getManagerReference},
		{method: http.MethodPut, template: "/users/{id}/manager/$ref", serve: putManager},
		{method: http.MethodDelete, template: "/users/{id}/manager/$ref", serve: deleteManager},
	}
	return append(rows, navigationRoutes("/users/{id}", directory.User, "memberOf", "transitiveMemberOf", "ownedObjects", "directReports")...)
}

func createUser(c *call) error {
	body, err := c.userContent(nil)
	if err != nil {
		return err
	}
	if profile, _ := body.properties["passwordProfile"].(directory.PasswordProfile); profile.Password == "" {
		return noPassword()
	}
	if err := c.judgeProfile(nil, body.properties); err != nil {
		return err
	}
	c.stampPassword(body.properties)
	addressMail(nil, body.properties)
	o, err := c.t.dir.Create(directory.User, body.properties)
	if err != nil {
		return err
	}
	return c.created(o, "users")
}

// userContent reads the body as a user. A manager is set by $ref, not bound in the body: a member that would do nothing is refused.
// Source: learn.microsoft.com/graph/api/user-post-manager.
func (c *call) userContent(before *directory.Object) (content, error) {
	body, err := c.content(directory.User, before)
	for _, navigation := range slices.Sorted(maps.Keys(body.binds)) {
		return content{}, badReference(navigation)
	}
	return body, err
}

// noPassword refuses a user without a password. The directory takes one, so that tenants can be seeded quickly.
// Source: learn.microsoft.com/graph/api/user-post-users; the text is that of recorded answers.
func noPassword() error {
	return &directory.Error{Code: directory.CodeBadRequest, Message: "A password must be specified to create a new user.", Target: "passwordProfile"}
}

func getUser(c *call) error {
	o, err := c.find(directory.User, c.vars["id"])
	if err != nil {
		return err
	}
	return c.entity(o, "users")
}

func updateUser(c *call) error {
	before, err := c.fresh(directory.User, c.vars["id"])
	if err != nil {
		return err
	}
	body, err := c.userContent(before)
	if err != nil {
		return err
	}
	if err := c.judgeProfile(before, body.properties); err != nil {
		return err
	}
	if err := c.mayWriteUser(before, slices.Sorted(maps.Keys(body.properties))); err != nil {
		return err
	}
	if err := judgeSynced(before, body.properties); err != nil {
		return err
	}
	c.stampPassword(body.properties)
	addressMail(before, body.properties)
	if err := c.change(before, body.properties); err != nil {
		return err
	}
	return c.noContent()
}

func deleteUser(c *call) error {
	o, err := c.fresh(directory.User, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.mayTouch(o, permission.DeleteOrRestore); err != nil {
		return err
	}
	if err := c.t.dir.Delete(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}

// manager returns the manager of the user of the path.
func (c *call) manager() (*directory.Object, error) {
	user, err := c.find(directory.User, c.vars["id"])
	if err != nil {
		return nil, err
	}
	id, ok := c.view.Manager(user.ID())
	if !ok {
		return nil, missing("manager")
	}
	return c.find(directory.User, id)
}

func getManager(c *call) error {
	manager, err := c.manager()
	if err != nil {
		return err
	}
	return c.entity(manager, "")
}

func getManagerReference(c *call) error {
	manager, err := c.manager()
	if err != nil {
		return err
	}
	return c.object(http.StatusOK, "$ref", map[string]string{"@odata.id": c.t.location(c.origin, manager)})
}

func putManager(c *call) error {
	user, err := c.fresh(directory.User, c.vars["id"])
	if err != nil {
		return err
	}
	if user.Bool("onPremisesSyncEnabled") {
		return badRequest("manager", textSynced)
	}
	manager, err := c.reference("manager")
	if err != nil {
		return err
	}
	if err := c.t.dir.SetManager(user.ID(), manager); err != nil {
		return err
	}
	return c.noContent()
}

func deleteManager(c *call) error {
	user, err := c.fresh(directory.User, c.vars["id"])
	if err != nil {
		return err
	}
	if _, ok := c.snapshot().Manager(user.ID()); !ok {
		return missing("manager")
	}
	if user.Bool("onPremisesSyncEnabled") {
		return badRequest("manager", textSynced)
	}
	if err := c.t.dir.SetManager(user.ID(), ""); err != nil {
		return err
	}
	return c.noContent()
}
