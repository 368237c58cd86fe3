package mockgraph

import (
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// sessionRoutes are the routes of sign-in sessions and passwords of users.
func sessionRoutes() []route {
	return []route{
		{method: http.MethodPost, template: "/users/{id}/revokeSignInSessions", serve: revokeSessions},
		{method: http.MethodPost, template: "/users/{id}/invalidateAllRefreshTokens", betaOnly: true, rule: "/users/{id}/revokeSignInSessions", serve: revokeSessions},
		{method: http.MethodPost, template: "/users/{id}/changePassword", free: true, serve: changePassword},
	}
}

// second is the present time as dates of objects show it.
func (c *call) second() time.Time { return c.now.UTC().Truncate(time.Second) }

// revokeSessions ends the refresh tokens and sessions a user has.
// Source: learn.microsoft.com/graph/api/user-revokesigninsessions. The service answers 200, whatever the page says.
func revokeSessions(c *call) error {
	user, err := c.fresh(directory.User, c.vars["id"])
	if err != nil {
		return err
	}
	if _, err := c.t.dir.Update(user.ID(), directory.Properties{"signInSessionsValidFromDateTime": c.second()}); err != nil {
		return err
	}
	return c.value("Edm.Boolean", true)
}

// changePassword changes the password of the signed-in user, who proves that she knows the old one.
// Source: learn.microsoft.com/graph/api/user-changepassword; the first refusal as recorded.
func changePassword(c *call) error {
	user, err := c.fresh(directory.User, c.vars["id"])
	if c.claims.AppOnly || err == nil && user.ID() != c.claims.ObjectID {
		return &directory.Error{Code: directory.CodeDenied, Message: "Access to change password operation is denied."}
	}
	if err != nil {
		return err
	}
	if err := c.require(http.MethodPost, "/me/changePassword"); err != nil {
		return err
	}
	var body struct {
		Current string `json:"currentPassword"`
		New     string `json:"newPassword"`
	}
	if err := c.decode(&body, false); err != nil {
		return err
	}
	switch {
	case body.Current == "":
		return badValue("currentPassword")
	case body.New == "":
		return badValue("newPassword")
	case !c.snapshot().CheckPassword(user.ID(), body.Current):
		return badValue("currentPassword")
	}
	profile := directory.Value[directory.PasswordProfile](user, "passwordProfile")
	profile.Password, profile.ForceChangePasswordNextSignIn = body.New, false
	changes := directory.Properties{"passwordProfile": profile}
	c.stampPassword(changes)
	if _, err := c.t.dir.Update(user.ID(), changes); err != nil {
		return err
	}
	return c.noContent()
}
