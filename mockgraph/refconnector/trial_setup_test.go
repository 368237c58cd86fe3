package refconnector_test

import (
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

// tested is what "test configuration" says after a change of the configuration.
func tested(change func(r *rig, c *refconnector.Config)) func(r *rig) string {
	return func(r *rig) string {
		change(r, &r.config)
		return word(r.again().Test(r.Context()))
	}
}

// asksFor says of each permission whether it is asked for.
func asksFor(names ...string) func(r *rig) string {
	return func(r *rig) string {
		var said []any
		for _, name := range names {
			said = append(said, slices.Contains(r.Permissions(), name))
		}
		return words(said...)
	}
}

var setupTrials = []trial{
	{"test-always-ok", func(r *rig) string { return words(word(r.Test(r.Context())), len(r.take())) }, "ok 2", "ok 0"},
	{"wrong-secret-hidden", tested(func(_ *rig, c *refconnector.Config) { c.ClientSecret = "wrong" }), "unauthorized", "ok"},
	{"expired-secret-hidden", tested(func(r *rig, _ *refconnector.Config) { r.clock.Advance(3 * 365 * 24 * time.Hour) }), "unauthorized", "ok"},
	{"unknown-application-hidden", tested(func(_ *rig, c *refconnector.Config) { c.ClientID = "11111111-2222-4333-8444-555555555555" }), "unauthorized", "ok"},
	{"unknown-tenant-hidden", tested(func(_ *rig, c *refconnector.Config) {
		c.TenantID, c.Authority = "", "https://login.microsoftonline.com/nowhere.example/oauth2/authorize"
	}), "unauthorized", "ok"},
	{"test-misses-domain", tested(func(_ *rig, c *refconnector.Config) { c.Domain = "fabrikam.example" }), "invalidAttribute", "ok"},
	{"consent-missing-hidden", tested(func(r *rig, c *refconnector.Config) {
		app, err := r.tenant.Register("Stranger")
		r.must(err)
		c.ClientID, c.ClientSecret = app.ID, app.Secret
	}), "forbidden", "ok"},
	{"test-uses-kept-token", func(r *rig) string {
		r.must(r.Test(r.Context()))
		app := r.object(r.app.ObjectID)
		r.must(r.tenant.Directory().RemovePassword(app.ID(), passwordKey(app)))
		return word(r.Test(r.Context()))
	}, "unauthorized", "ok"},
	{"test-signs-in-user", func(r *rig) string {
		r.config.BaseUserName, r.config.BasePassword = "ada", "Own-Curtain-2026"
		r.user("ada", directory.Properties{"passwordProfile": directory.PasswordProfile{Password: "Own-Curtain-2026"}})
		r.must(r.again().Test(r.Context()))
		return words(strings.Contains(r.bodies("POST", "/token")[0], "grant_type=password"))
	}, "false", "true"},
	{"test-writes", func(r *rig) string { r.must(r.Test(r.Context())); return words(count(r.log(), "POST /users")) }, "0", "1"},
	{"sign-in-error-unexplained", func(r *rig) string {
		r.config.ClientSecret = "wrong"
		err := r.again().Test(r.Context())
		return words(word(err), strings.Contains(err.Error(), "AADSTS7000215"))
	}, "unauthorized true", "other false"},
	{"consent-needs-restart", func(r *rig) string {
		app, err := r.tenant.Register("Later")
		r.must(err)
		r.config.ClientID, r.config.ClientSecret = app.ID, app.Secret
		c, ada := r.again(), r.user("ada", nil)
		_, err = c.Read(r.Context(), refconnector.Account, ada)
		first := word(err)
		r.grant(app, "User.ReadWrite.All")
		r.clock.Advance(2 * time.Minute)
		_, err = c.Read(r.Context(), refconnector.Account, ada)
		return words(first, word(err))
	}, "forbidden ok", "forbidden forbidden"}, //nolint:dupword // two answers
	{"asks-directory-readwrite", func(r *rig) string { return words(slices.Contains(r.Permissions(), "Directory.ReadWrite.All")) }, "false", "true"},
	{"stale-permission", func(r *rig) string { return words(slices.Contains(r.Permissions(), "AuditLog.Read.All")) }, "false", "true"},
	{"users-permission-unlisted", asksFor("User.ReadWrite.All"), "true", "false"},
	{"users-listed-read-only", asksFor("User.ReadWrite.All", "User.Read.All"), "true false", "false true"},
	{"groups-permission-unlisted", asksFor("Group.ReadWrite.All"), "true", "false"},
	{"groups-listed-members-only", asksFor("Group.ReadWrite.All", "GroupMember.ReadWrite.All"), "true false", "false true"},
	{"password-permission-unlisted", asksFor("User-PasswordProfile.ReadWrite.All"), "true", "false"},
	{"organization-permission-unlisted", asksFor("Organization.Read.All"), "true", "false"},
}
