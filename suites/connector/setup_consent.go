package connector

import (
	"context"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

func consentSetupChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.setup.missing-consent", Title: "Test configuration fails while nobody has consented to the permissions",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(tested), Sources: sources(learnAuth, learnErrors),
				Why: "Without consent the login host gives a token all the same, and Graph answers 403 to everything. If the test is content with the token, every person fails later.",
				Fix: "Let the test read something from Graph, and fail when it is refused; say that an administrator must consent.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Test)
				r.withdraw()
				o := r.Do(ctx, Request{Operation: Test})
				r.That("test configuration fails when the application's permissions are not consented to", o, fails(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.setup.later-consent", Title: "A consent that is given later takes effect without a restart",
				Level: result.Recommended, Breaks: breaksBoth, Needs: needs(described), Sources: sources(learnAuth, learnCredentials, learnErrors),
				Why: "Permissions stand in the token. A connector that keeps the old one goes on being refused for up to an hour after the administrator has consented, and people look for the mistake where there is none any more.",
				Fix: "After a 403 get a new token once, and repeat the request with it, before giving up; not more often than every few minutes.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Search)
				if !r.target.inProcess() {
					r.Skip("the connector is outside the process: its clock cannot be turned")
				}
				ada := r.Colleague(nil)
				request := Request{Operation: Search, Type: User, Filter: &Filter{"userPrincipalName", ada.Name}}
				r.withdraw()
				before := r.Do(ctx, request)
				if before.Err == nil {
					r.Skip("search was not refused without consent: it asked for nothing that needs one")
				}
				r.consent()
				r.Clock.Advance(10 * time.Minute)
				o := r.Do(ctx, request)
				r.That("ten minutes after an administrator has consented, search works", o, succeeds(), append(before.Shown(), o.Shown()...)...)
			},
		},
	}
}

// withdraw takes all permissions away from the connector's application.
func (r *Rig) withdraw() {
	d := r.Tenant.Directory()
	snapshot := d.Snapshot()
	for a := range snapshot.Assignments(r.App.PrincipalID) {
		check(d.Unassign(a.ID))
	}
	for g := range snapshot.Objects(directory.OAuth2PermissionGrant) {
		if g.String("clientId") == r.App.PrincipalID {
			check(d.Delete(g.ID()))
		}
	}
}

// consent gives them back.
func (r *Rig) consent() { check(r.Tenant.Login().Consent(r.App.ID)) }

// keyOf is the id of the secret that the connector is configured with.
func (r *Rig) keyOf() string {
	app, _ := r.Snapshot().Object(r.App.ObjectID)
	credentials, _ := app.Property("passwordCredentials").([]directory.PasswordCredential)
	return credentials[0].KeyID
}
