package endpoint_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/need"
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

// workload is the federated identity of the tests, and secret that of their client.
var workload = sync.OnceValue(func() *serviceprovider.Workload {
	w, err := serviceprovider.NewWorkload("https://login.example/v2.0", "provisioning")
	if err != nil {
		panic(err)
	}
	return w
})

const secret, tokenURL = "a-client-secret-91c2", "http://127.0.0.1/oauth/token"

func reference(t testing.TB, faults ...string) http.Handler {
	t.Helper()
	h, err := serviceprovider.New(serviceprovider.WithExtension(serviceprovider.ExampleExtension()), serviceprovider.WithToken(token), serviceprovider.WithExpiredToken(expired), serviceprovider.WithOtherTenant(foreign), serviceprovider.WithFaults(faults...), serviceprovider.WithOAuth(serviceprovider.OAuth{
		ClientID: "rehearse", ClientSecret: secret, Assertions: []serviceprovider.Assertion{workload().Trusted()},
	}))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func open(t testing.TB, h http.Handler) *endpoint.Target {
	t.Helper()
	return openBy(t, h, endpoint.Config{
		Also:  []endpoint.Flow{{Source: "extensionAttribute1", Target: serviceprovider.ExampleExtension().ID + ":costCode"}},
		OAuth: &endpoint.OAuth{TokenURL: tokenURL, ClientID: "rehearse", ClientSecret: secret},
		Federation: &endpoint.Federation{TokenURL: tokenURL, Assertion: func(context.Context) (string, error) {
			return workload().Assertion(tokenURL, time.Now())
		}},
	})
}

// openBy opens a handler as a target, with more of a configuration than its address and token.
func openBy(t testing.TB, h http.Handler, c endpoint.Config) *endpoint.Target {
	t.Helper()
	c.ExpiredToken, c.OtherToken = expired, foreign
	c.URL, c.Token, c.Transport, c.Seed, c.Patience = "http://127.0.0.1", token, inProcess{h}, 7, -1
	target, err := endpoint.Open(t.Context(), c)
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

// rehearseOnly runs one check and those it needs.
func rehearseOnly(ctx context.Context, target *endpoint.Target, id string, dialects ...string) suites.Outcome {
	runnables := target.Runnables(dialects...)
	await := suites.Sequential(runnables)
	return await(ctx, runnables[slices.IndexFunc(runnables, func(r suites.Runnable) bool { return r.ID == id })])
}

// otherDialects says whether a check was skipped for being about what only another dialect writes.
func otherDialects(o suites.Outcome) bool {
	return o.Status == result.Skipped && strings.Contains(o.Reason, "requests of the dialect default only")
}

// unasked says whether a check of the token endpoint was skipped because a run has no credentials but a token.
func unasked(o suites.Outcome) bool {
	return o.Status == result.Skipped && (strings.Contains(o.Reason, "are given:") || strings.Contains(o.Reason, "is given:"))
}

func TestWithoutFaultEveryCheckPasses(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
	var specs []suites.Spec
	for _, c := range endpoint.Checks() {
		specs = append(specs, c.Spec)
	}
	if err := suites.Validate(specs); err != nil {
		t.Error(err)
	}
}

// told is what an outcome's findings say, briefly.
func told(o suites.Outcome) string {
	words := make([]string, 0, len(o.Findings))
	for _, f := range o.Findings {
		words = append(words, fmt.Sprintf("[%s: expected %s, got %s]", f.Rule, f.Expected, f.Actual))
	}
	return strings.Join(words, " ")
}

// sampled skips a test of one row of a table, each of which takes a whole run, but for one of so many where nobody asks for all.
func sampled(t *testing.T, row, of int) {
	t.Helper()
	if !need.Whole() && row%of != 0 {
		t.Skip("every day a part of the table does; all of it is tried where REHEARSE_REQUIRE names the matrix")
	}
}
