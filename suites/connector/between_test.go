package connector_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// talker is the reference connector with something in between, and a log.
type talker struct {
	connector.Driver

	between func(next http.RoundTripper) http.RoundTripper
	writes  []string // lines of the log
}

func (d talker) Connect(ctx context.Context, c connector.Configuration) (connector.Connector, error) {
	if d.between != nil {
		c.Transport = d.between(c.Transport)
	}
	made, err := d.Driver.Connect(ctx, c)
	return talking{made, d.writes}, err
}

type talking struct {
	connector.Connector

	lines []string
}

func (t talking) Log() []string { return t.lines }

// tripper is a function as a transport.
type tripper func(*http.Request) (*http.Response, error)

func (t tripper) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

// outcomes are those of some checks, with what they need.
func outcomes(t *testing.T, d connector.Driver, ids ...string) map[string]suites.Outcome {
	t.Helper()
	target, err := connector.Open(t.Context(), connector.Config{Driver: d, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	all := target.Runnables()
	await := suites.Sequential(all)
	found := map[string]suites.Outcome{}
	for _, r := range all {
		if slices.Contains(ids, r.ID) {
			found[r.ID] = await(t.Context(), r)
		}
	}
	return found
}

func TestSecretsInTheLogOfAConnectorThatWorksAreFound(t *testing.T) {
	t.Parallel()
	const secrets, passwords = "connector.requests.secret-in-log", "connector.requests.password-in-log"
	for name, test := range map[string]struct {
		line   string
		failed string
	}{
		"nothing":              {"GET /users: 200", ""},
		"a token":              {"GET /users, Authorization: Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2lnbmF0dXJlLW9mLWl0", secrets},
		"a token cut short":    {"Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBo…", secrets},
		"the base password":    {"POST /users password=Aurora-7-Tern-2026!", passwords},
		"a word like password": {"POST /users password=…", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sound, err := refdriver.New()
			if err != nil {
				t.Fatal(err)
			}
			for id, o := range outcomes(t, talker{Driver: sound, writes: []string{test.line}}, secrets, passwords) {
				if want := map[bool]result.Status{true: result.Failed, false: result.Passed}[id == test.failed]; o.Status != want {
					t.Errorf("%s %s, want %s: %+v %s", id, o.Status, want, o.Findings, o.Reason)
				}
			}
		})
	}
}

// A list without $select beside a mistake of another kind is not the cause of it.
func TestAReadThatDecidedNothingIsNotBlamed(t *testing.T) {
	t.Parallel()
	const selects, cleared = "connector.requests.select", "connector.sync.city-cleared"
	forgetful, err := refdriver.New("sync-city-clear-ignored")
	if err != nil {
		t.Fatal(err)
	}
	listsBlindly := func(next http.RoundTripper) http.RoundTripper {
		return tripper(func(r *http.Request) (*http.Response, error) {
			if query := r.URL.Query(); r.URL.Path == "/v1.0/groups" && r.Method == http.MethodGet {
				query.Del("$select")
				r = r.Clone(r.Context())
				r.URL.RawQuery = query.Encode()
			}
			return next.RoundTrip(r)
		})
	}
	for id, o := range outcomes(t, talker{Driver: forgetful, between: listsBlindly}, selects, cleared) {
		if o.Status != result.Failed {
			t.Errorf("%s %s: %s; each of the two mistakes is a finding", id, o.Status, o.Reason)
		}
	}
}

// Graph tells of changes to what $select names and of no others.
func TestASyncOfFewPropertiesIsASync(t *testing.T) {
	t.Parallel()
	sound, err := refdriver.New()
	if err != nil {
		t.Fatal(err)
	}
	selectsLittle := func(next http.RoundTripper) http.RoundTripper {
		return tripper(func(r *http.Request) (*http.Response, error) {
			if query := r.URL.Query(); r.URL.Path == "/v1.0/users/delta" && query.Has("$select") {
				query.Set("$select", "id,userPrincipalName,displayName,accountEnabled")
				r = r.Clone(r.Context())
				r.URL.RawQuery = query.Encode()
			}
			return next.RoundTrip(r)
		})
	}
	ids := []string{"connector.sync.delta-incremental", "connector.sync.delta-token", "connector.sync.delta-deletions", "connector.sync.delta-removed"}
	for id, o := range outcomes(t, talker{Driver: sound, between: selectsLittle}, ids...) {
		if o.Status != result.Passed {
			t.Errorf("%s %s: %+v %s", id, o.Status, o.Findings, o.Reason)
		}
	}
}

// A connector may sign in when it is configured already. It is judged all the same.
func TestASignInBeforeAnythingIsToldIsJudged(t *testing.T) {
	t.Parallel()
	const signIn = "connector.setup.sign-in"
	for id, o := range outcomes(t, quiet{terse{early: true, delegated: true}}, signIn) {
		if o.Status != result.Failed {
			t.Errorf("%s %s: a user is signed in, which was not declared", id, o.Status)
		}
	}
}

// quiet declares no features.
type quiet struct{ terse }

func (q quiet) Describe(ctx context.Context) (connector.Description, error) {
	d, err := q.terse.Describe(ctx)
	d.Features = nil
	return d, err
}

func TestWhoRepeatsWholeBatchesAtOnceIsTold(t *testing.T) {
	t.Parallel()
	ids := []string{"connector.quarantine.retry-after-seconds", "connector.quarantine.sane-back-off"}
	for id, o := range outcomes(t, terse{batches: true, hammers: true}, ids...) {
		if o.Status != result.Failed {
			t.Errorf("%s %s: %s", id, o.Status, o.Reason)
		}
	}
}
