package mockgraph

import (
	"net/url"
	"strings"
)

// Sighting is one answered call as tests see it.
type Sighting struct {
	Method, Template, Version string // Template "" when no route was found
	Status                    int
	Body                      []byte
	Caller                    string // "nobody", "an application" or "a user"
	Weather                   bool   // judged in weather that is not fair
}

// Witness lets a test see every call that is answered from now on, items of batches included.
func (t *Tenant) Witness(see func(Sighting)) {
	t.witness = func(c *call) {
		if c.outcome != nil && c.outcome.Drop {
			return // nobody gets this answer
		}
		caller := "nobody"
		switch {
		case c.claims == nil:
		case c.claims.AppOnly:
			caller = "an application"
		default:
			caller = "a user"
		}
		see(Sighting{
			Method: c.r.Method, Template: c.template, Version: c.address.version, Status: c.reply.status, Body: c.reply.body, Caller: caller, Weather: c.outcome != nil,
		})
	}
}

// Row is a row of the table of routes.
type Row struct {
	Method, Template string
	Emulated         string
	Built, BetaOnly  bool
}

// Rows returns the table of routes.
func (t *Tenant) Rows() []Row {
	var all []Row
	for _, r := range everyRow() {
		all = append(all, Row{r.method, r.template, r.emulated, r.serve != nil, r.betaOnly})
	}
	return all
}

// Serves says whether a route answers a method and a path without its version.
func (t *Tenant) Serves(method, path string) bool {
	a, problem := parsePath((&url.URL{Path: "/v1.0" + path}).EscapedPath(), t.isTenant, t.routing.words)
	if problem != "" {
		return false
	}
	if len(a.segments) > 0 && strings.EqualFold(a.segments[0], "me") {
		a.segments = append([]string{"users", "x"}, a.segments[1:]...)
	}
	e, _ := t.routing.find(a)
	if e == nil {
		return false
	}
	r, found := e.method(method)
	return found && r.serve != nil
}
