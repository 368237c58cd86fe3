package report

import (
	"slices"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// evident are the exchanges of a cause that are shown where there is little room: the first, and where that is what the connector was asked, the first of
// what it asked in turn.
func evident(es []*exchange.Exchange) []*exchange.Exchange {
	if len(es) == 0 {
		return nil
	}
	shown := es[:1:1]
	if es[0].Side == exchange.ToConnector {
		if i := slices.IndexFunc(es, func(e *exchange.Exchange) bool { return e.Side == exchange.FromConnector }); i > 0 {
			shown = append(shown, es[i])
		}
	}
	return shown
}
