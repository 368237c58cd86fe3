package driver

import (
	"net/http"
	"sync/atomic"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// Record has the exchanges with the gateway recorded from now on, without its token.
func (s *SCIM) Record(r *exchange.Recorder) {
	r.AddSecret(s.token)
	s.network.recorder.Store(r)
	s.network.recorded.Store(r.Session("connector", s.network.base))
}

// hide has a password hidden, which in a PATCH of one attribute stands under the name value.
func (s *SCIM) hide(password any) {
	if text, ok := password.(string); ok && text != "" {
		if r := s.network.recorder.Load(); r != nil {
			r.AddSecret(text)
		}
	}
}

// network is the way to the gateway, which somebody may listen to.
type network struct {
	base     http.RoundTripper
	recorder atomic.Pointer[exchange.Recorder]
	recorded atomic.Pointer[exchange.Session] // nil when nobody does
}

// RoundTrip sends a request.
func (n *network) RoundTrip(req *http.Request) (*http.Response, error) {
	if s := n.recorded.Load(); s != nil {
		return s.RoundTrip(req)
	}
	return n.base.RoundTrip(req) //nolint:wrapcheck // it adds nothing
}

// CloseIdleConnections closes what is held open.
func (n *network) CloseIdleConnections() {
	if c, ok := n.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
