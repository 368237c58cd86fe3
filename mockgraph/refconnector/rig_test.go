package refconnector_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

const domain = "contoso.onmicrosoft.com"

// rig is a tenant with a steered clock and a connector that waits on it.
type rig struct {
	*testing.T
	*refconnector.Connector

	tenant *mockgraph.Tenant
	clock  *clockwork.FakeClock
	app    mockgraph.Client
	config refconnector.Config
	opts   []refconnector.Option
	mu     sync.Mutex
	sent   []sent
	waits  []time.Duration
	bend   func(*http.Request) *http.Response // answers in the tenant's place when it answers at all
}

// sent is one request of the connector.
type sent struct {
	method, url, body string
	header            http.Header
	status            int
}

func newRig(t *testing.T, opts ...refconnector.Option) *rig {
	t.Helper()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC))
	r := &rig{T: t, clock: clock, opts: opts, tenant: mockgraph.New(mockgraph.WithClock(clock), mockgraph.WithWeatherClock(clock))}
	var err error
	if r.app, err = r.tenant.Register("Governance", refconnector.Permissions()...); err != nil {
		t.Fatalf("register: %v", err)
	}
	r.config = refconnector.Config{
		Authority: "https://login.microsoftonline.com/" + r.tenant.ID() + "/oauth2/authorize", ClientID: r.app.ID, ClientSecret: r.app.Secret,
		Domain: domain, BasePassword: "Base-Curtain-2026", RedirectURI: "http://localhost", ResourceURI: "https://graph.microsoft.com", TenantID: r.tenant.ID(),
	}
	r.Connector = r.connect(r.config, opts...)
	return r
}

// connect makes a connector of the rig.
func (r *rig) connect(config refconnector.Config, opts ...refconnector.Option) *refconnector.Connector {
	r.Helper()
	c, err := refconnector.New(config, append([]refconnector.Option{
		refconnector.WithTransport(r), refconnector.WithNow(r.clock.Now), refconnector.WithRandom(func() float64 { return 0 }),
		refconnector.WithSleep(func(_ context.Context, d time.Duration) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.waits = append(r.waits, d)
			r.clock.Advance(d)
			return nil
		}),
	}, opts...)...)
	if err != nil {
		r.Fatalf("new: %v", err)
	}
	return c
}

// RoundTrip notes the request and lets the tenant answer.
func (r *rig) RoundTrip(q *http.Request) (*http.Response, error) {
	one := sent{method: q.Method, url: q.URL.String(), header: q.Header.Clone()}
	if q.Body != nil {
		data, _ := io.ReadAll(q.Body)
		one.body = string(data)
		q.Body = io.NopCloser(bytes.NewReader(data))
	}
	answer, err := r.answer(q)
	if err == nil {
		one.status = answer.StatusCode
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent = append(r.sent, one)
	return answer, err
}

func (r *rig) answer(q *http.Request) (*http.Response, error) {
	if r.bend != nil {
		if answer := r.bend(q); answer != nil {
			return answer, nil
		}
	}
	return r.tenant.Client().Transport.RoundTrip(q)
}

// log is the requests since the last call, one line each, without those of the login host: "PATCH /users/{ada}".
func (r *rig) log(names ...string) []string {
	var lines []string
	for _, s := range r.take() {
		if strings.Contains(s.url, "login.microsoftonline.com") {
			continue
		}
		u, _ := url.Parse(s.url)
		line := s.method + " " + strings.TrimPrefix(u.Path, "/v1.0")
		for i := 0; i+1 < len(names); i += 2 {
			line = strings.ReplaceAll(line, names[i], names[i+1])
		}
		lines = append(lines, line)
	}
	return lines
}

// take is the requests since the last call.
func (r *rig) take() []sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.sent
	r.sent, r.waits = nil, nil
	return all
}

func (r *rig) slept() []time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.waits)
}

// signIns counts the requests to the login host.
func signIns(all []sent) int {
	n := 0
	for _, s := range all {
		if strings.Contains(s.url, "login.microsoftonline.com") {
			n++
		}
	}
	return n
}

// user makes an account behind the connector's back.
func (r *rig) user(name string, p directory.Properties) string {
	r.Helper()
	all := directory.Properties{
		"displayName": name, "mailNickname": name, "userPrincipalName": name + "@" + domain, "accountEnabled": true,
		"passwordProfile": directory.PasswordProfile{Password: "Curtain-Up-2026"},
	}
	maps.Copy(all, p)
	o, err := r.tenant.Directory().Create(directory.User, all)
	if err != nil {
		r.Fatalf("make user %s: %v", name, err)
	}
	return o.ID()
}

// group makes a security group behind the connector's back.
func (r *rig) group(name string, members ...string) string {
	r.Helper()
	o, err := r.tenant.Directory().Create(directory.Group, directory.Properties{"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true})
	if err != nil {
		r.Fatalf("make group %s: %v", name, err)
	}
	for _, m := range members {
		if err := r.tenant.Directory().AddMember(o.ID(), m); err != nil {
			r.Fatalf("add member: %v", err)
		}
	}
	return o.ID()
}

// object is an object as the tenant has it; nil when it is not there.
func (r *rig) object(id string) *directory.Object {
	o, _ := r.tenant.Directory().Snapshot().Object(id)
	return o
}

func (r *rig) members(group string) []string {
	return slices.Sorted(slices.Values(slices.Collect(r.tenant.Directory().Snapshot().Members(group))))
}

// weather sets what the tenant's requests meet.
func (r *rig) weather(f weather.Forecast) {
	r.Helper()
	if err := r.tenant.Weather().Set(f); err != nil {
		r.Fatalf("set weather: %v", err)
	}
}

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatalf("unexpected error: %v", err)
	}
}

// code is the code of an error, "" of none.
func code(err error) refconnector.Code {
	if e, ok := errors.AsType[*refconnector.Error](err); ok {
		return e.Code
	}
	if err != nil {
		return refconnector.Code(err.Error())
	}
	return ""
}

// body is a request body as JSON without white space, keys sorted.
func (s sent) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(s.body), &v); err != nil {
		t.Fatalf("body %q: %v", s.body, err)
	}
	return v
}

func asRestarted(err error, into **refconnector.Restarted) bool { return errors.As(err, into) }

func (r *rig) seats(sku string, n int) {
	r.Helper()
	if _, err := r.tenant.Directory().Subscribe(sku, n); err != nil {
		r.Fatalf("subscribe: %v", err)
	}
}

// licences are the SKU ids of an account, in order.
func (r *rig) licences(id string) []string {
	var all []string
	for _, l := range r.tenant.Directory().Snapshot().LicenseDetails(id) {
		all = append(all, l.SkuID)
	}
	slices.Sort(all)
	return all
}

func jsonAnswer(q *http.Request, body string) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: q}
}

// grant lets an administrator give an application a permission of Graph's for the tenant.
func (r *rig) grant(app mockgraph.Client, name string) {
	r.Helper()
	p, ok := permission.Named(name)
	if !ok {
		r.Fatalf("no permission %s", name)
	}
	d := r.tenant.Directory()
	graph, ok := d.Snapshot().Lookup(directory.ServicePrincipal, "appId", permission.AppID)
	if !ok {
		r.Fatal("Graph has no service principal")
	}
	if _, err := d.Assign(app.PrincipalID, graph.ID(), p.Application); err != nil {
		r.Fatalf("grant %s: %v", name, err)
	}
}

// again makes the rig's connector anew, of its configuration as it is now, with the same faults.
func (r *rig) again() *refconnector.Connector { return r.connect(r.config, r.opts...) }

// passwordKey is the id of an application's secret.
func passwordKey(app *directory.Object) string {
	credentials, _ := app.Property("passwordCredentials").([]directory.PasswordCredential)
	return credentials[0].KeyID
}

// twoPages answers a list with a page, and its next page with one account.
func twoPages(first string) func(*http.Request) *http.Response {
	return func(q *http.Request) *http.Response {
		switch {
		case !strings.HasSuffix(q.URL.Path, "/users"):
			return nil
		case strings.Contains(q.URL.RawQuery, "skiptoken"):
			return jsonAnswer(q, `{"value":[{"id":"11111111-2222-4333-8444-555555555555","userPrincipalName":"ada@`+domain+`"}]}`)
		default:
			return jsonAnswer(q, first)
		}
	}
}
