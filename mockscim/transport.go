package mockscim

import (
	"crypto/x509"
	"net"
	"net/http"
	"net/url"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// TLSRules say which targets are held to Entra's rules for TLS, see wire.NewStrictTransport. By default it is every https target that is not
// on this machine, with the authorities of the system: endpoints under development have certificates of their own.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, TLS protocol versions and cipher suites.
type TLSRules struct {
	Off      bool           // nobody is held to them; certificates are verified nevertheless
	Loopback bool           // targets on this machine are, too
	Roots    *x509.CertPool // authorities of those held to them; nil: the system's
}

// WithTLSRules sets which targets of jobs made through Graph are held to Entra's rules. A transport given by [WithClients] knows its own.
func WithTLSRules(rules TLSRules) Option { return func(s *Service) { s.tls = rules } }

// WithPerSecond paces the requests of jobs made through Graph, each job for itself, see wire.Config. 0, the default, is as fast as the target
// answers. What [WithClients] sets wins.
func WithPerSecond(n float64) Option { return func(s *Service) { s.perSecond = n } }

// transport is that of requests to an address.
func (s *Service) transport(address string) *http.Transport {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || s.tls.Off || isLoopback(u.Hostname()) && !s.tls.Loopback {
		return wire.NewTransport()
	}
	return wire.NewStrictTransport(s.tls.Roots)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// fetching is the transport of requests for tokens; given is that of [WithClients], if any. It keeps no connections: tokens are fetched once
// an hour, and whoever fetches them outlives the clients.
func (s *Service) fetching(given http.RoundTripper, secrets []synchronization.Secret, of func() Application) http.RoundTripper {
	if given == nil {
		t := s.transport(secretValue(secrets, "Oauth2TokenExchangeUri"))
		t.DisableKeepAlives = true
		given = t
	}
	return s.overheard(given, secrets, of)
}
