package login

import (
	"regexp"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Pseudo tenants of paths.
// Source: learn.microsoft.com/entra/identity-platform/v2-protocols, endpoints.
const (
	common          = "common"
	organizations   = "organizations"
	consumers       = "consumers"
	consumersTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"
)

// tenant is whom the host signs in.
type tenant struct {
	id, name string
	domains  []string
	region   string
}

// tenant reads who the tenant is: what the options say, else the directory's organization and domains.
func (s *Server) tenant(snap *directory.Snapshot) tenant {
	t := s.options.tenant
	if t.id == "" {
		t.id = lower(snap.TenantID())
	}
	if o, ok := snap.Object(t.id); ok && t.name == "" {
		t.name = o.String("displayName")
	}
	t.domains = slices.Clip(t.domains)
	for _, d := range snap.VerifiedDomains() {
		t.domains = append(t.domains, d.Name)
	}
	if t.region == "" {
		t.region = "WW"
	}
	return t
}

// knows says whether a name in a path is the tenant's id or one of its domains.
func (t tenant) knows(name string) bool {
	if strings.EqualFold(name, t.id) {
		return true
	}
	for _, d := range t.domains {
		if strings.EqualFold(name, d) {
			return true
		}
	}
	return false
}

// authority is the tenant segment of a path, resolved.
type authority struct {
	tenant

	name string // as it stands in the path
	kind string // common, organizations, consumers, or the tenant's id
}

// multi says whether the path names no tenant of its own.
func (a authority) multi() bool { return a.kind != a.id }

// issuerTenant is the tenant as metadata issuers name it.
func (a authority) issuerTenant() string {
	switch a.kind {
	case common, organizations:
		return "{tenantid}"
	case consumers:
		return consumersTenant
	default:
		return a.id
	}
}

var (
	guid   = regexp.MustCompile(`^(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	domain = regexp.MustCompile(`^(?i)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))+$`)
)

// authority resolves the tenant segment of a path.
func (s *Server) authority(t tenant, name string) (authority, *Error) {
	a := authority{tenant: t, name: name, kind: t.id}
	switch known := lower(name); {
	case known == common || known == organizations:
		a.kind = known
	case known == consumers || known == consumersTenant:
		a.kind = consumers
	case t.knows(name):
	case guid.MatchString(name) || len(name) <= 253 && domain.MatchString(name):
		return a, AADSTS(90002, name)
	default:
		return a, AADSTS(900023, name)
	}
	return a, nil
}

func lower(s string) string     { return strings.ToLower(s) }
func trimSlash(s string) string { return strings.TrimRight(s, "/") }
