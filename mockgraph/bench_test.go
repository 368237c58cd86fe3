package mockgraph_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// The sizes of the tenants that are measured. The largest is left out with -short.
var benchSizes = []int{1_000, 100_000, 1_000_000}

// house is a tenant of one size, made once for all benchmarks.
type house struct {
	once   sync.Once
	tenant *mockgraph.Tenant
	token  string
	user   string // id of one in the middle
	app    string // application id of the client
	secret string
	err    error
}

// open founds and seeds the tenant.
func (h *house) open(users int) {
	h.once.Do(func() {
		h.tenant = mockgraph.New()
		h.err = h.tenant.Directory().Batch(func(b *directory.Batch) error {
			for i := range users {
				name := "user" + strconv.Itoa(i)
				o, err := b.Create(directory.User, directory.Properties{
					"userPrincipalName": name + "@contoso.onmicrosoft.com", "displayName": "User " + strconv.Itoa(i), "mailNickname": name, "accountEnabled": i%20 != 0,
					"mail": name + "@contoso.onmicrosoft.com", "givenName": "User", "surname": strconv.Itoa(i), "jobTitle": "Analyst", "department": "Department " + strconv.Itoa(i%50),
					"city": "Paris", "country": "France", "usageLocation": "FR", "officeLocation": "B1", "mobilePhone": "+33 1 99 00 00 00", "employeeId": strconv.Itoa(i),
				})
				if err != nil {
					return err
				}
				if i == users/2 {
					h.user = o.ID()
				}
			}
			return nil
		})
		if h.err == nil {
			h.err = h.client()
		}
	})
}

// client registers the application that asks.
func (h *house) client() (err error) {
	d := h.tenant.Directory()
	if h.app, err = register(h.tenant, "Stage hand"); err != nil {
		return err
	}
	if h.token, err = h.tenant.Login().Mint(login.Grant{ClientID: h.app, Roles: every}); err != nil {
		return err
	}
	app, _ := d.Snapshot().Lookup(directory.Application, "appId", h.app)
	_, h.secret, err = d.AddPassword(app.ID(), "bench", time.Time{}, time.Time{})
	return err
}

// act is one kind of request that is measured.
type act struct {
	name         string
	method, path string
	body         func(i int) string
	login        bool // asked of the login host
}

func acts(h *house) []act {
	users := "/v1.0/users"
	newUser := func(i int) string {
		name := fmt.Sprintf("new%d-%d", time.Now().UnixNano(), i)
		return `{"accountEnabled":true,"displayName":"New","mailNickname":"new","userPrincipalName":"` + name + `@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`
	}
	items := make([]string, 20)
	for i := range items {
		items[i] = fmt.Sprintf(`{"id":"%d","method":"GET","url":"/users/%s"}`, i, h.user)
	}
	batch := `{"requests":[` + strings.Join(items, ",") + `]}`
	return []act{
		{name: "get-by-id", method: "GET", path: users + "/" + h.user},
		{name: "list-100", method: "GET", path: users + "?$top=100"},
		{name: "list-999", method: "GET", path: users + "?$top=999"},
		{name: "filter-upn", method: "GET", path: users + "?$filter=" + url.QueryEscape("userPrincipalName eq 'user7@contoso.onmicrosoft.com'")},
		{name: "post-user", method: "POST", path: users, body: newUser},
		{name: "patch-user", method: "PATCH", path: users + "/" + h.user, body: func(i int) string { return `{"jobTitle":"Analyst ` + strconv.Itoa(i) + `"}` }},
		{name: "token", method: "POST", path: "/" + h.tenant.ID() + "/oauth2/v2.0/token", login: true, body: func(int) string {
			return url.Values{"grant_type": {"client_credentials"}, "client_id": {h.app}, "client_secret": {h.secret}, "scope": {"https://graph.microsoft.com/.default"}}.Encode()
		}},
		{name: "batch-20", method: "POST", path: "/v1.0/$batch", body: func(int) string { return batch }},
	}
}

// null writes the same bytes as the tenant would, from memory.
type null struct {
	status int
	header http.Header
	body   []byte
}

func (n *null) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	maps.Copy(w.Header(), n.header)
	w.WriteHeader(n.status)
	_, _ = w.Write(n.body)
}

// BenchmarkGraph measures each act against the null handler in the same run: x-null is how many times its time the tenant takes,
// in-process and over loopback.
func BenchmarkGraph(b *testing.B) {
	for _, size := range benchSizes {
		if testing.Short() && size > 100_000 {
			continue
		}
		var h house
		for _, kind := range []string{"get-by-id", "list-100", "list-999", "filter-upn", "post-user", "patch-user", "batch-20", "token"} {
			b.Run(fmt.Sprintf("users=%d/%s", size, kind), func(b *testing.B) {
				if h.open(size); h.err != nil {
					b.Fatal(h.err)
				}
				for _, a := range acts(&h) {
					if a.name == kind {
						b.Run("in-process", func(b *testing.B) { compare(b, &h, a, inProcess) })
						b.Run("loopback", func(b *testing.B) { compare(b, &h, a, loopback) })
					}
				}
			})
		}
	}
}

// compare runs an act and the null handler in turn.
func compare(b *testing.B, h *house, a act, way func(b *testing.B, handler http.Handler) func(*http.Request) error) {
	b.Helper()
	sample := httptest.NewRecorder()
	h.tenant.ServeHTTP(sample, a.request(b, h, -1))
	if sample.Code >= 300 {
		b.Fatalf("%s: %d %s", a.name, sample.Code, sample.Body)
	}
	ask, askNull := way(b, h.tenant), way(b, &null{sample.Code, sample.Header(), sample.Body.Bytes()})
	var spent, spentNull time.Duration
	i := 0
	for b.Loop() {
		i++
		r, n := a.request(b, h, i), a.request(b, h, i)
		begin := time.Now()
		if err := ask(r); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if err := askNull(n); err != nil {
			b.Fatal(err)
		}
		spent, spentNull = spent+middle.Sub(begin), spentNull+time.Since(middle)
	}
	b.ReportMetric(float64(spent.Nanoseconds())/float64(i), "ns/request")
	b.ReportMetric(float64(spent)/float64(spentNull), "x-null")
	b.ReportMetric(0, "ns/op") // the loop does both and makes the requests
}

func (a act) request(b *testing.B, h *house, i int) *http.Request {
	b.Helper()
	var body io.Reader = http.NoBody
	if a.body != nil {
		body = strings.NewReader(a.body(i))
	}
	host, content := "graph.microsoft.com", "application/json"
	if a.login {
		host, content = "login.microsoftonline.com", "application/x-www-form-urlencoded"
	}
	r, err := http.NewRequestWithContext(b.Context(), a.method, "https://"+host+a.path, body)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+h.token)
	if a.body != nil {
		r.Header.Set("Content-Type", content)
	}
	return r
}

// inProcess calls a handler without a socket, as [mockgraph.Tenant.Client] does.
func inProcess(_ *testing.B, handler http.Handler) func(*http.Request) error {
	transport := impersonate.Transport(handler)
	return func(r *http.Request) error {
		resp, err := transport.RoundTrip(r)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
}

// loopback calls a handler over one kept connection.
func loopback(b *testing.B, handler http.Handler) func(*http.Request) error {
	b.Helper()
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	return func(r *http.Request) error {
		r.Host, r.URL.Scheme, r.URL.Host = r.URL.Host, "http", host
		resp, err := server.Client().Do(r)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
}
