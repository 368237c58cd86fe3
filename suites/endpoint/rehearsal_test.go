package endpoint_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// The tokens of the reference endpoint: its own, one that was good once, one of another tenant.
const (
	token   = "a-good-token-7f3e"
	expired = "an-expired-token-09c1"
	foreign = "a-foreign-token-b5d2"
)

// inProcess sends requests to a handler without a network.
type inProcess struct{ http.Handler }

func (h inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body == nil {
		req.Body = http.NoBody
	}
	served := req.Clone(req.Context())
	served.RequestURI = req.URL.RequestURI()
	served.Host = req.URL.Host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, served)
	_ = req.Body.Close()
	resp := w.Result()
	resp.Request = req
	return resp, nil
}

func reference(t testing.TB, faults ...string) http.Handler {
	t.Helper()
	h, err := serviceprovider.New(serviceprovider.WithToken(token), serviceprovider.WithExpiredToken(expired), serviceprovider.WithOtherTenant(foreign), serviceprovider.WithFaults(faults...))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func open(t testing.TB, h http.Handler) *endpoint.Target {
	t.Helper()
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: "http://127.0.0.1", Token: token, ExpiredToken: expired, OtherToken: foreign, Transport: inProcess{h}, Seed: 7, Patience: -1})
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// rehearse runs all checks, one after another, in the default dialect or in those named.
func rehearse(ctx context.Context, target *endpoint.Target, dialects ...string) map[string]suites.Outcome {
	runnables := target.Runnables(dialects...)
	await := suites.Sequential(runnables)
	outcomes := make(map[string]suites.Outcome, len(runnables))
	for _, r := range runnables {
		if !slices.Equal(r.Packs, []suites.Pack{suites.Load}) {
			outcomes[r.ID] = await(ctx, r)
		}
	}
	maps.DeleteFunc(outcomes, func(_ string, o suites.Outcome) bool { // those of TLS are tried where there is TLS
		return o.Status == result.Skipped && strings.HasPrefix(o.Reason, "only a target reached by https")
	})
	return outcomes
}

// otherDialects says whether a check was skipped for being about what only another dialect writes.
func otherDialects(o suites.Outcome) bool {
	return o.Status == result.Skipped && strings.Contains(o.Reason, "requests of the dialect default only")
}

func TestWithoutFaultEveryCheckPasses(t *testing.T) {
	for _, dialect := range wire.Dialects() {
		t.Run(string(dialect), func(t *testing.T) {
			target := open(t, reference(t))
			for id, o := range rehearse(t.Context(), target, string(dialect)) {
				if o.Status != result.Passed && !otherDialects(o) {
					t.Errorf("%s: %s %s\n%+v\n%s", id, o.Status, o.Reason, o.Findings, o.Panic)
				}
				for _, l := range o.Leftovers {
					t.Errorf("%s left %s: %s", id, l.URL, l.Reason)
				}
			}
			for _, l := range target.Close(t.Context()) {
				t.Errorf("left after the run: %s: %s", l.URL, l.Reason)
			}
		})
	}
}

func TestCatalogueIsSound(t *testing.T) {
	var specs []suites.Spec
	for _, c := range endpoint.Checks() {
		specs = append(specs, c.Spec)
	}
	if err := suites.Validate(specs); err != nil {
		t.Error(err)
	}
}
