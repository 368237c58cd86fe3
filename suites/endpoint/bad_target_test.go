package endpoint_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// A target may do anything at any time: the run ends, in time and with a verdict, blames what is to blame, and tells what it leaves behind.
func TestATargetThatMisbehavesIsJudgedInBoundedTime(t *testing.T) {
	t.Parallel()
	garbage := func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/scim+json")
		_, _ = w.Write([]byte("\x00\xff{{{\"id\":"))
	}
	oneVerb := func(method string, answer func(http.ResponseWriter)) func(http.Handler) http.Handler {
		return func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == method && (method != http.MethodGet || strings.Count(r.URL.Path, "/") > 1) {
					answer(w)
					return
				}
				h.ServeHTTP(w, r)
			})
		}
	}
	after := func(n int64, then http.HandlerFunc) func(http.Handler) http.Handler {
		return func(h http.Handler) http.Handler {
			var count atomic.Int64
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if count.Add(1) > n {
					then(w, r)
					return
				}
				h.ServeHTTP(w, r)
			})
		}
	}
	redirect := func(w http.ResponseWriter) {
		w.Header().Set("Location", "https://elsewhere.example/scim")
		w.WriteHeader(http.StatusPermanentRedirect)
	}
	targets := map[string]struct {
		wrap   func(http.Handler) http.Handler
		dies   bool
		leaves bool // something that the clean-up cannot remove
	}{
		"dies in the middle": {after(150, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), true, true},
		"hangs from the middle on": {after(150, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // the server sees a caller go only after that
			<-r.Context().Done()
		}), true, true},
		"garbage in the middle":          {after(150, func(w http.ResponseWriter, _ *http.Request) { garbage(w) }), false, true},
		"garbage to GET of one resource": {oneVerb(http.MethodGet, garbage), false, false},
		"garbage to POST":                {oneVerb(http.MethodPost, garbage), false, false},
		"garbage to PATCH":               {oneVerb(http.MethodPatch, garbage), false, false},
		"garbage to DELETE":              {oneVerb(http.MethodDelete, garbage), false, true},
		"redirects POST":                 {oneVerb(http.MethodPost, redirect), false, false},
		"redirects PATCH":                {oneVerb(http.MethodPatch, redirect), false, false},
		"redirects DELETE":               {oneVerb(http.MethodDelete, redirect), false, true},
		"redirects from the middle on":   {after(150, func(w http.ResponseWriter, _ *http.Request) { redirect(w) }), false, true},
		"throttles from the middle on": {after(150, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "1")
			refuse(w, http.StatusTooManyRequests, "")
		}), false, true},
		"names another id in every answer":    {otherIDs, false, true},
		"deletes what was made at once":       {deletesAtOnce, false, false},
		"deletes what was made after a while": {deletesLater, false, false},
	}
	for i, name := range slices.Sorted(maps.Keys(targets)) {
		bad := targets[name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sampled(t, i, 4)
			server := httptest.NewServer(bad.wrap(reference(t)))
			defer func() { server.CloseClientConnections(); server.Close() }()
			began := time.Now()
			target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: token, Seed: 7, Timeout: 500 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Alive: target.Alive, WithoutGinkgo: true})
			if err != nil {
				t.Fatal(err)
			}
			left := target.Close(t.Context())
			if took := time.Since(began); took > 90*time.Second {
				t.Errorf("the run took %v", took)
			}
			if ran.Verdict != result.NonConformant || (ran.Died != nil) != bad.dies || len(ran.Faults) > 0 {
				t.Errorf("verdict %s, died %v, faults %v", ran.Verdict, ran.Died, ran.Faults)
			}
			wantCauses(t, ran.Checks)
			if (len(left) > 0) != bad.leaves {
				t.Errorf("left behind, as told: %v", left)
			}
			for _, l := range left {
				if l.URL == "" || l.Reason == "" || !strings.Contains(l.Remove, "DELETE") {
					t.Errorf("how to remove it is not told: %+v", l)
				}
			}
		})
	}
}

// wantCauses says that something failed or was not run, and that what is blocked names a check that failed.
func wantCauses(t *testing.T, checks []result.Check) {
	t.Helper()
	failed := map[string]bool{}
	for _, c := range checks {
		failed[c.ID] = c.Status == result.Failed
	}
	for _, c := range checks {
		if c.Status == result.Blocked && !failed[c.BlockedBy] {
			t.Errorf("%s is blocked by %s, which did not fail: %s", c.ID, c.BlockedBy, c.Reason)
		}
		if c.Status == result.NotRun && c.Reason == "" {
			t.Errorf("%s was not run for no reason", c.ID)
		}
	}
}

// otherIDs shows every resource under an id that leads nowhere.
func otherIDs(h http.Handler) http.Handler {
	var n atomic.Int64
	return bending(h, func(_ *http.Request, status int, header http.Header, body []byte) (int, []byte) {
		header.Del("Content-Length")
		return status, edit(body, func(resource map[string]any) {
			if id, ok := resource["id"].(string); ok && !strings.HasPrefix(id, "urn:") {
				resource["id"] = strings.Repeat("x", int(n.Add(1)%7)+1) + id
			}
		})
	})
}

// deletesAtOnce answers a creation, and forgets what was made.
func deletesAtOnce(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			h.ServeHTTP(w, r)
			return
		}
		made := httptest.NewRecorder()
		h.ServeHTTP(made, r)
		remove(h, r, made.Header().Get("Location"))
		maps.Copy(w.Header(), made.Header())
		w.WriteHeader(made.Code)
		_, _ = w.Write(made.Body.Bytes())
	})
}

// deletesLater forgets what was made once it was read.
func deletesLater(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		if r.Method == http.MethodGet && strings.Count(r.URL.Path, "/") > 1 {
			remove(h, r, r.URL.EscapedPath())
		}
	})
}

func remove(h http.Handler, r *http.Request, location string) {
	if at := strings.Index(location, "/Users/"); at >= 0 {
		location = location[at:]
	} else if at := strings.Index(location, "/Groups/"); at >= 0 {
		location = location[at:]
	} else {
		return
	}
	request := httptest.NewRequestWithContext(r.Context(), http.MethodDelete, location, http.NoBody)
	request.Header.Set("Authorization", "Bearer "+token)
	h.ServeHTTP(httptest.NewRecorder(), request)
}

func TestATargetThatThrottlesTheFirstQuestionIsNamedForThat(t *testing.T) {
	t.Parallel()
	for _, after := range []string{"0", "3600", ""} {
		var asked atomic.Int64
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			if after != "" {
				w.Header().Set("Retry-After", after)
			}
			refuse(w, http.StatusTooManyRequests, "")
		})
		_, err := endpoint.Open(t.Context(), endpoint.Config{URL: "http://127.0.0.1", Transport: inProcess{h}, Pace: -1})
		unusable, ok := errors.AsType[*endpoint.UnusableError](err)
		if !ok || unusable.Kind != endpoint.Throttled || !strings.Contains(unusable.Message, "429") {
			t.Errorf("Retry-After %q: got %v", after, err)
		}
		if n := asked.Load(); n > 10 {
			t.Errorf("Retry-After %q: it was asked %d times", after, n)
		}
	}
}
