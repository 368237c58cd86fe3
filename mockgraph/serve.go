package mockgraph

import (
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// ServeHTTP answers a request to any of the tenant's names: by the host when it is one of Microsoft's, else by the path. On the
// tenant's own origin /_rehearse/ is the admin API.
func (t *Tenant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, adminPath) && isOwnOrigin(r):
		t.serveAdmin(w, r)
	case r.URL.Path == "/" && r.Method == http.MethodGet && isOwnOrigin(r):
		http.Redirect(w, r, adminPath, http.StatusFound) // what a person who opens the printed address looks for
	case t.recorded != nil:
		t.recorded.ServeHTTP(w, r)
	default:
		t.serve(w, r)
	}
}

// serve answers what Microsoft's hosts answer.
func (t *Tenant) serve(w http.ResponseWriter, r *http.Request) {
	if t.isGraph(r) {
		c := t.begin(r)
		t.answer(c)
		c.flush(w)
		return
	}
	if serve := t.azure(r); serve != nil {
		serve(w, r)
		return
	}
	t.login.ServeHTTP(w, r)
}

// versions are what Graph serves.
var versions = map[string]bool{"v1.0": true, "beta": true}

// isGraph says whether a request is for Graph rather than for the login host. On the tenant's own origin Graph's paths begin with
// a version.
func (t *Tenant) isGraph(r *http.Request) bool {
	host, _, _ := strings.Cut(r.Host, ":")
	switch host {
	case "graph.microsoft.com":
		return !strings.HasPrefix(strings.TrimLeft(r.URL.Path, "/"), "oidc/")
	case "login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net", resourceManagerHost, azureADGraphHost:
		return false
	}
	first, rest, _ := strings.Cut(strings.TrimLeft(r.URL.Path, "/"), "/")
	if t.isTenant(first) {
		first, _, _ = strings.Cut(strings.TrimLeft(rest, "/"), "/")
		return versions[strings.ToLower(first)] && !strings.Contains(rest, ".well-known")
	}
	first = strings.ToLower(first)
	if t.isFamily(first) && t.azure(r) == nil { // without a version, which Graph refuses in its own words
		return true
	}
	return versions[first] || len(first) > 1 && first[0] == 'v' && first[1] >= '0' && first[1] <= '9'
}

// isTenant says whether a path segment names the tenant: by its id or one of its domains.
func (t *Tenant) isTenant(segment string) bool {
	if len(segment) == len(DefaultTenantID) && strings.EqualFold(segment, t.ID()) {
		return true
	}
	if !strings.ContainsRune(segment, '.') || versions[strings.ToLower(segment)] {
		return false
	}
	_, known := t.dir.Snapshot().Object(strings.ToLower(segment))
	return known
}

// begin reads what every answer needs, errors included.
func (t *Tenant) begin(r *http.Request) *call {
	c := &call{t: t, r: r, now: t.clock.Now(), requestID: requestID()}
	c.clientRequestID = r.Header.Get("Client-Request-Id")
	if c.clientRequestID == "" || len(c.clientRequestID) > 128 {
		c.clientRequestID = c.requestID
	}
	c.origin = t.options.base
	if c.origin == "" {
		c.origin = originOf(r)
	}
	return c
}

// requestID makes a random GUID. It names a request and is no secret, so that the runtime's fast source will do.
func requestID() string {
	var id uuid.UUID
	binary.LittleEndian.PutUint64(id[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(id[8:], rand.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80 // version 4, RFC 9562
	return id.String()
}

// originOf is where the client believes Graph is.
func originOf(r *http.Request) string {
	scheme := "https"
	if r.TLS == nil && r.URL.Scheme != "https" && !strings.HasSuffix(r.Host, ".microsoft.com") {
		scheme = "http"
	}
	return scheme + "://" + r.Host
}

// answer fills in the reply of a call.
func (t *Tenant) answer(c *call) {
	if err := t.walk(c); err != nil {
		c.fail(err)
		c.explain()
	}
	if c.outcome != nil {
		c.weathered()
	}
	if t.witness != nil {
		t.witness(c)
	}
	if exchange.Recorded(c.r.Context()) {
		template := c.template
		if template != "" {
			template = "/" + c.address.version + template
		}
		exchange.Serve(c.r.Context(), exchange.Served{Method: c.r.Method, Template: template, Status: c.reply.status, Used: c.used, With: c.with, AnyOf: c.anyOf})
	}
}

// walk takes a call through all its doors.
func (t *Tenant) walk(c *call) error {
	address, problem := parsePath(c.r.URL.EscapedPath(), t.isTenant, t.routing.words)
	if problem != "" {
		return refuse(http.StatusBadRequest, codeBadRequest, "%s", problem)
	}
	c.address = address
	if !versions[address.version] {
		if t.isFamily(address.version) {
			path := "/v1.0/" + strings.Join(append([]string{t.routing.words[address.version]}, address.segments...), "/")
			c.remark(exchange.Note{Text: "The path lacks the version." + didYouMean(path)})
		}
		return refuse(http.StatusBadRequest, codeBadRequest, "Invalid version: %s", address.version)
	}
	c.base = c.origin + "/" + address.version
	c.control = controlOf(c.r.Header.Get("Accept"))
	c.eventual = strings.EqualFold(c.r.Header.Get("Consistencylevel"), "eventual")
	if err := c.readQuery(); err != nil {
		return err
	}
	rt, err := t.route(c)
	if err != nil {
		return err
	}
	if err := c.readBody(); err != nil {
		return err
	}
	t.settle(c.now)
	c.view = c.read(weather.ByKey)
	return t.audited(c, rt.serve)
}

// route finds the row of the table that answers a call and verifies who asks.
func (t *Tenant) route(c *call) (route, error) {
	address := c.address
	if address.segments != nil && address.segments[0] == "me" {
		c.me = true
	}
	e, vars := t.routing.find(address)
	open := false
	if e != nil {
		if r, ok := e.method(c.r.Method); ok {
			open = r.open
		}
	}
	if !open {
		if err := c.authenticate(); err != nil {
			return route{}, err
		}
	}
	if c.me {
		if c.claims == nil || c.claims.AppOnly {
			return route{}, refuse(http.StatusBadRequest, codeBadRequest, "/me request is only valid with delegated authentication flow.")
		}
		address.segments = append([]string{"users", c.claims.ObjectID}, address.segments[1:]...)
		e, vars = t.routing.find(address)
	}
	if e == nil {
		return route{}, t.unknown(c)
	}
	r, ok := e.method(c.r.Method)
	if !ok {
		return route{}, t.unserved(c, e)
	}
	c.template, c.vars = e.template, vars
	if r.serve == nil || r.betaOnly && address.version != "beta" {
		return route{}, notBuilt(c.r.Method + " /" + address.version + e.template)
	}
	if err := c.meet(r); err != nil {
		return route{}, err
	}
	return r, t.authorize(c, r)
}

// unknown is the answer to a path no route has.
func (t *Tenant) unknown(c *call) error {
	refused := notBuilt(c.r.Method + " /" + c.address.version + c.address.path())
	if mistyped := didYouMean(t.meant(c.address.version, c.address.segments)); mistyped != "" {
		refused.message += mistyped // Graph has no words of its own for what this tenant has not
		c.remark(exchange.Note{Text: "No such path is known." + mistyped})
	}
	return refused
}

// isFamily says whether a word in lower case is one Graph's paths begin with behind the version.
func (t *Tenant) isFamily(word string) bool {
	return word == "me" || t.routing.families[t.routing.words[word]]
}

// unserved is the answer to a method an endpoint does not have here: Graph may have it, or something else at that path.
func (t *Tenant) unserved(c *call, e *endpoint) error {
	_, known := permission.Find(c.r.Method, e.template)
	_, other := permission.Find(c.r.Method, c.address.path())
	if known || other {
		return t.unknown(c)
	}
	return notAllowed(e)
}

// readQuery reads the query options; their names may lack the $ and be in any letter case.
func (c *call) readQuery() error {
	if c.r.URL.RawQuery == "" {
		return nil
	}
	// net/url takes a semicolon for an error; in $expand=manager($levels=max;$select=id) it stands for itself, RFC 3986 3.4.
	values, err := url.ParseQuery(strings.ReplaceAll(c.r.URL.RawQuery, ";", "%3B"))
	if err != nil {
		return refuse(http.StatusBadRequest, codeBadRequest, "The query specified in the URI is not valid.")
	}
	c.query = values
	return nil
}

// flush writes the reply.
func (c *call) flush(w http.ResponseWriter) {
	h := w.Header()
	maps.Copy(h, c.reply.header)
	h["Cache-Control"] = noCache
	h["Vary"] = varyEncoding
	h["Strict-Transport-Security"] = strictTransport
	own := []string{c.requestID, c.clientRequestID, c.reply.contentType}
	h["Request-Id"] = own[0:1:1]
	h["Client-Request-Id"] = own[1:2:2]
	h["X-Ms-Ags-Diagnostic"] = diagnostic
	if c.reply.contentType != "" {
		h["Content-Type"] = own[2:3:3]
		if strings.HasPrefix(c.reply.contentType, contentPrefix) {
			h["Odata-Version"] = odataVersion
		}
	}
	if units := c.unitsHeader(); units != nil {
		h["X-Ms-Resource-Unit"] = units
	}
	if c.t.weather.Skew() != 0 {
		h["Date"] = []string{c.skewed().UTC().Format(http.TimeFormat)}
	}
	if c.outcome != nil {
		c.breakOff(w)
	}
	w.WriteHeader(c.reply.status)
	_, _ = w.Write(c.reply.body) // a client that has gone needs no answer
}

// The values of headers every answer has. They are never written.
var (
	noCache         = []string{"no-cache"}
	varyEncoding    = []string{"Accept-Encoding"}
	strictTransport = []string{"max-age=31536000"}
	odataVersion    = []string{"4.0"}
	diagnostic      = []string{`{"ServerInfo":{"DataCenter":"Rehearse","Slice":"E","Ring":"0","ScaleUnit":"000","RoleInstance":"REHEARSE"}}`}
)

// snapshot returns the current state, for calls that answer with what they just wrote.
func (c *call) snapshot() *directory.Snapshot { return c.t.dir.Snapshot() }
