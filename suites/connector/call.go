package connector

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// Call is one HTTP request of a connector, with what its redacted record does not show any more.
type Call struct {
	*exchange.Exchange

	Number int       // of the call within the check, from 0
	errand *errand   // of the connector in the operation that it was carrying out
	Step   int       // of the operation that the connector was carrying out, from 0
	At     time.Time // on the tenant's clock

	Host      string
	Path      string // as it was sent, unescaped
	Query     url.Values
	Sent      http.Header // redacted
	Token     string      // fingerprint of the access token, "" without one
	Grant     string      // grant_type of a request for a token
	Bare      bool        // without TLS
	Exposed   string      // name of the query parameter or place in the URL where a secret stands, "" for none
	Leaked    string      // the same for an access token
	Processed bool        // the tenant answered, in whatever way
}

// Graph says whether the call went to Microsoft Graph.
func (c *Call) Graph() bool {
	return !c.Login() && !strings.HasPrefix(c.Host, "graph.windows.net") && !strings.HasPrefix(c.Host, elsewhere)
}

// elsewhere is a host of Microsoft's that no connector has business with: Azure Resource Manager.
const elsewhere = "management.azure.com"

// Login says whether the call went to the login host.
func (c *Call) Login() bool {
	return strings.HasPrefix(c.Host, "login.") || strings.HasPrefix(c.Host, "sts.") || strings.Contains(c.Path, "/oauth2/")
}

// Writes says whether the call may change something.
func (c *Call) Writes() bool {
	if c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead || c.Login() {
		return false
	}
	return !onlyReads(c.Path[strings.LastIndexByte(c.Path, '/')+1:])
}

// tells is how much a call tells of what went wrong, 0 the most.
func (c *Call) tells() int {
	switch {
	case c.Response.Status == 0 || c.Response.Status >= http.StatusBadRequest:
		return 0
	case c.Writes():
		return 1
	case !c.Login():
		return 2
	default:
		return 3
	}
}

// Template is the path with names in the place of ids, such as /v1.0/users/{id}; of a batch it is that of the batch.
func (c *Call) Template() string {
	if n := len(c.Served); n > 0 {
		return c.Served[n-1].Template
	}
	return ""
}

// witness stands before a tenant, and notes what each call was.
type witness struct {
	next     http.Handler // that records
	secrets  []string     // values that must stand in no URL
	now      func() time.Time
	recorder *exchange.Recorder
	ledger   *ledger
	side     exchange.Side // of the calls, "" when the connector is not asked over HTTP

	mu      sync.Mutex
	more    []string // secrets that were made up later
	step    int
	told    *errand // in this step
	calls   []*Call
	refused []string // hosts that the connector asked for and that are not Microsoft's
	lost    []stray  // tokens that were sent there
}

// stray is a token that went to a host which is not Microsoft's.
type stray struct{ host, token string }

// astray notes a token that a host was sent which is not Microsoft's.
func (w *witness) astray(host, token string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if token != "" && len(w.lost) < maxRefused {
		w.lost = append(w.lost, stray{host, token})
	}
}

// strays are those of the tokens that went astray which Graph had, too.
func (w *witness) strays() []stray {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.lost), func(s stray) bool {
		return !slices.ContainsFunc(w.calls, func(c *Call) bool { return c.Graph() && c.Token == s.token })
	})
}

// hides adds a secret.
func (w *witness) hides(secret string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.more = append(w.more, secret)
	w.recorder.AddSecret(secret)
}

// hidden are the secrets.
func (w *witness) hidden() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Concat(w.secrets, w.more)
}

// ServeHTTP notes the call once it is served.
func (w *witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	call := &Call{At: w.now(), Host: r.Host, Path: r.URL.Path, Query: r.URL.Query(), Bare: r.TLS == nil, Token: fingerprint(r.Header.Get("Authorization"))}
	call.Exposed, call.Leaked = exposed(r.URL, w.hidden(), r.Header.Get("Authorization"))
	form := &formReader{}
	if call.Login() && r.Method == http.MethodPost && r.Body != nil {
		form.ReadCloser = r.Body
		r.Body = form
	}
	w.mu.Lock()
	call.Number, call.Step, call.errand = len(w.calls), w.step, w.told
	w.calls = append(w.calls, call)
	w.mu.Unlock()
	ctx := exchange.Follow(exchange.On(r.Context(), w.side), func(e *exchange.Exchange) {
		w.mu.Lock()
		defer w.mu.Unlock()
		call.Exchange, call.Sent, call.Processed = e, e.Request.Header, true
		call.Grant = form.value("grant_type")
		w.ledger.add(e)
	})
	w.next.ServeHTTP(rw, r.WithContext(ctx))
}

// begin begins another operation, for which the connector is told something, and returns how many calls there were before it.
func (w *witness) begin(request Request) (before int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.step++
	w.told = &errand{request: request}
	return len(w.calls)
}

// errand is what the connector is asked in the operation that is going on.
func (w *witness) errand() *errand {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.told
}

// since returns the calls from a number on that were recorded.
func (w *witness) since(n int) []*Call {
	w.mu.Lock()
	defer w.mu.Unlock()
	var known []*Call
	for _, c := range w.calls[n:] {
		if c.Processed {
			known = append(known, c)
		}
	}
	return known
}

// refuse notes a host that is not the tenant's.
func (w *witness) refuse(target, _ string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.refused) < maxRefused {
		w.refused = append(w.refused, target)
	}
}

// hosts are those that were refused.
func (w *witness) hosts() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.refused)
}

const maxRefused = 100

// fingerprint tells tokens apart without keeping them.
func fingerprint(authorization string) string {
	token := strings.TrimSpace(authorization)
	if scheme, rest, found := strings.Cut(token, " "); found && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimSpace(rest)
	}
	if token == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:6])
}

// minSecret is from which length a value can be told from an ordinary word.
const minSecret = 8

// exposed says where in a URL one of the secrets stands, and where an access token.
func exposed(u *url.URL, secrets []string, authorization string) (secret, token string) {
	_, bearer, _ := strings.Cut(authorization, " ")
	for name, values := range u.Query() {
		switch strings.ToLower(name) {
		case "client_secret", "password", "client_assertion", "refresh_token":
			secret = name
		case "access_token":
			token = name
		}
		for _, v := range values {
			if holds(v, bearer) {
				token = name
			} else if holds(v, secrets...) {
				secret = name
			}
		}
	}
	if holds(u.Path, bearer) {
		token = "the path"
	}
	if holds(u.Path, secrets...) {
		secret = "the path"
	}
	return secret, token
}

// holds says whether one of the secrets stands in a text.
func holds(text string, secrets ...string) bool {
	return slices.ContainsFunc(secrets, func(s string) bool { return len(s) >= minSecret && strings.Contains(text, s) })
}
