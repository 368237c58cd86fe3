package weather_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

func effect(e weather.Effect) weather.Forecast { return rule(weather.Match{}, e) }

func TestGivenAForecastThatIsWrongWhenSetThenTheErrorNamesTheMemberAndWhatItMayBe(t *testing.T) {
	t.Parallel()
	cases := []struct {
		forecast weather.Forecast
		want     string
	}{
		{weather.Forecast{Rules: make([]weather.Rule, 101)}, `rules: want at most 100, got 101`},
		{weather.Forecast{Skew: 25 * time.Hour}, `skew: want a duration from -24h0m0s to 24h0m0s, got 25h0m0s`},
		{weather.Forecast{Lag: weather.Lag{List: -1}}, `lag.list: want a duration from 0s to 24h0m0s, got -1ns`},
		{weather.Forecast{Lag: weather.Lag{List: 1, Probability: 2}}, `lag.probability: want a share above 0 up to 1, got 2`},
		{weather.Forecast{Lag: weather.Lag{Flapping: true}}, `lag: want a duration above 0 in readAfterWrite, list or advanced`},
		{weather.Forecast{Delta: weather.Delta{Expired: "gone"}}, `delta.expired: want one of gone410, badRequest400, or nothing, got "gone"`},
		{weather.Forecast{Delta: weather.Delta{Lifetime: -1}}, `delta.lifetime: want a duration from 0s to 8760h0m0s, got -1ns`},
		{weather.Forecast{Quota: &weather.Quota{Size: "XL"}}, `quota.size: want one of S, M, L, or nothing, got "XL"`},
		{weather.Forecast{Quota: &weather.Quota{Factor: math.NaN()}}, `quota.factor: want a number from 0.0001 to 1000, or 0 for the documented limits, got NaN`},
		{effect(weather.Effect{}), `rules[0].effect: want exactly one of throttle, fail, latency, drop, truncate, got 0`},
		{effect(weather.Effect{Drop: &weather.Drop{}, Truncate: &weather.Truncate{}}), `rules[0].effect: want exactly one of throttle, fail, latency, drop, truncate, got 2 (drop, truncate)`},
		{rule(weather.Match{Methods: []string{"get"}}, dropping), `rules[0].match.methods[0]: want one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, got "get"`},
		{rule(weather.Match{Path: "users"}, dropping), `rules[0].match.path: want a path that begins with /, got "users"`},
		{rule(weather.Match{Path: "/users/**/manager"}, dropping), `rules[0].match.path: want ** only as the last segment, such as /groups/**, got "/users/**/manager"`},
		{rule(weather.Match{Path: "/[a"}, dropping), `rules[0].match.path: want segments such as users, * or a?c; one has a bracket or backslash that does not end, got "/[a"`},
		{rule(weather.Match{Path: "/" + strings.Repeat("a", 2000)}, dropping), `rules[0].match.path: want at most 1024 characters, got "/aaa`},
		{rule(weather.Match{Only: "inner"}, dropping), `rules[0].match.only: want one of batched, outer, or nothing, got "inner"`},
		{rule(weather.Match{Share: math.Inf(1)}, dropping), `rules[0].match.share: want a share above 0 up to 1, got +Inf`},
		{rule(weather.Match{Skip: -1}, dropping), `rules[0].match.skip: want a number from 0 to 1000000000, got -1`},
		{effect(weather.Effect{Throttle: &weather.Throttle{RetryAfter: time.Microsecond}}), `rules[0].effect.throttle.retryAfter: want a duration from 1ms to 1h0m0s, or 0 for the default, got 1µs`},
		{effect(weather.Effect{Throttle: &weather.Throttle{Style: "roman"}}), `rules[0].effect.throttle.style: want one of seconds, decimal, date, missing, or nothing, got "roman"`},
		{effect(weather.Effect{Throttle: &weather.Throttle{Code: "Slow"}}), `rules[0].effect.throttle.code: want one of TooManyRequests, activityLimitReached, ApplicationThrottled, or nothing, got "Slow"`},
		{effect(weather.Effect{Fail: &weather.Failure{}}), `rules[0].effect.fail.status: want an HTTP status from 400 to 599, got 0`},
		{effect(weather.Effect{Fail: &weather.Failure{Status: 507}}), `rules[0].effect.fail.code: want Graph's error code, because status 507 has none by itself`},
		{effect(weather.Effect{Fail: &weather.Failure{Status: 507, Code: "Full"}}), `rules[0].effect.fail.message: want Graph's text, because neither status 507 nor code "Full" has one by itself`},
		{effect(weather.Effect{Latency: &weather.Latency{}}), `rules[0].effect.latency.fixed: want a duration above 0 here or in jitter`},
		{effect(weather.Effect{Latency: &weather.Latency{Jitter: time.Hour}}), `rules[0].effect.latency.jitter: want a duration from 0s to 10m0s, got 1h0m0s`},
		{effect(weather.Effect{Truncate: &weather.Truncate{Keep: 1}}), `rules[0].effect.truncate.keep: want a share above 0 and below 1, or 0 for a random one, got 1`},
	}
	for _, c := range cases {
		w, _ := under(t, effect(dropping))
		err := w.Set(c.forecast)
		if err == nil || !strings.HasPrefix(err.Error(), "set forecast: "+c.want) {
			t.Errorf("set gave %v\nwant %s", err, c.want)
		}
		if !w.Judge(get("/users")).Drop {
			t.Errorf("after %v the weather before it is gone", err)
		}
	}
}

func TestGivenSeveralMistakesWhenSetThenAllAreNamed(t *testing.T) {
	t.Parallel()
	err := weather.New().Set(weather.Forecast{
		Skew: 48 * time.Hour,
		Rules: []weather.Rule{
			{Effect: dropping},
			{Match: weather.Match{Count: -1, Share: 7}, Effect: weather.Effect{Fail: &weather.Failure{Status: 200}}},
		},
	})
	if err == nil {
		t.Fatal("want an error")
	}
	for _, member := range []string{"rules[1].match.count", "rules[1].match.share", "rules[1].effect.fail.status", "skew"} {
		if !strings.Contains(err.Error(), member+": ") {
			t.Errorf("%v\ndoes not name %s", err, member)
		}
	}
	if strings.Contains(err.Error(), "rules[0]") {
		t.Errorf("%v\nnames what is right", err)
	}
}

func TestGivenPresetsWhenSetThenEachIsValidDescribedAndReturnedAnew(t *testing.T) {
	t.Parallel()
	var names []string
	for _, p := range weather.Presets() {
		names = append(names, p.Name)
		if err := weather.New().Set(p.Forecast); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		if !strings.HasSuffix(p.Description, ".") {
			t.Errorf("%s is described as %q", p.Name, p.Description)
		}
	}
	if diff := cmp.Diff([]string{"fair", "throttled", "flaky", "lagging", "outage", "stormy"}, names); diff != "" {
		t.Errorf("presets (-want +got):\n%s", diff)
	}
	weather.Presets()[1].Forecast.Rules[0].Name = "mine"
	if weather.Presets()[1].Forecast.Rules[0].Name == "mine" {
		t.Error("presets are shared")
	}
}

func TestGivenTheStormyPresetWhenManyRequestsComeThenAllOfItStrikes(t *testing.T) {
	t.Parallel()
	f, err := weather.Parse("stormy")
	if err != nil {
		t.Fatal(err)
	}
	w, clock := under(t, f)
	stale := 0
	for range 3000 {
		o := w.Judge(post("/users"))
		clock.Advance(time.Second)
		if w.Age(weather.ByKey, o.Number) > 0 {
			stale++
		}
	}
	refused := 0
	for i, hits := range w.Hits() {
		if hits == 0 {
			t.Errorf("rule %q never struck", f.Rules[i].Name)
		}
		if f.Rules[i].Effect.Latency == nil {
			refused += hits
		}
	}
	if refused < 3000/5 || refused > 3000/3 {
		t.Errorf("%d of 3000 requests are refused or broken off, want one in four", refused)
	}
	if stale == 0 {
		t.Error("nothing lagged")
	}
}
