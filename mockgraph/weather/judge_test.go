package weather_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

var dropping = weather.Effect{Drop: &weather.Drop{}}

func TestGivenFairWeatherWhenJudgedThenNothingHappens(t *testing.T) {
	t.Parallel()
	w := weather.New()
	if diff := cmp.Diff(weather.Outcome{}, w.Judge(get("/users"))); diff != "" || !w.Judge(get("/users")).Runs() {
		t.Errorf("fair weather did something: %s", diff)
	}
	if diff := cmp.Diff(weather.Forecast{}, w.Forecast()); diff != "" || w.Hits() != nil || w.Skew() != 0 {
		t.Errorf("fair weather has a forecast: %s", diff)
	}
}

func TestGivenAMatchWhenRequestsComeThenOnlyThoseThatFitAreStruck(t *testing.T) {
	t.Parallel()
	manager := weather.Request{Method: "GET", Template: "/users/{id}/manager", Path: "/users/ada@contoso.example/manager"}
	item := manager
	item.Batched = true
	cases := []struct {
		name    string
		match   weather.Match
		request weather.Request
		hit     bool
	}{
		{"everything by default", weather.Match{}, manager, true},
		{"its method", weather.Match{Methods: []string{"POST", "GET"}}, manager, true},
		{"not another method", weather.Match{Methods: []string{"POST"}}, manager, false},
		{"its template", weather.Match{Path: "/users/{id}/manager"}, manager, true},
		{"its literal path", weather.Match{Path: "/users/ada@contoso.example/manager"}, manager, true},
		{"not another's literal path", weather.Match{Path: "/users/bob@contoso.example/manager"}, manager, false},
		{"in any case", weather.Match{Path: "/Users/ADA@contoso.example/Manager/"}, manager, true},
		{"a star is one segment", weather.Match{Path: "/users/*/manager"}, manager, true},
		{"a star inside a segment", weather.Match{Path: "/users/ada@*/man?ger"}, manager, true},
		{"a star is not two segments", weather.Match{Path: "/users/*"}, manager, false},
		{"a star is not none", weather.Match{Path: "/users/*"}, get("/users"), false},
		{"two stars are any rest", weather.Match{Path: "/users/**"}, manager, true},
		{"two stars are no rest too", weather.Match{Path: "/users/**"}, get("/users"), true},
		{"a prefix is by segments", weather.Match{Path: "/user/**"}, manager, false},
		{"no prefix without stars", weather.Match{Path: "/users"}, manager, false},
		{"dollar is a letter", weather.Match{Path: "/$batch"}, post("/$batch"), true},
		{"all below the root", weather.Match{Path: "/**"}, manager, true},
		{"a path without template", weather.Match{Path: "/nowhere"}, weather.Request{Method: "GET", Path: "/nowhere"}, true},
		{"only items of batches, one", weather.Match{Only: weather.Batched}, item, true},
		{"only items of batches, none", weather.Match{Only: weather.Batched}, manager, false},
		{"only outer requests, one", weather.Match{Only: weather.Outer}, manager, true},
		{"only outer requests, none", weather.Match{Only: weather.Outer}, item, false},
	}
	for _, c := range cases {
		w, _ := under(t, rule(c.match, dropping))
		if got := w.Judge(c.request).Drop; got != c.hit {
			t.Errorf("%s: struck %v, want %v", c.name, got, c.hit)
		}
	}
}

func TestGivenSkipAndCountWhenRequestsComeThenThoseBetweenAreStruck(t *testing.T) {
	t.Parallel()
	w, _ := under(t, rule(weather.Match{Methods: []string{"POST"}, Skip: 2, Count: 3}, dropping))
	var struck []bool
	for range 8 {
		w.Judge(get("/users")) // counts for nobody
		struck = append(struck, w.Judge(post("/users")).Drop)
	}
	if diff := cmp.Diff([]bool{false, false, true, true, true, false, false, false}, struck); diff != "" {
		t.Errorf("struck (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{3}, w.Hits()); diff != "" {
		t.Errorf("hits (-want +got):\n%s", diff)
	}
}

func TestGivenAShareWhenManyRequestsComeThenAboutThatManyAreStruck(t *testing.T) {
	t.Parallel()
	const requests = 20_000
	for _, share := range []float64{0.01, 0.1, 0.5, 0.9} {
		for seed := range uint64(3) {
			f := rule(weather.Match{Share: share}, dropping)
			f.Seed = seed
			w, _ := under(t, f)
			for range requests {
				w.Judge(get("/users"))
			}
			if got := float64(w.Hits()[0]) / requests; got < share-0.012 || got > share+0.012 {
				t.Errorf("seed %d: share %v struck %v", seed, share, got)
			}
		}
	}
}

func TestGivenSeveralRulesWhenTheyHitThenLatencyAddsUpAndTheFirstOtherWins(t *testing.T) {
	t.Parallel()
	w, _ := under(t, weather.Forecast{Rules: []weather.Rule{
		{Effect: weather.Effect{Latency: &weather.Latency{Fixed: time.Second}}},
		{Match: weather.Match{Count: 1}, Effect: weather.Effect{Fail: &weather.Failure{Status: 503}}},
		{Name: "the second", Match: weather.Match{Count: 1}, Effect: dropping},
		{Effect: weather.Effect{Latency: &weather.Latency{Fixed: time.Minute}}},
	}})
	first, second, third := w.Judge(get("/users")), w.Judge(get("/users")), w.Judge(get("/users"))
	if first.Status != 503 || first.Drop || first.Delay != time.Minute+time.Second || first.Cause != "fail" {
		t.Errorf("first outcome %+v, want 503 and both delays", first)
	}
	if second.Status != 0 || !second.Drop || second.Cause != "the second" {
		t.Errorf("second outcome %+v, want the drop that the first request did not use up", second)
	}
	if !third.Runs() || third.Delay == 0 {
		t.Errorf("third outcome %+v, want only delays", third)
	}
}

// log is all that a forecast does to a row of requests.
func log(t *testing.T, f weather.Forecast) []string {
	t.Helper()
	w, _ := under(t, f)
	var all []string
	for i := range 400 {
		r := get(fmt.Sprintf("/users/%d", i))
		if i%3 == 0 {
			r = post("/users")
		}
		r.Batched = i%5 == 0
		o := w.Judge(r)
		all = append(all, fmt.Sprintf("%+v %s %s", o, w.Age(weather.ByKey, o.Number), w.Age(weather.Listing, o.Number)))
	}
	return all
}

func TestGivenTheSameSeedAndOrderWhenJudgedAgainThenTheWeatherIsTheSame(t *testing.T) {
	t.Parallel()
	for _, p := range weather.Presets() {
		once, again := log(t, p.Forecast), log(t, p.Forecast)
		if diff := cmp.Diff(once, again); diff != "" {
			t.Errorf("%s differs between two runs:\n%s", p.Name, diff)
		}
	}
	stormy, err := weather.Parse("stormy,seed:1")
	if err != nil {
		t.Fatal(err)
	}
	other := stormy
	other.Seed = 2
	if cmp.Equal(log(t, stormy), log(t, other)) {
		t.Error("another seed makes the same weather")
	}
}

func TestGivenARuleAddedWhenItNeverHitsThenOtherChoicesStay(t *testing.T) {
	t.Parallel()
	f := rule(weather.Match{Share: 0.3}, dropping)
	before := log(t, f)
	f.Rules = append(f.Rules, weather.Rule{Match: weather.Match{Path: "/nowhere", Share: 0.5}, Effect: dropping})
	if diff := cmp.Diff(before, log(t, f)); diff != "" {
		t.Errorf("a rule behind moved the choices of the first:\n%s", diff)
	}
}

func TestGivenWeatherAtWorkWhenSetAnewThenNumbersAndCountsBeginAnew(t *testing.T) {
	t.Parallel()
	f := rule(weather.Match{Count: 1}, dropping)
	w, _ := under(t, f)
	for range 2 {
		if o := w.Judge(get("/users")); !o.Drop || o.Number != 1 {
			t.Errorf("first outcome %+v, want number 1 dropped", o)
		}
		if o := w.Judge(get("/users")); o.Drop || o.Number != 2 {
			t.Errorf("second outcome %+v, want number 2 to pass", o)
		}
		if err := w.Set(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Set(weather.Forecast{}); err != nil || w.Judge(get("/users")).Number != 0 {
		t.Errorf("fair weather does not return: %v", err)
	}
}

func TestGivenAForecastWhenItsOwnerChangesItThenTheWeatherStays(t *testing.T) {
	t.Parallel()
	f := rule(weather.Match{Methods: []string{"GET"}}, weather.Effect{Fail: &weather.Failure{Status: 503}})
	f.Quota = &weather.Quota{Size: weather.Small}
	w, _ := under(t, f)
	read := w.Forecast()
	for _, mine := range []weather.Forecast{f, read} {
		mine.Rules[0].Match.Methods[0], mine.Rules[0].Effect.Fail.Status, mine.Quota.Size = "POST", 500, weather.Large
	}
	got := w.Forecast()
	if got.Rules[0].Match.Methods[0] != "GET" || got.Rules[0].Effect.Fail.Status != 503 || got.Quota.Size != weather.Small {
		t.Errorf("the forecast was changed from outside: %+v", got)
	}
}
