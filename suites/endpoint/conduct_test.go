package endpoint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// bent is the reference endpoint behind something that changes its answers.
func bent(t *testing.T, bend func(r *http.Request, status int, header http.Header, body []byte) (int, []byte), faults ...string) http.Handler {
	t.Helper()
	return bending(reference(t, faults...), bend)
}

// bending is a handler behind something that changes its answers.
func bending(h http.Handler, bend func(r *http.Request, status int, header http.Header, body []byte) (int, []byte)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner := httptest.NewRecorder()
		h.ServeHTTP(inner, r)
		header := inner.Header().Clone()
		status, body := bend(r, inner.Code, header, inner.Body.Bytes())
		maps.Copy(w.Header(), header)
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}

func failures(outcomes map[string]suites.Outcome) []string {
	var ids []string
	for id, o := range outcomes {
		if o.Status == result.Failed || o.Status == result.Blocked || o.Panic != "" {
			ids = append(ids, id+" "+o.Reason+o.Panic)
		}
	}
	return ids
}

func TestWhatEntraToleratesIsTolerated(t *testing.T) {
	t.Parallel()
	for name, bend := range map[string]func(*http.Request, int, http.Header, []byte) (int, []byte){ // behind a bar: the check of the standard that alone fails
		"application/json|endpoint.rfc.media-type": func(_ *http.Request, status int, h http.Header, body []byte) (int, []byte) {
			h.Set("Content-Type", "application/json")
			return status, body
		},
		"POST answers 200|endpoint.rfc.created": func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
			if r.Method == http.MethodPost && status == http.StatusCreated {
				status = http.StatusOK
			}
			return status, body
		},
		"PATCH answers 204": func(r *http.Request, status int, h http.Header, body []byte) (int, []byte) {
			if r.Method == http.MethodPatch && status == http.StatusOK {
				h.Del("Content-Type")
				return http.StatusNoContent, nil
			}
			return status, body
		},
		"DELETE answers 200|endpoint.rfc.deleted": func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
			if r.Method == http.MethodDelete && status == http.StatusNoContent {
				status = http.StatusOK
			}
			return status, body
		},
		"attributes and elements of its own": func(_ *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
			return status, edit(body, func(o map[string]any) {
				if o["userName"] != nil {
					o["urn:example:params:scim:schemas:extension:Own:2.0:User"] = map[string]any{"score": 7}
					o["entitlements"] = []any{map[string]any{"value": "x"}}
				}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := open(t, bent(t, bend))
			outcomes := rehearse(t.Context(), target)
			if _, standard, said := strings.Cut(name, "|"); said {
				if o := outcomes[standard]; o.Status != result.Failed {
					t.Errorf("%s is %s", standard, o.Status)
				}
				delete(outcomes, standard)
			}
			if failed := failures(outcomes); len(failed) > 0 {
				t.Errorf("failed: %s", strings.Join(failed, "\n"))
			}
			target.Close(t.Context())
		})
	}
}

// edit changes a resource, or each resource of a list, in a body.
func edit(body []byte, change func(map[string]any)) []byte {
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&object) != nil {
		return body
	}
	change(object)
	if items, ok := object["Resources"].([]any); ok {
		for _, item := range items {
			if o, ok := item.(map[string]any); ok {
				change(o)
			}
		}
	}
	changed, err := json.Marshal(object)
	if err != nil {
		return body
	}
	return changed
}

func TestWhatATargetLacksAndSaysSoIsSkippedWithAReason(t *testing.T) {
	t.Parallel()
	ofTitle := []string{"endpoint.rfc.filter-pr", "endpoint.rfc.put-clears", "endpoint.rfc.patch-order", "endpoint.rfc.patch-remove-attribute", "endpoint.rfc.patch-core-urn"}
	target := open(t, lacking(false, "roles", "manager", "phoneNumbers", "title")(t, reference(t)))
	defer target.Close(t.Context())
	outcomes := rehearse(t.Context(), target)
	if failed := failures(outcomes); len(failed) > 0 {
		t.Errorf("failed: %s", strings.Join(failed, "\n"))
	}
	for id, o := range outcomes {
		about := strings.Contains(id, ".attribute.title.") || strings.Contains(id, "phone") || strings.Contains(id, ".attribute.fax.") || id == "endpoint.sync.enterprise-add" || strings.Contains(id, ".licence.") || strings.Contains(id, ".manager-") || strings.Contains(id, ".phone") || id == "endpoint.sync.add" || id == "endpoint.sync.add-many" || slices.Contains(ofTitle, id) ||
			strings.HasSuffix(id, "-manager") || strings.HasSuffix(id, "manager-test") || strings.HasPrefix(id, "endpoint.validator.patch-user-multiple") || id == "endpoint.gallery.empty-text" || id == "endpoint.gallery.null-value"
		if skipped := o.Status == result.Skipped; skipped != about {
			t.Errorf("%s %s: %s", id, o.Status, o.Reason)
		}
		if o.Status == result.Skipped && !strings.Contains(o.Reason, "/Schemas names no") {
			t.Errorf("%s is skipped because %q", id, o.Reason)
		}
	}
	if said := strings.Join(target.Describe().Adaptations, "\n"); !strings.Contains(said, "licence") || !strings.Contains(said, "manager") {
		t.Errorf("adaptations do not say what is skipped: %s", said)
	}
}

func TestATargetWithoutGroupsIsJudgedByItsUsers(t *testing.T) {
	t.Parallel()
	const list = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1,"Resources":[{"name":"User","endpoint":"/Users","schema":"urn:ietf:params:scim:schemas:core:2.0:User"}]}`
	t.Run("as it says", func(t *testing.T) { groupless(t, http.StatusOK, list, false) })
	t.Run("without a word", func(t *testing.T) { groupless(t, http.StatusNotFound, `{}`, true) })
}

// groupless judges a target that answers 404 below /Groups and this at /ResourceTypes.
func groupless(t *testing.T, typesStatus int, types string, typesFail bool) {
	h := bent(t, func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/Groups"):
			return http.StatusNotFound, []byte(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404"}`)
		case r.URL.Path == "/ResourceTypes" && r.Method == http.MethodGet:
			return typesStatus, []byte(types)
		}
		return status, body
	})
	target := open(t, h)
	defer target.Close(t.Context())
	outcomes := rehearse(t.Context(), target)
	if o := outcomes["endpoint.connect.resource-types"]; typesFail {
		if o.Status != result.Failed {
			t.Errorf("endpoint.connect.resource-types %s", o.Status)
		}
		maps.DeleteFunc(outcomes, func(id string, o suites.Outcome) bool {
			const types = "endpoint.connect.resource-types"
			return id == types || o.Status == result.Blocked && o.BlockedBy == types
		})
	}
	if o := outcomes["endpoint.gallery.groups"]; o.Status != result.Failed {
		t.Errorf("endpoint.gallery.groups, which a listing asks for, %s", o.Status)
	}
	delete(outcomes, "endpoint.gallery.groups")
	if failed := failures(outcomes); len(failed) > 0 {
		t.Errorf("failed: %s", strings.Join(failed, "\n"))
	}
	if o := outcomes["endpoint.group.create"]; o.Status != result.Skipped {
		t.Errorf("endpoint.group.create %s", o.Status)
	}
	if o := outcomes["endpoint.sync.replace"]; o.Status != result.Passed {
		t.Errorf("endpoint.sync.replace %s", o.Status)
	}
}

// witness notes which resources were changed and which the run made.
type witness struct {
	http.Handler

	mu      sync.Mutex
	changed []string
}

func (w *witness) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPatch || r.Method == http.MethodPut || r.Method == http.MethodDelete {
		w.mu.Lock()
		w.changed = append(w.changed, r.URL.Path)
		w.mu.Unlock()
	}
	w.Handler.ServeHTTP(rw, r)
}

func seedUser(t *testing.T, h http.Handler, name string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/Users", strings.NewReader(
		`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"`+name+`","displayName":"A real person","active":true}`))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/scim+json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var made struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || made.ID == "" {
		t.Fatalf("seed a user: %d %s", w.Code, w.Body)
	}
	return made.ID
}

// A target that ignores filters hands out somebody's real account at every turn. None of it may ever be touched.
func TestRealAccountsAreNeverTouched(t *testing.T) {
	t.Parallel()
	for _, ignoring := range []string{"always", "after the first probe"} {
		t.Run(ignoring, func(t *testing.T) {
			ref := reference(t)
			person := seedUser(t, ref, "someone@real.example")
			asked := 0
			h := &witness{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if q := r.URL.Query(); strings.HasSuffix(r.URL.Path, "/Users") && q.Has("filter") {
					if asked++; ignoring == "always" || asked > 3 {
						q.Del("filter")
						r.URL.RawQuery = q.Encode() + "&count=1"
					}
				}
				ref.ServeHTTP(w, r)
			})}
			target := open(t, h)
			outcomes := rehearse(t.Context(), target)
			target.Close(t.Context())
			if len(failures(outcomes)) < 50 {
				t.Errorf("failed and blocked are only %v: ignoring filters must show", failures(outcomes))
			}
			for _, path := range h.changed {
				if strings.Contains(path, person) {
					t.Errorf("the run changed %s, a real account", path)
				}
			}
			if body := read(t, ref, person); !strings.Contains(body, "A real person") {
				t.Errorf("the real account is now %s", body)
			}
		})
	}
}

func read(t *testing.T, h http.Handler, id string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/Users/"+id, nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Body.String()
}

func users(t *testing.T, h http.Handler) int {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/Users?count=0", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var list struct {
		TotalResults int `json:"totalResults"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	return list.TotalResults
}

func TestNothingIsLeftBehindAlsoAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	ref := reference(t)
	ctx, cancel := context.WithCancel(t.Context())
	posts := 0
	var mu sync.Mutex
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ref.ServeHTTP(w, r)
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodPost {
			if posts++; posts == 40 {
				cancel()
			}
		}
	})
	target := open(t, h)
	rehearse(ctx, target)
	if left := target.Close(t.Context()); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
	if n := users(t, ref); n != 0 {
		t.Errorf("%d users are left on the target", n)
	}
}

func TestACreationWhoseAnswerWasLostIsRemoved(t *testing.T) {
	t.Parallel()
	ref := reference(t)
	target, err := endpoint.Open(t.Context(), endpoint.Config{
		URL: "http://127.0.0.1", Token: token, Seed: 3,
		Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			resp, err := inProcess{ref}.RoundTrip(req)
			if req.Method == http.MethodPost && err == nil {
				return nil, io.ErrUnexpectedEOF
			}
			return resp, err
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := users(t, ref); n == 0 {
		t.Fatal("the test proves nothing: nobody was created")
	}
	if left := target.Close(t.Context()); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
	if n := users(t, ref); n != 0 {
		t.Errorf("%d users are left on the target", n)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestWhatCannotBeRemovedIsReported(t *testing.T) {
	t.Parallel()
	t.Run("the target refuses", func(t *testing.T) {
		h := bent(t, func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
			if r.Method == http.MethodDelete {
				return http.StatusForbidden, nil
			}
			return status, body
		})
		refuse := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodDelete {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			h.ServeHTTP(w, r)
		})
		left := open(t, refuse).Close(t.Context())
		if len(left) == 0 || !strings.Contains(left[0].Reason, "403") || !strings.HasPrefix(left[0].URL, "http://127.0.0.1/") {
			t.Errorf("left: %+v", left)
		}
	})
	t.Run("the target only disables", func(t *testing.T) {
		left := open(t, reference(t, "delete-only-disables")).Close(t.Context())
		if len(left) == 0 || !strings.Contains(left[0].Reason, "still there") {
			t.Errorf("left: %+v", left)
		}
	})
}

func TestTheTokenIsNowhereInTheEvidence(t *testing.T) {
	t.Parallel()
	var har bytes.Buffer
	recorder := exchange.NewRecorder()
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: "http://127.0.0.1", Token: token, Transport: inProcess{reference(t)}, Recorder: recorder})
	if err != nil {
		t.Fatal(err)
	}
	rehearse(t.Context(), target)
	target.Close(t.Context())
	if err := exchange.WriteHAR(&har, "test", "0", recorder.All()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(har.String(), token) {
		t.Error("the token stands in the exchanges")
	}
}

func TestARunCanBeRepeated(t *testing.T) {
	t.Parallel()
	posts := func() string {
		var ids atomic.Int64 // a user's groups are posted with the id the endpoint gave the group
		h, err := serviceprovider.New(serviceprovider.WithToken(token), serviceprovider.WithIDs(func() string { return fmt.Sprintf("id-%d", ids.Add(1)) }))
		if err != nil {
			t.Fatal(err)
		}
		target := open(t, h)
		rehearse(t.Context(), target)
		target.Close(t.Context())
		var all strings.Builder
		for _, e := range target.Recorder().All() {
			if e.Request.Method == http.MethodPost && !strings.Contains(e.Owner, "outage") { // posts at once come in any order
				all.Write(e.Request.Body.Bytes)
			}
		}
		return all.String()
	}
	if first, second := posts(), posts(); first != second || first == "" {
		t.Error("the same seed made other requests")
	}
}

func TestChecksRunSideBySide(t *testing.T) {
	t.Parallel()
	target := open(t, reference(t))
	defer target.Close(t.Context())
	var running sync.WaitGroup
	for _, r := range target.Runnables() {
		if r.Exclusive || r.Last {
			continue
		}
		running.Go(func() {
			if o := r.Run(t.Context()); o.Status != result.Passed {
				t.Errorf("%s %s: %s %+v %s", r.ID, o.Status, o.Reason, o.Findings, o.Panic)
			}
		})
	}
	running.Wait()
}
