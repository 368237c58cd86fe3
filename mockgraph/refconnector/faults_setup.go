package refconnector

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// setupFaults are about the configuration and its test.
func setupFaults() []Fault {
	return []Fault{
		{
			Name: "test-always-ok", CaughtBy: "connector.setup.test-configuration",
			Summary: "Test configuration sends no request at all and says that all is well",
			hooks:   bends(ignored("test")),
		},
		{
			Name: "test-reads-metadata", CaughtBy: "connector.setup.test-configuration",
			Summary: "Test configuration asks GET /v1.0/$metadata alone, which Graph gives to anybody without a token",
			hooks: bends(around("test", func(ctx context.Context, c *Connector, _ *operation, _ func(context.Context) error) error {
				return c.visits(ctx, c.endpoints.resource+"/v1.0/$metadata", "")
			})),
		},
		{
			Name: "wrong-secret-hidden", CaughtBy: "connector.setup.wrong-secret",
			Summary: "Test configuration takes a sign-in refused with AADSTS7000215 (wrong secret) for success",
			hooks:   bends(hides("test", withReason("AADSTS7000215"))),
		},
		{
			Name: "expired-secret-hidden", CaughtBy: "connector.setup.expired-secret",
			Summary: "Test configuration takes a sign-in refused with AADSTS7000222 (expired secret) for success",
			hooks:   bends(hides("test", withReason("AADSTS7000222"))),
		},
		{
			Name: "test-uses-kept-token", CaughtBy: "connector.setup.removed-secret",
			Summary: "Test configuration signs in with nothing: it uses the token kept from before, so that a secret removed since then goes unnoticed",
			hooks:   bends(planning("test", func(_ *Connector, _ *operation, steps []step) []step { return less(steps, "signIn") })),
		},
		{
			Name: "test-signs-in-user", CaughtBy: "connector.setup.sign-in",
			Summary: "Test configuration signs in the base user with the base password (grant_type=password), and not the application",
			hooks: bends(planning("test", func(c *Connector, _ *operation, steps []step) []step {
				return append(append([]step{{"signIn", c.signInUser}}, less(steps, "signIn")...), step{"forget", c.tokens.forget})
			})),
		},
		{
			Name: "unknown-tenant-hidden", CaughtBy: "connector.setup.unknown-tenant",
			Summary: "Test configuration takes a sign-in refused with AADSTS90002 (unknown tenant) for success",
			hooks:   bends(hides("test", withReason("AADSTS90002"))),
		},
		{
			Name: "unknown-application-hidden", CaughtBy: "connector.setup.unknown-application",
			Summary: "Test configuration takes a sign-in refused with AADSTS700016 (unknown application) for success",
			hooks:   bends(hides("test", withReason("AADSTS700016"))),
		},
		{
			Name: "consent-missing-hidden", CaughtBy: "connector.setup.missing-consent", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "Test configuration takes Graph's 403 for success: the token is there, its roles are not",
			hooks:   bends(hides("test", withCode(Forbidden))),
		},
		{
			Name: "test-misses-domain", CaughtBy: "connector.setup.verified-domain",
			Summary: "Test configuration does not ask whether the configured domain is a verified domain of the tenant",
			hooks:   bends(hides("test", func(e *Error) bool { return e.Target == "domain" })),
		},
		{
			Name: "test-writes", CaughtBy: "connector.setup.test-writes-nothing",
			Summary: "Test configuration creates a user (POST /users) and deletes it again to see whether it may",
			hooks: bends(after("test", func(ctx context.Context, c *Connector, _ *operation) error {
				id, err := c.Create(ctx, Account, Attributes{nameAttribute: "connection.test"})
				if err != nil {
					return err
				}
				return c.Delete(ctx, Account, id)
			})),
		},
		{
			Name: "sign-in-error-unexplained", CaughtBy: "connector.setup.refusal-explained",
			Summary: "A refused sign-in is reported as code \"other\" with the words \"sign-in failed\" alone: no AADSTS code, no description",
			hooks: bends(hooks{operation: func(ctx context.Context, _ *Connector, _ *operation, next func(context.Context) error) error {
				err := next(ctx)
				if e, ok := errors.AsType[*Error](err); ok && strings.HasPrefix(e.Reason, "AADSTS") {
					return &Error{Code: Other, Message: "sign-in failed"}
				}
				return err
			}}),
		},
		{
			Name: "consent-needs-restart", CaughtBy: "connector.setup.later-consent",
			Summary: "After Graph's 403 the kept token is used until it expires: a consent given meanwhile, which only a new token carries, has no effect",
			hooks:   bends(judging(answered(http.StatusForbidden), givesUp)),
		},
		{
			Name: "asks-directory-readwrite", CaughtBy: "connector.setup.least-privilege", SeenIn: "Evolveum/connector-microsoft-graph-api",
			Summary: "Permissions() asks for Directory.ReadWrite.All besides the narrower permissions that already serve every call",
			hooks:   bends(hooks{permissions: func(asked []string) []string { return append(asked, "Directory.ReadWrite.All") }}),
		},
		{
			Name: "stale-permission", CaughtBy: "connector.setup.unused-permissions",
			Summary: "Permissions() still asks for AuditLog.Read.All, which no request uses",
			hooks:   bends(hooks{permissions: func(asked []string) []string { return append(asked, "AuditLog.Read.All") }}),
		},
		lists("organization-permission-unlisted", "Permissions() lacks Organization.Read.All, which the test of the configuration needs", "Organization.Read.All"),
		lists("users-permission-unlisted", "Permissions() lacks User.ReadWrite.All, which nearly every request about people needs", "User.ReadWrite.All"),
		lists("users-listed-read-only", "Permissions() asks for User.Read.All in the place of User.ReadWrite.All: people are found, and none can be made or changed", "User.ReadWrite.All", "User.Read.All"),
		lists("groups-permission-unlisted", "Permissions() lacks Group.ReadWrite.All, so that every request about groups is refused", "Group.ReadWrite.All"),
		lists("groups-listed-members-only", "Permissions() asks for GroupMember.ReadWrite.All in the place of Group.ReadWrite.All: members can be written, groups can not", "Group.ReadWrite.All", "GroupMember.ReadWrite.All"),
		lists("password-permission-unlisted", "Permissions() lacks User-PasswordProfile.ReadWrite.All, without which no password of an account that is there can be changed", "User-PasswordProfile.ReadWrite.All"),
	}
}

// signInUser gets a token for the base user, as test-signs-in-user does.
func (c *Connector) signInUser(ctx context.Context) error {
	at := c.now()
	token, err := (&oauth2.Config{
		ClientID: c.config.ClientID, Scopes: []string{c.endpoints.resource + "/.default"}, // a public client has no secret
		Endpoint: oauth2.Endpoint{TokenURL: c.endpoints.token, AuthStyle: oauth2.AuthStyleInParams},
	}).PasswordCredentialsToken(context.WithValue(ctx, oauth2.HTTPClient, c.client), c.qualified(c.config.BaseUserName), c.config.BasePassword)
	if err == nil {
		c.tokens.put(token.AccessToken, at, at.Add(time.Hour))
		return nil
	}
	var answered answer
	if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok && r.Response != nil {
		answered = answer{status: r.Response.StatusCode, header: r.Response.Header, body: r.Body}
	}
	return c.signInError(&answered, err)
}

// lists is a fault of what is asked for: a permission is left out, or stands under others' names.
func lists(name, summary, left string, instead ...string) Fault {
	return Fault{
		Name: name, Summary: summary, CaughtBy: "connector.setup.missing-permissions",
		hooks: bends(hooks{permissions: func(asked []string) []string {
			return append(slices.DeleteFunc(asked, func(p string) bool { return p == left }), instead...)
		}}),
	}
}
