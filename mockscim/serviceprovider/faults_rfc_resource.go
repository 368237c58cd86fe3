package serviceprovider

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// rfcResourceFaults break what a resource is made of, as RFC 7643 has it, where Entra does not look.
func rfcResourceFaults() []Fault {
	return []Fault{
		{Name: "client-chooses-id", Summary: "the id a POST names is shown as the id of the new user", CaughtBy: "endpoint.rfc.id-assigned", hooks: clientChoosesID},
		{Name: "client-chooses-created", Summary: "meta.created in a POST is stored", CaughtBy: "endpoint.rfc.meta-assigned", hooks: clientChoosesCreated},
		{
			Name: "meta-location-missing", Summary: "GET of a user shows no meta.location", CaughtBy: "endpoint.rfc.meta-location",
			hooks: bends(hooks{rendering: onShow("User", func(r scim.Resource) { delete(memberMap(r, "meta"), "location") }, verbGet)}),
		},
		{Name: "password-returned", Summary: "the answer to a POST shows the password it sent", CaughtBy: "endpoint.rfc.password-hidden", hooks: passwordReturned},
		{
			Name: "null-refused", Summary: "null in a POST is 400", CaughtBy: "endpoint.rfc.null-is-unassigned",
			hooks: bends(hooks{body: func(q *request, data []byte) error {
				if q.on("User", verbCreate) && strings.Contains(string(data), ":null") {
					return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "null is no value")
				}
				return nil
			}}),
		},
		{
			Name: "post-names-case-sensitive", Summary: "attribute names in a POST must be spelt as in the schema", CaughtBy: "endpoint.rfc.names-case",
			hooks: bends(hooks{body: func(q *request, data []byte) error {
				if q.on("User", verbCreate) && strings.Contains(string(data), `"DISPLAYNAME"`) {
					return scim.Errorf(http.StatusBadRequest, scim.InvalidSyntax, "unknown attribute DISPLAYNAME")
				}
				return nil
			}}),
		},
		{
			Name: "user-without-name-500", Summary: "a POST without userName is 500", CaughtBy: "endpoint.rfc.required-attribute",
			hooks: bends(hooks{body: func(q *request, data []byte) error {
				if _, err := scim.DecodeResource(data); err == nil && q.on("User", verbCreate) && !strings.Contains(strings.ToLower(string(data)), `"username"`) {
					return scim.Errorf(http.StatusInternalServerError, "", "column user_name cannot be null")
				}
				return nil
			}}),
		},
		{
			Name: "wrong-type-500", Summary: "text for a complex attribute is 500", CaughtBy: "endpoint.rfc.wrong-type",
			hooks: bends(hooks{body: func(q *request, data []byte) error {
				if q.on("User", verbCreate) && strings.Contains(string(data), `"name":"`) {
					return scim.Errorf(http.StatusInternalServerError, "", "cannot cast text to name")
				}
				return nil
			}}),
		},
		{
			Name: "user-groups-missing", Summary: "a user does not show her groups", CaughtBy: "endpoint.rfc.groups-of-user",
			hooks: bends(hooks{rendering: onShow("User", without("groups"))}),
		},
		{Name: "user-groups-stored", Summary: "groups in a POST of a user are stored and shown", CaughtBy: "endpoint.rfc.groups-read-only", hooks: userGroupsStored},
		{
			Name: "put-resets-created", Summary: "after a PUT meta.created is the time of the PUT", CaughtBy: "endpoint.rfc.created-kept",
			hooks: putResetsCreated,
		},
	}
}

func memberMap(r scim.Resource, name string) map[string]any {
	m, _ := r[name].(map[string]any)
	return m
}

// remembering shows in a user what the POST that made her said.
func remembering(take func(document scim.Resource) any, show func(r scim.Resource, said any), verbs ...verb) hooks {
	var said memory[string, any]
	return hooks{
		incoming: func(q *request, document scim.Resource) error {
			if v := take(document); v != nil && q.on("User", verbCreate) {
				said.store(document.String("userName"), v)
			}
			return nil
		},
		rendering: onShow("User", func(r scim.Resource) {
			if v, ok := said.load(r.String("userName")); ok {
				show(r, v)
			}
		}, verbs...),
	}
}

func clientChoosesID() hooks {
	return remembering(func(d scim.Resource) any { return d["id"] }, func(r scim.Resource, said any) { r["id"] = said }, verbCreate)
}

func clientChoosesCreated() hooks {
	return remembering(func(d scim.Resource) any { return memberMap(d, "meta")["created"] },
		func(r scim.Resource, said any) { memberMap(r, "meta")["created"] = said }, verbGet)
}

func passwordReturned() hooks {
	h := remembering(func(d scim.Resource) any { return d["password"] }, func(r scim.Resource, said any) { r["password"] = said }, verbCreate)
	show := h.rendering
	h.rendering, h.answering = nil, func(q *request, a *answer) {
		if r, ok := a.body.(scim.Resource); ok && a.status == http.StatusCreated {
			show(q, r)
		}
	}
	return h
}

func userGroupsStored() hooks {
	return remembering(func(d scim.Resource) any { return d["groups"] }, func(r scim.Resource, said any) { r["groups"] = said }, verbGet)
}

func putResetsCreated() hooks {
	var put memory[string, bool]
	return hooks{
		stored: func(q *request, _ *tx) {
			if q.on("User", verbReplace) {
				put.store(q.id, true)
			}
		},
		rendering: onShow("User", func(r scim.Resource) {
			if meta := memberMap(r, "meta"); put.has(r.String("id")) && meta != nil {
				meta["created"] = meta["lastModified"]
			}
		}, verbGet),
	}
}
