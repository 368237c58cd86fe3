package provisioning_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// model drives one tenant and its target at random.
type model struct {
	*stage

	users  []string
	groups []string
	ends   map[string]string // principal -> assignment
	names  int
}

// acts are what administrators do. What the directory refuses has not happened.
func (m *model) acts() map[string]func(*rapid.T) {
	user := func(t *rapid.T) string { return rapid.SampledFrom(m.users).Draw(t, "user") }
	group := func(t *rapid.T) string { return rapid.SampledFrom(m.groups).Draw(t, "group") }
	return map[string]func(*rapid.T){
		"hire": func(*rapid.T) {
			m.names++
			m.users = append(m.users, m.user(fmt.Sprintf("Person%d Smith", m.names)))
		},
		"assign": func(t *rapid.T) {
			id := rapid.SampledFrom(append(append([]string{}, m.users...), m.groups...)).Draw(t, "principal")
			if a, err := m.dir.Assign(id, m.app, directory.DefaultAccessRole); err == nil {
				m.ends[id] = a.ID
			}
		},
		"unassign":  func(t *rapid.T) { _ = m.dir.Unassign(m.ends[user(t)]) },
		"join":      func(t *rapid.T) { _ = m.dir.AddMember(group(t), user(t)) },
		"leave":     func(t *rapid.T) { _ = m.dir.RemoveMember(group(t), user(t)) },
		"block":     func(t *rapid.T) { _, _ = m.dir.Update(user(t), directory.Properties{"accountEnabled": false}) },
		"unblock":   func(t *rapid.T) { _, _ = m.dir.Update(user(t), directory.Properties{"accountEnabled": true}) },
		"delete":    func(t *rapid.T) { _ = m.dir.Delete(user(t)) },
		"restore":   func(t *rapid.T) { _, _ = m.dir.Restore(user(t)) },
		"purge":     func(t *rapid.T) { _ = m.dir.Purge(user(t)) },
		"rename":    func(t *rapid.T) { m.rename(user(t)) },
		"on demand": func(t *rapid.T) { _, _ = m.job.ProvisionOnDemand(context.Background(), subject("User", user(t))) },
		"cycle":     func(t *rapid.T) { m.weather(t) },
	}
}

func (m *model) rename(id string) {
	m.names++
	_, _ = m.dir.Update(id, directory.Properties{"displayName": fmt.Sprint("Name ", m.names)})
}

// weather runs a cycle in which requests fail, answers are lost, or which is cancelled.
func (m *model) weather(t *rapid.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	fails := rapid.IntRange(0, 12).Draw(t, "fails at")
	kind := rapid.SampledFrom([]string{"nothing", "refuses", "cancels"}).Draw(t, "weather")
	n := 0
	m.target.setAnswer(func(w http.ResponseWriter, _ *http.Request) bool {
		n++
		switch {
		case kind == "cancels" && n == fails:
			cancel()
		case kind == "refuses" && n >= fails && n < fails+3:
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	})
	if _, err := m.job.Cycle(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	m.target.setAnswer(nil)
	m.clock.Advance(40 * time.Minute)
}

// check compares the target with what the mappings say of the directory.
func (m *model) check(t *rapid.T) {
	snap := m.dir.Snapshot()
	entitled := func(id string) bool {
		for a := range snap.Assignments(id) {
			if a.ResourceID == m.app {
				return true
			}
		}
		return false
	}
	active := map[string]string{} // userName of who must be active -> displayName
	for _, id := range m.users {
		o, live := snap.Object(id)
		if !live || !o.Bool("accountEnabled") {
			continue
		}
		in := entitled(id)
		for g := range snap.MemberOf(id) {
			in = in || entitled(g)
		}
		if in {
			active[strings.ToLower(o.String("userPrincipalName"))] = o.String("displayName")
		}
	}
	seen := map[string]bool{}
	for id, item := range m.target.users.items {
		name := strings.ToLower(item.String("userName"))
		if seen[name] {
			t.Fatalf("%s was created twice", name)
		}
		seen[name] = true
		value, _ := item.Get("active")
		is := strings.EqualFold(fmt.Sprint(value), "true")
		display, must := active[name]
		if is != must || must && item.String("displayName") != display {
			t.Fatalf("%s (%s) is active %t and called %q, want %t and %q", id, name, is, item.String("displayName"), must, display)
		}
	}
	for name := range active {
		if !seen[name] {
			t.Fatalf("%s is missing", name)
		}
	}
	for _, g := range m.groups {
		anchor, linked := m.job.Anchor(g)
		if entitled(g) != (linked && m.target.groups.items[anchor] != nil) {
			t.Fatalf("group %s: assigned %t, linked %t", g, entitled(g), linked)
		}
	}
}

// Whatever administrators do, and however requests and cycles fail meanwhile: when that stops, the target is what the directory and
// the mappings say, nobody is there twice, and a further cycle writes nothing.
func TestWhateverHappensTheTargetFollows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		parallel := rapid.SampledFrom([]int{1, 1, 3}).Draw(rt, "parallelism")
		m := &model{stage: newStage(t, provisioning.WithParallelism(parallel)), ends: map[string]string{}}
		m.users = []string{m.user("Ada Byron"), m.user("Bob Ross"), m.user("Cy Twombly")}
		m.groups = []string{m.group("Team Red", m.users[0]), m.group("Team Blue")}
		for _, id := range append(m.groups[:1:1], m.users[1]) {
			m.ends[id] = m.assign(id)
		}
		rt.Repeat(m.acts())
		for range 6 { // what failed is tried again after at most a day
			m.clock.Advance(25 * time.Hour)
			if report := m.cycle(); report.Error != nil {
				rt.Fatal(report.Error)
			}
		}
		m.check(rt)
		m.target.taken()
		m.cycle()
		for _, request := range m.target.taken() {
			if !strings.HasPrefix(request, "GET ") {
				rt.Fatalf("a cycle without changes wrote %s", request)
			}
		}
	})
}
