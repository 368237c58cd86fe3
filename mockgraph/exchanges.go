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
)

func (t *Tenant) record() {
	if t.options.keep <= 0 {
		return
	}
	t.recorder = exchange.NewRecorder(exchange.WithKeep(t.options.keep), exchange.WithBodyLimit(exchangeBody))
	t.recorded = t.recorder.Handler(http.HandlerFunc(t.serve), func(r *http.Request) string {
		if t.isGraph(r) {
			return servedByGraph
		}
		return servedByLogin
	})
}

// Exchanges returns what was asked and answered since the tenant was made or they were cleared, oldest first; nil without
// [WithExchanges]. Each names who answered as its owner: graph or login.
func (t *Tenant) Exchanges() []*exchange.Exchange {
	if t.recorder == nil {
		return nil
	}
	return t.recorder.All()
}
