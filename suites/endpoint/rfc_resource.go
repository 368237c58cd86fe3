package endpoint

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// resourceChecks are about what a resource is made of: RFC 7643 §2 and §3.
func resourceChecks() []Check {
	return []Check{
		{
			Spec: defending(standardSpec("id-assigned", result.Recommended, "The id of a new user is the endpoint's, whatever the request says",
				"A client that can choose ids can choose one that is taken, or one that leads somewhere else.",
				"Pass over id in POST, as over all attributes that are readOnly, and assign one of your own.", rfc7643("3.1"), rfc7644("3.3"))),
			Run: func(ctx context.Context, r *Rig) {
				chosen := r.names.uuid()
				a, post := r.post(ctx, object{"id": chosen})
				if a.ID == "" {
					r.posted(ctx, nil)
				}
				r.Must("POST /Users with an id in the body is accepted, and the id passed over", post, accepted(), post.Shown)
				r.That("the id of a new user is not the one the request named", a.ID, gomega.Not(gomega.Equal(chosen)), post.Shown)
			},
		},
		{
			Spec: defending(standardSpec("meta-assigned", result.Recommended, "meta in a POST is passed over",
				"Dates that a client can write prove nothing, and those who ask for what has changed since yesterday miss it.",
				"Pass over meta in POST, PUT and PATCH; keep it yourself.", rfc7643("3.1"), rfc7644("3.3"))),
			Run: func(ctx context.Context, r *Rig) {
				a := r.posted(ctx, object{"meta": object{"created": "1999-12-31T23:59:59Z", "resourceType": "Robot"}})
				v := r.Read(ctx, a)
				r.That("after a POST with meta.created the user does not show that date", v.String("meta.created"), gomega.Not(gomega.HavePrefix("1999-12-31")), v.Shown)
				r.That("after a POST with meta.resourceType the user does not show that type", v.String("meta.resourceType"), gomega.Not(gomega.Equal("Robot")), v.Shown)
			},
		},
		{
			Spec: standardSpec("meta-location", result.Recommended, "meta.location of a user is her URL",
				"Clients that keep references keep this one.", "Return in meta.location the URL under which the resource can be read.", rfc7643("3.1"), rfc7644("3.3")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.Made(ctx)
				v := r.Read(ctx, a)
				if mapIn(v.Resource, "meta") == nil {
					r.Block("endpoint.create.meta", "the user has no meta")
				}
				r.That("GET of a user shows her URL in meta.location", v, worded[View]{
					Want: "meta.location ends in /" + a.ID,
					OK:   func(v View) bool { return r.leadsTo(v.String("meta.location"), a) },
					Got:  func(v View) string { return v.words("meta.location") },
				}, v.Shown)
			},
		},
		{
			Spec: defending(standardSpec("password-hidden", result.Recommended, "A password never comes back",
				"Whoever may read users would read their passwords.", "Never return password, not even hashed, in any answer; its characteristic is returned: never.",
				rfc7643("4.1.1"), rfc7643("7"), rfc7644("7.5"))),
			Run: func(ctx context.Context, r *Rig) {
				secret := "Pw-" + r.names.uuid() + "!aA1"
				a, post := r.post(ctx, object{"password": secret})
				if a.ID == "" {
					r.posted(ctx, nil)
					r.Skip("the target takes no password")
				}
				get := r.Get(ctx, a)
				if !get.OK() {
					r.Read(ctx, a)
				}
				asked := r.ask(ctx, http.MethodGet, a.path()+"?attributes=password,userName", nil)
				for _, answer := range []Answer{post, get, asked} {
					r.That("no answer about a user who was made with a password has it in", answer, worded[Answer]{
						Want: "no password",
						OK: func(a Answer) bool {
							shown, _ := a.JSON()
							return member(shown, "password") == nil && !bytes.Contains(a.Body, []byte(secret))
						},
						Got: func(Answer) string { return "an answer with a password in it" },
					}, answer.Shown)
				}
			},
		},
		{
			Spec: standardSpec("null-is-unassigned", result.Recommended, "null and the empty list mean that there is no value",
				"Gallery validation and other clients send null for what is empty. A server that refuses it, or stores the text null, loses or spoils people.",
				"Read null and [] as no value, in POST and PUT.", rfc7643("2.5")),
			Run: func(ctx context.Context, r *Rig) {
				empty := object{}
				for name, nothing := range map[string]any{"title": nil, "nickName": nil, "emails": []object{}} {
					if r.Has(name) {
						empty[name] = nothing
					}
				}
				a, post := r.post(ctx, empty)
				if a.ID == "" {
					r.posted(ctx, nil)
				}
				r.Must("POST /Users with null and an empty list is accepted", post, accepted(), post.Shown)
				v := r.Read(ctx, a)
				for _, name := range []string{"title", "emails"} {
					if !lacks(name).OK(v) && !lacks(name).OK(r.Read(ctx, r.posted(ctx, nil))) {
						continue // the target gives everybody a value of its own
					}
					r.That("an attribute that was null or empty in POST has no value", v, lacks(name), v.Shown)
				}
			},
		},
		{
			Spec: needing(standardSpec("names-case", result.Recommended, "Attribute names in a POST are read in any letter case",
				"Attribute names are not case-sensitive. A client that writes them otherwise would make users without names.",
				"Compare attribute names without letter case.", rfc7643("2.1")), "endpoint.create.filter-exact"),
			Run: func(ctx context.Context, r *Rig) {
				p := r.names.person()
				post := r.ask(ctx, http.MethodPost, "/Users", object{
					"schemas": []string{scim.UserURN}, "username": p.upn, "DISPLAYNAME": p.display(), "externalid": p.nick, "active": true,
					"name": object{"GivenName": p.given, "familyname": p.family},
				})
				if !post.OK() {
					r.Made(ctx)
				}
				r.Must("POST /Users with attribute names in other letter case is accepted", post, accepted(), post.Shown)
				made, _ := post.JSON()
				v := r.Read(ctx, &Account{Kind: users, ID: made.ID()})
				r.That("userName and displayName written in other letter case arrive", v, shows("userName", p.upn), v.Shown)
				r.That("userName and displayName written in other letter case arrive", v, shows("displayName", p.display()), v.Shown)
				f := r.soon(ctx, findsSome().OK, func() Found { return r.FindBy(ctx, users, "userName", p.upn) })
				r.That("who was made with attribute names in other letter case is found by userName", f, findsAmong(p.upn), post.Shown, f.Shown)
			},
		},
		{
			Spec: needing(standardSpec("required-attribute", result.Recommended, "A user without userName is refused with 400",
				"Entra matches people by it; a user without cannot be found again by anybody.",
				"Answer 400 with scimType invalidValue to a POST without a required attribute.", rfc7643("2.2"), rfc7643("4.1.1"), rfc7644("3.12")), "endpoint.create.user"),
			Run: func(ctx context.Context, r *Rig) {
				document, a := r.userDocument(nil)
				delete(document, "userName")
				post := r.ask(ctx, http.MethodPost, "/Users", document)
				r.remember(post, a)
				r.That("POST /Users without userName is answered 400", post, badRequest(), post.Shown)
			},
		},
		{
			Spec: needing(standardSpec("wrong-type", result.Recommended, "A value of the wrong type is refused with 400",
				"Text where an object belongs cannot be stored; a server that fails over it, or drops it silently, hides the mistake of whoever mapped it.",
				"Check values against the schema and answer 400 with scimType invalidValue or invalidSyntax.", rfc7643("2.3"), rfc7644("3.12")), "endpoint.create.user"),
			Run: func(ctx context.Context, r *Rig) {
				a, post := r.post(ctx, object{"name": "Ada Byron"})
				r.remember(post, a)
				r.That("POST /Users with text for the complex attribute name is answered 400", post, badRequest(), post.Shown)
			},
		},
		{
			Spec: standardSpec("groups-of-user", result.Informational, "A user shows the groups she is a member of",
				"Clients that read one user see her groups at once. Entra does not ask for it.", "Derive the readOnly attribute groups from the members of groups.", rfc7643("4.1.2")),
			Run: func(ctx context.Context, r *Rig) {
				if !r.Lists("groups") {
					r.Skip("the target's /Schemas names no groups of users")
				}
				ada := r.Made(ctx)
				team := r.MadeGroup(ctx, "Team Blue", ada)
				r.Members(ctx, "endpoint.group.add-member", team, ada)
				v := r.Read(ctx, ada)
				r.That("GET of a member shows the group in groups", v, worded[View]{
					Want: "groups with " + team.ID,
					OK:   func(v View) bool { _, ok := element(v.Resource, "groups", team.ID); return ok },
					Got:  func(v View) string { return v.words("groups") },
				}, v.Shown)
			},
		},
		{
			Spec: defending(standardSpec("groups-read-only", result.Recommended, "A user cannot be put into a group by her own attribute groups",
				"Whoever may write users could give herself every right that hangs on a group.",
				"Treat groups of a user as readOnly: pass it over in POST and PUT, refuse it in PATCH.", rfc7643("4.1.2"), rfc7644("3.5.2"))),
			Run: func(ctx context.Context, r *Rig) {
				team := r.MadeGroup(ctx, "Team Green")
				ada := r.posted(ctx, object{"groups": []object{{"value": team.ID}}})
				v := r.Read(ctx, team)
				r.That("POST of a user with groups makes her a member of none", memberIDs(v.Resource), gomega.Not(gomega.ContainElement(ada.ID)), v.Shown)
				shown := r.Read(ctx, ada)
				_, stored := element(shown.Resource, "groups", team.ID)
				r.That("POST of a user with groups does not store them", stored, gomega.BeFalse(), shown.Shown)
			},
		},
		{
			Spec: standardSpec("created-kept", result.Recommended, "meta.created stays what it was when the user changes",
				"Whoever audits accounts by age takes every changed one for new.", "Set meta.created once, at creation.", rfc7643("3.1")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.Made(ctx)
				before := r.Read(ctx, a)
				if _, ok := dateIn(before, "meta.created"); !ok {
					r.Block("endpoint.create.meta", "the user has no meta.created")
				}
				change := func(name string) View {
					put := r.put(ctx, a, object{"displayName": name})
					if !put.OK() {
						r.Block("endpoint.rfc.put", "PUT was answered "+put.String())
					}
					return r.Read(ctx, a)
				}
				after := change("Countess")
				if after.String("meta.lastModified") == before.String("meta.lastModified") {
					wait(ctx, 1100*time.Millisecond) // many servers count in whole seconds
					after = change("Countess of Lovelace")
				}
				r.That("after PUT meta.created is what it was", after.String("meta.created"), gomega.Equal(before.String("meta.created")), before.Shown, after.Shown)
			},
		},
	}
}

// remember keeps what a request made that was not to make anything, so that it is removed.
func (r *Rig) remember(post Answer, a *Account) {
	if made, err := post.JSON(); err == nil && post.OK() && made.ID() != "" {
		a.ID = made.ID()
		r.target.inventory.learn(r.owner(), users, a.ID, a.Name)
	}
}

// owner is under whose name the inventory keeps what the check makes.
func (r *Rig) owner() string { return r.guard.owner }

// plainly is a Content-Type without its parameters, in small letters.
func plainly(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(media))
}
