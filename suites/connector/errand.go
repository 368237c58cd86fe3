package connector

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// errand is what a connector was told in one operation, and, where it has a face of its own, a gateway, how it was asked. The nil one is nothing. It is
// safe for concurrent use: what comes too late comes while a finding is written.
type errand struct {
	request Request // of no operation before the first is told

	mu  sync.Mutex
	all []*exchange.Exchange
}

// The bounds of what was asked in one operation.
const (
	maxAsked      = 200 // exchanges kept: a search can have many pages
	maxAskedShown = 2   // before those with Graph: what reads first and what then writes
)

func (e *errand) add(x *exchange.Exchange) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.all) < maxAsked {
		e.all = append(e.all, x)
	}
}

// shown are the exchanges for a finding, the telling first; see [tells].
func (e *errand) shown() []*exchange.Exchange {
	if e == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	telling := slices.Clone(e.all)
	slices.SortStableFunc(telling, func(x, y *exchange.Exchange) int { return tells(x) - tells(y) })
	return telling[:min(len(telling), maxAskedShown)]
}

// tells is how much of what was asked tells what went wrong, 0 the most: what was refused or got no answer, then what writes, then what reads.
func tells(e *exchange.Exchange) int {
	switch {
	case e.Response.Status == 0 || e.Response.Status >= http.StatusBadRequest:
		return 0
	case e.Request.Method != http.MethodGet:
		return 1
	default:
		return 2
	}
}

// asking is a context under which what the connector is asked becomes part of the operation that is going on.
func (r *Rig) asking(ctx context.Context) context.Context {
	if !r.target.faced {
		return ctx
	}
	ctx = exchange.On(exchange.For(ctx, r.Spec().ID), exchange.ToConnector)
	return exchange.Follow(ctx, r.witness.errand().add)
}

// shown are the exchanges that show a call: what was asked when it was made, and the call.
func (c *Call) shown() []*exchange.Exchange { return append(c.errand.shown(), c.Exchange) }
