package endpoint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// anew is a target that cannot have been judged by anybody before, with a configuration of its own.
func anew(t *testing.T, h http.Handler, bend func(*endpoint.Config)) *endpoint.Target {
	t.Helper()
	config := endpoint.Config{
		URL: "http://127.0.0.1", Token: token, ExpiredToken: expired, OtherToken: foreign, Transport: inProcess{h}, Seed: 7, Pace: -1, Patience: -1,
		OAuth: &endpoint.OAuth{TokenURL: tokenURL, ClientID: "rehearse", ClientSecret: secret},
	}
	if bend != nil {
		bend(&config)
	}
	target, err := endpoint.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.Close(context.WithoutCancel(t.Context())) })
	return target
}

// refusingAll is a server that answers requests of a method with 400, whatever they say.
func refusingAll(method string) func(*testing.T, http.Handler) http.Handler {
	return func(_ *testing.T, h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == method {
				refuse(w, http.StatusBadRequest, "invalidSyntax")
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// forgetful is a server that stores nothing it could find again.
func forgetful(*testing.T, http.Handler) http.Handler {
	return &lazy{find: nothing, patch: shrug, made: map[string]map[string]any{}}
}

// finally is a server that answers the first questions and then everything with one status.
func finally(status int) func(*testing.T, http.Handler) http.Handler {
	const first = 12
	return func(_ *testing.T, h http.Handler) http.Handler {
		var asked atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) > first {
				refuse(w, status, "")
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// newborn is a server that takes every PUT for a birth and counts time in whole seconds.
func newborn(_ *testing.T, h http.Handler) http.Handler {
	var mu sync.Mutex
	written := map[string]time.Time{}
	second := func(meta map[string]any, name string) {
		if date, err := time.Parse(time.RFC3339, fmt.Sprint(meta[name])); err == nil {
			meta[name] = date.Truncate(time.Second).Format(time.RFC3339)
		}
	}
	return bending(h, func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodPut && status == http.StatusOK {
			written[r.URL.Path] = time.Now().UTC()
		}
		at, put := written[r.URL.Path]
		return status, edit(body, func(o map[string]any) {
			meta, ok := o["meta"].(map[string]any)
			if !ok {
				return
			}
			if put {
				meta["created"] = at.Format(time.RFC3339)
			}
			second(meta, "created")
			second(meta, "lastModified")
		})
	})
}

// trusting is a server that looks at no document in a bulk request: it gives a name to whom has none.
func trusting(_ *testing.T, h http.Handler) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/Bulk" {
			body, _ := io.ReadAll(r.Body)
			body = edit(body, func(o map[string]any) {
				operations, _ := o["Operations"].([]any)
				for _, one := range operations {
					operation, _ := one.(map[string]any)
					if data, ok := operation["data"].(map[string]any); ok && operation["path"] == "/Users" && data["userName"] == nil {
						data["userName"] = fmt.Sprintf("nameless-%d@example.com", n.Add(1))
					}
				}
			})
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
		}
		h.ServeHTTP(w, r)
	})
}

// A refusal, an empty list or a value that is not there proves nothing where everything is refused, nobody is found and nothing is kept.
func TestNoCheckPassesForAnotherReasonThanItsOwn(t *testing.T) {
	t.Parallel()
	lost := func(names ...string) func(*testing.T, http.Handler) http.Handler {
		return shown(func(o map[string]any) {
			for _, name := range names {
				delete(o, name)
			}
		})
	}
	for _, given := range []struct {
		name   string
		wrap   func(*testing.T, http.Handler) http.Handler
		bend   func(*endpoint.Config)
		checks []string // that must not pass
	}{
		{name: "no schema can be read by itself", wrap: missing(http.StatusNotFound, "/Schemas/"), checks: []string{"rfc.schema-unknown"}},
		{name: "titles are lost", wrap: lost("title"), checks: []string{"rfc.put-clears"}},
		{name: "every PATCH is 400", wrap: refusingAll(http.MethodPatch), checks: []string{"rfc.patch-bad-path", "rfc.patch-bad-operation", "rfc.patch-wrong-type", "rfc.patch-read-only", "rfc.patch-remove-required"}},
		{name: "every POST is 400", wrap: refusingAll(http.MethodPost), checks: []string{"rfc.required-attribute", "rfc.wrong-type"}},
		{name: "nobody is ever found", wrap: forgetful, checks: []string{"gallery.delete-user-test", "gallery.delete-group-test"}},
		{name: "everything is 400 in the end", wrap: finally(http.StatusBadRequest), checks: []string{"rfc.filter-incomplete", "rfc.filter-operator", "rfc.filter-parentheses"}},
		{name: "names are stored as they are spelt", wrap: func(*testing.T, http.Handler) http.Handler {
			return &lazy{find: exactly, patch: shrug, made: map[string]map[string]any{}}
		}, checks: []string{"rfc.names-case"}},
		{name: "no PATCH does anything", wrap: func(*testing.T, http.Handler) http.Handler {
			return &lazy{find: exactly, patch: shrug, made: map[string]map[string]any{}}
		}, checks: []string{"validator.patch-user-remove-manager", "gallery.schema-no-null"}},
		{name: "a PUT is a birth, in whole seconds", wrap: newborn, checks: []string{"rfc.created-kept"}},
		{name: "groups have an externalId of their own", wrap: shown(func(o map[string]any) {
			if o["userName"] == nil && o["externalId"] != nil {
				o["externalId"] = "own-1"
			}
		}), checks: []string{"validator.create-a-new-group"}},
		{name: "the token of the other tenant opens nothing", bend: func(c *endpoint.Config) { c.OtherToken = "of-nobody" }, checks: []string{"security.other-tenant"}},
		{name: "the token endpoint has enough of us", wrap: func(_ *testing.T, h http.Handler) http.Handler {
			return sometimes(h, http.MethodPost, func(int64) bool { return true }, func(w http.ResponseWriter, r *http.Request) {
				if body, _ := io.ReadAll(r.Body); strings.HasPrefix(r.URL.Path, "/oauth/") && !bytes.Contains(body, []byte(secret)) {
					w.WriteHeader(http.StatusTooManyRequests)
				} else {
					r.Body = io.NopCloser(bytes.NewReader(body))
					h.ServeHTTP(w, r)
				}
			})
		}, checks: []string{"gallery.wrong-secret"}},
		{name: "nobody needs a name in a bulk request", wrap: trusting, checks: []string{"rfc.bulk-error-response", "rfc.bulk-goes-on"}},
	} {
		t.Run(given.name, func(t *testing.T) {
			t.Parallel()
			h := reference(t)
			if given.wrap != nil {
				h = given.wrap(t, h)
			}
			target := anew(t, h, given.bend)
			for _, id := range given.checks {
				if o := rehearseOnly(t.Context(), target, "endpoint."+id); o.Status == result.Passed || o.Panic != "" {
					t.Errorf("%s is %s %s", id, o.Status, o.Panic)
				}
			}
		})
	}
}

// What an operation that was done in a bulk request leads to is no fault of those behind it.
func TestABulkRequestIsJudgedByWhatFailedInIt(t *testing.T) {
	t.Parallel()
	target := anew(t, trusting(t, reference(t)), nil)
	if o := rehearseOnly(t.Context(), target, "endpoint.rfc.bulk-fail-on-errors"); o.Status != result.Blocked || o.BlockedBy != "endpoint.rfc.bulk-error-response" {
		t.Errorf("bulk-fail-on-errors is %s by %q: %+v", o.Status, o.BlockedBy, o.Findings)
	}
	for _, left := range target.Close(t.Context()) {
		t.Errorf("left: %+v", left)
	}
}

// An administrator who matches people by their work address cannot have it cleared.
func TestWhatPeopleAreMatchedByIsNotCleared(t *testing.T) {
	t.Parallel()
	next := reference(t)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			body, _ := io.ReadAll(r.Body)
			var request struct {
				Operations []struct {
					Path  string
					Value any
				}
			}
			_ = json.Unmarshal(body, &request)
			for _, o := range request.Operations {
				if strings.HasPrefix(o.Path, "emails") && (o.Value == nil || o.Value == "") {
					refuse(w, http.StatusBadRequest, "invalidValue")
					return
				}
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		next.ServeHTTP(w, r)
	})
	target := anew(t, h, func(c *endpoint.Config) { c.Match = "email" })
	if o := rehearseOnly(t.Context(), target, "endpoint.gallery.scim-null-update-test"); o.Status != result.Passed {
		t.Errorf("the null update is %s %s %+v", o.Status, o.Reason, o.Findings)
	}
}

// A number that nobody maps needs no canonical value.
func TestATypeThatIsNotMappedIsNotAskedFor(t *testing.T) {
	t.Parallel()
	h := answers(func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
		if r.URL.Path != "/Schemas" {
			return status, body
		}
		return status, bytes.ReplaceAll(body, []byte(`"fax"`), []byte(`"pager"`))
	})(t, reference(t))
	const check = "endpoint.gallery.schema-canonical-values"
	if o := rehearseOnly(t.Context(), anew(t, h, nil), check); o.Status != result.Failed {
		t.Errorf("with fax numbers in the mapping: %s %s", o.Status, o.Reason)
	}
	target := anew(t, h, func(c *endpoint.Config) { c.Without = []string{`phoneNumbers[type eq "fax"].value`} })
	if o := rehearseOnly(t.Context(), target, check); o.Status != result.Passed {
		t.Errorf("without fax numbers in the mapping: %s %s %+v", o.Status, o.Reason, o.Findings)
	}
}
