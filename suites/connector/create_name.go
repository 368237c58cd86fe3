package connector

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

const duplicate = "connector.create.duplicate-upn"

func nameCreateChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.create.verified-domain", Title: "A name without a domain gets the configured one, or is refused",
				Level: result.Required, Breaks: breaksBoth, Needs: needs(createUser), Sources: sources(learnPostUser, learnUser),
				Why: "Graph refuses a user principal name whose domain is not verified in the tenant. A connector that puts another one behind a bare name makes nobody at all.",
				Fix: "Complete a name without an at sign with the domain of the configuration, and with no other.",
			},
			Run: func(ctx context.Context, r *Rig) {
				local := r.names.person().nick
				o := r.Create(ctx, r.Person(map[string]any{"userPrincipalName": local}))
				strange := slices.DeleteFunc(bodies(asksOf(o.Calls)), func(p ask) bool {
					name, _ := p.object()["userPrincipalName"].(string)
					_, domain, full := strings.Cut(name, "@")
					return !full || slices.ContainsFunc(r.Snapshot().VerifiedDomains(), func(d directory.VerifiedDomain) bool { return strings.EqualFold(d.Name, domain) })
				})
				r.Must("no request names a domain that is not verified in the tenant", named(strange, "userPrincipalName"), noNames("names in "+tenantDomain), o.Shown()...)
				if r.mayDecline(o) || o.Err != nil {
					return // it takes full names only, and says so
				}
				_, live := r.named(local + "@" + tenantDomain)
				r.That("the account of a bare name is in the configured domain", live, worded[bool]{Want: local + "@" + tenantDomain + " in the tenant", OK: isTrue, Got: absent}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.create.name-with-domain", Title: "A name that has a domain is sent as it is",
				Level: result.Required, Breaks: breaksBoth, Sources: sources(learnPostUser, learnUser),
				Why: "Graph refuses ada@contoso.example@contoso.example, and ada becomes nobody. An account that is given another name than the one asked for is not found again.",
				Fix: "Add the configured domain only to names that have no at sign.",
			},
			Run: func(ctx context.Context, r *Rig) {
				attributes := r.Person(nil)
				name, _ := attributes["userPrincipalName"].(string)
				o := r.Create(ctx, attributes)
				other := slices.DeleteFunc(of(asksOf(o.Calls), http.MethodPost, "/users"), func(p ask) bool {
					sent, _ := p.object()["userPrincipalName"].(string)
					return sent == "" || strings.EqualFold(sent, name)
				})
				r.That("POST /users names "+name+" as it was asked to", named(other, "userPrincipalName"), noNames(name), o.Shown()...)
				r.unlessUnsent(o, of(asksOf(o.Calls), http.MethodPost, "/users"), "the name")
			},
		},
		{
			Spec: suites.Spec{
				ID: duplicate, Title: "Create of a name that is taken fails, and leaves whose it is alone",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(createUser), Sources: sources(learnPostUser, learnErrors),
				Why: "Two people are called Ada Byron. A connector that says that the second one was created gives her the mailbox and the rights of the first.",
				Fix: "Take 400 with the detail ObjectConflict, and 409, for what they are: answer the error alreadyExists, and let the caller decide.",
			},
			Run: func(ctx context.Context, r *Rig) {
				first := r.Colleague(directory.Properties{"jobTitle": "First"})
				o := r.Create(ctx, r.Person(map[string]any{"userPrincipalName": first.Name}))
				if r.adopts(o, first) {
					r.Skip("the connector takes over an account that has the name, and makes it what was asked for")
				}
				r.That("create of a name that somebody has fails", o, fails(), o.Shown()...)
				r.That("the account that has the name keeps its display name", r.see(o, first.ID), has("displayName", first.Display), o.Shown()...)
				r.That("the account that has the name keeps its job title", r.see(o, first.ID), has("jobTitle", "First"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.create.duplicate-explained", Title: "Create of a name that is taken fails with the error alreadyExists",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(duplicate), Sources: sources(learnErrors, learnPostUser),
				Why: "Whoever calls the connector chooses another name, or links the account that is there. If all it learns is that a value is invalid, somebody has to look by hand.",
				Fix: "Graph answers a taken user principal name with 400 Request_BadRequest, not with 409: look for ObjectConflict in error.details, or for the words \"Another object with the same value\".",
			},
			Run: func(ctx context.Context, r *Rig) {
				first := r.Colleague(nil)
				o := r.Create(ctx, r.Person(map[string]any{"userPrincipalName": first.Name}))
				if o.Err == nil {
					r.Skip("create of a name that somebody has did not fail")
				}
				r.That("create of a name that somebody has fails with the error alreadyExists", o, fails(AlreadyExists), o.Shown()...)
			},
		},
	}
}

// adopts says whether the connector made somebody's account what it was asked to make: it created nobody and took her over in earnest.
func (r *Rig) adopts(o Result, who *Person) bool {
	u, live := r.User(who.ID)
	return o.Err == nil && live && o.Answer.ID == who.ID && u.String("displayName") == o.Request.Attributes["displayName"]
}

// named are the values of a property in bodies, in words.
func named(all []ask, property string) []string {
	values := make([]string, len(all))
	for i, p := range all {
		values[i] = property + " " + words(p.object()[property])
	}
	return values
}

// noNames matches the absence of values.
func noNames(want string) worded[[]string] {
	return worded[[]string]{Want: want, OK: func(all []string) bool { return len(all) == 0 }, Got: func(all []string) string { return strings.Join(all, ", ") }}
}

func isTrue(b bool) bool { return b }

func absent(bool) string { return "nobody of that name" }
