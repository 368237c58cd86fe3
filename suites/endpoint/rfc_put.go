package endpoint

import (
	"context"
	"maps"
	"net/http"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
)

// putChecks are about PUT: RFC 7644 §3.5.1. Entra never sends it, others do.
func putChecks() []Check {
	const why = "Entra changes by PATCH only. Okta, home-made scripts and many libraries read a user, change her and PUT her back."
	needsPut := needs("endpoint.rfc.put")
	checks := []Check{
		{
			Spec: standardSpec("put", result.Recommended, "PUT replaces the values of a user", why,
				"Serve PUT /Users/{id}: store what the document says and answer 200 with the user as she is then.", rfc7644("3.5.1")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.posted(ctx, nil)
				put := r.put(ctx, a, object{"displayName": "Countess"})
				r.Must("PUT /Users/{id} of a user who was read before is accepted", put, accepted(), put.Shown)
				v := r.Read(ctx, a)
				r.That("after PUT the user shows the new value", v, shows("displayName", "Countess"), put.Shown, v.Shown)
			},
		},
		{
			Spec: standardSpec("put-answer", result.Recommended, "The answer to PUT is 200 with the user", why,
				"Answer 200 with the whole resource.", rfc7644("3.5.1")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.posted(ctx, nil)
				put := r.put(ctx, a, object{"displayName": "Countess"})
				r.Must("PUT is answered 200", put, answered(http.StatusOK), put.Shown)
				shown, _ := put.JSON()
				r.That("the answer to PUT shows the user with the new value", View{shown, put.Shown}, shows("displayName", "Countess"), put.Shown)
				r.That("the answer to PUT shows the id of the user", shown.ID(), gomega.Equal(a.ID), put.Shown)
			},
		},
		{
			Spec: standardSpec("put-clears", result.Informational, "What a PUT leaves out has no value afterwards", why,
				"Take an attribute that the document leaves out for one without a value.", rfc7644("3.5.1")),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("title")
				a := r.posted(ctx, object{"title": "Analyst"})
				if before := r.Read(ctx, a); lacks("title").OK(before) {
					r.Block("endpoint.create.core-values", "the user was made with a title and shows none")
				}
				put := r.put(ctx, a, nil)
				v := r.Read(ctx, a)
				r.That("after a PUT without title the user has none", v, lacks("title"), put.Shown, v.Shown)
			},
		},
		{
			Spec: standardSpec("put-read-only", result.Recommended, "PUT cannot change the id", why+" They send id and meta as they read them, or an older copy of them.",
				"Pass over id and meta in PUT.", rfc7644("3.5.1"), rfc7643("3.1")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.posted(ctx, nil)
				other := r.names.uuid()
				document := r.documentOf(a, object{"id": other})
				put := r.ask(ctx, http.MethodPut, a.path(), document)
				get := r.Get(ctx, a)
				r.That("after a PUT with another id the user still has hers", get, answered(http.StatusOK), put.Shown, get.Shown)
				shown, _ := get.JSON()
				r.That("after a PUT with another id GET shows the old one", shown.ID(), gomega.Equal(a.ID), put.Shown, get.Shown)
			},
		},
		{
			Spec: standardSpec("put-creates-nothing", result.Recommended, "PUT to an id that nobody has makes nobody", why+" PUT is never a way to create.",
				"Answer PUT to an unknown id with 404.", rfc7644("3.5.1"), rfc7644("3.12")),
			Run: func(ctx context.Context, r *Rig) {
				document, a := r.userDocument(nil)
				a.ID = r.names.uuid()
				r.guard.allow(a.ID)
				put := r.ask(ctx, http.MethodPut, a.path(), document)
				r.remember(put, a)
				r.That("PUT to an id that nobody has is answered 404", put, answered(http.StatusNotFound), put.Shown)
			},
		},
		{
			Spec: standardSpec("put-required", result.Recommended, "A PUT without userName is refused with 400", why,
				"Check a PUT as you check a POST.", rfc7644("3.5.1"), rfc7643("2.2")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.posted(ctx, nil)
				document := r.documentOf(a, nil)
				delete(document, "userName")
				put := r.ask(ctx, http.MethodPut, a.path(), document)
				r.That("PUT without userName is answered 400", put, badRequest(), put.Shown)
			},
		},
		{
			Spec: standardSpec("put-unique", result.Recommended, "A PUT that takes somebody else's userName is refused with 409", why,
				"Check uniqueness in PUT as in POST.", rfc7644("3.5.1"), rfc7644("3.12")),
			Run: func(ctx context.Context, r *Rig) {
				a, b := r.posted(ctx, nil), r.posted(ctx, nil)
				put := r.put(ctx, a, object{"userName": b.Name})
				r.That("PUT with another user's userName is answered 409", put, answered(http.StatusConflict, http.StatusBadRequest), put.Shown)
			},
		},
	}
	for i := range checks[1:] {
		checks[i+1].Needs = needsPut
	}
	return checks
}

// put replaces a user with what she was made of, changed.
func (r *Rig) put(ctx context.Context, a *Account, changes object) Answer {
	return r.ask(ctx, http.MethodPut, a.path(), r.documentOf(a, changes))
}

// documentOf is the document an account was made of by post, changed.
func (r *Rig) documentOf(a *Account, changes object) object {
	document, _ := r.userDocument(object{"userName": a.Name, "externalId": a.Nick, "displayName": a.Display, "id": a.ID})
	maps.Copy(document, changes)
	return document
}
