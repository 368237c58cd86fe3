package serviceprovider

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// rfcDiscoveryFaults break what the endpoint says of itself.
func rfcDiscoveryFaults() []Fault {
	return []Fault{
		described("config-without-sort", "ServiceProviderConfig does not say whether lists can be sorted", "config-members", "/ServiceProviderConfig", func(d map[string]any) {
			d["changePassword"] = map[string]any{}
		}),
		described("config-without-limit", "ServiceProviderConfig names no maxResults of filters", "config-limits", "/ServiceProviderConfig", func(d map[string]any) { delete(memberMap(d, "filter"), "maxResults") }),
		described("config-scheme-without-name", "an authentication scheme has no name", "config-schemes", "/ServiceProviderConfig", func(d map[string]any) {
			eachElement("authenticationSchemes", drop("name"))(d)
		}),
		described("config-without-schemes", "ServiceProviderConfig names no way to sign in: authenticationSchemes is empty", "config-schemes", "/ServiceProviderConfig", func(d map[string]any) {
			d["authenticationSchemes"] = []any{}
		}),
		{Name: "resource-type-not-by-id", Summary: "GET /ResourceTypes/User is 404", CaughtBy: "endpoint.rfc.resource-type-by-id", hooks: bends(hooks{before: missing("/ResourceTypes/User")})},
		{Name: "schema-not-by-id", Summary: "GET of a schema by its URN is 404", CaughtBy: "endpoint.rfc.schema-by-id", hooks: bends(hooks{before: missing("/Schemas/" + scim.UserURN)})},
		{
			Name: "schema-unknown-200", Summary: "GET of a schema that does not exist is answered 200 with nothing in it", CaughtBy: "endpoint.rfc.schema-unknown",
			hooks: bends(hooks{before: func(q *request) *answer {
				if q.servesPath("/Schemas/urn:rehearse:no-such-schema") {
					return reply(http.StatusOK, scim.Resource{})
				}
				return nil
			}}),
		},
		{
			Name: "discovery-filter-ignored", Summary: "a filter on /Schemas is ignored", CaughtBy: "endpoint.rfc.discovery-filter",
			hooks: bends(hooks{before: func(q *request) *answer {
				if q.servesPath("/Schemas") {
					q.query.Del("filter")
				}
				return nil
			}}),
		},
		described("resource-type-unknown-extension", "/ResourceTypes names an extension that /Schemas does not have", "types-have-schemas", "/ResourceTypes", func(d map[string]any) {
			eachElement("Resources", func(t map[string]any) {
				t["schemaExtensions"] = []any{map[string]any{"schema": "urn:example:lost", "required": false}}
			})(d)
		}),
		described("schema-without-types", "the attributes in /Schemas have no type", "schema-characteristics", "/Schemas", func(d map[string]any) {
			eachElement("Resources", func(s map[string]any) { eachElement("attributes", drop("type"))(s) })(d)
		}),
		described("schema-parts-without-types", "the parts of complex attributes in /Schemas have no type", "schema-characteristics", "/Schemas", func(d map[string]any) {
			eachElement("Resources", func(s map[string]any) {
				eachElement("attributes", func(a map[string]any) { eachElement("subAttributes", drop("type"))(a) })(s)
			})(d)
		}),
		{
			Name: "attribute-not-in-schema", Summary: "users show an attribute that no schema has", CaughtBy: "endpoint.rfc.schema-tells-all",
			hooks: bends(hooks{rendering: onShow("User", func(r scim.Resource) { r["tenantKey"] = "17" }, verbGet)}),
		},
	}
}

// described edits a discovery document as JSON.
func described(name, summary, topic, path string, edit func(map[string]any)) Fault {
	return Fault{
		Name: name, Summary: summary, CaughtBy: "endpoint.rfc." + topic,
		hooks: bends(hooks{answering: func(q *request, a *answer) {
			if !strings.HasPrefix(q.URL.Path, q.endpoint.settings.prefix+path) || a.status != http.StatusOK {
				return
			}
			data, err := json.Marshal(a.body)
			var document map[string]any
			if err != nil || json.Unmarshal(data, &document) != nil {
				return
			}
			edit(document)
			a.body = document
		}}),
	}
}
