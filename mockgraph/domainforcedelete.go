package mockgraph

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// maxForced is how many objects a domain that is deleted by force may have. Source: learn.microsoft.com/graph/api/domain-forcedelete.
const maxForced = 1000

// forceDeleteDomain renames what is in the domain into the initial one, and deletes the domain. Graph does so after a while; here
// it is done when the call is answered.
// Source: learn.microsoft.com/graph/api/domain-forcedelete.
func forceDeleteDomain(c *call) error {
	domain, err := c.fresh(directory.Domain, c.vars["id"])
	if err != nil {
		return err
	}
	body := struct {
		DisableUserAccounts *bool `json:"disableUserAccounts"`
	}{}
	if err := c.decode(&body, true); err != nil {
		return err
	}
	disable := body.DisableUserAccounts == nil || *body.DisableUserAccounts
	err = c.t.dir.Batch(func(b *directory.Batch) error {
		initial := initialDomain(b.View())
		var objects []*directory.Object
		for o := range domainReferences(b.View(), domain.ID()) {
			if objects = append(objects, o); len(objects) > maxForced {
				return &directory.Error{Code: directory.CodeBadRequest, Target: domain.ID(), Message: "Domain '" + domain.ID() + "' has more than 1000 objects to be renamed."}
			}
		}
		for _, o := range objects {
			if _, err := b.Update(o.ID(), renamed(o, domain.ID(), initial, disable)); err != nil {
				return err
			}
		}
		return b.Delete(domain.ID())
	})
	if err != nil {
		return err
	}
	return c.noContent()
}

func initialDomain(s *directory.Snapshot) string {
	for o := range s.Objects(directory.Domain) {
		if o.Bool("isInitial") {
			return o.ID()
		}
	}
	return ""
}

// renamed are the properties of an object that name a domain, in another one.
func renamed(o *directory.Object, domain, into string, disable bool) directory.Properties {
	move := func(address string) string {
		if !inDomain(address, domain) {
			return address
		}
		return address[:strings.LastIndexByte(address, '@')+1] + into
	}
	p := directory.Properties{}
	if o.Type() == directory.Application {
		p["identifierUris"] = slices.DeleteFunc(o.Strings("identifierUris"), func(uri string) bool { return uriInDomain(uri, domain) })
		return p
	}
	for _, name := range []string{"userPrincipalName", "mail"} {
		if inDomain(o.String(name), domain) {
			p[name] = move(o.String(name))
		}
	}
	if addresses := o.Strings("proxyAddresses"); slices.ContainsFunc(addresses, func(a string) bool { return inDomain(a, domain) }) {
		moved := make([]string, 0, len(addresses))
		for _, a := range addresses {
			if a = move(a); !slices.ContainsFunc(moved, func(m string) bool { return strings.EqualFold(m, a) }) {
				moved = append(moved, a)
			}
		}
		p["proxyAddresses"] = moved
	}
	if o.Type() == directory.User && disable {
		p["accountEnabled"] = false
	}
	return p
}
