package connector

import (
	"net/http"
	"sync/atomic"
)

// gate stands between the connector and its tenant. A check can put a [Door] there, for what the tenant's weather does not do: refuse sign-ins and
// tokens, or change an answer.
type gate struct {
	tenant http.Handler
	door   atomic.Pointer[Door]
}

// Door meets a request before the tenant does: it answers itself, or lets the tenant answer.
type Door func(w http.ResponseWriter, r *http.Request, tenant http.Handler)

// ServeHTTP answers by the door, if there is one.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if door := g.door.Load(); door != nil {
		(*door)(w, r, g.tenant)
		return
	}
	g.tenant.ServeHTTP(w, r)
}

// Meet puts a door before the tenant, in place of the one that is there; nil opens the way.
func (r *Rig) Meet(d Door) {
	if d == nil {
		r.gate.door.Store(nil)
		return
	}
	r.gate.door.Store(&d)
}
