package provisioning_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// world is a tenant with one application, the reference endpoint it provisions, and the road between them.
type world struct {
	testing.TB

	clock    *clockwork.FakeClock
	dir      *directory.Directory
	app      string
	endpoint *serviceprovider.Endpoint
	road     *weather
	job      *provisioning.Job
	options  []provisioning.Option
	oracle   *oracle

	users, groups []string
	names         int
}

func newWorld(t testing.TB, opts ...provisioning.Option) *world {
	t.Helper()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC))
	w := &world{
		TB: t, clock: clock, dir: directory.New(directory.WithClock(clock), directory.WithIDs(newObjectIDs())),
		endpoint: must(serviceprovider.New(serviceprovider.WithPrefix("/scim"), serviceprovider.WithClock(clock),
			serviceprovider.WithIDs(newIDs()), serviceprovider.WithSharedGroupNames()))(t),
	}
	w.app = must(w.dir.Create(directory.ServicePrincipal, directory.Properties{"displayName": "Acme"}))(t).ID()
	w.road = &weather{RoundTripper: handled{w.endpoint}}
	w.options = append(slices.Clone(opts), provisioning.WithClock(clock), provisioning.WithIDs(newIDs()))
	w.job = must(provisioning.NewJob(w.dir, w.app, w.client(), w.options...))(t)
	w.oracle = &oracle{world: w, had: map[string]map[string]bool{}, excused: map[string]bool{}}
	return w
}

func (w *world) client() *wire.Client {
	return must(wire.NewClient(wire.Config{TenantURL: "http://target.example/scim", Transport: w.road}))(w.TB)
}

// own does something at the endpoint that is none of the service's business, and returns the answer.
func (w *world) own(method, path, body string) map[string]any {
	r := httptest.NewRequestWithContext(context.Background(), method, "/scim"+path, bytes.NewReader([]byte(body)))
	r.Header.Set("Content-Type", "application/scim+json")
	recorder := httptest.NewRecorder()
	w.endpoint.ServeHTTP(recorder, r)
	var answer map[string]any
	if recorder.Code >= http.StatusBadRequest || recorder.Code != http.StatusNoContent && json.Unmarshal(recorder.Body.Bytes(), &answer) != nil {
		w.Fatalf("%s %s: %d %s", method, path, recorder.Code, recorder.Body)
	}
	return answer
}

// all lists what the endpoint has.
func (w *world) all(path string) []map[string]any {
	var list []map[string]any
	resources, _ := w.own(http.MethodGet, path+"?count=1000", "")["Resources"].([]any)
	for _, r := range resources {
		resource, _ := r.(map[string]any)
		list = append(list, resource)
	}
	return list
}

func (w *world) hire() {
	w.names++
	name := fmt.Sprintf("person%d", w.names)
	o, err := w.dir.Create(directory.User, directory.Properties{
		"userPrincipalName": name + "@contoso.example", "mailNickname": name, "displayName": "Person " + name, "accountEnabled": w.names%7 != 0,
	})
	if err == nil {
		w.users = append(w.users, o.ID())
	}
}

func (w *world) found() {
	w.names++
	name := fmt.Sprint("team", w.names)
	o, err := w.dir.Create(directory.Group, directory.Properties{
		"displayName": "Team " + name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true,
	})
	if err == nil {
		w.groups = append(w.groups, o.ID())
	}
}

// unassign takes a principal's assignments away.
func (w *world) unassign(principal string) {
	for a := range w.dir.Snapshot().Assignments(principal) {
		_ = w.dir.Unassign(a.ID)
	}
}

// texts are values an administrator gives an attribute; nil takes it away.
var texts = []any{nil, "x", "X", "Research & Development", `say "hi"`, "Zoë 東", "a+b%20c"}

// acts are what administrators do. What the directory refuses has not happened.
func (w *world) acts() map[string]func(*rapid.T) {
	user := func(t *rapid.T) string { return rapid.SampledFrom(w.users).Draw(t, "user") }
	group := func(t *rapid.T) string { return rapid.SampledFrom(w.groups).Draw(t, "group") }
	principal := func(t *rapid.T) string {
		return rapid.SampledFrom(slices.Concat(w.users, w.groups)).Draw(t, "principal")
	}
	update := func(id, name string, v any) { _, _ = w.dir.Update(id, directory.Properties{name: v}) }
	assign := func(id string) { _, _ = w.dir.Assign(id, w.app, directory.DefaultAccessRole) }
	unique := func(prefix string) string { w.names++; return fmt.Sprint(prefix, w.names) }
	return map[string]func(*rapid.T){
		"hire":     func(*rapid.T) { w.hire() },
		"found":    func(*rapid.T) { w.found() },
		"assign":   func(t *rapid.T) { assign(principal(t)) },
		"unassign": func(t *rapid.T) { w.unassign(principal(t)) },
		"reassign": func(t *rapid.T) { id := principal(t); w.unassign(id); assign(id) },
		"join":     func(t *rapid.T) { _ = w.dir.AddMember(group(t), principal(t)) }, // a group in a group is not followed
		"leave":    func(t *rapid.T) { _ = w.dir.RemoveMember(group(t), principal(t)) },
		"block":    func(t *rapid.T) { update(user(t), "accountEnabled", false) },
		"unblock":  func(t *rapid.T) { update(user(t), "accountEnabled", true) },
		"delete":   func(t *rapid.T) { _ = w.dir.Delete(principal(t)) },
		"restore":  func(t *rapid.T) { _, _ = w.dir.Restore(principal(t)) },
		"purge":    func(t *rapid.T) { _ = w.dir.Purge(principal(t)) },
		"expire": func(t *rapid.T) { // after four weeks a failure would be given up, and the job with it
			w.settle(t)
			w.clock.Advance(31 * 24 * time.Hour)
			w.dir.Expire()
		},
		"rename": func(t *rapid.T) { update(principal(t), "displayName", unique("Name ")) },
		"new name to sign in": func(t *rapid.T) {
			update(user(t), "userPrincipalName", unique("new")+"@contoso.example")
		},
		"change": func(t *rapid.T) {
			name := rapid.SampledFrom([]string{"jobTitle", "department", "givenName", "surname", "city", "employeeId"}).Draw(t, "attribute")
			update(user(t), name, rapid.SampledFrom(texts).Draw(t, "value"))
		},
		"manager": func(t *rapid.T) { _ = w.dir.SetManager(user(t), user(t)) },
		"alone":   func(t *rapid.T) { _ = w.dir.SetManager(user(t), "") },
		"map anew": func(t *rapid.T) {
			w.oracle.variant = !w.oracle.variant
			w.restarts(w.job.Reconfigure(context.Background(), w.client(), synchronization.ResetWatermark, w.configured()...), t)
		},
		"restart": func(t *rapid.T) {
			scope := rapid.SampledFrom([]synchronization.ResetScope{
				synchronization.ResetFull, synchronization.ResetEscrows, synchronization.ResetQuarantineState, synchronization.ResetWatermark,
				synchronization.ResetConnectorDataStore, synchronization.ResetNone,
			}).Draw(t, "scope")
			if scope.Has(synchronization.ResetConnectorDataStore) {
				w.oracle.excuse()
			}
			w.job.Restart(scope)
		},
		"on demand": func(t *rapid.T) {
			id := user(t)
			w.stormy(t, func(ctx context.Context) error {
				_, err := w.job.ProvisionOnDemand(ctx, subject("User", id))
				return ignored(err)
			})
		},
		"cycle": func(t *rapid.T) {
			w.stormy(t, func(ctx context.Context) error { _, err := w.job.Cycle(ctx); return err })
			w.clock.Advance(40 * time.Minute)
		},
	}
}

// ignored is for what on demand may refuse: who is not in scope, a target that fails.
func ignored(error) error { return nil }

func (w *world) restarts(err error, t *rapid.T) {
	if err != nil {
		t.Fatal(err)
	}
}

// configured are the options with the mapping of now.
func (w *world) configured() []provisioning.Option {
	schema := defaultSchema()
	if w.oracle.variant {
		rows := usersOf(&schema).AttributeMappings
		for i, r := range rows {
			switch r.TargetAttributeName {
			case "displayName":
				rows[i] = row(`Append([displayName], " (Contoso)")`, "displayName")
			case "title":
				rows[i] = row("[department]", "title")
			}
		}
	}
	return append(slices.Clone(w.options), provisioning.WithSchema(schema))
}

// stormy does something while requests fail, answers get lost, or which is cancelled.
func (w *world) stormy(t *rapid.T, do func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	names := []string{""}
	for name := range faults {
		names = append(names, name)
	}
	slices.Sort(names)
	from := rapid.IntRange(0, 14).Draw(t, "from")
	w.road.change(rapid.SampledFrom(names).Draw(t, "fault"), from, from+rapid.SampledFrom([]int{1, 1, 3, 1000}).Draw(t, "requests"), cancel)
	if err := do(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	w.road.change("", 0, 0, nil)
	w.oracle.remember()
}

// settle lets cycles run in fair weather until everything that failed was tried again.
func (w *world) settle(t *rapid.T) {
	for range 6 {
		w.clock.Advance(25 * time.Hour)
		report, err := w.job.Cycle(context.Background())
		if err != nil || report.Error != nil {
			t.Fatal(err, report.Error)
		}
	}
}

// Whatever administrators do, and however requests and cycles fail meanwhile: when that stops, the reference endpoint has what the directory
// and the mappings say, nobody is there twice, what is not the tenant's is as it was, and a further cycle writes nothing.
func TestWhateverHappensTheReferenceEndpointFollows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		parallel := rapid.SampledFrom([]int{1, 1, 3}).Draw(rt, "parallelism")
		dialect := rapid.SampledFrom(wire.Dialects()).Draw(rt, "dialect")
		perPatch := rapid.SampledFrom([]int{1, 100}).Draw(rt, "members per PATCH")
		w := newWorld(t, provisioning.WithParallelism(parallel), provisioning.WithWire(wire.Options{Dialect: dialect, MembersPerPatch: perPatch}))
		for range 4 {
			w.hire()
		}
		w.found()
		w.found()
		w.oracle.plant()
		for _, id := range []string{w.users[0], w.users[1], w.groups[0]} {
			_, _ = w.dir.Assign(id, w.app, directory.DefaultAccessRole)
		}
		rt.Repeat(w.watched())
		w.settle(rt)
		w.oracle.check(rt, false)
		w.oracle.excuse()
		w.job.Restart(synchronization.ResetFull)
		w.settle(rt)
		w.oracle.check(rt, true)
		w.road.taken()
		w.settle(rt)
		if writes := w.road.taken(); len(writes) > 0 {
			rt.Fatalf("cycles without changes wrote %s", strings.Join(writes, ", "))
		}
	})
}

// watched are the acts, after each of which the oracle takes note of the directory.
func (w *world) watched() map[string]func(*rapid.T) {
	acts := w.acts()
	for name, act := range acts {
		acts[name] = func(t *rapid.T) { act(t); w.oracle.remember() }
	}
	return acts
}
