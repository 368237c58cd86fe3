package mockscim

import (
	"net/http"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Overhear puts a transport in front of base, the one that sends the requests of an application's jobs: those to its SCIM endpoint and those
// for access tokens. of says whose they are, and secrets are the credentials among them, which nobody should be shown. It is called for every
// client that is made; of only may be asked once a request is sent.
type Overhear func(of func() Application, secrets []string, base http.RoundTripper) http.RoundTripper

// WithOverhear lets somebody see the requests of jobs made through Graph. Nobody does by default.
func WithOverhear(by Overhear) Option { return func(s *Service) { s.overhear = by } }

// overheard is the transport of an application; base is nil for the usual one.
func (s *Service) overheard(base http.RoundTripper, secrets []synchronization.Secret, of func() Application) http.RoundTripper {
	if s.overhear == nil || of == nil {
		return base
	}
	if base == nil {
		base = wire.NewTransport()
	}
	var hidden []string
	for _, one := range secrets {
		if isHidden(one.Key) {
			hidden = append(hidden, string(one.Value))
		}
	}
	return s.overhear(of, hidden, base)
}

// whose is the application of a job that is known; job is "" when there is none.
func (s *Service) whose(principal, job string) func() Application {
	return func() Application { return s.application(principal, job) }
}
