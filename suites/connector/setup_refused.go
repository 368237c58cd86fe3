package connector

import (
	"context"
	"regexp"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const wrongSecret = "connector.setup.wrong-secret"

func refusedSetupChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: wrongSecret, Title: "Test configuration fails with a wrong client secret",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(tested, signsInAs), Sources: sources(learnAADSTS, learnCredentials),
				Why: "A mistyped secret is the commonest mistake. If the test says that all is well, the first night of provisioning fails instead.",
				Fix: "Let the test get a fresh token, and fail when the login host refuses it (AADSTS7000215).",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.needsSecret()
				r.mistype()
				o := r.Do(ctx, Request{Operation: Test})
				r.That("test configuration fails when the client secret is wrong", o, fails(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.setup.refusal-explained", Title: "Test configuration says why the sign-in was refused, with the login host's code",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(tested, wrongSecret), Sources: sources(learnAADSTS),
				Why: "AADSTS7000215 says that the secret is wrong, AADSTS7000222 that it has expired, AADSTS700016 that the application is unknown. Who reads only that the sign-in failed tries all three.",
				Fix: "Answer the error unauthorized, with error and error_description of the token endpoint's answer in the message.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.needsSecret()
				r.mistype()
				o := r.Do(ctx, Request{Operation: Test})
				if o.Err == nil {
					r.Block(wrongSecret, "test configuration did not fail", o.Shown()...)
				}
				r.That("a refused sign-in is the error unauthorized", o, fails(Unauthorized), o.Shown()...)
				r.That("the words of a refused sign-in have the code of the login host", o, explains(`AADSTS\d+`, "an error with the code of the login host, such as AADSTS7000215"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.setup.expired-secret", Title: "Test configuration fails with a client secret that has expired",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(tested, signsInAs), Causes: needs(wrongSecret), Sources: sources(learnAADSTS, learnCredentials),
				Why: "Secrets end after two years at the latest. When provisioning stands still one morning, the test is what people press to find out why.",
				Fix: "Let the test get a fresh token, and fail when the login host refuses it (AADSTS7000222).",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.needsSecret()
				const life = 30 * 24 * time.Hour
				now := r.Clock.Now()
				_, secret, err := r.Tenant.Directory().AddPassword(r.App.ObjectID, "of last year", now.Add(-2*life), now.Add(-life))
				check(err)
				r.hide(secret)
				r.Reconfigure(func(c *Configuration) { c.ClientSecret = secret })
				o := r.Do(ctx, Request{Operation: Test})
				r.That("test configuration fails when the client secret has expired", o, fails(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.setup.removed-secret", Title: "Test configuration notices that the secret was removed since the last time",
				Level: result.Recommended, Breaks: breaksBoth, Needs: needs(tested, signsInAs), Causes: needs(wrongSecret), Sources: sources(learnCredentials, learnAADSTS),
				Why: "A token lives for an hour longer than its secret. A test that uses the one it has says that all is well, and provisioning stands still an hour later.",
				Fix: "Get a fresh token for each test of the configuration; keep the one that is there for everything else.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.needsSecret()
				before := r.Do(ctx, Request{Operation: Test})
				if before.Err != nil {
					r.Block(tested, "test configuration failed: "+before.Err.Error(), before.Shown()...)
				}
				check(r.Tenant.Directory().RemovePassword(r.App.ObjectID, r.keyOf()))
				o := r.Do(ctx, Request{Operation: Test})
				r.That("test configuration fails once the secret was removed", o, fails(), append(before.Shown(), o.Shown()...)...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.setup.unknown-tenant", Title: "Test configuration fails with a tenant that does not exist",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(tested), Sources: sources(learnAADSTS),
				Why: "The tenant's id is copied by hand. A connector that takes the refusal for success, or asks another tenant than the one that was typed, provisions nobody, or into somebody else's directory.",
				Fix: "Ask for the token at the endpoint of the configured tenant, and fail when the login host does not know it (AADSTS90002).",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Test)
				r.Reconfigure(func(c *Configuration) {
					c.TenantID = r.names.uuid()
					c.Authority = "https://login.microsoftonline.com/" + c.TenantID + "/oauth2/authorize"
				})
				o := r.Do(ctx, Request{Operation: Test})
				r.That("test configuration fails when there is no such tenant", o, fails(), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.setup.unknown-application", Title: "Test configuration fails with a client id that the tenant does not know",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(tested), Sources: sources(learnAADSTS),
				Why: "The client id is easily mistaken for the object id or the secret's id, which stand beside it in the portal. The test is there to find that out.",
				Fix: "Fail when the login host does not know the application (AADSTS700016).",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Test)
				r.Reconfigure(func(c *Configuration) { c.ClientID = r.names.uuid() })
				o := r.Do(ctx, Request{Operation: Test})
				r.That("test configuration fails when the application is unknown to the tenant", o, fails(), o.Shown()...)
			},
		},
	}
}

// mistype gives the connector a wrong secret.
func (r *Rig) mistype() {
	const secret = "mistyped-secret-of-the-rehearsal"
	r.hide(secret)
	r.Reconfigure(func(c *Configuration) { c.ClientSecret = secret })
}

// hide keeps a secret out of what is recorded.
func (r *Rig) hide(secret string) { r.target.config.Recorder.AddSecret(secret) }

// needsSecret skips the check when the connector signs in a user, which works without a client secret.
func (r *Rig) needsSecret() {
	r.Needs(Test)
	if r.Description().Declares(Delegated) {
		r.Skip("the connector signs in a user, which needs no client secret")
	}
}

// explains matches a [Result] with an error whose words have a pattern.
func explains(pattern, want string) worded[Result] {
	words := regexp.MustCompile(pattern)
	return worded[Result]{Want: want, OK: func(o Result) bool { return o.Err != nil && words.MatchString(o.Err.Message) }, Got: Result.String}
}
