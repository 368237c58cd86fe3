package serviceprovider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

const token = "open sesame"

// client talks to an endpoint in process. Ids are u1, u2, … in order of creation; the clock stands still.
type client struct {
	t       testing.TB
	handler http.Handler
	header  http.Header
}

// response is an answer with its body read as JSON, if it is.
type response struct {
	status int
	header http.Header
	text   string
	body   scim.Resource
}

func newClient(t testing.TB, opts ...serviceprovider.Option) *client {
	t.Helper()
	n := 0
	defaults := []serviceprovider.Option{
		serviceprovider.WithToken(token),
		serviceprovider.WithClock(clockwork.NewFakeClockAt(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC))),
		serviceprovider.WithIDs(func() string { n++; return fmt.Sprintf("u%d", n) }),
	}
	e, err := serviceprovider.New(append(defaults, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, handler: e, header: http.Header{"Authorization": {"Bearer " + token}}}
}

// with gives a client that sends another header; "" takes it away.
func (c *client) with(name, value string) *client {
	header := c.header.Clone()
	if header.Set(name, value); value == "" {
		header.Del(name)
	}
	return &client{t: c.t, handler: c.handler, header: header}
}

func (c *client) do(method, target, body string) response {
	c.t.Helper()
	r := httptest.NewRequest(method, "http://scim.example"+target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/scim+json; charset=utf-8")
	}
	maps.Copy(r.Header, c.header)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	answer := response{status: w.Code, header: w.Header(), text: w.Body.String()}
	decoder := json.NewDecoder(strings.NewReader(answer.text))
	decoder.UseNumber()
	_ = decoder.Decode(&answer.body) // what is not JSON stays text
	return answer
}

func (c *client) get(target string) response { c.t.Helper(); return c.do(http.MethodGet, target, "") }
func (c *client) delete(target string) response {
	c.t.Helper()
	return c.do(http.MethodDelete, target, "")
}

// user posts a user with these members and gives her id.
func (c *client) user(members string) string {
	c.t.Helper()
	return c.post("/Users", scim.UserURN, members)
}

// group posts a group with these members and gives its id.
func (c *client) group(members string) string {
	c.t.Helper()
	return c.post("/Groups", scim.GroupURN, members)
}

func (c *client) post(path, urn, members string) string {
	c.t.Helper()
	created := c.do(http.MethodPost, path, document(urn, members))
	if created.status != http.StatusCreated {
		c.t.Fatalf("POST %s %s: %d %s", path, members, created.status, created.text)
	}
	return strings.TrimPrefix(created.header.Get("Location"), "http://scim.example"+path+"/")
}

func document(urn, members string) string { return `{"schemas":["` + urn + `"],` + members + `}` }

// patch sends operations.
func (c *client) patch(target, operations string) response {
	c.t.Helper()
	return c.do(http.MethodPatch, target, `{"schemas":["`+scim.PatchOpURN+`"],"Operations":[`+operations+`]}`)
}

// found gives the ids (or, without id, a dash) a filter finds, or the status of a refusal.
func (c *client) found(path, filter string) string {
	c.t.Helper()
	list := c.get(path + "?filter=" + query(filter))
	if list.status != http.StatusOK {
		return fmt.Sprint(list.status)
	}
	var ids []string
	resources, _ := list.body["Resources"].([]any)
	for _, r := range resources {
		id, _ := r.(map[string]any)["id"].(string)
		if id == "" {
			id = "-"
		}
		ids = append(ids, id)
	}
	return strings.Join(ids, " ")
}

// first is the first resource a filter finds.
func (c *client) first(path, filter string) response {
	c.t.Helper()
	list := c.get(path + "?filter=" + query(filter))
	if resources, _ := list.body["Resources"].([]any); len(resources) > 0 {
		list.body, _ = resources[0].(map[string]any)
	}
	return list
}

// query encodes as Entra does.
func query(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c == ' ':
			b.WriteByte('+')
		case c == '"' || c == '%' || c >= 0x80 || strings.IndexByte(";/?:@&=+$,#[]'", c) >= 0:
			fmt.Fprintf(&b, "%%%02x", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// at is the value at a path as compact JSON; "" when there is none.
func (r response) at(path string) string {
	value, ok := r.body.Get(path)
	if !ok {
		return ""
	}
	data, _ := json.Marshal(value)
	return string(data)
}

// ids are the member ids of a group.
func (r response) members() string {
	var ids []string
	list, _ := r.body["members"].([]any)
	for _, m := range list {
		ids = append(ids, fmt.Sprint(m.(map[string]any)["value"]))
	}
	return strings.Join(ids, " ")
}
