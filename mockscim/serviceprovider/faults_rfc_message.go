package serviceprovider

import (
	"maps"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// rfcMessageFaults break statuses, labels and errors where Entra does not look.
func rfcMessageFaults() []Fault {
	label := func(test func(*request, *answer) bool, contentType string) hooks {
		return hooks{answering: func(q *request, a *answer) {
			if a.body != nil && test(q, a) {
				a.header.Set("Content-Type", contentType)
			}
		}}
	}
	refusing := func(status int, test func(*request) bool) hooks {
		return hooks{before: func(q *request) *answer {
			if test(q) {
				return refuse(scim.Errorf(status, "", "this is not supported"))
			}
			return nil
		}}
	}
	return []Fault{
		{
			Name: "content-type-json", Summary: "answers are labelled application/json whatever the request accepts", CaughtBy: "endpoint.rfc.media-type",
			hooks: bends(label(func(*request, *answer) bool { return true }, "application/json")),
		},
		{
			Name: "accept-json-406", Summary: "a GET that accepts application/json is 406", CaughtBy: "endpoint.rfc.accept-json",
			hooks: bends(refusing(http.StatusNotAcceptable, func(q *request) bool { return q.Header.Get("Accept") == "application/json" })),
		},
		{
			Name: "post-json-415", Summary: "a POST labelled application/json is 415", CaughtBy: "endpoint.rfc.send-json",
			hooks: bends(refusing(http.StatusUnsupportedMediaType, func(q *request) bool { return q.Header.Get("Content-Type") == "application/json" })),
		},
		{
			Name: "accept-json-page", Summary: "a GET that accepts application/json is answered with the web application's front page", CaughtBy: "endpoint.rfc.accept-json",
			hooks: bends(hooks{answering: onStatus("User", http.StatusOK, func(q *request, a *answer) {
				if q.Header.Get("Accept") == "application/json" {
					*a = *page()
				}
			}, verbGet)}),
		},
		{
			Name: "post-json-unread", Summary: "a POST labelled application/json makes a user of whom nothing but the userName is read", CaughtBy: "endpoint.rfc.send-json",
			hooks: bends(hooks{incoming: func(q *request, document scim.Resource) error {
				if q.on("User", verbCreate) && q.Header.Get("Content-Type") == "application/json" {
					maps.DeleteFunc(document, func(name string, _ any) bool { return !strings.EqualFold(name, "userName") && name != "schemas" })
				}
				return nil
			}}),
		},
		{Name: "group-created-200", Summary: "POST of a group is answered 200 instead of 201", CaughtBy: "endpoint.rfc.created", hooks: bends(hooks{answering: onStatus("Group", http.StatusCreated, withOK, verbCreate)})},
		{Name: "group-deleted-200", Summary: "DELETE of a group is answered 200 instead of 204", CaughtBy: "endpoint.rfc.deleted", hooks: bends(hooks{answering: onStatus("Group", http.StatusNoContent, withOK, verbDelete)})},
		{Name: "created-200", Summary: "POST is answered 200 instead of 201", CaughtBy: "endpoint.rfc.created", hooks: bends(hooks{answering: onStatus("User", http.StatusCreated, withOK, verbCreate)})},
		{Name: "deleted-200", Summary: "DELETE is answered 200 instead of 204", CaughtBy: "endpoint.rfc.deleted", hooks: bends(hooks{answering: onStatus("User", http.StatusNoContent, withOK, verbDelete)})},
		{
			Name: "error-schemas-missing", Summary: "the body of a 404 names no schema", CaughtBy: "endpoint.rfc.error-schema",
			hooks: bends(hooks{answering: onStatus("User", http.StatusNotFound, errorMembers(func(e map[string]any) { delete(e, "schemas") }), verbGet)}),
		},
		{
			Name: "error-status-number", Summary: "status in the body of a 404 is a number", CaughtBy: "endpoint.rfc.error-status",
			hooks: bends(hooks{answering: onStatus("User", http.StatusNotFound, errorMembers(func(e map[string]any) { e["status"] = http.StatusNotFound }), verbGet)}),
		},
		{
			Name: "error-labelled-html", Summary: "a 404 is labelled text/html", CaughtBy: "endpoint.rfc.error-media-type",
			hooks: bends(label(func(q *request, a *answer) bool { return q.on("User", verbGet) && a.status == http.StatusNotFound }, "text/html")),
		},
		{
			Name: "unknown-path-200", Summary: "a path that leads nowhere is answered with the web application's front page", CaughtBy: "endpoint.rfc.unknown-path",
			hooks: bends(hooks{before: func(q *request) *answer {
				if !strings.HasPrefix(q.URL.Path, q.endpoint.settings.prefix+"/Rehearsals") {
					return nil
				}
				return page()
			}}),
		},
		{
			Name: "discovery-writable", Summary: "POST to a discovery endpoint succeeds", CaughtBy: "endpoint.rfc.read-only-endpoints",
			hooks: bends(hooks{before: func(q *request) *answer {
				if q.Method == http.MethodPost && (q.servesPath("/Schemas") || q.servesPath("/ResourceTypes")) {
					return reply(http.StatusOK, scim.Resource{})
				}
				return nil
			}}),
		},
		{
			Name: "me-server-error", Summary: "/Me is 500: nobody thought that the caller might be no user", CaughtBy: "endpoint.rfc.me",
			hooks: bends(hooks{before: func(q *request) *answer {
				if q.servesPath("/Me") {
					return crash()
				}
				return nil
			}}),
		},
	}
}

// page is the front page of a web application.
func page() *answer {
	a := reply(http.StatusOK, text("<!doctype html>"))
	a.header.Set("Content-Type", "text/html")
	return a
}

func withOK(_ *request, a *answer) { a.status = http.StatusOK }

// errorMembers edits the body of an error.
func errorMembers(edit func(map[string]any)) func(*request, *answer) {
	return func(_ *request, a *answer) {
		e, ok := a.body.(*scim.Error)
		if !ok {
			return
		}
		body, err := scim.DecodeResource(e.Body())
		if err != nil {
			return
		}
		body = maps.Clone(body)
		edit(body)
		a.body = body
	}
}
