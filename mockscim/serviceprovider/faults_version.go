package serviceprovider

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// versionFaults break the versions of resources.
func versionFaults() []Fault {
	return []Fault{
		{
			Name:     "version-never-changes",
			Summary:  "meta.version and ETag stay what they were at creation, so that nobody notices a change",
			CaughtBy: "endpoint.rfc.etag-changes",
			hooks: bends(hooks{
				rendering: func(_ *request, r scim.Resource) {
					if meta, ok := r["meta"].(map[string]any); ok {
						meta["version"] = firstVersion
					}
				},
				answering: onTag(func(string) string { return firstVersion }),
				tags: func(_ *request, tags []string, _ *record, _ bool) bool {
					return slices.ContainsFunc(tags, func(tag string) bool { return strings.Contains(tag, firstVersion) || tag == "*" })
				},
			}),
		},
		{
			Name:     "if-match-ignored",
			Summary:  "a write with the version of yesterday in If-Match succeeds, and another's change is lost",
			CaughtBy: "endpoint.rfc.etag-if-match",
			hooks: bends(hooks{tags: func(q *request, _ []string, _ *record, named bool) bool {
				return named || q.verb != verbGet && q.Header.Get("If-Match") != ""
			}}),
		},
		{
			Name:     "if-match-refused-too-late",
			Summary:  "a write with the version of yesterday in If-Match is done and then refused with 412",
			CaughtBy: "endpoint.rfc.etag-if-match",
			hooks:    refusedTooLate,
		},
		{
			Name:     "if-none-match-ignored",
			Summary:  "a GET with the present version in If-None-Match is answered in full",
			CaughtBy: "endpoint.rfc.etag-if-none-match",
			hooks: bends(hooks{tags: func(q *request, _ []string, _ *record, named bool) bool {
				return named && q.verb != verbGet
			}}),
		},
		{
			Name:     "etag-missing",
			Summary:  "answers have no ETag header though entity tags are advertised",
			CaughtBy: "endpoint.rfc.etag-header",
			hooks:    bends(hooks{answering: func(_ *request, a *answer) { a.header.Del("ETag") }}),
		},
		{
			Name:     "if-match-weak-refused",
			Summary:  "tags in If-Match are compared strongly, so that no write with the endpoint's own weak versions succeeds",
			CaughtBy: "endpoint.rfc.etag-if-match-right",
			hooks: bends(hooks{tags: func(q *request, tags []string, _ *record, named bool) bool {
				return named && (q.Header.Get("If-Match") == "" || !strings.HasPrefix(tags[0], "W/"))
			}}),
		},
		{
			Name:     "meta-version-missing",
			Summary:  "resources have a version in the ETag header only, not in meta",
			CaughtBy: "endpoint.rfc.etag-shown",
			hooks: bends(hooks{rendering: func(_ *request, r scim.Resource) {
				if meta, ok := r["meta"].(map[string]any); ok {
					delete(meta, "version")
				}
			}}),
		},
		{
			Name:     "etag-not-meta-version",
			Summary:  "the ETag header is not the value of meta.version",
			CaughtBy: "endpoint.rfc.etag-is-version",
			hooks:    bends(hooks{answering: onTag(func(tag string) string { return strings.TrimPrefix(tag, "W/") })}),
		},
	}
}

// refusedTooLate lets writes with an outdated version through and answers 412 when they are done.
func refusedTooLate() hooks {
	var late memory[*request, bool]
	return hooks{
		tags: func(q *request, _ []string, _ *record, named bool) bool {
			if !named && q.verb != verbGet && q.Header.Get("If-Match") != "" {
				late.store(q, true)
				return true
			}
			return named
		},
		answering: func(q *request, a *answer) {
			if late.has(q) {
				late.forget(q)
				*a = *refuse(scim.Errorf(http.StatusPreconditionFailed, "", "the resource has changed meanwhile"))
			}
		},
	}
}

const firstVersion = `W/"1"`

// onTag rewrites the ETag of answers that have one.
func onTag(rewrite func(string) string) func(*request, *answer) {
	return func(_ *request, a *answer) {
		if tag := a.header.Get("ETag"); tag != "" {
			a.header.Set("ETag", rewrite(tag))
		}
	}
}
