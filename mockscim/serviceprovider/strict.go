package serviceprovider

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// WithStrictRFC takes from clients what RFC 7643 and RFC 7644 allow and nothing beyond: what Microsoft Entra's provisioning service
// needs is refused. The package's documentation has the differences. By default Entra's dialects are understood.
func WithStrictRFC() Option {
	return func(s *settings) error { s.strict = true; return nil }
}

// tolerance is what clients may send beyond the RFCs.
func (s *settings) tolerance() scim.Tolerance {
	if s.strict {
		return scim.Tolerance{}
	}
	return scim.Entra()
}

// strictQuery refuses parameters that exclude each other (RFC 7644 §3.9).
func (q *request) strictQuery() error {
	if q.endpoint.settings.strict && q.query.Has("attributes") && q.query.Has("excludedAttributes") {
		return scim.Errorf(http.StatusBadRequest, scim.InvalidValue, "attributes and excludedAttributes exclude each other")
	}
	return nil
}

// strictFilterText refuses the form `emails[type eq "work"].value eq "x"`, which RFC 7644 §3.4.2.2 knows in paths only.
func strictFilterText(filter string) error {
	quoted := false
	for i := 0; i < len(filter); i++ {
		switch {
		case quoted && filter[i] == '\\':
			i++
		case filter[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(filter[i:], "]."):
			return scim.Errorf(http.StatusBadRequest, scim.InvalidFilter, "a filter ends with the bracket of a value path")
		}
	}
	return nil
}

// strictFilter refuses text in the place of a boolean (RFC 7644 §3.4.2.2: literals are JSON of the attribute's type).
func strictFilter(e scim.Expr, k *kind, within string) error {
	switch e := e.(type) {
	case scim.Comparison:
		path := e.Path
		if within != "" {
			path = scim.AttributePath{Name: within, Sub: e.Path.Name}
		}
		_, text := e.Value.(string)
		if a, known := k.registry.Find(path); known && text && a.Type == scim.BooleanType {
			return scim.Errorf(http.StatusBadRequest, scim.InvalidFilter, "%s is boolean and is compared with text", path)
		}
	case scim.Logical:
		if err := strictFilter(e.Left, k, within); err != nil {
			return err
		}
		return strictFilter(e.Right, k, within)
	case scim.Not:
		return strictFilter(e.Expr, k, within)
	case scim.ValuePath:
		return strictFilter(e.Filter, k, e.Path.Name)
	}
	return nil
}

// strictSchemas refuses a document whose schemas are not those it is of (RFC 7643 §3): each known to the resource type, each there once, and
// the extensions it has attributes of among them.
func strictSchemas(k *kind, document scim.Resource) error {
	listed, _ := document["schemas"].([]any)
	seen := map[string]bool{}
	for _, urn := range listed {
		text, _ := urn.(string)
		if seen[text] {
			return scim.Errorf(http.StatusBadRequest, scim.InvalidSyntax, "schemas names one schema twice")
		}
		seen[text] = true
		if !k.hasSchema(text) {
			return scim.Errorf(http.StatusBadRequest, scim.InvalidSyntax, "schemas names one that %s does not have", k.name)
		}
	}
	for _, extension := range k.schemas[1:] {
		if document[extension.ID] != nil && !document.HasSchema(extension.ID) {
			return scim.Errorf(http.StatusBadRequest, scim.InvalidSyntax, "schemas does not name %s", extension.ID)
		}
	}
	return nil
}

func (k *kind) hasSchema(urn string) bool {
	for _, s := range k.schemas {
		if strings.EqualFold(s.ID, urn) {
			return true
		}
	}
	return false
}
