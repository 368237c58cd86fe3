package provisioning_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// target is a small SCIM endpoint behind a RoundTripper that writes down every request, in order.
type target struct {
	mu       sync.Mutex
	users    shelf
	groups   shelf
	requests []string

	// answer, when set, may answer in the endpoint's place; false leaves the request to it.
	answer func(w http.ResponseWriter, r *http.Request) bool
	// hideManager: the manager is taken in and never shown.
	hideManager bool
	// late: a POST is answered when its time is over, if that is within a second.
	late bool
	// bodies: PATCH is answered with 200 and the resource instead of 204.
	bodies bool
}

type shelf struct {
	prefix   string
	registry *scim.Registry
	made     int
	order    []string
	items    map[string]scim.Resource
	names    map[string][]string // ids by lower-case userName, perhaps outdated
}

// named returns the ids with a userName.
func (s *shelf) named(userName string) []string {
	var ids []string
	for _, id := range s.names[strings.ToLower(userName)] {
		if item, ok := s.items[id]; ok && strings.EqualFold(item.String("userName"), userName) {
			ids = append(ids, id)
		}
	}
	return ids
}

// name keeps the index.
func (s *shelf) name(id string) {
	if s.names == nil {
		s.names = map[string][]string{}
	}
	name := strings.ToLower(s.items[id].String("userName"))
	if !slices.Contains(s.names[name], id) {
		s.names[name] = append(s.names[name], id)
	}
}

func newTarget() *target {
	return &target{
		users:  shelf{prefix: "u", registry: scim.NewRegistry(scim.UserSchema(), scim.EnterpriseUserSchema(), acmeSchema()), items: map[string]scim.Resource{}},
		groups: shelf{prefix: "g", registry: scim.NewRegistry(scim.GroupSchema()), items: map[string]scim.Resource{}},
	}
}

// acmeSchema is a custom extension of users.
func acmeSchema() scim.Schema {
	s := scim.Schema{ID: strings.TrimSuffix(acme, ":"), Name: "Acme"}
	for name, kind := range map[string]scim.AttributeType{
		"badge": scim.StringType, "secret": scim.StringType, "vip": scim.BooleanType, "floor": scim.IntegerType,
	} {
		s.Attributes = append(s.Attributes, scim.Attribute{Name: name, Type: kind, CaseExact: true})
	}
	return s
}

var probeID = regexp.MustCompile(`00000000-0000-4000-8000-[0-9]{12}`)

// RoundTrip implements http.RoundTripper.
func (t *target) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	line := r.Method + " " + strings.TrimPrefix(r.URL.RequestURI(), "/scim")
	if len(body) > 0 {
		line += " " + string(body)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if r.Method == http.MethodGet {
		line = probeID.ReplaceAllString(line, "{probe}")
	}
	t.requests = append(t.requests, line)
	w := httptest.NewRecorder()
	r.Body = io.NopCloser(bytes.NewReader(body))
	if t.answer == nil || !t.answer(w, r) {
		t.serve(w, r, body)
	}
	if deadline, ok := r.Context().Deadline(); ok && t.late && r.Method == http.MethodPost && time.Until(deadline) < time.Second {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	response := w.Result()
	response.Request = r
	return response, nil
}

func (t *target) serve(w http.ResponseWriter, r *http.Request, body []byte) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/scim/"), "/")
	s := map[string]*shelf{"Users": &t.users, "Groups": &t.groups}[parts[0]]
	if s == nil {
		send(w, scim.Errorf(http.StatusNotFound, "", "no such endpoint"))
		return
	}
	id := ""
	if len(parts) > 1 {
		id = parts[1]
	}
	current, found := s.items[id]
	switch {
	case id == "" && r.Method == http.MethodGet:
		t.list(w, s, r.URL.Query())
	case id == "" && r.Method == http.MethodPost:
		t.create(w, s, body)
	case !found:
		send(w, scim.Errorf(http.StatusNotFound, "", "resource %s not found", id))
	case r.Method == http.MethodGet:
		reply(w, http.StatusOK, t.show(current, r.URL.Query()))
	case r.Method == http.MethodPatch:
		t.patch(w, s, id, body)
	case r.Method == http.MethodDelete:
		delete(s.items, id)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (t *target) list(w http.ResponseWriter, s *shelf, query url.Values) {
	filter, err := scim.ParseFilter(query.Get("filter"))
	if err != nil {
		send(w, scim.Errorf(http.StatusBadRequest, scim.InvalidFilter, "%v", err))
		return
	}
	candidates := s.order
	if c, ok := filter.(scim.Comparison); ok && c.Path.Name == "userName" {
		candidates = s.named(fmt.Sprint(c.Value))
	}
	var found []scim.Resource
	for _, id := range candidates {
		if item, ok := s.items[id]; ok && scim.Match(filter, item, s.registry) {
			found = append(found, t.show(item, query))
		}
	}
	reply(w, http.StatusOK, scim.NewListResponse(len(found), 1, found))
}

func (t *target) show(r scim.Resource, query url.Values) scim.Resource {
	r = r.Clone()
	if query.Get("excludedAttributes") == "members" {
		delete(r, "members")
	}
	if t.hideManager {
		if enterprise, ok := r[scim.EnterpriseURN].(map[string]any); ok {
			delete(enterprise, "manager")
		}
	}
	return r
}

func (t *target) create(w http.ResponseWriter, s *shelf, body []byte) {
	r, err := scim.DecodeResource(body)
	if err != nil {
		send(w, scim.Errorf(http.StatusBadRequest, scim.InvalidSyntax, "%v", err))
		return
	}
	if name := r.String("userName"); name != "" && len(s.named(name)) > 0 {
		send(w, scim.Errorf(http.StatusConflict, scim.Uniqueness, "%s is taken", name))
		return
	}
	s.put(r)
	reply(w, http.StatusCreated, r)
}

// put files a resource and returns its id.
func (s *shelf) put(r scim.Resource) string {
	s.made++
	id := fmt.Sprintf("%s%d", s.prefix, s.made)
	r["id"] = id
	s.items[id] = r
	s.order = append(s.order, id)
	s.name(id)
	return id
}

func (t *target) patch(w http.ResponseWriter, s *shelf, id string, body []byte) {
	request, err := scim.DecodePatch(body)
	if err == nil {
		var next scim.Resource
		if next, err = (scim.Patcher{Registry: s.registry, Tolerance: scim.Entra()}).Apply(s.items[id], request.Operations); err == nil {
			s.items[id] = next
			s.name(id)
			if t.bodies {
				reply(w, http.StatusOK, t.show(next, nil))
				return
			}
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	send(w, scim.Errorf(http.StatusBadRequest, "", "%v", err))
}

func reply(w http.ResponseWriter, status int, body any) {
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(status)
	_, _ = w.Write(data)
}

func send(w http.ResponseWriter, e *scim.Error) {
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(e.Status)
	_, _ = w.Write(e.Body())
}

// taken returns the requests since the last call.
func (t *target) taken() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.requests
	t.requests = nil
	return out
}

// user shows a user of the target, nil when there is none.
func (t *target) user(id string) scim.Resource {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.users.items[id]
}

func (t *target) group(id string) scim.Resource {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.groups.items[id]
}

func (t *target) setAnswer(answer func(w http.ResponseWriter, r *http.Request) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answer = answer
}

// refuse answers every request that meets the condition with a status.
func refuse(status int, when func(r *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if when != nil && !when(r) {
			return false
		}
		send(w, scim.Errorf(status, "", "refused"))
		return true
	}
}
