package serviceprovider

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/mux"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// Endpoint is a SCIM service provider with its own in-memory store. Make it with [New]. It is safe for concurrent use and
// starts no goroutines.
type Endpoint struct {
	settings settings
	kinds    []*kind
	store    *store
	hooks    []hooks
	cursors  *cursors
	tokens   *authorizationServer // nil without OAuth
	other    *Endpoint            // of the other tenant; nil without one
	router   *mux.Router
	bodies   scratch
	writing  []byte // memory for the text of a record, for whoever writes to the store

	selecting bool // a fault has a say in what a list is about
}

var _ http.Handler = (*Endpoint)(nil)

// New makes an endpoint without resources. Errors come from the options: a bad prefix or extension, an unknown fault.
func New(opts ...Option) (*Endpoint, error) {
	s := settings{clock: clockwork.NewRealClock(), ids: uuid.NewString, random: rand.Reader, userPatchBody: true}
	for _, option := range opts {
		if err := option(&s); err != nil {
			return nil, fmt.Errorf("make SCIM endpoint: %w", err)
		}
	}
	if s.limits.MaxResults <= 0 {
		s.limits.MaxResults = 1000
	}
	if s.limits.MaxBody <= 0 {
		s.limits.MaxBody = 1 << 20
	}
	if s.limits.MaxBulkOperations <= 0 {
		s.limits.MaxBulkOperations = 1000
	}
	if s.limits.MaxBulkPayload <= 0 {
		s.limits.MaxBulkPayload = 1 << 20
	}
	if s.limits.CursorTimeout <= 0 {
		s.limits.CursorTimeout = 10 * time.Minute
	}
	cursors, err := newCursors(s.random)
	if err != nil {
		return nil, fmt.Errorf("make SCIM endpoint: %w", err)
	}
	e := &Endpoint{settings: s, kinds: newKinds(&s), cursors: cursors}
	e.store = newStore(e.kinds)
	if s.oauth != nil {
		if e.tokens, err = newAuthorizationServer(e, *s.oauth); err != nil {
			return nil, fmt.Errorf("make SCIM endpoint: %w", err)
		}
	}
	for _, fault := range s.faults {
		h := fault.hooks()
		e.hooks = append(e.hooks, h)
		e.selecting = e.selecting || h.selected != nil
	}
	e.router = e.routes()
	if s.otherTenant != "" {
		if err := e.newTenant(opts); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// ServeHTTP answers one SCIM request. Users and groups, which nearly all requests are about, do not ask the router.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e = e.tenant(r)
	if k, id, ok := e.resource(r.URL.Path); ok {
		allowed := resourceMethods
		if id == "" {
			allowed = collectionMethods
		}
		e.answer(w, r, k, id, allowed)
		return
	}
	e.router.ServeHTTP(w, r)
}

// resource reads the path of a collection (no id) or of a resource, as the routes below would.
func (e *Endpoint) resource(path string) (k *kind, id string, ok bool) {
	path, ok = strings.CutPrefix(path, e.settings.prefix)
	if !ok {
		return nil, "", false
	}
	for _, k := range e.kinds {
		if rest, ok := strings.CutPrefix(path, k.path); ok {
			if rest == "" {
				return k, "", true
			}
			id, ok := strings.CutPrefix(rest, "/")
			if !ok {
				continue // another path that begins alike
			}
			return k, id, ok && id != "" && id != ".search" && !strings.Contains(id, "/")
		}
	}
	return nil, "", false
}

// users and groups are the two kinds.
func (e *Endpoint) users() *kind  { return e.kinds[0] }
func (e *Endpoint) groups() *kind { return e.kinds[1] }

// action does one verb of a route.
type action struct {
	verb verb
	do   func(e *Endpoint, q *request) *answer
}

// methods maps the HTTP methods of a route to what they do.
type methods map[string]action

func (m methods) allow() string {
	return strings.Join(slices.Sorted(maps.Keys(m)), ", ")
}

var (
	collectionMethods = methods{
		http.MethodGet:  {verbList, (*Endpoint).list},
		http.MethodHead: {verbList, (*Endpoint).list},
		http.MethodPost: {verbCreate, (*Endpoint).create},
	}
	bulkMethods     = methods{http.MethodPost: {verbBulk, (*Endpoint).bulk}}
	searchMethods   = methods{http.MethodPost: {verbList, (*Endpoint).search}}
	resourceMethods = methods{
		http.MethodGet:    {verbGet, (*Endpoint).get},
		http.MethodHead:   {verbGet, (*Endpoint).get},
		http.MethodPut:    {verbReplace, (*Endpoint).replace},
		http.MethodPatch:  {verbPatch, (*Endpoint).patch},
		http.MethodDelete: {verbDelete, (*Endpoint).delete},
	}
)

func discovery(do func(e *Endpoint, q *request) *answer) methods {
	return methods{http.MethodGet: {verbDiscover, do}, http.MethodHead: {verbDiscover, do}}
}

// routes is the table of everything served. Collections are nested by path, as a mux asks its routes one after another.
func (e *Endpoint) routes() *mux.Router {
	router := mux.NewRouter().SkipClean(true) // a doubled slash is an unknown route, not a redirect
	root := router
	if e.settings.prefix != "" {
		root = router.PathPrefix(e.settings.prefix).Subrouter()
	}
	for _, k := range e.kinds {
		at := root.PathPrefix(k.path).Subrouter()
		at.Path("").Handler(e.serve(k, collectionMethods))
		at.Path("/.search").Handler(e.serve(k, searchMethods))
		at.Path("/{id}").Handler(e.serve(k, resourceMethods))
	}
	for path, do := range map[string]func(*Endpoint, *request) *answer{
		"/ServiceProviderConfig": (*Endpoint).serviceProviderConfig,
		"/ResourceTypes":         (*Endpoint).resourceTypes,
		"/ResourceTypes/{id}":    (*Endpoint).resourceType,
		"/Schemas":               (*Endpoint).schemaList,
		"/Schemas/{id}":          (*Endpoint).schema,
	} {
		root.Path(path).Handler(e.serve(nil, discovery(do)))
	}
	root.Path("/.search").Handler(e.serve(nil, searchMethods))
	if e.tokens != nil {
		root.Path(tokenPath).Handler(e.tokens)
	}
	root.Path("/Me").Handler(e.serve(nil, nil)).Name("the alias /Me")
	if e.settings.withoutBulk {
		root.Path("/Bulk").Handler(e.serve(nil, nil)).Name("bulk operations")
	} else {
		root.Path("/Bulk").Handler(e.serve(nil, bulkMethods))
	}
	router.NotFoundHandler = e.serve(nil, nil)
	return router
}

// serve is the way of every request: fault hooks, token, method, action, fault hooks, answer.
func (e *Endpoint) serve(k *kind, allowed methods) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { e.answer(w, r, k, mux.Vars(r)["id"], allowed) })
}

func (e *Endpoint) answer(w http.ResponseWriter, r *http.Request, k *kind, id string, allowed methods) {
	text := e.bodies.take()
	defer e.bodies.give(text)
	e.respond(r, k, id, allowed).write(w, r.Method == http.MethodHead, text)
}

func (e *Endpoint) respond(r *http.Request, k *kind, id string, allowed methods) *answer {
	q := &request{Request: r, endpoint: e, kind: k, id: id}
	q.query, q.queryErr = url.ParseQuery(r.URL.RawQuery)
	chosen, known := allowed[r.Method]
	q.verb = chosen.verb
	a := e.admit(q)
	switch {
	case a != nil:
	case isCoded(r):
		a = refuse(scim.Errorf(http.StatusUnsupportedMediaType, "", "content coding %q is not supported", r.Header.Get("Content-Encoding")))
		a.header.Set("Accept-Encoding", "identity")
	case known:
		a = chosen.do(e, q)
	case allowed != nil:
		a = refuse(scim.Errorf(http.StatusMethodNotAllowed, "", "%s is not allowed here", r.Method))
		a.header.Set("Allow", allowed.allow())
	default:
		a = unknownRoute(r)
	}
	e.bendAnswer(q, a)
	return a
}

// isCoded says whether the body is compressed. That is refused with what would be read (RFC 9110 §12.5.3), so that a client can
// send it again.
func isCoded(r *http.Request) bool {
	coding := strings.TrimSpace(r.Header.Get("Content-Encoding"))
	return coding != "" && !strings.EqualFold(coding, "identity")
}

// unknownRoute answers for what is not served. What SCIM defines and this endpoint leaves out is 501 and named.
func unknownRoute(r *http.Request) *answer {
	if route := mux.CurrentRoute(r); route != nil && route.GetName() != "" {
		return refuse(scim.Errorf(http.StatusNotImplemented, "", "%s: not supported by this endpoint", route.GetName()))
	}
	return refuse(scim.Errorf(http.StatusNotFound, "", "there is no resource at %s", r.URL.Path))
}
