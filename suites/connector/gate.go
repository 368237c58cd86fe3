package connector

import (
	"bytes"
	"io"
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

// ServeHTTP answers by the door, if there is one. The body is read first, so that it is recorded also of a request that is refused unread: what was in
// a batch that was refused as a whole must be known.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Body != nil && r.Body != http.NoBody {
		ahead, _ := io.ReadAll(io.LimitReader(r.Body, maxAhead)) // who reads on meets the error again
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(ahead), r.Body), r.Body}
	}
	if door := g.door.Load(); door != nil {
		(*door)(w, r, g.tenant)
		return
	}
	g.tenant.ServeHTTP(w, r)
}

// maxAhead bounds what is read of a body beforehand; Graph takes about 4 MiB.
const maxAhead = 4 << 20

// Meet puts a door before the tenant, in place of the one that is there; nil opens the way.
func (r *Rig) Meet(d Door) {
	if d == nil {
		r.gate.door.Store(nil)
		return
	}
	r.gate.door.Store(&d)
}
