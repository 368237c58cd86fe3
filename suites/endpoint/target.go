package endpoint

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"

	"github.com/jonboulle/clockwork"
	"golang.org/x/time/rate"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// Target is an endpoint that gave a usable first answer. It is safe for concurrent use.
type Target struct {
	config    Config
	address   address
	limiter   *rate.Limiter // nil: no limit
	inventory *inventory
	discovery discovery
	shape     *shape
	taken     map[string]bool  // attributes that /Schemas does not name, and the target has
	first     map[string]Found // what a filter with no match found, by collection
	extras    []*Account       // bystanders
	breath    *breath
	portals   portals
	budget    *budget
	scenes    *scenes
	idle      func() // closes connections that are the target's own and not in use

	adaptations []string
	load        *pressure
}

// Open asks the target the first question Entra asks (a filter with a random GUID), reads its discovery documents and puts the
// bystanders there, whom no check may touch. The error is an [*UnusableError], or the context's.
func Open(ctx context.Context, c Config) (*Target, error) {
	t, err := newTarget(c)
	if err != nil {
		return nil, err
	}
	if err := t.greet(ctx); err != nil {
		t.idle()
		if ctx.Err() != nil {
			return nil, fmt.Errorf("open target: %w", context.Cause(ctx))
		}
		if unusable, ok := errors.AsType[*UnusableError](err); ok {
			unusable.Message = t.config.Recorder.Redact(unusable.Message) // it may quote an answer that quotes the token
		}
		return nil, err
	}
	if !c.ReadOnly {
		t.settle(ctx)
	}
	t.shape.discovered(&t.discovery, t.taken)
	t.adapt()
	return t, nil
}

// Validate says what is wrong with a configuration before anything is sent. Its errors are [*UnusableError], of the kind [Misconfigured].
func (c Config) Validate() error {
	if _, err := parseAddress(c.URL); err != nil {
		return err
	}
	_, err := newShape(c)
	return err
}

func newTarget(c Config) (*Target, error) {
	a, err := parseAddress(c.URL)
	if err != nil {
		return nil, err
	}
	s, err := newShape(c)
	if err != nil {
		return nil, err
	}
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	if c.UserDomain == "" {
		c.UserDomain = DefaultUserDomain
	}
	if c.Seed == 0 { // two runs on one target must not share their names
		c.Seed = rand.Uint64N(1<<32-1) + 1
	}
	if c.Prefix == "" {
		c.Prefix = DefaultPrefix(c.Seed)
	}
	if c.Recorder == nil {
		c.Recorder = exchange.NewRecorder()
	}
	for _, secret := range []string{c.Token, c.ExpiredToken, c.OtherToken} {
		if secret != "" {
			c.Recorder.AddSecret(secret)
		}
	}
	if c.OAuth != nil {
		c.Recorder.AddSecret(c.OAuth.ClientSecret)
	}
	idle := func() {}
	if c.Transport == nil {
		if standard, ok := http.DefaultTransport.(*http.Transport); ok {
			fresh := standard.Clone()
			fresh.MaxIdleConnsPerHost = 32
			c.Transport, idle = fresh, fresh.CloseIdleConnections
		}
	}
	t := &Target{shape: s, idle: idle, scenes: newScenes(), breath: &breath{clock: clockwork.NewRealClock(), pace: afterRefusal(c.Pace)}, config: c, address: a, inventory: &inventory{prefix: strings.ToLower(c.Prefix)}, first: map[string]Found{}}
	t.budget = &budget{
		readOnly: c.ReadOnly, maxRequests: c.MaxRequests, maxMakes: c.MaxObjects,
		removed: t.inventory.removedCount,
	}
	pace := c.Pace
	if pace == 0 && !a.loopback {
		pace = DefaultPace
	}
	if pace > 0 {
		t.limiter = rate.NewLimiter(rate.Limit(pace), max(1, int(pace)/5))
	}
	t.load = newPressure(c.Load, a.loopback, pace)
	return t, nil
}

// afterRefusal is the pace for a target that has refused a request for being one too many.
func afterRefusal(pace float64) rate.Limit {
	switch {
	case pace < 0:
		return rate.Inf
	case pace == 0:
		return DefaultPace
	default:
		return min(rate.Limit(pace), DefaultPace)
	}
}

// greet asks what Entra asks first, then for the discovery documents.
func (t *Target) greet(ctx context.Context) error {
	session := t.config.Recorder.Session("open", t.config.Transport)
	n := newNames(t.config.Seed, t.config.Prefix, t.config.UserDomain, "open")
	composer, err := wire.NewComposer(wire.Options{})
	if err != nil {
		return fmt.Errorf("open target: %w", err)
	}
	ask := func(target string) Answer { return t.ask(ctx, session, target) }

	probe := composer.MatchUser(t.shape.match, n.uuid()).Target
	question := "asked GET " + t.address.base + "/Users with a filter that matches nobody"
	a := ask(probe)
	if a.Err != nil {
		return broken(question, t.config.Timeout, a.Err)
	}
	unusable, unsure := judgeFirst(question, a, describeToken(t.config.Token, t.config.TokenFrom))
	if unusable != nil && !unsure {
		return unusable
	}
	t.first[users] = foundIn(a)
	t.discovery = discovery{config: ask("/ServiceProviderConfig"), types: ask("/ResourceTypes"), schemas: ask("/Schemas")}
	t.discovery.read()
	if unusable != nil { // it may still speak SCIM elsewhere: then that filter is what it gets wrong
		second := []Answer{t.discovery.config, t.discovery.types, t.discovery.schemas, ask("/Users?startIndex=1&count=1")}
		if !slices.ContainsFunc(second, func(a Answer) bool { return a.OK() && looksLikeSCIM(a.Body) }) {
			return unusable
		}
	}
	if t.discovery.hasGroups() {
		none := foundIn(ask(composer.MatchGroup("displayName", n.uuid()).Target))
		if len(t.discovery.endpoints) == 0 && nothingThere(none.Status) && nothingThere(ask("/Groups?startIndex=1&count=1").Status) {
			t.discovery.groupless = true
			return nil
		}
		t.first[groups] = none
	}
	return nil
}

// nothingThere says whether a status is how a target answers at a path it does not have. Source: RFC 7644 §3.12.
func nothingThere(status int) bool {
	return status == http.StatusNotFound || status == http.StatusMethodNotAllowed || status == http.StatusNotImplemented
}

// ask sends a GET as Entra would and does not follow redirects.
func (t *Target) ask(ctx context.Context, session *exchange.Session, target string) Answer {
	return t.fetch(ctx, session, t.address.base+target)
}

// fetch is ask for a whole URL. The token goes along, so it must be one of the target's own.
func (t *Target) fetch(ctx context.Context, session *exchange.Session, where string) Answer {
	if t.limiter != nil {
		if err := t.limiter.Wait(ctx); err != nil {
			return Answer{Err: err}
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where, nil)
	if err != nil {
		return Answer{Err: err}
	}
	for name, values := range t.config.Header {
		req.Header[http.CanonicalHeaderKey(name)] = slices.Clone(values)
	}
	if t.config.Token != "" {
		req.Header.Set("Authorization", "Bearer "+t.config.Token)
	}
	client := &http.Client{
		Transport: t.line(session, nil), Timeout: t.config.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	if err != nil {
		return Answer{Err: err, Shown: session.Last()}
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	_, err = body.ReadFrom(resp.Body)
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body.Bytes(), Err: err, Shown: session.Last()}
}

// adapt says in plain sentences how the run fits itself to the target.
func (t *Target) adapt() {
	say := func(format string, args ...any) { t.adaptations = append(t.adaptations, fmt.Sprintf(format, args...)) }
	if t.address.flagged {
		say("The flag %s is for Entra and is not sent to the target.", optFlag)
	}
	if t.limiter != nil {
		say("At most %g requests per second are sent.", float64(t.limiter.Limit()))
	}
	if !t.discovery.hasGroups() {
		say("The target has no groups, which are optional: the checks of group push are skipped. Switch the group mapping off in Entra.")
	}
	if t.discovery.roleless {
		say("The target has no /Schemas and took no roles, which Entra's default mapping does not write: the checks of licence assign are skipped.")
	} else if !t.has("roles") {
		say("/Schemas names no roles, which Entra's default mapping does not write: the checks of licence assign are skipped.")
	}
	t.adaptations = append(t.adaptations, t.shape.changes...)
	t.adaptCustoms(say)
	if media := t.first[users].Header.Get("Content-Type"); strings.HasPrefix(strings.ToLower(media), "application/json") {
		say("The target answers as application/json instead of application/scim+json, which Entra tolerates.")
	}
	if t.config.ReadOnly {
		say("Nothing is written (--read-only): checks that would change something are skipped, and the verdict is about the others alone.")
	}
	if t.config.Token == "" {
		say("No token is sent: the checks of refused credentials are skipped.")
	}
}

// Describe tells what is judged and how the run fits itself to it.
func (t *Target) Describe() result.Target {
	adaptations := slices.Clone(t.adaptations)
	if n := t.breath.refusals.Load(); n > 0 {
		adaptations = append(adaptations, fmt.Sprintf("The target refused %d requests for being too many (429, or 503 with Retry-After): they were sent again, and later ones more slowly.", n))
	}
	return result.Target{
		Kind: "scim", URL: t.address.base, Software: clip(t.first[users].Header.Get("Server"), 200),
		Adaptations: adaptations,
	}
}

// Seed returns the seed of the names and random values of this run.
func (t *Target) Seed() uint64 { return t.config.Seed }

// Recorder returns the recorder that holds the exchanges with the target.
func (t *Target) Recorder() *exchange.Recorder { return t.config.Recorder }

// Flagged says that the tenant URL carried aadOptscim062020, with which Entra speaks its newer dialect.
func (t *Target) Flagged() bool { return t.address.flagged }

// Runnables binds all checks to the target, once for each dialect; none means the default dialect. Checks that send the same in every
// dialect are bound in the first. The checks of the pack load are bound only when [Config] Load asks for them.
func (t *Target) Runnables(dialects ...string) []suites.Runnable {
	if len(dialects) == 0 {
		dialects = []string{string(wire.Default)}
	}
	var all []suites.Runnable
	for i, d := range dialects {
		newRig := func(ctx context.Context, c *suites.T) (*Rig, error) { return newRig(ctx, c, t, wire.Dialect(d)) }
		plain, pressing := loadApart(checksIn(i))
		all = append(all, suites.Bind(plain, d, newRig)...)
		if t.config.Load != nil {
			all = append(all, suites.Bind(pressing, d, newRig, suites.WithTimeout(t.load.time), suites.WithCleanupTimeout(t.load.time))...)
		}
	}
	for i := range all {
		run := all[i].Run
		all[i].Run = func(ctx context.Context) suites.Outcome {
			if why := t.Spent(); why != "" {
				return suites.Outcome{Status: result.NotRun, Reason: why}
			}
			return run(ctx).Redact(t.config.Recorder.Redact)
		}
	}
	return all
}

// Close removes everything that is still there of what the run has made, newest first, and says what it could not remove.
func (t *Target) Close(ctx context.Context) []result.Leftover {
	defer t.idle()
	left := []result.Leftover{}
	if t.config.Keep {
		for _, one := range t.inventory.of("") {
			left = append(left, result.Leftover{URL: t.urlOf(one), Reason: "kept, as asked (--keep)", Remove: t.removal(one)})
		}
	}
	for _, err := range t.sweep(ctx, "") {
		if l, ok := errors.AsType[*suites.LeftoverError](err); ok {
			left = append(left, result.Leftover{URL: l.URL, Reason: l.Err.Error(), Remove: l.Remove})
			continue
		}
		left = append(left, result.Leftover{URL: t.address.base, Reason: err.Error()})
	}
	if !t.config.Keep {
		left = append(left, t.survivors(ctx)...)
	}
	for i := range left {
		redact := t.config.Recorder.Redact
		left[i].URL, left[i].Reason, left[i].Remove = redact(left[i].URL), redact(left[i].Reason), redact(left[i].Remove)
	}
	return left
}
