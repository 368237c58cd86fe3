package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/onsi/gomega/types"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// The target attributes that go by a URN or a filter.
const (
	workMail       = `emails[type eq "work"].value`
	enterprise     = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	homeMail       = `emails[type eq "home"].value`
	workPhone      = `phoneNumbers[type eq "work"].value`
	mobilePhone    = `phoneNumbers[type eq "mobile"].value`
	faxPhone       = `phoneNumbers[type eq "fax"].value`
	workAddress    = `addresses[type eq "work"].` // and one of its parts
	homeAddress    = `addresses[type eq "home"].` // and one of its parts
	department     = enterprise + ":department"
	employeeNumber = enterprise + ":employeeNumber"
	manager        = enterprise + ":manager"
)

// Rig is what one check works with: a fake tenant of its own with a steered clock, a provisioning job from there to the
// target, a line that can be broken, and the words to tell what must hold.
type Rig struct {
	*suites.T

	Compose *wire.Composer // requests as Entra writes them

	target  *Target
	session *exchange.Session
	guard   *guard
	network *network
	client  *wire.Client
	names   *names
	clock   *clockwork.FakeClock
	dialect wire.Dialect

	tenant *directory.Directory
	app    string // id of the service principal in the tenant
	job    *provisioning.Job
	format mapping.RoleFormat // of the licences, "" for none
	groups bool               // the job provisions groups
}

// newRig makes the rig of one check. Whatever the check leaves on the target is removed when it has ended.
func newRig(_ context.Context, t *suites.T, target *Target, dialect wire.Dialect) (*Rig, error) {
	composer, err := wire.NewComposer(wire.Options{Dialect: dialect})
	if err != nil {
		return nil, fmt.Errorf("compose requests: %w", err)
	}
	owner := t.Spec().ID
	if dialect != wire.Default {
		owner += " " + string(dialect)
	}
	c := target.config
	r := &Rig{
		T: t, Compose: composer, target: target, dialect: dialect,
		session: c.Recorder.Session(owner, c.Transport),
		names:   newNames(c.Seed, c.Prefix, c.UserDomain, owner),
		clock:   clockwork.NewFakeClockAt(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)),
	}
	r.guard = &guard{next: t.Watch(target.line(r.session, t.Void)), base: target.address.base, owner: owner, inventory: target.inventory}
	r.network = &network{next: r.guard}
	if r.client, err = target.client(r.network, c.Token, nil); err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	t.Cleanup(func(ctx context.Context) error { return errors.Join(target.sweep(ctx, owner)...) })
	return r, nil
}

// Licensed makes the tenant's application one with licences, which are provisioned in this format. It must come first.
func (r *Rig) Licensed(format mapping.RoleFormat) { r.format = format }

// Tenant returns the fake tenant with the application in it.
func (r *Rig) Tenant() *directory.Directory {
	if r.tenant != nil {
		return r.tenant
	}
	r.tenant = directory.New(directory.WithClock(r.clock), directory.WithIDs(r.names.uuid))
	p := directory.Properties{"displayName": "Rehearsal"}
	if r.format != "" {
		roles := make([]directory.AppRole, 0, len(licences))
		for _, l := range licences {
			roles = append(roles, directory.AppRole{ID: r.names.uuid(), Value: l, DisplayName: l, Enabled: true, AllowedMemberTypes: []string{"User"}})
		}
		p["appRoles"] = roles
	}
	r.app = must(r.tenant.Create(directory.ServicePrincipal, p)).ID()
	return r.tenant
}

// provisioning returns the job, which is made when it is first needed.
func (r *Rig) provisioning() *provisioning.Job {
	if r.job == nil {
		r.job = r.newJob(r.client)
	}
	return r.job
}

func (r *Rig) newJob(client *wire.Client) *provisioning.Job {
	people, teams := r.target.shape.people, mapping.DefaultGroups()
	people.AttributeMappings = slices.Clone(people.AttributeMappings)
	if r.format != "" {
		people = mapping.WithRoles(people, r.format)
	}
	// A target without groups is provisioned with the group mapping switched off, as an administrator would do.
	teams.Enabled = r.groups
	tenant := r.Tenant()
	return must(provisioning.NewJob(tenant, r.app, client,
		provisioning.WithClock(r.clock), provisioning.WithIDs(r.names.uuid), provisioning.WithUserMapping(people),
		provisioning.WithGroupMapping(teams), provisioning.WithWire(wire.Options{Dialect: r.dialect})))
}

// As returns a client of the target with another token, "" for none, and more headers.
func (r *Rig) As(token string, header http.Header) *wire.Client {
	network := http.RoundTripper(r.network)
	if token != "" && token != r.target.config.Token {
		network = exchange.WithOtherCredentials(network)
	}
	return must(r.target.client(network, token, header))
}

// Send sends one request over the rig's line.
func (r *Rig) Send(ctx context.Context, request wire.Request) Answer {
	return r.SendAs(ctx, r.client, request)
}

// SendAs is Send with another client.
func (r *Rig) SendAs(ctx context.Context, client *wire.Client, request wire.Request) Answer {
	before := r.session.Last()
	resp, err := client.Do(ctx, request)
	a := Answer{Status: resp.Status, Header: resp.Header, Body: resp.Body, Err: err}
	if last := r.session.Last(); last != before {
		a.Shown = last
		if a.Status == 0 { // the client may refuse an answer, such as a redirect, that did come
			a.Status, a.Header, a.Body = last.Response.Status, last.Response.Header, last.Response.Body.Bytes
		}
	}
	if errors.Is(err, errNotOurs) {
		r.Block("endpoint.create.filter-exact", "the target led the check to something it did not make: "+err.Error())
	}
	return a
}

// Lists says whether the target's own /Schemas names an attribute.
func (r *Rig) Lists(path string) bool { return r.target.discovery.told() && r.Has(path) }

// NeedsAttribute skips the check when the target has none of this attribute, or has it elsewhere.
func (r *Rig) NeedsAttribute(path string) {
	if to := r.target.shape.at(path); to != path {
		r.Skip("the target has " + nameOf(path) + " in " + to)
	}
	r.NeedsMapped(path)
}

// NeedsMapped skips the check when the target has none of this attribute, wherever it is; see [Rig.At].
func (r *Rig) NeedsMapped(path string) {
	if path == "roles" && r.target.discovery.roleless {
		r.Skip("the target has no /Schemas and took no roles")
	}
	if why, ok := r.target.shape.lacking(path); ok {
		r.Skip(why)
	}
	if !r.target.has(r.At(path)) {
		r.Skip("the target's /Schemas names no " + path)
	}
}

// At is where the target has an attribute of Entra's default mapping: as a rule there.
func (r *Rig) At(path string) string { return r.target.shape.at(path) }

// Has says whether the target has an attribute at its usual place, as far as it tells.
func (r *Rig) Has(path string) bool { return r.At(path) == path && r.target.has(path) }

// HasMapped says whether the target has an attribute, wherever it is.
func (r *Rig) HasMapped(path string) bool { return r.target.has(r.At(path)) }

// has says whether the target has an attribute, as far as is known.
func (t *Target) has(path string) bool {
	if _, ok := t.shape.lacking(path); ok {
		return false
	}
	if t.taken[path] || t.discovery.has(path) {
		return true
	}
	for taken := range t.taken { // emails is there when emails[type eq "work"].value is
		if covers(path, taken) {
			return true
		}
	}
	return false
}

// WithGroups skips the check when the target says that it has no groups, or the job provisions none, and switches the group mapping on.
func (r *Rig) WithGroups() {
	switch {
	case r.target.shape.noTeams != "":
		r.Skip(r.target.shape.noTeams)
	case !r.target.discovery.hasGroups():
		r.Skip("the target has no groups")
	}
	r.groups = true
}

// That is [suites.T.That]. What a throttle has spoilt is named for the throttle.
func (r *Rig) That(rule string, actual any, m types.GomegaMatcher, evidence ...*exchange.Exchange) bool {
	if ok, err := m.Match(actual); !ok || err != nil {
		r.spoilt(evidence...)
	}
	return r.T.That(rule, actual, m, evidence...)
}

// Must is [suites.T.Must], and That in the same way.
func (r *Rig) Must(rule string, actual any, m types.GomegaMatcher, evidence ...*exchange.Exchange) {
	if ok, err := m.Match(actual); !ok || err != nil {
		r.spoilt(evidence...)
	}
	r.T.Must(rule, actual, m, evidence...)
}

// Block is [suites.T.Block]; without other evidence the last exchange is. A check cannot wait for itself: what blocks it by its
// own rule breaks that rule.
func (r *Rig) Block(by, reason string, evidence ...*exchange.Exchange) {
	if len(evidence) == 0 {
		evidence = []*exchange.Exchange{r.session.Last()}
	}
	r.spoilt(evidence...)
	if by != r.Spec().ID {
		r.T.Block(by, reason, evidence...)
	}
	r.Must(r.Spec().Title, reason, worded[string]{Want: "a target on which this can be tried", OK: func(string) bool { return false }}, evidence...)
}

// spoilt fails the check for a throttle when one of the exchanges shows one. The checks of credentials, of outages and of load
// judge such an answer by themselves.
func (r *Rig) spoilt(evidence ...*exchange.Exchange) {
	if stage := r.Spec().Stage; stage == suites.Quarantine || stage == suites.Performance {
		return
	}
	for _, e := range evidence {
		r.throttled(answerOf(e))
	}
}

// lockedOut ends the check when an answer is not about its question: when the right token, which worked before, is not taken any
// more, or when the target is out of breath. A 403 can be about the one request; a question that was answered before tells.
func (r *Rig) lockedOut(ctx context.Context, a Answer) {
	r.throttled(a)
	switch a.Status {
	case http.StatusForbidden:
		if !r.Send(ctx, r.Nobody()).barred() {
			return
		}
		fallthrough
	case http.StatusUnauthorized:
		r.Block("endpoint.quarantine.recovery", "the target took the token before and now answers "+a.String())
	}
}

// throttled fails the check when the target refused a request for being one too many although it was given time.
func (r *Rig) throttled(a Answer) {
	if a.Status != http.StatusTooManyRequests {
		return
	}
	r.Fail(result.Finding{
		Rule:      "requests are not refused with 429 at 25 per second, which Entra may send",
		Expected:  "an answer, after Rehearse had waited as the target asked and slowed down",
		Actual:    a.String(),
		Why:       "Entra sends up to 25 requests per second for one tenant. What is refused with 429 is tried again in a later cycle, so that people arrive late, or never while the refusals go on.",
		Fix:       "Raise the rate limit for the provisioning client to at least 25 requests per second per tenant, and say in Retry-After, in seconds, when a refused request can be sent again.",
		Sources:   sources(learnSCIM+"#understand-the-microsoft-entra-scim-implementation", "https://www.rfc-editor.org/rfc/rfc6585#section-4"),
		Exchanges: ids(a.Shown),
	})
	r.Skip("the target throttles the run")
}

func ids(shown *exchange.Exchange) []string {
	if shown == nil {
		return nil
	}
	return []string{shown.ID}
}

// must is for what only a fault of the harness can break.
func must[V any](v V, err error) V {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic("set the scene: " + err.Error())
	}
}
