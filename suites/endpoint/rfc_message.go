package endpoint

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

const readsIt = "Clients decide by the label and the form of an answer whether they can read it at all."

// messageChecks are about requests and answers as messages: statuses, labels, errors (RFC 7644 §3.1, §3.3, §3.6, §3.12, §8).
func messageChecks() []Check {
	return []Check{
		{
			Spec: standardSpec("media-type", result.Recommended, "A request that accepts application/scim+json gets it",
				readsIt, "Label answers application/scim+json when the request accepts it, or does not say.", rfc7644("3.8"), rfc7644("8.1")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.ask(ctx, http.MethodGet, r.Made(ctx).path(), nil, "Accept", "application/scim+json")
				label := plainly(a.Header.Get("Content-Type"))
				if label != "application/json" && label != "application/scim+json" {
					r.Block("endpoint.connect.content-type", "answers are labelled "+label)
				}
				r.That("the answer to a GET that accepts application/scim+json is labelled so", label, gomega.Equal("application/scim+json"), a.Shown)
			},
		},
		{
			Spec: standardSpec("accept-json", result.Informational, "A request that accepts application/json is answered",
				"Generic HTTP clients ask for JSON by that name.", "Answer requests that accept application/json too.", rfc7644("3.8")),
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				a := r.ask(ctx, http.MethodGet, ada.path(), nil, "Accept", "application/json")
				r.Must("GET /Users/{id} with Accept: application/json is answered 200", a, answered(http.StatusOK), a.Shown)
				r.That("GET /Users/{id} with Accept: application/json is answered with the user, as JSON", a, worded[Answer]{
					Want: "a JSON object with the id of the user",
					OK: func(a Answer) bool {
						shown, err := a.JSON()
						return err == nil && shown.ID() == ada.ID
					},
					Got: Answer.String,
				}, a.Shown)
			},
		},
		{
			Spec: standardSpec("send-json", result.Informational, "A POST labelled application/json is read",
				"Generic HTTP clients, Okta's tests among them, label what they send so.", "Read bodies labelled application/json as well.", rfc7644("3.8")),
			Run: func(ctx context.Context, r *Rig) {
				document, a := r.userDocument(nil)
				post := r.ask(ctx, http.MethodPost, "/Users", document, "Content-Type", "application/json")
				r.remember(post, a)
				if !post.OK() {
					r.posted(ctx, nil)
				}
				r.Must("POST /Users with Content-Type: application/json is accepted", post, accepted(), post.Shown)
				if a.ID == "" {
					r.Block("endpoint.create.user", "POST /Users was answered "+post.String())
				}
				v := r.Read(ctx, a)
				r.That("a user who was sent as application/json is there as she was sent", v, shows("userName", a.Name), post.Shown, v.Shown)
				r.That("a user who was sent as application/json is there as she was sent", v, shows("displayName", a.Display), post.Shown, v.Shown)
			},
		},
		{
			Spec: standardSpec("created", result.Recommended, "POST of a new user or group is answered 201",
				"Entra takes any success. Other clients tell from 201 that something was made.", "Answer POST with 201.", rfc7644("3.3")),
			Run: func(ctx context.Context, r *Rig) {
				_, post := r.post(ctx, nil)
				if !post.OK() {
					r.Block(r.creator(ctx, users, post), "POST /Users was answered "+post.String())
				}
				r.That("POST /Users is answered 201", post, answered(http.StatusCreated), post.Shown)
				if !r.hasGroups() {
					return
				}
				if _, post = r.PostGroup(ctx, "Team Red"); !post.OK() {
					r.Block(r.creator(ctx, groups, post), "POST /Groups was answered "+post.String())
				}
				r.That("POST /Groups is answered 201", post, answered(http.StatusCreated), post.Shown)
			},
		},
		{
			Spec: standardSpec("deleted", result.Recommended, "DELETE is answered 204 without a body",
				"Entra takes any success. Other clients wait for a body that a 200 promises.", "Answer DELETE with 204.", rfc7644("3.6")),
			Run: func(ctx context.Context, r *Rig) {
				gone := r.ask(ctx, http.MethodDelete, r.Made(ctx).path(), nil)
				if !gone.OK() {
					r.Block("endpoint.disable.delete", "DELETE was answered "+gone.String())
				}
				r.That("DELETE /Users/{id} is answered 204", gone, answered(http.StatusNoContent), gone.Shown)
				if !r.hasGroups() {
					return
				}
				if gone = r.ask(ctx, http.MethodDelete, r.MadeGroup(ctx, "Team Red").path(), nil); !gone.OK() {
					r.Block("endpoint.group.delete", "DELETE was answered "+gone.String())
				}
				r.That("DELETE /Groups/{id} is answered 204", gone, answered(http.StatusNoContent), gone.Shown)
			},
		},
		{
			Spec: standardSpec("error-schema", result.Recommended, "An error names the error schema",
				"A client tells a SCIM error from a page of some proxy by it.", "Send schemas with "+scim.ErrorURN+" in every error body.", rfc7644("3.12")),
			Run: func(ctx context.Context, r *Rig) {
				v := r.missing(ctx)
				r.That("the body of a 404 names "+scim.ErrorURN, v, worded[View]{
					Want: "schemas with " + scim.ErrorURN,
					OK:   func(v View) bool { return contains(member(v.Resource, "schemas"), scim.ErrorURN) },
					Got:  func(v View) string { return v.words("schemas") },
				}, v.Shown)
			},
		},
		{
			Spec: standardSpec("error-status", result.Recommended, "status in an error is the HTTP status, as text",
				"The standard has it as a text. Clients with typed readers fail over a number.", `Send "status": "404", in quotes, in the body of a 404.`, rfc7644("3.12")),
			Run: func(ctx context.Context, r *Rig) {
				v := r.missing(ctx)
				r.That("status in the body of a 404 is the text 404", v, worded[View]{
					Want: `status is "404"`,
					OK:   func(v View) bool { return member(v.Resource, "status") == strconv.Itoa(http.StatusNotFound) },
					Got:  func(v View) string { return v.words("status") },
				}, v.Shown)
			},
		},
		{
			Spec: standardSpec("error-media-type", result.Recommended, "An error is labelled as SCIM",
				readsIt, "Send application/scim+json with errors too.", rfc7644("3.1"), rfc7644("8.1")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.ask(ctx, http.MethodGet, "/Users/"+r.names.uuid(), nil)
				if a.Status != http.StatusNotFound {
					r.Block("endpoint.connect.unknown-id", "GET of an unknown id was answered "+a.String())
				}
				if label := plainly(r.target.first[users].Header.Get("Content-Type")); label != "application/scim+json" && label != "application/json" {
					r.Block("endpoint.connect.content-type", "answers are labelled "+label)
				}
				r.That("a 404 is labelled application/scim+json, or application/json at least", plainly(a.Header.Get("Content-Type")),
					gomega.BeElementOf("application/scim+json", "application/json"), a.Shown)
			},
		},
		{
			Spec: standardSpec("unknown-path", result.Recommended, "A path that leads to no resource type is answered 404",
				"A client that asks at the wrong place must hear it. A web page with 200 looks like an answer.", "Answer 404 for paths you do not serve.", rfc7644("3.12")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.ask(ctx, http.MethodGet, "/Rehearsals"+r.names.tag, nil)
				r.That("GET of a resource type that does not exist is answered 404", a, status("or 501, not implemented", http.StatusNotFound, http.StatusNotImplemented), a.Shown)
			},
		},
		{
			Spec: standardSpec("read-only-endpoints", result.Recommended, "The discovery endpoints cannot be written to",
				"What an endpoint says of itself is not for clients to change; a success here means that nobody looked at the method.",
				"Answer POST to /ServiceProviderConfig, /ResourceTypes and /Schemas with 405 or 404.", rfc7644("3.2"), rfc7644("4")),
			Run: func(ctx context.Context, r *Rig) {
				for _, path := range []string{"/ServiceProviderConfig", "/ResourceTypes", "/Schemas"} {
					a := r.ask(ctx, http.MethodPost, path, object{"schemas": []string{}})
					r.That("POST to a discovery endpoint is refused", a, status("it cannot be written", http.StatusMethodNotAllowed, http.StatusNotFound, http.StatusNotImplemented, http.StatusBadRequest, http.StatusForbidden), a.Shown)
				}
			},
		},
		{
			Spec: standardSpec("me", result.Informational, "/Me is the caller, or 501",
				"A client that gets a web page there, or a failure, cannot tell that it only asked for what is not served.", "Answer /Me with 501 when there is no user behind a token.", rfc7644("3.11")),
			Run: func(ctx context.Context, r *Rig) {
				a := r.ask(ctx, http.MethodGet, "/Me", nil)
				r.That("GET /Me is answered with the caller, a redirect to her, 501, or a SCIM error that denies her", a, worded[Answer]{
					Want: "200 with a user, 307, 308, 501, or 403 or 404 with a SCIM error", OK: isCaller, Got: Answer.String,
				}, a.Shown)
			},
		},
	}
}

// isCaller says whether an answer to /Me is one the standard knows. Whoever serves /Me has no other word than 404 for a caller without a user.
func isCaller(a Answer) bool {
	body, err := a.JSON()
	switch a.Status {
	case http.StatusOK:
		return err == nil && body.ID() != ""
	case http.StatusForbidden, http.StatusNotFound:
		return contains(member(body, "schemas"), scim.ErrorURN)
	default:
		return slices.Contains([]int{http.StatusTemporaryRedirect, http.StatusPermanentRedirect, http.StatusNotImplemented}, a.Status)
	}
}

// missing is the error that answers a GET of nobody.
func (r *Rig) missing(ctx context.Context) View {
	a := r.ask(ctx, http.MethodGet, "/Users/"+r.names.uuid(), nil)
	body, err := a.JSON()
	if a.Status != http.StatusNotFound {
		r.Block("endpoint.connect.unknown-id", "GET of an unknown id was answered "+a.String())
	}
	if err != nil {
		r.Must("the body of a 404 is a JSON object", a, worded[Answer]{Want: "a SCIM error", OK: func(Answer) bool { return false }, Got: Answer.String}, a.Shown)
	}
	return View{body, a.Shown}
}
