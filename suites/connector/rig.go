package connector

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
	"github.com/rehearse-id/rehearse/suites"
)

// Rig is what one check works with: a fake tenant of its own with an application for the connector, an instance of the connector that is configured for
// it, and everything that the connector asked the tenant.
type Rig struct {
	*suites.T

	Tenant *mockgraph.Tenant
	Clock  *clock.Steered // of the tenant: frozen for connectors within the process, running for others
	App    mockgraph.Client

	target    *Target
	lane      *lane
	witness   *witness
	gate      *gate
	names     *names
	config    Configuration
	connector Connector // nil until it is needed
	last      Result    // of what it was told last
	refused   []refusal // for want of a permission
	granted   []string  // permissions besides those that the connector asks for
	declined  bool      // it rightly refused before anything was sent
	people    []*Person // who is in the tenant from the beginning, and nobody's business
	groups    []string
}

// The clock of the tenants begins here when it stands still.
var beginning = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

const (
	tenantDomain = "rehearsal.onmicrosoft.com"
	tenantName   = "Rehearsal"
	password     = "Aurora-7-Tern-2026!" //nolint:gosec // of made-up people
	redirectURI  = "https://connector.rehearsal.example/callback"
)

// newRig makes the rig of one check, once a lane is free.
func newRig(ctx context.Context, t *suites.T, target *Target) (*Rig, error) {
	r := &Rig{T: t, target: target, names: newNames(target.config.Seed, t.Spec().ID)}
	t.Complete(r.recount)
	select {
	case r.lane = <-target.lanes:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for an instance of the connector: %w", ctx.Err())
	}
	t.Cleanup(func(context.Context) error {
		err := r.disconnect()
		if r.witness != nil { // nil when its tenant could not be made
			r.target.heard.keep(r.Calls())
			r.target.heard.stray(r.witness.strays())
		}
		r.lane.detach()
		target.lanes <- r.lane
		return err
	})
	r.Clock = clock.NewSteered()
	if target.inProcess() {
		r.Clock.Freeze()
		r.Clock.Set(beginning)
	}
	if err := r.found(); err != nil {
		return nil, err
	}
	return r, nil
}

// found makes the tenant with its people and the connector's application, and the configuration for it.
func (r *Rig) found(opts ...mockgraph.Option) error {
	tenantID := r.names.uuid()
	if fixed := r.target.config.Fixed; fixed != nil {
		tenantID = fixed.TenantID
	}
	opts = append([]mockgraph.Option{mockgraph.WithClock(r.Clock), mockgraph.WithIDs(r.names.uuid), mockgraph.WithTenant(tenantID, tenantName, tenantDomain)}, opts...)
	r.Tenant, r.people, r.groups = mockgraph.New(opts...), nil, nil
	app, err := r.target.register(r.Tenant, r.names.uuid)
	if err != nil {
		return fmt.Errorf("register the connector's application: %w", err)
	}
	r.App = app
	if err := r.populate(); err != nil {
		return fmt.Errorf("populate the tenant: %w", err)
	}
	admin, secret := r.Tenant.Administrator()
	r.config = configuration(r.Tenant.ID(), app, r.people[0].Name, admin, secret)
	if r.target.config.Fixed != nil { // it remembers people of other checks
		r.names.tag = "." + r.names.text(5)
	}
	r.watch(secret)
	return nil
}

// Refound begins anew on another tenant, about which the options say more, with a connector that is configured for it.
func (r *Rig) Refound(opts ...mockgraph.Option) {
	if r.target.config.Fixed == nil { // a fixed one finds the same address, name and secret there
		r.Reconfigure(func(*Configuration) {})
	}
	check(r.found(opts...))
}

func (t *Target) inProcess() bool { return t.config.Folder == "" }

// watch puts the tenant behind the lane, with a witness before it.
func (r *Rig) watch(adminPassword string) {
	recorder := r.target.config.Recorder
	for _, secret := range []string{r.App.Secret, password, adminPassword} {
		recorder.AddSecret(secret)
	}
	owner := r.Spec().ID
	r.gate = &gate{tenant: r.Tenant}
	r.witness = &witness{
		next: recorder.Handler(r.gate, func(*http.Request) string { return owner }), now: r.Clock.Now, recorder: recorder,
		secrets: []string{r.App.Secret, password, adminPassword}, ledger: r.target.ledger,
	}
	if r.target.faced {
		r.witness.side = exchange.FromConnector
	}
	r.lane.attach(r.witness, r.witness.refuse)
	r.config.Transport = &guard{next: impersonate.Transport(r.witness), witness: r.witness}
	r.lane.tell(&r.config)
	r.config.Now, r.config.Sleep = r.Clock.Now, r.sleep
}

// sleep waits on the tenant's clock, which costs nothing where it stands still.
func (r *Rig) sleep(ctx context.Context, d time.Duration) error {
	if !r.target.inProcess() {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	} else if d > 0 {
		r.Clock.Advance(d)
	}
	return ctx.Err()
}

// guard lets a connector within the process reach nobody but the tenant, and notes whom it tried to reach.
type guard struct {
	next    http.RoundTripper
	witness *witness
}

// RoundTrip sends a request to the tenant.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := g.next.RoundTrip(req)
	if errors.Is(err, impersonate.ErrUnknownHost) {
		g.witness.refuse(req.URL.Host, "not a host of Microsoft's")
		g.witness.astray(req.URL.Host, fingerprint(req.Header.Get("Authorization")))
	}
	if resp != nil && req.URL.Scheme == "https" && resp.TLS == nil {
		resp.TLS = &tls.ConnectionState{HandshakeComplete: true}
	}
	return resp, err
}

// Result is what became of one thing the connector was told to do.
type Result struct {
	Request Request
	Answer  Answer
	Err     *Error  // its own word that it could not; nil when it could
	Calls   []*Call // that it made meanwhile

	errand *errand // how it was told, where it has a face of its own
}

// Shown are the exchanges, for findings: what a gateway was asked, and then as [Exchanges] has them.
func (o Result) Shown() []*exchange.Exchange { return inTurn(o.errand, o.Calls) }

// Exchanges are those of the calls, the telling first: what was refused or got no answer, then what writes, then what reads, and the sign-in last. Before them
// stands what a gateway was asked when it made the first of these.
func Exchanges(calls []*Call) []*exchange.Exchange { return inTurn(nil, calls) }

func inTurn(by *errand, calls []*Call) []*exchange.Exchange {
	telling := slices.Clone(calls)
	slices.SortStableFunc(telling, func(a, b *Call) int { return a.tells() - b.tells() })
	if by == nil && len(telling) > 0 {
		by = telling[0].errand
	}
	shown := by.shown()
	for _, c := range telling {
		shown = append(shown, c.Exchange)
	}
	return shown
}

// String says what came of it.
func (o Result) String() string {
	switch {
	case o.Err != nil:
		return fmt.Sprintf("%s was answered with the error %s", o.Request.Operation, o.Err)
	case o.Answer.ID != "":
		return fmt.Sprintf("%s was answered with the id %s", o.Request.Operation, o.Answer.ID)
	case len(o.Answer.Objects) > 0 || o.Request.Operation == Search || o.Request.Operation == Sync:
		return fmt.Sprintf("%s was answered with %d objects", o.Request.Operation, len(o.Answer.Objects))
	default:
		return fmt.Sprintf("%s was answered with success", o.Request.Operation)
	}
}

// disconnect ends the connector.
func (r *Rig) disconnect() error {
	if r.connector == nil {
		return nil
	}
	r.readLog()
	err := r.connector.Close()
	r.connector = nil
	if err != nil {
		return fmt.Errorf("end the connector: %w", err)
	}
	return nil
}

// Reconfigure ends the connector and has the next one configured otherwise, such as with a wrong secret.
func (r *Rig) Reconfigure(change func(*Configuration)) {
	if r.target.config.Fixed != nil {
		r.Skip("the connector is configured by hand, once for all checks")
	}
	_ = r.disconnect() // a connector that does not end well is none of this check's business
	change(&r.config)
}

// Weather has the tenant's weather follow a forecast, as [weather.Parse] reads it, from now on; "" is fair.
func (r *Rig) Weather(forecast string) {
	f := must(weather.Parse(forecast))
	check(r.Tenant.Weather().Set(f))
}

// Forecast is [Rig.Weather] with more precise words.
func (r *Rig) Forecast(f weather.Forecast) { check(r.Tenant.Weather().Set(f)) }

// Calls are all the calls that the connector made in this check.
func (r *Rig) Calls() []*Call { return r.witness.since(0) }

// Refused are the hosts that the connector asked for and that are not Microsoft's.
func (r *Rig) Refused() []string { return r.witness.hosts() }

func must[T any](v T, err error) T {
	check(err)
	return v
}

// check ends the check with a fault of the harness: what a check does in its own tenant never fails.
func check(err error) {
	if err != nil {
		panic(err)
	}
}
