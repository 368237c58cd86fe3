package endpoint

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// schemaTest compares /Schemas with what the mapping writes.
func schemaTest() test {
	return test{
		name: "Schema_Discoverability_Test", title: "/Schemas names every attribute that the mapping writes, under the name the mapping has for it",
		why: asked + "Customers map the attributes that /Schemas names and no others. A typed element such as emails[type eq \"work\"] is only found where the type lists its canonicalValues.",
		fix: "List in GET /Schemas every attribute you take, with its subAttributes, and with canonicalValues for the type of emails, phoneNumbers and addresses.",
		covers: []string{
			"endpoint.connect.schemas", "endpoint.rfc.schema-characteristics", "endpoint.gallery.schema-canonical-values", "endpoint.connect.accept-absent", "endpoint.quarantine.recovery",
		},
		run: func(ctx context.Context, r *Rig) {
			r.groups = r.hasGroups()
			a := r.Send(ctx, wire.Request{Method: http.MethodGet, Target: "/Schemas"})
			r.Must("GET /Schemas is answered 200", a, answered(http.StatusOK), a.Shown)
			schemas := schemasIn(a)
			r.Must("GET /Schemas returns schemas in Resources", len(schemas), worded[int]{
				Want: "one schema or more", OK: func(n int) bool { return n > 0 }, Got: func(int) string { return a.String() },
			}, a.Shown)
			var missing []string
			for _, kind := range []struct {
				urn     string
				mapping synchronization.ObjectMapping
				asked   bool
			}{{scim.UserURN, mapping.DefaultUsers(), true}, {scim.GroupURN, mapping.DefaultGroups(), r.groups}} {
				names := flattened(schemas, kind.urn)
				for _, m := range kind.mapping.AttributeMappings {
					path := m.TargetAttributeName
					// externalId is a common attribute, which no schema lists (RFC 7643 §3.1).
					if kind.asked && path != "externalId" && (m.MatchingPriority > 0 || r.Has(path)) && !slices.Contains(names, strings.ToLower(path)) {
						missing = append(missing, path)
					}
				}
			}
			r.That("every attribute of the mapping is discoverable in /Schemas", missing, worded[[]string]{
				Want: "no attribute missing",
				OK:   func(m []string) bool { return len(m) == 0 },
				Got:  func(m []string) string { return "missing: " + strings.Join(m, ", ") },
			}, a.Shown)
		},
	}
}

func schemasIn(a Answer) []scim.Schema {
	d := discovery{schemas: a}
	d.read()
	var all []scim.Schema
	for _, s := range d.known {
		all = append(all, s)
	}
	return all
}

// flattened are the attributes of a resource type as the workflow names them, in lower case: name.sub of complex ones, name[type eq "…"].sub for
// each canonical type of multi-valued ones, name[primary eq "True"].sub where there is none, and URN:name of extensions.
func flattened(schemas []scim.Schema, urn string) []string {
	var names []string
	for _, s := range schemas {
		core := strings.EqualFold(s.ID, urn)
		if !core && (urn != scim.UserURN || strings.EqualFold(s.ID, scim.GroupURN)) {
			continue
		}
		for i := range s.Attributes {
			a := &s.Attributes[i]
			if !core {
				names = append(names, s.ID+":"+a.Name)
				continue
			}
			names = append(names, flatNames(a)...)
		}
	}
	for i := range names {
		names[i] = strings.ToLower(names[i])
	}
	return names
}

func flatNames(a *scim.Attribute) []string {
	if a.Type != scim.ComplexType || strings.EqualFold(a.Name, "members") || strings.EqualFold(a.Name, "manager") {
		return []string{a.Name}
	}
	selectors := []string{""}
	if a.MultiValued {
		selectors = nil
		if kind, ok := a.Sub("type"); ok {
			for _, v := range kind.CanonicalValues {
				selectors = append(selectors, `[type eq "`+v+`"]`)
			}
		}
		if len(selectors) == 0 {
			selectors = []string{`[primary eq "True"]`}
		}
	}
	var names []string
	for _, sub := range a.SubAttributes {
		for _, selector := range selectors {
			names = append(names, a.Name+selector+"."+sub.Name)
		}
	}
	return names
}
