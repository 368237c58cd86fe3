package endpoint

import (
	"context"
	"net/http"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
)

// versionChecks are about entity tags, which are optional: RFC 7644 §3.14. They are judged when ServiceProviderConfig advertises them.
func versionChecks() []Check {
	const why = "ServiceProviderConfig says that resources have versions. Two administrators who change the same user rely on it, and one of them loses her change."
	version := func(topic, title, fix string, run func(ctx context.Context, r *Rig, a *Account, first Answer), needed ...string) Check {
		spec := standardSpec(topic, result.Recommended, title, why, fix, rfc7644("3.14"), "https://www.rfc-editor.org/rfc/rfc9110#section-13.1")
		spec.Needs = needed
		return Check{Spec: spec, Run: func(ctx context.Context, r *Rig) {
			r.NeedsFeature("etag")
			a := r.posted(ctx, nil)
			first := r.Get(ctx, a)
			if !first.OK() {
				r.Read(ctx, a)
			}
			run(ctx, r, a, first)
		}}
	}
	const header = "endpoint.rfc.etag-header"
	return []Check{
		version("etag-header", "GET of a user carries an ETag", "Send the version of the resource in the ETag header, or say etag.supported false.",
			func(_ context.Context, r *Rig, _ *Account, first Answer) {
				r.That("GET /Users/{id} carries an ETag header", first.Header.Get("ETag"), gomega.Not(gomega.BeEmpty()), first.Shown)
			}),
		version("etag-is-version", "The ETag of a user is her meta.version, where she shows one", "Return the same entity tag in ETag and in meta.version.",
			func(_ context.Context, r *Rig, _ *Account, first Answer) {
				shown, _ := first.JSON()
				v := View{shown, first.Shown}
				if _, there := v.Get("meta.version"); there { // the header is a MUST, the attribute a SHOULD
					r.That("meta.version is the ETag header of GET /Users/{id}", v, shows("meta.version", first.Header.Get("ETag")), first.Shown)
				}
			}, header),
		soft(version("etag-shown", "A user shows her version in meta.version", "Return the entity tag in meta.version as well, so that a list tells the version of everybody in it.",
			func(_ context.Context, r *Rig, _ *Account, first Answer) {
				shown, _ := first.JSON()
				if mapIn(shown, "meta") == nil {
					r.Block("endpoint.create.meta", "the user has no meta")
				}
				version, _ := View{shown, first.Shown}.Get("meta.version")
				r.That("GET /Users/{id} shows meta.version", version, gomega.Not(gomega.BeNil()), first.Shown)
			}, header)),
		version("etag-changes", "A changed user has another version", "Change the version with every change.",
			func(ctx context.Context, r *Rig, a *Account, first Answer) {
				r.put(ctx, a, object{"displayName": "Countess"})
				second := r.Get(ctx, a)
				shown, _ := second.JSON()
				if shown.String("displayName") != "Countess" {
					r.Block("endpoint.rfc.put", "PUT changed nothing")
				}
				r.That("after a change GET carries another ETag", second.Header.Get("ETag"), gomega.Not(gomega.Equal(first.Header.Get("ETag"))), first.Shown, second.Shown)
			}, header, "endpoint.rfc.put"),
		version("etag-if-none-match", "A GET with the present version in If-None-Match is answered 304", "Answer 304 without a body when If-None-Match names the present version.",
			func(ctx context.Context, r *Rig, a *Account, first Answer) {
				again := r.ask(ctx, http.MethodGet, a.path(), nil, "If-None-Match", first.Header.Get("ETag"))
				r.That("GET with the present version in If-None-Match is answered 304", again.Status, gomega.Equal(http.StatusNotModified), first.Shown, again.Shown)
			}, header),
		version("etag-if-match", "A write with an outdated version in If-Match is refused with 412", "Compare If-Match with the present version before you write, and answer 412 when it is another.",
			func(ctx context.Context, r *Rig, a *Account, first Answer) {
				tag := first.Header.Get("ETag")
				refused := r.ask(ctx, http.MethodPut, a.path(), r.documentOf(a, object{"displayName": "Nobody"}), "If-Match", outdated(tag))
				r.Must("PUT with another version in If-Match is answered 412", refused, answered(http.StatusPreconditionFailed), first.Shown, refused.Shown)
				v := r.Read(ctx, a)
				r.That("PUT that was answered 412 changes nothing", v, shows("displayName", a.Display), refused.Shown, v.Shown)
			}, header, "endpoint.rfc.put"),
		version("etag-if-match-right", "A write with the present version in If-Match is accepted", "Let a write pass whose If-Match names the present version, weak or not.",
			func(ctx context.Context, r *Rig, a *Account, first Answer) {
				put := r.ask(ctx, http.MethodPut, a.path(), r.documentOf(a, object{"displayName": "Countess"}), "If-Match", first.Header.Get("ETag"))
				r.That("PUT with the present version in If-Match is accepted", put, accepted(), first.Shown, put.Shown)
			}, header, "endpoint.rfc.put", "endpoint.rfc.etag-changes", "endpoint.rfc.etag-is-version"),
	}
}

// soft is a check of what the standard recommends.
func soft(c Check) Check {
	c.Level = result.Informational
	return c
}

// outdated is an entity tag in the form of another.
func outdated(tag string) string {
	weak := ""
	if strings.HasPrefix(tag, "W/") {
		weak = "W/"
	}
	return weak + `"rehearse-no-such-version"`
}
