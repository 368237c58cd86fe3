package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func manyLicenceChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.complex-create", Title: "Two licences of a new user both arrive, with a member the standard does not know",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnCustomize + "#provisioning-a-role-to-a-scim-app"),
				Why:     "With several licences Entra names each displayName, where the standard says display. A server that refuses unknown members refuses the whole user.",
				Fix:     "Pass over sub-attributes of roles that you do not know, and store every element.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("roles")
				r.Licensed(mapping.ComplexRoles)
				ada := r.NewUser(nil)
				r.Grant(ada, "Author")
				r.Grant(ada, "Editor")
				post := answerOf(r.Cycle(ctx).Last(http.MethodPost, "/Users"))
				if !post.OK() {
					r.holder(ctx) // one licence is accepted
				}
				r.Must("POST /Users with two licences in roles, each with displayName, is accepted", post, answered(http.StatusCreated, http.StatusOK), post.Shown)
				made, _ := post.JSON()
				ada.ID = made.ID()
				v := r.Read(ctx, ada)
				if len(elements(v.Resource, "roles")) == 0 {
					r.Block("endpoint.licence.single-create", "the target shows "+v.words("roles"))
				}
				r.That("GET shows both licences that POST /Users sent in roles", v, hasRoles("Author", "Editor"), post.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.complex-add", Title: "A further licence leaves the earlier ones",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace", "endpoint.licence.single-change"),
				Sources: sources(learnCustomize+"#provisioning-a-role-to-a-scim-app", rfc7644("3.5.2.1")),
				Why:     "Entra sends Add with the path roles. A server that replaces the list takes a licence away with every licence it gives.",
				Fix:     "Let Add of a multi-valued attribute append.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.holder(ctx)
				answer := r.Patched(ctx, ada, Op{"Add", "roles", []role{{false, roleType, "Editor"}}})
				v := r.Read(ctx, ada)
				r.That("after PATCH with Add of another role GET shows the earlier and the new one", v, hasRoles("Author", "Editor"), answer.Shown, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.assertive-replace", Title: "A licence that was taken away is gone",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace", "endpoint.licence.complex-create"),
				Sources: sources(learnCustomize+"#provisioning-a-role-to-a-scim-app", rfc7644("3.5.2.3")),
				Why:     "With the mapping Microsoft recommends Entra replaces the whole list of roles. A server that appends never takes a licence away, and the customer goes on paying.",
				Fix:     "Let Replace of a multi-valued attribute replace all its values.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("roles")
				r.Licensed(mapping.AssertiveRoles)
				ada := r.NewUser(nil)
				r.Grant(ada, "Author")
				r.Grant(ada, "Editor")
				r.taken(ctx, ada, r.Cycle(ctx))
				r.shownLicences(ctx, ada, "Author", "Editor")
				r.Revoke(ada, "Author")
				patch := r.Written(ctx, r.Cycle(ctx), ada)
				v := r.Read(ctx, ada)
				r.That("after PATCH with Replace of the whole list of roles GET shows the roles of the list and no others", v, onlyRoles("Editor"), patch, v.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.licence.neighbour-kept", Title: "A change of one user's licences touches nobody else's",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace"),
				Sources: sources(rfc7644("3.5.2"), learnCustomize),
				Why:     "Licences cost money and carry rights. Roles that are stored in one place for everybody give to all what one was given.",
				Fix:     "Store roles with the user they belong to.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, bob := r.holder(ctx), r.holder(ctx)
				answer := r.Patch(ctx, ada, Op{"Replace", "roles", []role{{false, roleType, "Editor"}, {false, roleType, "Auditor"}}})
				r.lockedOut(ctx, answer)
				v := r.Read(ctx, bob)
				r.That("PATCH of one user's roles leaves the roles of another user alone", v, onlyRoles("Author"), answer.Shown, v.Shown)
			},
		},
	}
}

// shownLicences blocks the check unless the target shows the licences a user was created with.
func (r *Rig) shownLicences(ctx context.Context, a *Account, licences ...string) {
	if v := r.Read(ctx, a); !hasRoles(licences...).OK(v) {
		r.Block("endpoint.licence.single-create", "the target shows "+v.words("roles"))
	}
}

// postRoles makes a user with roles written by hand.
func (r *Rig) postRoles(ctx context.Context, roles ...role) Answer {
	p := r.names.person()
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	check(enc.Encode(map[string]any{
		"schemas": []string{scim.UserURN}, "userName": p.upn, "displayName": p.display(), "active": true, "roles": roles,
		"name": map[string]string{"givenName": p.given, "familyName": p.family},
	}))
	return r.Send(ctx, wire.Request{Method: http.MethodPost, Target: "/Users", Body: bytes.TrimSpace(body.Bytes()), ContentType: wire.ContentType})
}
