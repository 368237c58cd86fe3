package serviceprovider

import (
	"maps"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// rfcPutFaults break PUT, which Entra never sends.
func rfcPutFaults() []Fault {
	return []Fault{
		{
			Name: "put-ignored", Summary: "PUT succeeds and changes nothing", CaughtBy: "endpoint.rfc.put",
			hooks: bends(hooks{storing: onStore("User", func(_ *request, before, after scim.Resource) {
				for name := range after {
					delete(after, name)
				}
				maps.Copy(after, before)
			}, verbReplace)}),
		},
		{Name: "put-204", Summary: "PUT is answered 204 without the user", CaughtBy: "endpoint.rfc.put-answer", hooks: bends(hooks{answering: onStatus("User", http.StatusOK, noContent, verbReplace)})},
		{
			Name: "put-merges", Summary: "PUT keeps the values its document leaves out", CaughtBy: "endpoint.rfc.put-clears",
			hooks: bends(hooks{storing: onStore("User", func(_ *request, before, after scim.Resource) {
				for name, v := range before {
					if _, said := after[name]; !said {
						after[name] = v
					}
				}
			}, verbReplace)}),
		},
		{
			Name: "put-moves-id", Summary: "after a PUT with another id the user is no longer at her old one", CaughtBy: "endpoint.rfc.put-read-only",
			hooks: putMovesID,
		},
		{
			Name: "put-unknown-id-200", Summary: "PUT to an id that nobody has is answered 200", CaughtBy: "endpoint.rfc.put-creates-nothing",
			hooks: bends(hooks{answering: onStatus("User", http.StatusNotFound, func(_ *request, a *answer) { *a = *reply(http.StatusOK, scim.Resource{}) }, verbReplace)}),
		},
		{
			Name: "put-without-name-500", Summary: "PUT without userName is 500", CaughtBy: "endpoint.rfc.put-required",
			hooks: bends(hooks{body: func(q *request, data []byte) error {
				if q.on("User", verbReplace) && !strings.Contains(string(data), `"userName"`) {
					return scim.Errorf(http.StatusInternalServerError, "", "column user_name cannot be null")
				}
				return nil
			}}),
		},
		{
			Name: "put-takes-any-name", Summary: "PUT may take another user's userName", CaughtBy: "endpoint.rfc.put-unique",
			hooks: bends(hooks{conflict: func(q *request, _ *state, _ scim.Resource, owner *record) *record {
				if q.on("User", verbReplace) {
					return nil
				}
				return owner
			}}),
		},
	}
}

func putMovesID() hooks {
	var moved memory[string, bool]
	return hooks{
		body: func(q *request, data []byte) error {
			if document, err := scim.DecodeResource(data); err == nil && q.on("User", verbReplace) && document.String("id") != "" && document.String("id") != q.id {
				moved.store(q.id, true)
			}
			return nil
		},
		answering: func(q *request, a *answer) {
			if moved.has(q.id) && q.on("User", verbGet) {
				*a = *q.notFound()
			}
		},
	}
}
