package mockgraph_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// soakClient is one client of the soak test. It belongs to one goroutine.
type soakClient struct {
	t      *testing.T
	tenant *mockgraph.Tenant
	pool   *soakPool
	number int
	token  string
	random *rand.Rand
	counts map[string]int
	made   int
	broken bool

	// Of those that read delta queries.
	set     soakSet
	link    string // "" to begin
	replica *replica
}

// soakSet is an entity set that a reader follows.
type soakSet struct {
	path     string
	of       directory.Type
	relation string
}

var soakSets = []soakSet{{"users", directory.User, ""}, {"groups", directory.Group, "members"}, {"applications", directory.Application, ""}, {"servicePrincipals", directory.ServicePrincipal, ""}}

// newSoakClient makes a client. Some have an application of their own, most share one, so that quotas matter to some.
func newSoakClient(t *testing.T, tenant *mockgraph.Tenant, pool *soakPool, number int) *soakClient {
	t.Helper()
	app := pool.pick("client", rand.New(rand.NewPCG(0, 0)))
	if app == nobody || number%4 == 0 {
		id, err := register(tenant, fmt.Sprintf("Client %d", number))
		if err != nil {
			t.Fatal(err)
		}
		if app == nobody {
			pool.add("client", id)
		}
		app = id
	}
	token, err := tenant.Login().Mint(login.Grant{ClientID: app, Roles: every, Lifetime: 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return &soakClient{
		t: t, tenant: tenant, pool: pool, number: number, token: token, random: rand.New(rand.NewPCG(soakSeed, uint64(number))), counts: map[string]int{},
		set: soakSets[number%len(soakSets)], replica: newReplica(),
	}
}

func (c *soakClient) failed() bool { return c.broken }

func (c *soakClient) errorf(format string, args ...any) {
	c.broken = true
	c.t.Errorf("client %d: "+format, append([]any{c.number}, args...)...)
}

// ask sends a request, nil when the connection broke off. Every answer is held against Graph's envelope.
func (c *soakClient) ask(method, path, body string, headers ...string) (a *answer) {
	r := httptest.NewRequestWithContext(c.t.Context(), method, "https://graph.microsoft.com"+strings.ReplaceAll(path, " ", "%20"), strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+c.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	defer func() {
		if problem := recover(); problem == http.ErrAbortHandler { //nolint:errorlint // net/http compares so
			c.counts["broken off"]++
			a = nil
		} else if problem != nil {
			panic(problem)
		}
	}()
	c.tenant.ServeHTTP(w, r)
	a = &answer{T: c.t, request: method + " " + path, status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	c.counts[fmt.Sprint(a.status)]++
	if problem := a.envelope(); problem != "" {
		c.errorf("%s: status %d: %s\n%s", a.request, a.status, problem, short(string(a.body)))
	}
	return a
}

// envelope parses an answer and says what is not Graph's about it, "" when nothing is.
func (a *answer) envelope() string {
	kind := a.header.Get("Content-Type")
	if strings.HasPrefix(kind, "application/json") && json.Unmarshal(a.body, &a.json) != nil {
		return "the body is no JSON object"
	}
	switch {
	case a.header.Get("Request-Id") == "":
		return "no request-id"
	case a.status == http.StatusNoContent && (len(a.body) > 0 || kind != ""):
		return "204 with a body"
	case a.status < 300 && len(a.body) > 0 && kind == "":
		return "a body without a type"
	case a.status < 300:
		return ""
	case a.status < 400 || a.status == 401 || a.status == 405 || a.status == 501:
		return "nobody asked for that"
	}
	return envelopeOf(a.status, a.json)
}

// envelopeOf says what is not Graph's about the body of a refusal.
func envelopeOf(status int, body map[string]any) string {
	problem, _ := body["error"].(map[string]any)
	inner, _ := problem["innerError"].(map[string]any)
	code, _ := problem["code"].(string)
	switch {
	case code == "" || problem["message"] == nil:
		return "no code or no message"
	case inner["request-id"] == nil || inner["date"] == nil || inner["client-request-id"] == nil:
		return "no innerError"
	case status == http.StatusInternalServerError && code != "Service_InternalServerError": // the weather's
		return "an error of the tenant's own"
	}
	return ""
}

// read asks for the next page of a delta query and merges it. What fails is asked again.
func (c *soakClient) read() {
	link := c.link
	if link == "" {
		link = "/v1.0/" + c.set.path + "/delta"
	}
	a := c.ask("GET", link, "")
	switch {
	case a == nil || a.status == 429 || a.status >= 500:
		return
	case a.status == http.StatusGone || a.str("error.code") == "Request_UnsupportedQuery": // the link is too old
		c.link, c.replica = "", newReplica()
		return
	case a.status != http.StatusOK:
		c.errorf("%s: %d %s", a.request, a.status, a.body)
		return
	}
	items, _ := a.json["value"].([]any)
	for range 1 + c.random.IntN(2) { // a page may come twice
		if err := c.replica.merge(items); err != nil {
			c.errorf("%s: %v", a.request, err)
		}
	}
	if c.link = strings.TrimPrefix(a.str("@odata·nextLink"), "https://graph.microsoft.com"); c.link != "" {
		return
	}
	c.counts["delta round"]++
	if c.link = strings.TrimPrefix(a.str("@odata·deltaLink"), "https://graph.microsoft.com"); c.link == "" {
		c.errorf("%s: neither nextLink nor deltaLink", a.request)
	}
	if c.random.IntN(20) == 0 { // some begin anew
		c.link, c.replica = "", newReplica()
	}
}

// catchUp reads until nothing is new.
func (c *soakClient) catchUp() {
	for rounds := c.counts["delta round"] + 2; c.counts["delta round"] < rounds && !c.broken; {
		c.read()
	}
	for c.link == "" || !strings.Contains(c.link, "deltatoken") { // it just began anew
		if c.read(); c.broken {
			return
		}
	}
}

// compare holds the replica against what lists show.
func (c *soakClient) compare() {
	objects := map[string]map[string]any{}
	for link := "/v1.0/" + c.set.path + "?$top=999"; link != "" && !c.broken; {
		a := c.ask("GET", link, "")
		items, _ := a.json["value"].([]any)
		for _, each := range items {
			item, _ := each.(map[string]any)
			id, _ := item["id"].(string)
			objects[id] = item
		}
		link = strings.TrimPrefix(a.str("@odata·nextLink"), "https://graph.microsoft.com")
	}
	if n := c.tenant.Directory().Snapshot().Count(c.set.of); n != len(objects) {
		c.errorf("/%s lists %d objects, the directory has %d", c.set.path, len(objects), n)
	}
	for _, difference := range c.replica.differences(objects) {
		c.errorf("replica of /%s: %s", c.set.path, difference)
	}
	if c.set.relation == "" {
		return
	}
	for id := range objects {
		want := slices.Sorted(c.tenant.Directory().Snapshot().Members(id))
		if got := c.replica.linked(id, c.set.relation); !slices.Equal(got, want) {
			c.errorf("replica of /%s: %s of %s are %v, want %v", c.set.path, c.set.relation, id, got, want)
		}
	}
}
