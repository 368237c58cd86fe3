package mockgraph

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

// The admin API steers the fake itself. It is served below /_rehearse/ of the tenant's own origin, never under Microsoft's names, in
// JSON; GET /_rehearse/ is a page for people that lists it.
//
//	GET    health                what the tenant is and holds
//	POST   reset                 back to the start, in its weather, whatever was seeded or loaded; the clock and issued tokens stay
//	POST   seed                  {"size": "contoso", "seed": 7}; the client people were given and the administrator's password stay
//	GET PUT snapshot             the whole state, byte-stable
//	GET PUT clock                {"now": "2026-03-01T09:00:00Z", "advance": "P28D", "frozen": true}
//	GET PUT DELETE weather       a forecast in JSON, or a line of text such as stormy,seed:7
//	GET DELETE exchanges         ?method= path= status= host= since= limit= format=har
//	POST   tokens                {"clientId": "…", "userId": "…", "scopes": ["User.Read"], "lifetime": "5m"}
//	POST   licenses/purchases    {"sku": "TEAMS_EXPLORATORY", "seats": 25}
//	GET    provisioning          every job, how far it is, what it wrote to whom
//	GET    provisioning/log      ?format=json or csv: the provisioning log as a file
//	POST   process               dynamic groups, licences and recycle bin follow now
const adminPath = "/_rehearse/"

// maxAdminBody bounds the bodies of the admin API, but for a snapshot, which has maxSnapshot.
const (
	maxAdminBody = 1 << 20
	maxSnapshot  = 1 << 30
)

// WithAdminHosts serves the admin API under further host names, such as that of a container. By default it is served under loopback
// names, to clients on this machine only, and under the host of [WithBase].
func WithAdminHosts(names ...string) Option {
	return func(o *options) { o.adminHosts = append(o.adminHosts, names...) }
}

// problem is a refusal of the admin API: one sentence.
type problem struct {
	status  int
	message string
}

func (p *problem) Error() string { return p.message }

// adminRoutes are the methods of each path.
func (t *Tenant) adminRoutes() map[string]map[string]func(w http.ResponseWriter, r *http.Request) error {
	type methods = map[string]func(w http.ResponseWriter, r *http.Request) error
	return map[string]methods{
		"":                   {http.MethodGet: t.adminPage},
		"health":             {http.MethodGet: t.adminHealth},
		"reset":              {http.MethodPost: t.adminReset},
		"seed":               {http.MethodPost: t.adminSeed},
		"snapshot":           {http.MethodGet: t.adminSave, http.MethodPut: t.adminLoad},
		"clock":              {http.MethodGet: t.adminClock, http.MethodPut: t.adminTurnClock},
		"weather":            {http.MethodGet: t.adminWeather, http.MethodPut: t.adminSetWeather, http.MethodDelete: t.adminClearWeather},
		"exchanges":          {http.MethodGet: t.adminExchanges, http.MethodDelete: t.adminClearExchanges},
		"tokens":             {http.MethodPost: t.adminMint},
		"licenses/purchases": {http.MethodPost: t.adminBuy},
		"provisioning":       {http.MethodGet: t.adminProvisioning},
		"provisioning/run":   {http.MethodPost: t.adminRun},
		"provisioning/log":   {http.MethodGet: t.adminProvisioningLog},
		"process":            {http.MethodPost: t.adminProcess},
	}
}

// serveAdmin answers a request to the admin API.
func (t *Tenant) serveAdmin(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	err := t.guard(r)
	if err == nil {
		err = t.dispatchAdmin(w, r)
	}
	var refused *problem
	switch {
	case err == nil:
		return
	case !errors.As(err, &refused):
		refused = &problem{http.StatusInternalServerError, err.Error()}
	}
	sendJSON(w, refused.status, map[string]string{"error": refused.message})
}

func (t *Tenant) dispatchAdmin(w http.ResponseWriter, r *http.Request) error {
	name := strings.TrimPrefix(r.URL.Path, adminPath)
	methods, known := t.adminRoutes()[strings.TrimSuffix(name, "/")]
	if !known {
		return wrong(http.StatusNotFound, "There is no %s%.100s; GET %s lists what there is.", adminPath, name, adminPath)
	}
	do, known := methods[r.Method]
	if r.Method == http.MethodHead && methods[http.MethodGet] != nil {
		do, known = methods[http.MethodGet], true
	}
	if !known {
		allowed := slices.Sorted(maps.Keys(methods))
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return wrong(http.StatusMethodNotAllowed, "%s%s takes %s.", adminPath, name, strings.Join(allowed, " and "))
	}
	return do(w, r)
}

// isOwnOrigin says whether a request is addressed to the tenant's own origin, not to one of Microsoft's names.
func isOwnOrigin(r *http.Request) bool {
	_, impersonated := impersonate.Hosts().Find(r.Host)
	return !impersonated
}

// guard refuses what a web page of somebody else, or a name that was bent to this machine (DNS rebinding), may have sent.
func (t *Tenant) guard(r *http.Request) error {
	host := hostname(r.Host)
	switch named := t.isAdminHost(host); {
	case !named && !isLoopbackName(host):
		return wrong(http.StatusForbidden, "The admin API is not served under the name %.100q; use 127.0.0.1 or localhost, or allow the name when the tenant is started.", host)
	case !named && !fromLoopback(r.RemoteAddr):
		return wrong(http.StatusForbidden, "The admin API is served to this machine only; allow a host name when the tenant is started to serve it to others.")
	}
	if origin := r.Header.Get("Origin"); origin != "" && !strings.EqualFold(origin, scheme(r)+r.Host) {
		return wrong(http.StatusForbidden, "The admin API takes no requests from web pages of another origin.")
	}
	switch site := r.Header.Get("Sec-Fetch-Site"); site {
	case "", "none", "same-origin":
	default:
		if r.Method != http.MethodGet || r.Header.Get("Sec-Fetch-Mode") != "navigate" {
			return wrong(http.StatusForbidden, "The admin API takes no requests from web pages of another origin.")
		}
	}
	return nil
}

func (t *Tenant) isAdminHost(host string) bool {
	if base, err := url.Parse(t.options.base); err == nil && base.Host != "" && strings.EqualFold(base.Hostname(), host) {
		return true
	}
	return slices.ContainsFunc(t.options.adminHosts, func(name string) bool { return strings.EqualFold(name, host) })
}

func hostname(hostport string) string {
	if name, _, err := net.SplitHostPort(hostport); err == nil {
		hostport = name
	}
	return strings.ToLower(strings.Trim(hostport, "[]"))
}

func isLoopbackName(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func fromLoopback(address string) bool {
	ip := net.ParseIP(hostname(address))
	return ip != nil && ip.IsLoopback()
}

func scheme(r *http.Request) string {
	if r.TLS == nil {
		return "http://"
	}
	return "https://"
}

// readJSON reads the body into a value; unknown members are refused.
func readJSON(r *http.Request, into any) error {
	body, err := readAdminBody(r)
	switch {
	case err != nil:
		return err
	case len(body) == 0:
		return wrong(http.StatusBadRequest, "The request needs a JSON body.")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return wrong(http.StatusBadRequest, "The body cannot be read: %s.", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return wrong(http.StatusBadRequest, "The body cannot be read: there is more behind the JSON object.")
	}
	return nil
}

func readAdminBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAdminBody+1))
	switch {
	case err != nil:
		return nil, wrong(http.StatusBadRequest, "The body cannot be read: %s.", err)
	case len(body) > maxAdminBody:
		return nil, wrong(http.StatusRequestEntityTooLarge, "The body is larger than the %d bytes that are accepted.", maxAdminBody)
	}
	return bytes.TrimSpace(body), nil
}

// sendJSON answers with a value that marshals.
func sendJSON(w http.ResponseWriter, status int, value any) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		status, body = http.StatusInternalServerError, *bytes.NewBufferString(`{"error": "The answer cannot be written."}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // a client that has gone needs no answer
}

func say(w http.ResponseWriter, value any) error {
	sendJSON(w, http.StatusOK, value)
	return nil
}
