package endpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// errNotOurs is why a request was not sent.
var errNotOurs = errors.New("this run did not make it")

// guard is a transport that lets a check change only what the run made itself, and keeps the inventory. A target that ignores
// filters would otherwise hand the fake provisioning service somebody's real account to join.
type guard struct {
	next      http.RoundTripper
	base      string // tenant URL
	owner     string
	inventory *inventory

	mu      sync.Mutex
	free    map[string]bool // ids of nothing, which may be written to
	refused []string        // method and path of what was not sent
}

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	kind, id := g.resource(req.URL)
	if id != "" && req.Method != http.MethodGet && !g.may(kind, id) {
		what := fmt.Sprintf("%s /%s/%s", req.Method, kind, id)
		g.mu.Lock()
		g.refused = append(g.refused, what)
		g.mu.Unlock()
		return nil, fmt.Errorf("%s is not sent: %w", what, errNotOurs)
	}
	name := ""
	if req.Method == http.MethodPost && kind != "" {
		name = nameIn(req)
	}
	resp, err := g.next.RoundTrip(req)
	if err != nil {
		if !unsentFor(err) {
			g.inventory.miss(g.owner, kind, name)
		}
		return resp, err
	}
	switch ok := resp.StatusCode/100 == 2; {
	case req.Method == http.MethodPost && kind != "" && id == "" && ok:
		g.created(kind, name, resp)
	case req.Method == http.MethodDelete && id != "" && (ok || resp.StatusCode == http.StatusNotFound):
		g.inventory.gone(kind, id)
	case req.Method == http.MethodGet && kind != "" && id == "" && ok && strings.Contains(req.URL.RawQuery, "filter="):
		g.listed(kind, resp)
	}
	return resp, nil
}

// unsentFor says whether an error means that the target never saw the request.
func unsentFor(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return errors.Is(err, errHeldBack) || ok && op.Op == "dial"
}

func (g *guard) may(kind, id string) bool {
	g.mu.Lock()
	free := g.free[id]
	g.mu.Unlock()
	return free || g.inventory.holds(kind, id)
}

// allow lets requests to an id through that names nothing on the target.
func (g *guard) allow(id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.free == nil {
		g.free = map[string]bool{}
	}
	g.free[id] = true
}

// lastRefused is what was last not sent, "" when everything was.
func (g *guard) lastRefused() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.refused) == 0 {
		return ""
	}
	return g.refused[len(g.refused)-1]
}

// resource reads the collection and the id out of a URL below the tenant URL.
func (g *guard) resource(u *url.URL) (kind, id string) {
	base, err := url.Parse(g.base)
	if err != nil {
		return "", ""
	}
	rest := strings.TrimPrefix(u.EscapedPath(), base.EscapedPath())
	parts := strings.SplitN(strings.Trim(rest, "/"), "/", 3)
	switch {
	case strings.EqualFold(parts[0], users):
		kind = users
	case strings.EqualFold(parts[0], groups):
		kind = groups
	default:
		return "", ""
	}
	if len(parts) > 1 && parts[1] == ".search" { // a query, though it is a POST: RFC 7644 §3.4.3
		return "", ""
	}
	if len(parts) > 1 {
		if id, err = url.PathUnescape(parts[1]); err != nil {
			id = parts[1]
		}
	}
	return kind, id
}

// sketch is as much of a resource as the inventory needs.
type sketch struct {
	ID          any      `json:"id"`
	UserName    any      `json:"userName"`
	DisplayName any      `json:"displayName"`
	Resources   []sketch `json:"Resources"`
}

func (s sketch) id() string { return word(s.ID) }

func (s sketch) name() string {
	if name := word(s.UserName); name != "" {
		return name
	}
	return word(s.DisplayName)
}

func word(v any) string {
	s, _ := v.(string)
	return s
}

func (g *guard) created(kind, name string, resp *http.Response) {
	id := sketchOf(resp).id()
	if id == "" {
		id = g.located(kind, resp)
	}
	if id == "" {
		g.inventory.miss(g.owner, kind, name)
		return
	}
	g.inventory.learn(g.owner, kind, id, name)
}

// located is the id of what was made as the header Location names it, "" for none below the tenant URL. Source: RFC 7644 §3.3.
func (g *guard) located(kind string, resp *http.Response) string {
	where, err := resp.Location()
	if err != nil || !strings.HasPrefix(where.String(), g.base+"/") {
		return ""
	}
	if of, id := g.resource(where); of == kind {
		return id
	}
	return ""
}

func (g *guard) listed(kind string, resp *http.Response) {
	for _, r := range sketchOf(resp).Resources {
		g.inventory.learn(g.owner, kind, r.id(), r.name())
	}
}

// sketchOf reads a body the recorder has bounded and puts it back.
func sketchOf(resp *http.Response) sketch {
	var s sketch
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), failing{err}))
	if json.Unmarshal(body, &s) == nil {
		return s
	}
	if s = (sketch{}); json.Unmarshal(Tamed(body), &s) != nil { // what cannot be read has to be removed all the same
		return sketch{}
	}
	return s
}

// failing repeats the error with which a body ended.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

func nameIn(req *http.Request) string {
	if req.GetBody == nil {
		return ""
	}
	body, err := req.GetBody()
	if err != nil {
		return ""
	}
	defer body.Close()
	var s sketch
	if json.NewDecoder(body).Decode(&s) != nil {
		return ""
	}
	return s.name()
}
