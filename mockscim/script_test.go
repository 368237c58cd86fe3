package mockscim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockscim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// script is a program that knows Graph and the tenant's admin API, and nothing of Go.
type script struct {
	*testing.T

	service *mockscim.Service
	tenant  *mockgraph.Tenant
	vendor  *vendor
	client  mockgraph.Client
	origin  string
	token   string
}

// newScript serves a tenant whose clock stands still, with a provisioning service, and a vendor's endpoint.
func newScript(t *testing.T, opts ...mockscim.Option) *script {
	t.Helper()
	c := clock.NewSteered()
	c.Freeze()
	c.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	return newScriptOf(t, mockgraph.New(mockgraph.WithClock(c)), append([]mockscim.Option{mockscim.WithClock(c)}, opts...)...)
}

// newScriptOf serves a tenant of one's own.
func newScriptOf(t *testing.T, tenant *mockgraph.Tenant, opts ...mockscim.Option) *script {
	t.Helper()
	service := mockscim.New(tenant.Directory(), opts...)
	tenant.Synchronize(service)
	client, err := tenant.Register("Script", mockgraph.EveryPermission()...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(tenant)
	t.Cleanup(server.Close)
	t.Cleanup(service.Forget) // which closes connections
	s := &script{T: t, service: service, tenant: tenant, vendor: newVendor(t), origin: server.URL, client: client}
	s.signIn()
	return s
}

func (s *script) signIn() {
	s.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {s.client.ID}, "client_secret": {s.client.Secret}, "scope": {"https://graph.microsoft.com/.default"}}
	s.token = s.send("POST", "/"+s.tenant.ID()+"/oauth2/v2.0/token", form.Encode(), "application/x-www-form-urlencoded").want(200).str("access_token")
}

// graph sends a request to Graph v1.0.
func (s *script) graph(method, path, body string) *reply {
	s.Helper()
	return s.send(method, "/v1.0"+strings.ReplaceAll(path, " ", "%20"), body, "application/json")
}

// beta sends a request to Graph beta.
func (s *script) beta(method, path, body string) *reply {
	s.Helper()
	return s.send(method, "/beta"+path, body, "application/json")
}

// pass advances the tenant's clock through the admin API, which runs what falls due, and signs in anew: tokens live for an hour.
func (s *script) pass(duration string) {
	s.Helper()
	s.send("PUT", "/_rehearse/clock", `{"advance":"`+duration+`"}`, "application/json").want(200)
	s.signIn()
}

func (s *script) send(method, path, body, kind string) *reply {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), method, s.origin+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", kind)
	}
	if s.token != "" {
		r.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatalf("%s %s: %v", method, path, err)
	}
	defer response.Body.Close()
	a := &reply{T: s.T, request: method + " " + path, status: response.StatusCode}
	if a.body, err = io.ReadAll(response.Body); err != nil {
		s.Fatalf("%s %s: %v", method, path, err)
	}
	if bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("{")) {
		if err := json.Unmarshal(a.body, &a.json); err != nil {
			s.Fatalf("%s %s: %v in %s", method, path, err, a.body)
		}
	}
	return a
}

// reply is an answer.
type reply struct {
	*testing.T

	request string
	status  int
	body    []byte
	json    map[string]any
}

func (a *reply) want(status int) *reply {
	a.Helper()
	if a.status != status {
		a.Fatalf("%s: status %d, want %d\n%s", a.request, a.status, status, a.body)
	}
	return a
}

// refused checks status, code and that the message contains every text.
func (a *reply) refused(status int, code string, texts ...string) {
	a.Helper()
	a.want(status)
	if got := a.str("error.code"); got != code {
		a.Fatalf("%s: code %q, want %q\n%s", a.request, got, code, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.str("error.message"), text) {
			a.Errorf("%s: says %q, want %q in it", a.request, a.str("error.message"), text)
		}
	}
}

// at is the value at a path such as value.0.id; nil when there is none.
func (a *reply) at(path string) any {
	var v any = a.json
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[strings.ReplaceAll(name, "·", ".")]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

func (a *reply) str(path string) string {
	text, _ := a.at(path).(string)
	return text
}

func (a *reply) items() []any {
	all, _ := a.at("value").([]any)
	return all
}

// is checks a value.
func (a *reply) is(path string, want any) *reply {
	a.Helper()
	if got := a.at(path); !reflect.DeepEqual(got, want) {
		a.Errorf("%s: %s is %v, want %v\n%s", a.request, path, got, want, a.body)
	}
	return a
}

// vendor is a SCIM endpoint whose secret token can be made anew, and which counts writes and can be held up.
type vendor struct {
	*testing.T

	url    string
	token  atomic.Pointer[string]
	writes atomic.Int64
	gate   atomic.Pointer[gate]
	heard  atomic.Pointer[string] // body of the last write
	fate   atomic.Pointer[fate]

	mu       sync.Mutex
	received []string // method and path with its query, of each request
}

// fate is what becomes of a write that its body tells: nothing, unless it returns true.
type fate func(body string, serve func(http.ResponseWriter), w http.ResponseWriter) bool

// requests returns what came since it was asked the last time.
func (v *vendor) requests() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	got := v.received
	v.received = nil
	return got
}

// gate holds the first creation up.
type gate struct {
	once            sync.Once
	reached, passed chan struct{}
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	endpoint, err := serviceprovider.New()
	if err != nil {
		t.Fatal(err)
	}
	v := &vendor{T: t}
	v.renew("first-secret")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+*v.token.Load() {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		v.mu.Lock()
		v.received = append(v.received, r.Method+" "+r.URL.RequestURI())
		v.mu.Unlock()
		if r.Method != http.MethodGet {
			v.writes.Add(1)
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return
			}
			text := string(body)
			v.heard.Store(&text)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if f := v.fate.Load(); f != nil && (*f)(text, func(w http.ResponseWriter) { endpoint.ServeHTTP(w, r) }, w) {
				return
			}
		}
		if g := v.gate.Load(); g != nil && r.Method == http.MethodPost {
			g.once.Do(func() { close(g.reached); <-g.passed })
		}
		endpoint.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	v.url = server.URL
	return v
}

// renew makes the secret token anew: the old one fails from now on.
func (v *vendor) renew(token string) { v.token.Store(&token) }

// listen returns what tells the body of the last write.
func (v *vendor) listen() (last func() string) { return func() string { return *v.heard.Load() } }

// hold lets the next creation wait; reached tells when it is there, let go lets it pass.
func (v *vendor) hold() (reached <-chan struct{}, letGo func()) {
	g := &gate{reached: make(chan struct{}), passed: make(chan struct{})}
	v.gate.Store(g)
	return g.reached, func() { close(g.passed) }
}

// find asks the endpoint for the one resource with a value, nil when there is none.
func (v *vendor) find(kind, attribute, value string) map[string]any {
	v.Helper()
	query := url.Values{"filter": {attribute + ` eq "` + value + `"`}}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, v.url+"/"+kind+"?"+query.Encode(), nil)
	if err != nil {
		v.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+*v.token.Load())
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer response.Body.Close()
	var list struct{ Resources []map[string]any }
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		v.Fatal(err)
	}
	if len(list.Resources) == 0 {
		return nil
	}
	return list.Resources[0]
}
