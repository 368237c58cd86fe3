package mockgraph

import (
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// domainRoutes are the routes of /domains. The id of a domain is its name.
func domainRoutes() []route {
	return []route{
		{method: http.MethodGet, template: "/domains", serve: func(c *call) error {
			return c.list(odata.Collection{Type: directory.Domain, Unpaged: true}, "domains")
		}},
		{method: http.MethodPost, template: "/domains", serve: createDomain},
		{method: http.MethodGet, template: "/domains/{id}", serve: getDomain},
		{method: http.MethodPatch, template: "/domains/{id}", serve: updateDomain},
		{method: http.MethodDelete, template: "/domains/{id}", serve: deleteDomain},
		{method: http.MethodPost, template: "/domains/{id}/verify", emulated: "without WithDomainProof the DNS is not asked", serve: verifyDomain},
		{method: http.MethodPost, template: "/domains/{id}/forceDelete", emulated: "done when it is answered, not afterwards", serve: forceDeleteDomain},
		{method: http.MethodGet, template: "/domains/{id}/verificationDnsRecords", emulated: "records of no DNS, the same for a domain each time", serve: listVerificationRecords},
		{method: http.MethodGet, template: "/domains/{id}/domainNameReferences", serve: listDomainReferences},
		{method: http.MethodGet, template: "/domains/{id}/rootDomain", serve: getRootDomain},
		{method: http.MethodGet, template: "/domains/{id}/serviceConfigurationRecords"},
		{method: http.MethodGet, template: "/domains/{id}/federationConfiguration"},
		{method: http.MethodPost, template: "/domains/{id}/promote"},
	}
}

func getDomain(c *call) error {
	o, err := c.find(directory.Domain, c.vars["id"])
	if err != nil {
		return err
	}
	return c.entity(o, "domains")
}

// createDomain adds a domain, which is to be verified unless a domain above it is.
// Source: learn.microsoft.com/graph/api/domain-post-domains.
func createDomain(c *call) error {
	body, err := c.content(directory.Domain, nil)
	if err != nil {
		return err
	}
	name, _ := body.properties["id"].(string)
	if name != "" {
		if _, taken := c.snapshot().Object(strings.ToLower(name)); taken {
			return &directory.Error{
				Code: directory.CodeBadRequest, Target: "id", Detail: directory.DetailConflict, Message: "Another object with the same value for property id already exists.",
			}
		}
	}
	if isDefault, given := body.properties["isDefault"].(bool); given && isDefault {
		return unverified(name)
	}
	if root, under := rootDomain(c.snapshot(), name); under {
		body.properties["isRoot"], body.properties["isVerified"] = false, root.Bool("isVerified")
	}
	o, err := c.t.dir.Create(directory.Domain, body.properties)
	if err != nil {
		return err
	}
	return c.created(o, "domains")
}

// rootDomain returns the domain of the tenant above a name, false when there is none.
func rootDomain(s *directory.Snapshot, name string) (*directory.Object, bool) {
	for rest := strings.ToLower(name); ; {
		_, above, dotted := strings.Cut(rest, ".")
		if !dotted {
			return nil, false
		}
		if o, found := s.Object(above); found && o.Type() == directory.Domain {
			return o, true
		}
		rest = above
	}
}

func getRootDomain(c *call) error {
	o, err := c.find(directory.Domain, c.vars["id"])
	if err != nil {
		return err
	}
	for above, under := rootDomain(c.view, o.ID()); under; above, under = rootDomain(c.view, o.ID()) {
		o = above
	}
	return c.entity(o, "domains")
}

// unverified refuses what needs a verified domain. The text is not documented.
// Source: learn.microsoft.com/graph/api/domain-update, only verified domains can be updated.
func unverified(name string) error {
	return &directory.Error{Code: directory.CodeBadRequest, Target: name, Message: "Domain '" + name + "' is not verified. Only verified domains can be updated."}
}

func updateDomain(c *call) error {
	before, err := c.fresh(directory.Domain, c.vars["id"])
	if err != nil {
		return err
	}
	body, err := c.content(directory.Domain, before)
	if err != nil {
		return err
	}
	delete(body.properties, "id")
	if !before.Bool("isVerified") {
		return unverified(before.ID())
	}
	if chosen, given := body.properties["isDefault"].(bool); given && !chosen && before.Bool("isDefault") {
		return &directory.Error{Code: directory.CodeBadRequest, Target: "isDefault", Message: "The default domain is changed by making another domain the default."}
	}
	if err := c.change(before, body.properties); err != nil {
		return err
	}
	return c.noContent()
}

func deleteDomain(c *call) error {
	o, err := c.fresh(directory.Domain, c.vars["id"])
	if err != nil {
		return err
	}
	if err := c.t.dir.Delete(o.ID()); err != nil {
		return err
	}
	return c.noContent()
}

// verifyDomain asks the tenant's option whether the record is in the DNS. The text of the refusal is not documented.
// Source: learn.microsoft.com/graph/api/domain-verify.
func verifyDomain(c *call) error {
	o, err := c.fresh(directory.Domain, c.vars["id"])
	if err != nil {
		return err
	}
	if proven := c.t.options.domainProof; proven != nil && !o.Bool("isVerified") && !proven(o.ID(), verificationText(o.ID())) {
		return &directory.Error{
			Code: directory.CodeBadRequest, Target: o.ID(), Message: "Domain verification failed with the following error: 'DnsRecordNotFound'. The DNS record '" + verificationText(o.ID()) + "' was not found.",
		}
	}
	after, err := c.t.dir.VerifyDomain(o.ID())
	if err != nil {
		return err
	}
	return c.entityOf(http.StatusOK, c.snapshot(), after, "domains", nil)
}

func listDomainReferences(c *call) error {
	o, err := c.find(directory.Domain, c.vars["id"])
	if err != nil {
		return err
	}
	return c.listOver(odata.Collection{}, "directoryObjects", func(yield func(odata.Record) bool) {
		for each := range domainReferences(c.view, o.ID()) {
			if !yield(each) {
				return
			}
		}
	})
}

// domainReferences are the objects whose names or addresses are in a domain.
// Source: learn.microsoft.com/graph/api/domain-list-domainnamereferences.
func domainReferences(s *directory.Snapshot, domain string) func(yield func(*directory.Object) bool) {
	return func(yield func(*directory.Object) bool) {
		for _, t := range []directory.Type{directory.User, directory.Group, directory.Application} {
			for o := range s.Objects(t) {
				if refersTo(o, domain) && !yield(o) {
					return
				}
			}
		}
	}
}

func refersTo(o *directory.Object, domain string) bool {
	in := func(address string) bool { return inDomain(address, domain) }
	switch o.Type() {
	case directory.Application:
		return slices.ContainsFunc(o.Strings("identifierUris"), func(uri string) bool { return uriInDomain(uri, domain) })
	case directory.User:
		return in(o.String("userPrincipalName")) || in(o.String("mail")) || slices.ContainsFunc(o.Strings("proxyAddresses"), in)
	default:
		return in(o.String("mail")) || slices.ContainsFunc(o.Strings("proxyAddresses"), in)
	}
}

func inDomain(address, domain string) bool {
	at := strings.LastIndexByte(address, '@')
	return at >= 0 && strings.EqualFold(address[at+1:], domain)
}

func uriInDomain(uri, domain string) bool {
	_, rest, absolute := strings.Cut(uri, "://")
	host, _, _ := strings.Cut(rest, "/")
	return absolute && (strings.EqualFold(host, domain) || strings.HasSuffix(strings.ToLower(host), "."+domain))
}
