package mockgraph

import (
	"net/http"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// WithExchanges keeps the last n exchanges, secrets redacted, for the admin API and [Tenant.Exchanges]; 0, the default, keeps none
// and costs nothing. Each costs about 10 µs and up to 32 KiB.
func WithExchanges(n int) Option { return func(o *options) { o.keep = n } }

// exchangeBody is how much of each body an exchange keeps.
const exchangeBody = 16 << 10

// The owners of exchanges.
const (
	servedByGraph = "graph"
	servedByLogin = "login"
	sentAsSCIM    = "scim" // followed by a blank and the job's id
)

// maxRecordedAnswer is one byte more than the provisioning service reads of an answer by default, so that it sees that one is too large.
const maxRecordedAnswer = 8<<20 + 1

// minHidden is from which length a credential is hidden wherever it stands; headers and members of credentials are hidden anyway.
const minHidden = 6

func (t *Tenant) record() {
	if t.options.keep <= 0 {
		return
	}
	t.recorder = exchange.NewRecorder(exchange.WithKeep(t.options.keep), exchange.WithBodyLimit(exchangeBody), exchange.WithMaxResponse(maxRecordedAnswer))
	t.recorded = t.recorder.Handler(http.HandlerFunc(t.serve), func(r *http.Request) string {
		if t.isGraph(r) {
			return servedByGraph
		}
		return servedByLogin
	})
}

// Exchanges returns what was asked and answered since the tenant was made or they were cleared, oldest first; nil without
// [WithExchanges]. Each names its owner: graph or login, who answered, or scim with a job's id, which asked ([Tenant.RecordSCIM]).
func (t *Tenant) Exchanges() []*exchange.Exchange {
	if t.recorder == nil {
		return nil
	}
	return t.recorder.All()
}

// RecordSCIM returns a transport that records what a provisioning job sends with base among the tenant's exchanges, secrets redacted; base
// itself without [WithExchanges]. job is asked for the id of the job with each request.
func (t *Tenant) RecordSCIM(job func() string, secrets []string, base http.RoundTripper) http.RoundTripper {
	if t.recorder == nil {
		return base
	}
	for _, secret := range secrets {
		if len(secret) >= minHidden {
			t.recorder.AddSecret(secret)
		}
	}
	return scimRecording{t.recorder, job, base}
}

type scimRecording struct {
	recorder *exchange.Recorder
	job      func() string
	base     http.RoundTripper
}

// RoundTrip sends a request, in a session of its own: sessions keep what they recorded.
func (s scimRecording) RoundTrip(r *http.Request) (*http.Response, error) {
	return s.recorder.Session(sentAsSCIM+" "+s.job(), s.base).RoundTrip(r)
}

// CloseIdleConnections closes those of base.
func (s scimRecording) CloseIdleConnections() {
	if c, ok := s.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
