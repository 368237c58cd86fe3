package mockgraph_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

const (
	soakClients = 64
	soakReaders = 12 // of the clients, those that follow delta queries
	soakSeed    = 3
)

// TestSoak: many clients in foul weather leave the tenant whole. It takes a second; REHEARSE_SOAK says otherwise, such as 30s.
// It runs beside no other test, so that every goroutine left behind is its own.
func TestSoak(t *testing.T) { //nolint:paralleltest // see above
	length := time.Second
	if text := os.Getenv("REHEARSE_SOAK"); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatalf("read REHEARSE_SOAK: %v", err)
		}
		length = d
	}
	leaks := goleak.IgnoreCurrent()
	tenant := mockgraph.New(mockgraph.WithDeltaPages(20, 5))
	pool := newSoakPool(t, tenant)
	clients := make([]*soakClient, soakClients)
	for i := range clients {
		clients[i] = newSoakClient(t, tenant, pool, i)
	}
	if err := tenant.Weather().Set(stormy(t)); err != nil {
		t.Fatal(err)
	}

	ctx, stop := context.WithTimeout(t.Context(), length)
	defer stop()
	var running sync.WaitGroup
	for i, c := range clients {
		running.Go(func() {
			for ctx.Err() == nil && !c.failed() {
				if i < soakReaders {
					c.read()
				} else {
					c.act()
				}
			}
		})
	}
	running.Wait()

	if err := tenant.Weather().Set(weather.Forecast{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range clients[:soakReaders] {
		c.catchUp()
		c.compare()
	}
	sound(t, tenant.Directory())
	report(t, clients, length)
	if err := tenant.Close(context.WithoutCancel(t.Context())); err != nil {
		t.Errorf("close tenant: %v", err)
	}
	goleak.VerifyNone(t, leaks)
}

// stormy is all weather at once, with quotas that let busy clients through most of the time.
func stormy(t *testing.T) weather.Forecast {
	t.Helper()
	for _, preset := range weather.Presets() {
		if preset.Name == "stormy" {
			preset.Forecast.Seed = soakSeed
			preset.Forecast.Quota.Factor = 20
			return preset.Forecast
		}
	}
	t.Fatal("there is no preset stormy")
	return weather.Forecast{}
}

// sound asks that the directory's invariants hold, and that it comes back from a file as it was.
func sound(t *testing.T, d *directory.Directory) {
	t.Helper()
	if err := d.Snapshot().Check(); err != nil {
		t.Errorf("the directory does not hold together: %v", err)
	}
	var saved, again bytes.Buffer
	if err := d.Save(&saved); err != nil {
		t.Fatalf("save: %v", err)
	}
	copied := directory.New()
	if err := copied.Load(bytes.NewReader(saved.Bytes())); err != nil {
		t.Fatalf("load: %v", err)
	}
	if err := copied.Snapshot().Check(); err != nil {
		t.Errorf("the directory does not hold together after it was saved and loaded: %v", err)
	}
	if err := copied.Save(&again); err != nil {
		t.Fatalf("save the copy: %v", err)
	}
	if !bytes.Equal(saved.Bytes(), again.Bytes()) {
		t.Error("the copy is saved as other bytes than the original")
	}
}

// report says what happened, and in a long run asks that everything did.
func report(t *testing.T, clients []*soakClient, length time.Duration) {
	t.Helper()
	all := map[string]int{}
	for _, c := range clients {
		for what, n := range c.counts {
			all[what] += n
		}
	}
	for _, what := range slices.Sorted(maps.Keys(all)) {
		t.Logf("%7d %s", all[what], what)
	}
	if length < 10*time.Second {
		return
	}
	for _, what := range []string{"429", "500", "502", "503", "504", "broken off", "delta round"} {
		if all[what] == 0 {
			t.Errorf("never seen: %s", what)
		}
	}
	for _, each := range soakActs {
		if all[each.name+" succeeded"] == 0 {
			t.Errorf("never succeeded: %s", each.name)
		}
	}
}

// soakPool is what all clients act on.
type soakPool struct {
	mu  sync.Mutex
	ids map[string][]string // by kind
}

// newSoakPool fills a tenant with licences, a dynamic group and a first generation.
func newSoakPool(t *testing.T, tenant *mockgraph.Tenant) *soakPool {
	t.Helper()
	p, d := &soakPool{ids: map[string][]string{}}, tenant.Directory()
	for sku, seats := range map[string]int{"TEAMS_EXPLORATORY": 40, "SPE_E5": 20} {
		o, err := d.Subscribe(sku, seats)
		if err != nil {
			t.Fatal(err)
		}
		p.add("sku", o.String("skuId"))
	}
	if _, err := d.Create(directory.Group, directory.Properties{
		"displayName": "Sales", "mailNickname": "sales", "mailEnabled": false, "securityEnabled": true,
		"groupTypes": []string{"DynamicMembership"}, "membershipRule": `user.department -eq "Sales"`, "membershipRuleProcessingState": "On",
	}); err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		g, err := d.Create(directory.Group, directory.Properties{"displayName": fmt.Sprintf("Crew %d", i), "mailNickname": "crew", "mailEnabled": false, "securityEnabled": true})
		if err != nil {
			t.Fatal(err)
		}
		p.add("group", g.ID())
	}
	for i := range 60 {
		name := fmt.Sprintf("first%d", i)
		u, err := d.Create(directory.User, directory.Properties{"displayName": name, "mailNickname": name, "userPrincipalName": name + "@contoso.onmicrosoft.com", "accountEnabled": true, "usageLocation": "DE"})
		if err != nil {
			t.Fatal(err)
		}
		p.add("user", u.ID())
		if err := d.AddMember(p.ids["group"][i%10], u.ID()); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *soakPool) add(kind, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ids[kind] = append(p.ids[kind], id)
}

// pick returns any id of a kind, "" when there is none.
func (p *soakPool) pick(kind string, r *rand.Rand) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if all := p.ids[kind]; len(all) > 0 {
		return all[r.IntN(len(all))]
	}
	return nobody
}

// move takes an id from one kind to another; "" drops it.
func (p *soakPool) move(id, from, to string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.ids[from], id)
	if i < 0 {
		return
	}
	p.ids[from] = slices.Delete(p.ids[from], i, i+1)
	if to != "" {
		p.ids[to] = append(p.ids[to], id)
	}
}

func (p *soakPool) size(kind string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.ids[kind])
}
