package endpoint

import (
	"context"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func discoveryChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.service-provider-config", Title: "/ServiceProviderConfig says that PATCH is supported and how to authenticate",
				Level: result.Recommended, Breaks: breaksGalleryRFC,
				Sources: sources(rfc7644("4"), rfc7643("5"), learnSCIM),
				Why:     "It is the one document in which an endpoint says what it can do. Clients other than Entra's default template read it before they do anything.",
				Fix:     "Serve GET /ServiceProviderConfig with patch.supported true (Entra changes everything by PATCH) and a list of authenticationSchemes.",
			},
			Run: func(ctx context.Context, r *Rig) {
				a := r.discover(ctx, "/ServiceProviderConfig")
				v := View{must(a.JSON()), a.Shown}
				r.That("/ServiceProviderConfig says patch.supported true", v, shows("patch.supported", true), a.Shown)
				r.That("/ServiceProviderConfig lists authenticationSchemes", v, worded[View]{
					Want: "a list authenticationSchemes",
					OK:   func(v View) bool { _, ok := member(v.Resource, "authenticationSchemes").([]any); return ok },
					Got:  func(v View) string { return v.words("authenticationSchemes") },
				}, a.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.schemas", Title: "/Schemas lists the schema of users and groups with their attributes",
				Level: result.Recommended, Breaks: breaksGalleryRFC,
				Sources: sources(rfc7644("4"), rfc7643("7"), learnGallery),
				Why:     "Gallery applications are mapped from this list: an attribute that is not in it cannot be mapped, and a document in another shape stops discovery altogether.",
				Fix:     "Serve GET /Schemas as a ListResponse whose Resources hold one schema each, with id (the URN) and attributes; attribute names in camelCase, no null values.",
			},
			Run: func(ctx context.Context, r *Rig) {
				a := r.discover(ctx, "/Schemas")
				f := foundIn(a)
				list := worded[Found]{
					Want: "a ListResponse of schemas",
					OK:   func(f Found) bool { return f.Total > 0 && len(f.Resources) > 0 },
					Got:  func(f Found) string { return f.Answer.String() },
				}
				r.Must("/Schemas is a ListResponse with schemas in it", f, list, a.Shown)
				wanted := []string{scim.UserURN}
				if r.target.discovery.hasGroups() {
					wanted = append(wanted, scim.GroupURN)
				}
				for _, urn := range wanted {
					r.That("/Schemas holds the schemas of users and groups with their attributes", f, worded[Found]{
						Want: "the schema " + urn + " with attributes in camelCase",
						OK:   func(f Found) bool { return describes(f.Resources, urn) },
						Got:  func(f Found) string { return "schemas " + strings.Join(f.Values("id"), ", ") },
					}, a.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.resource-types", Title: "/ResourceTypes lists User under /Users",
				Level: result.Recommended, Breaks: breaksRFC,
				Sources: sources(rfc7644("4"), rfc7643("6")),
				Why:     "A client that goes by the standard finds the way to users and to their extensions here.",
				Fix:     "Serve GET /ResourceTypes as a ListResponse with one entry per resource type, for users with name User, endpoint /Users and schema " + scim.UserURN + ".",
			},
			Run: func(ctx context.Context, r *Rig) {
				a := r.discover(ctx, "/ResourceTypes")
				f := foundIn(a)
				r.That("/ResourceTypes lists User under /Users", f, worded[Found]{
					Want: "a resource type User with endpoint /Users",
					OK: func(f Found) bool {
						for _, t := range f.Resources {
							if strings.EqualFold(t.String("name"), "User") && strings.HasSuffix(strings.ToLower(strings.TrimRight(t.String("endpoint"), "/")), "/users") {
								return true
							}
						}
						return false
					},
					Got: func(f Found) string { return f.Answer.String() },
				}, a.Shown)
			},
		},
	}
}

// discover asks for a discovery document, which must be there and JSON.
func (r *Rig) discover(ctx context.Context, path string) Answer {
	a := r.Send(ctx, wire.Request{Method: http.MethodGet, Target: path})
	r.refusesTransport(ctx, a)
	r.Must("GET "+path+" is answered 200 with JSON", a, worded[Answer]{
		Want: "200 with a JSON object",
		OK: func(a Answer) bool {
			_, err := a.JSON()
			return a.Status == http.StatusOK && err == nil
		},
		Got: Answer.String,
	}, a.Shown)
	return a
}

// describes says whether one of the schemas has this URN and attributes whose names begin in lower case.
func describes(schemas []scim.Resource, urn string) bool {
	for _, s := range schemas {
		if !strings.EqualFold(s.ID(), urn) {
			continue
		}
		attributes := elements(s, "attributes")
		for _, a := range attributes {
			name := a.String("name")
			if name == "" || strings.ToLower(name[:1]) != name[:1] {
				return false
			}
		}
		return len(attributes) > 0
	}
	return false
}
