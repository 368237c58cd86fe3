// Package endpoint proves the checks of suites/endpoint with the faults of the reference endpoint: it runs every check against
// the endpoint without a fault and with each fault of the catalogue, in each dialect of requests, and says which checks each fault
// fails. It is no part of the product; its tests hold the rules of the matrix, and its table is docs/faults.md.
package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/matrix"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
	suite "github.com/rehearse-id/rehearse/suites/endpoint"
)

// Row is what the checks found with one fault switched on.
type Row struct {
	Fault    serviceprovider.Fault            // the zero value is the endpoint without a fault
	Outcomes map[wire.Dialect]matrix.Outcomes // of each dialect
	Left     []result.Leftover                // what the run could not remove
}

// With returns the ids of the checks that ended with this status in a dialect, sorted.
func (r Row) With(dialect wire.Dialect, status result.Status) []string {
	return r.Outcomes[dialect].With(status)
}

// Expected returns the ids of the checks that are to fail in a dialect: the one that catches the fault, or none.
func (r Row) Expected(dialect wire.Dialect) []string {
	if check := r.Fault.Caught(string(dialect)); check != "" {
		return []string{check}
	}
	return nil
}

// Run rehearses the endpoint without a fault and with each of the faults, and returns one row for each, the one without a
// fault first.
func Run(ctx context.Context, faults []serviceprovider.Fault) ([]Row, error) {
	return matrix.Play(ctx, faults, runtime.GOMAXPROCS(0)+1, rehearse) // one more, because some faults wait
}

// The tokens of the endpoint: the one of the tenant that is judged, one that was good once, one of another tenant.
const (
	token    = "a-token-of-the-Matrix" //nolint:gosec // nobody else takes it
	expired  = "an-expired-token-of-the-matrix"
	foreign  = "a-token-of-another-tenant"
	client   = "matrix"
	secret   = "a-secret-of-the-matrix"
	tokenURL = "http://localhost/oauth/token" //nolint:gosec // an address
)

func rehearse(ctx context.Context, seed uint64, fault serviceprovider.Fault) (Row, error) {
	row := Row{Fault: fault, Outcomes: map[wire.Dialect]matrix.Outcomes{}}
	target, line, err := row.open(ctx, seed)
	if err != nil {
		return row, err
	}
	runnables := shared(target.Runnables(names(wire.Dialects())...), line)
	await := suites.Sequential(runnables)
	for _, last := range []bool{false, true} {
		for _, r := range runnables {
			if r.Last == last {
				row.keep(r, await(ctx, r))
			}
		}
	}
	row.Left = target.Close(ctx)
	return row, nil
}

// pressure is how hard the checks of the pack load press an endpoint. They take longer than all others together, so they are asked only where they
// matter: without a fault, and with those that show under load alone. Elsewhere they are left out.
func pressure(f serviceprovider.Fault) *suite.Load {
	if f.Name != "" && !ofLoad(f) {
		return nil
	}
	return &suite.Load{
		For: 400 * time.Millisecond, Rate: 200, InFlight: 3, Racers: 12, Users: 120, FilterTime: 40 * time.Millisecond,
	}
}

// ofLoad says whether a fault is to be caught by a check of the pack load.
func ofLoad(f serviceprovider.Fault) bool { return strings.HasPrefix(f.CaughtBy, "endpoint.load.") }

// federated is the identity that all rows trust: its key takes longer than a row.
var federated = sync.OnceValues(func() (*serviceprovider.Workload, error) {
	return serviceprovider.NewWorkload("https://login.example/v2.0", "provisioning")
})

// open serves an endpoint with the row's fault, without a network, and opens it.
func (r Row) open(ctx context.Context, seed uint64) (*suite.Target, *line, error) {
	workload, err := federated()
	if err != nil {
		return nil, nil, fmt.Errorf("make a federated identity: %w", err)
	}
	extension := serviceprovider.ExampleExtension()
	opts := []serviceprovider.Option{serviceprovider.WithToken(token), serviceprovider.WithExtension(extension), serviceprovider.WithExpiredToken(expired), serviceprovider.WithOtherTenant(foreign), serviceprovider.WithOAuth(serviceprovider.OAuth{
		ClientID: client, ClientSecret: secret, Assertions: []serviceprovider.Assertion{workload.Trusted()},
	})}
	if r.Fault.Name != "" {
		opts = append(opts, serviceprovider.WithFaults(r.Fault.Name))
	}
	handler, err := serviceprovider.New(opts...)
	if err != nil {
		return nil, nil, fmt.Errorf("make the endpoint: %w", err)
	}
	way := &line{next: InProcess(handler)}
	target, err := suite.Open(ctx, suite.Config{
		URL: "http://localhost", Token: token, ExpiredToken: expired, OtherToken: foreign, Transport: way, Seed: seed, Patience: -1, Load: pressure(r.Fault),
		Also:  []suite.Flow{{Source: "extensionAttribute1", Target: extension.ID + ":" + extension.Attributes[0].Name}},
		OAuth: &suite.OAuth{TokenURL: tokenURL, ClientID: client, ClientSecret: secret},
		Federation: &suite.Federation{TokenURL: tokenURL, Assertion: func(context.Context) (string, error) {
			return workload.Assertion(tokenURL, time.Now())
		}},
	})
	if err != nil {
		return nil, nil, fmt.Errorf("open the endpoint with the fault %q: %w", r.Fault.Name, err)
	}
	return target, way, nil
}

// keep notes an outcome. What is asked once holds in every dialect.
func (r Row) keep(check suites.Runnable, o suites.Outcome) {
	for _, dialect := range wire.Dialects() {
		if !check.Once && dialect != wire.Dialect(check.Dialect) {
			continue
		}
		if r.Outcomes[dialect] == nil {
			r.Outcomes[dialect] = matrix.Outcomes{}
		}
		r.Outcomes[dialect][check.ID] = o
	}
}

func names(dialects []wire.Dialect) []string {
	all := make([]string, len(dialects))
	for i, d := range dialects {
		all[i] = string(d)
	}
	return all
}

// InProcess returns a transport that hands requests to a handler without a network.
func InProcess(h http.Handler) http.RoundTripper { return inProcess{h} }

type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	served := req.Clone(req.Context())
	served.RequestURI, served.Host = req.URL.RequestURI(), req.URL.Host
	if served.Body == nil {
		served.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, served)
	_ = served.Body.Close()
	resp := w.Result()
	resp.Request = req
	return resp, nil
}
