package serviceprovider

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// serviceProviderConfig answers /ServiceProviderConfig with what is so (RFC 7643 §5).
func (e *Endpoint) serviceProviderConfig(q *request) *answer {
	config := scim.ServiceProviderConfig{
		Schemas:    []string{scim.ServiceProviderConfigURN},
		Patch:      scim.Supported{Supported: true},
		Filter:     scim.FilterSupport{Supported: true, MaxResults: e.settings.limits.MaxResults},
		Sort:       scim.Supported{Supported: true},
		ETag:       scim.Supported{Supported: !e.settings.withoutETags},
		Bulk:       e.bulkSupport(),
		Pagination: e.pagination(),
		AuthenticationSchemes: []scim.AuthenticationScheme{{
			Type: "oauthbearertoken", Name: "OAuth Bearer Token", Description: "A bearer token in the Authorization header",
			SpecURI: "https://www.rfc-editor.org/info/rfc6750", Primary: true,
		}},
		Meta: &scim.Meta{ResourceType: "ServiceProviderConfig", Location: q.base() + "/ServiceProviderConfig"},
	}
	if e.tokens != nil {
		config.AuthenticationSchemes = append(config.AuthenticationSchemes, scim.AuthenticationScheme{
			Type: "oauth2", Name: "OAuth 2.0 client credentials", Description: "Access tokens from " + q.base() + tokenPath,
			SpecURI: "https://www.rfc-editor.org/info/rfc6749",
		})
	}
	return reply(http.StatusOK, config)
}

// bulkSupport says whether and how far bulk requests are done.
func (e *Endpoint) bulkSupport() scim.BulkSupport {
	if e.settings.withoutBulk {
		return scim.BulkSupport{}
	}
	return scim.BulkSupport{Supported: true, MaxOperations: e.settings.limits.MaxBulkOperations, MaxPayloadSize: int(e.settings.limits.MaxBulkPayload)}
}

// pagination says how lists can be read (RFC 9865 §4).
func (e *Endpoint) pagination() *scim.Pagination {
	p := &scim.Pagination{
		Cursor: !e.settings.withoutCursors, Index: true, DefaultPaginationMethod: "index",
		DefaultPageSize: e.settings.limits.MaxResults, MaxPageSize: e.settings.limits.MaxResults,
	}
	if !p.Cursor {
		return p
	}
	p.CursorTimeout = int(e.settings.limits.CursorTimeout.Seconds())
	if e.settings.cursorsFirst {
		p.DefaultPaginationMethod = "cursor"
	}
	return p
}

// resourceTypes answers /ResourceTypes (RFC 7643 §6).
func (e *Endpoint) resourceTypes(q *request) *answer {
	return discoveryList(q, e.typesOf(q))
}

// resourceType answers /ResourceTypes/{id}.
func (e *Endpoint) resourceType(q *request) *answer {
	for _, t := range e.typesOf(q) {
		if t.ID == q.id {
			return reply(http.StatusOK, t)
		}
	}
	return refuse(scim.Errorf(http.StatusNotFound, "", "resource type %q does not exist", q.id))
}

// schemaList answers /Schemas (RFC 7643 §7).
func (e *Endpoint) schemaList(q *request) *answer {
	return discoveryList(q, e.schemasOf(q))
}

// schema answers /Schemas/{urn}.
func (e *Endpoint) schema(q *request) *answer {
	for _, s := range e.schemasOf(q) {
		if strings.EqualFold(s.ID, q.id) {
			return reply(http.StatusOK, s)
		}
	}
	return refuse(scim.Errorf(http.StatusNotFound, "", "schema %q does not exist", q.id))
}

func (e *Endpoint) typesOf(q *request) []scim.ResourceType {
	var types []scim.ResourceType
	for _, k := range e.kinds {
		t := scim.ResourceType{
			Schemas: []string{scim.ResourceTypeURN}, ID: k.name, Name: k.name, Endpoint: k.path, Description: k.description,
			Schema: k.urn, Meta: &scim.Meta{ResourceType: "ResourceType", Location: q.base() + "/ResourceTypes/" + k.name},
		}
		for _, extension := range k.schemas[1:] {
			t.SchemaExtensions = append(t.SchemaExtensions, scim.SchemaExtension{Schema: extension.ID})
		}
		types = append(types, t)
	}
	return types
}

func (e *Endpoint) schemasOf(q *request) []scim.Schema {
	var all []scim.Schema
	for _, k := range e.kinds {
		for _, s := range k.schemas {
			if slices.ContainsFunc(all, func(other scim.Schema) bool { return other.ID == s.ID }) {
				continue // an extension of several types
			}
			s.Schemas = []string{scim.SchemaURN}
			s.Meta = &scim.Meta{ResourceType: "Schema", Location: q.base() + "/Schemas/" + s.ID}
			all = append(all, s)
		}
	}
	return all
}

// discoveryList is a list of discovery documents. They cannot be filtered, and a filter must not be passed over: RFC 7644 §4
// asks for 403.
func discoveryList[T any](q *request, documents []T) *answer {
	if err := q.readQuery(); err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	if q.query.Has("filter") {
		return refuse(scim.Errorf(http.StatusForbidden, "", "discovery documents cannot be filtered"))
	}
	return reply(http.StatusOK, struct {
		Schemas      []string `json:"schemas"`
		TotalResults int      `json:"totalResults"`
		StartIndex   int      `json:"startIndex"`
		ItemsPerPage int      `json:"itemsPerPage"`
		Resources    []T      `json:"Resources"`
	}{[]string{scim.ListResponseURN}, len(documents), 1, len(documents), documents})
}
