package endpoint

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

const selfWhy = "Clients that go by the standard adapt to what an endpoint says of itself. What is not so, they get wrong."

// describedChecks are about what the endpoint says of itself: RFC 7643 §5 to §7, RFC 7644 §4.
func describedChecks() []Check {
	return []Check{
		{
			Spec: standardSpec("config-members", result.Recommended, "/ServiceProviderConfig says of every optional feature whether it is there", selfWhy,
				"Return patch, bulk, filter, changePassword, sort and etag, each with supported true or false.", rfc7643("5")),
			Run: func(ctx context.Context, r *Rig) {
				v := r.document(ctx, "/ServiceProviderConfig", "endpoint.connect.service-provider-config")
				for _, feature := range []string{"patch", "bulk", "filter", "changePassword", "sort", "etag"} {
					r.That("/ServiceProviderConfig has a boolean in "+feature+".supported", v, isBoolean(feature+".supported"), v.Shown)
				}
			},
		},
		{
			Spec: standardSpec("config-limits", result.Recommended, "/ServiceProviderConfig names the limits of filters and bulk", selfWhy,
				"Return filter.maxResults, bulk.maxOperations and bulk.maxPayloadSize as whole numbers.", rfc7643("5")),
			Run: func(ctx context.Context, r *Rig) {
				v := r.document(ctx, "/ServiceProviderConfig", "endpoint.connect.service-provider-config")
				offers := func(feature string) bool {
					supported, _ := member(mapIn(v.Resource, feature), "supported").(bool)
					return supported
				}
				if !offers("filter") && !offers("bulk") {
					r.Skip("/ServiceProviderConfig offers neither filters nor bulk: there is no limit to name")
				}
				for _, path := range []string{"filter.maxResults", "bulk.maxOperations", "bulk.maxPayloadSize"} {
					feature, part, _ := strings.Cut(path, ".")
					if !offers(feature) {
						continue
					}
					r.That("/ServiceProviderConfig has a number in "+path, v, worded[View]{
						Want: "a whole number in " + path,
						OK:   func(v View) bool { _, ok := integer(member(mapIn(v.Resource, feature), part)); return ok },
						Got:  func(v View) string { return v.words(path) },
					}, v.Shown)
				}
			},
		},
		{
			Spec: standardSpec("config-schemes", result.Recommended, "/ServiceProviderConfig says how to sign in: each authentication scheme has a type, a name and a description", selfWhy,
				"Return an entry of authenticationSchemes for each way to sign in, such as oauthbearertoken, with type, name and description.", rfc7643("5")),
			Run: func(ctx context.Context, r *Rig) {
				v := r.document(ctx, "/ServiceProviderConfig", "endpoint.connect.service-provider-config")
				schemes := elements(v.Resource, "authenticationSchemes")
				r.That("/ServiceProviderConfig names an authentication scheme", schemes, gomega.Not(gomega.BeEmpty()), v.Shown)
				for _, scheme := range schemes {
					for _, part := range []string{"type", "name", "description"} {
						r.That("each of authenticationSchemes has a "+part, scheme.String(part), gomega.Not(gomega.BeEmpty()), v.Shown)
					}
				}
			},
		},
		{
			Spec: standardSpec("resource-type-by-id", result.Recommended, "A resource type can be read by its name", selfWhy,
				"Serve GET /ResourceTypes/User.", rfc7644("4")),
			Run: func(ctx context.Context, r *Rig) {
				r.listOf(ctx, "/ResourceTypes", "endpoint.connect.resource-types")
				a := r.ask(ctx, http.MethodGet, "/ResourceTypes/User", nil)
				r.Must("GET /ResourceTypes/User is answered 200", a, answered(http.StatusOK), a.Shown)
				shown, _ := a.JSON()
				r.That("GET /ResourceTypes/User names the schema of users", View{shown, a.Shown}, shows("schema", scim.UserURN), a.Shown)
			},
		},
		{
			Spec: standardSpec("schema-by-id", result.Recommended, "A schema can be read by its URN", selfWhy,
				"Serve GET /Schemas/{urn}.", rfc7644("4")),
			Run: func(ctx context.Context, r *Rig) {
				r.listOf(ctx, "/Schemas", "endpoint.connect.schemas")
				a := r.ask(ctx, http.MethodGet, "/Schemas/"+scim.UserURN, nil)
				r.Must("GET /Schemas/"+scim.UserURN+" is answered 200", a, answered(http.StatusOK), a.Shown)
				shown, _ := a.JSON()
				r.That("GET of a schema by its URN answers that schema", View{shown, a.Shown}, shows("id", scim.UserURN), a.Shown)
			},
		},
		{
			Spec: needing(standardSpec("schema-unknown", result.Recommended, "A schema that does not exist is answered 404", selfWhy,
				"Answer GET /Schemas/{urn} of an unknown URN with 404.", rfc7644("4"), rfc7644("3.12")), "endpoint.rfc.schema-by-id"),
			Run: func(ctx context.Context, r *Rig) {
				a := r.ask(ctx, http.MethodGet, "/Schemas/urn:rehearse:no-such-schema", nil)
				r.That("GET /Schemas/{urn} of a URN that nobody has is answered 404", a, answered(http.StatusNotFound), a.Shown)
			},
		},
		{
			Spec: standardSpec("discovery-filter", result.Recommended, "A filter on a discovery endpoint is refused with 403", "A filter that is passed over looks as if everything matched it.",
				"Answer 403 to /Schemas, /ResourceTypes and /ServiceProviderConfig with a filter.", rfc7644("4")),
			Run: func(ctx context.Context, r *Rig) {
				r.listOf(ctx, "/Schemas", "endpoint.connect.schemas")
				a := r.Send(ctx, getRequest("/Schemas?filter="+url.QueryEscape(`id eq "nothing"`)))
				r.That("GET /Schemas with a filter is answered 403", a, answered(http.StatusForbidden), a.Shown)
			},
		},
		{
			Spec: standardSpec("types-have-schemas", result.Recommended, "/Schemas has every schema that /ResourceTypes names", selfWhy,
				"List in /Schemas the schema of each resource type and each of its extensions.", rfc7643("6"), rfc7644("4")),
			Run: func(ctx context.Context, r *Rig) {
				types := r.listOf(ctx, "/ResourceTypes", "endpoint.connect.resource-types")
				schemas := r.listOf(ctx, "/Schemas", "endpoint.connect.schemas")
				known := schemas.Values("id")
				for _, t := range types.Resources {
					for _, urn := range schemasOf(t) {
						r.That("/Schemas has each schema that /ResourceTypes names", known, worded[[]string]{
							Want: urn, OK: func(known []string) bool { return containsFold(known, urn) },
							Got: func(known []string) string { return "schemas " + strings.Join(known, ", ") },
						}, types.Shown, schemas.Shown)
					}
				}
			},
		},
		{
			Spec: standardSpec("schema-characteristics", result.Recommended, "Each attribute of a schema says its type and whether it is a list", selfWhy,
				"Return name, type and multiValued of every attribute in /Schemas; type is one of the eight the standard knows.", rfc7643("7")),
			Run: func(ctx context.Context, r *Rig) {
				schemas := r.listOf(ctx, "/Schemas", "endpoint.connect.schemas")
				r.That("each attribute in /Schemas, and each of its parts, has a name, a type of the standard and a boolean multiValued", uncharacterised(schemas.Resources), gomega.BeEmpty(), schemas.Shown)
			},
		},
		{
			Spec: standardSpec("schema-tells-all", result.Informational, "A user shows no attribute that her schemas do not have", selfWhy,
				"List in /Schemas what you return, or return it in an extension that is listed.", rfc7643("3.3"), rfc7643("7")),
			Run: func(ctx context.Context, r *Rig) {
				if !r.target.discovery.told() {
					r.Skip("the target's /Schemas does not tell what a user is made of")
				}
				v := r.Read(ctx, r.posted(ctx, nil))
				var strange []string
				for name := range v.Resource {
					if !slices.Contains([]string{"schemas", "id", "externalid", "meta"}, strings.ToLower(name)) && !strings.HasPrefix(strings.ToLower(name), "urn:") && !r.target.discovery.has(name) {
						strange = append(strange, name)
					}
				}
				slices.Sort(strange)
				r.That("each attribute of a user is in /Schemas", strange, gomega.BeEmpty(), v.Shown)
			},
		},
	}
}

// uncharacterised are the attributes of schemas, and their parts, that do not say what they are.
func uncharacterised(schemas []scim.Resource) []string {
	var wrong []string
	for _, s := range schemas {
		for _, a := range elements(s, "attributes") {
			name := s.ID() + ":" + a.String("name")
			if !characterised(a) {
				wrong = append(wrong, name)
			}
			for _, sub := range elements(a, "subAttributes") {
				if !characterised(sub) {
					wrong = append(wrong, name+"."+sub.String("name"))
				}
			}
		}
	}
	return wrong
}

// characterised says whether an attribute of a schema has its name, a type of the standard and a word on whether it is a list.
func characterised(a scim.Resource) bool {
	_, many := member(a, "multiValued").(bool)
	return a.String("name") != "" && slices.Contains(attributeTypes, strings.ToLower(a.String("type"))) && many
}

var attributeTypes = []string{"string", "boolean", "decimal", "integer", "datetime", "binary", "reference", "complex"}

// document is a discovery document as a given.
func (r *Rig) document(ctx context.Context, path, owner string) View {
	a := r.ask(ctx, http.MethodGet, path, nil)
	shown, err := a.JSON()
	if a.Status != http.StatusOK || err != nil {
		r.Block(owner, "GET "+path+" was answered "+a.String())
	}
	return View{shown, a.Shown}
}

// listOf is a list of discovery documents as a given.
func (r *Rig) listOf(ctx context.Context, path, owner string) Found {
	f := foundIn(r.ask(ctx, http.MethodGet, path, nil))
	if len(f.Resources) == 0 {
		r.Block(owner, "GET "+path+" was answered "+f.Answer.String())
	}
	return f
}

func isBoolean(path string) worded[View] {
	return worded[View]{
		Want: "true or false in " + path,
		OK: func(v View) bool {
			have, _ := v.Get(path)
			_, ok := have.(bool)
			return ok
		},
		Got: func(v View) string { return v.words(path) },
	}
}

func schemasOf(resourceType scim.Resource) []string {
	urns := []string{resourceType.String("schema")}
	for _, e := range elements(resourceType, "schemaExtensions") {
		urns = append(urns, e.String("schema"))
	}
	return urns
}

func containsFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, text) })
}
