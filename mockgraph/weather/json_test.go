package weather_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

func TestGivenAForecastWhenEncodedThenItIsReadableAndComesBack(t *testing.T) {
	t.Parallel()
	f := weather.Forecast{
		Seed: 7,
		Rules: []weather.Rule{
			{
				Name:   "slow",
				Match:  weather.Match{Methods: []string{"GET"}, Path: "/users/**", Only: weather.Batched, Skip: 1, Share: 0.25, Count: 9},
				Effect: weather.Effect{Latency: &weather.Latency{Fixed: 1500 * time.Millisecond}},
			},
			{Effect: weather.Effect{Drop: &weather.Drop{}}},
		},
		Quota: &weather.Quota{}, Lag: weather.Lag{List: 2 * time.Minute, Flapping: true},
		Delta: weather.Delta{Expired: weather.BadRequest400}, PageSeed: 3, Skew: -time.Minute,
	}
	const want = `{"seed":7,"rules":[{"name":"slow","match":{"methods":["GET"],"path":"/users/**","only":"batched","skip":1,"share":0.25,"count":9},` +
		`"effect":{"latency":{"fixed":"1.5s"}}},{"effect":{"drop":{}}}],"quota":{},"lag":{"list":"2m0s","flapping":true},` +
		`"delta":{"expired":"badRequest400"},"pageSeed":3,"skew":"-1m0s"}`
	got, err := json.Marshal(f)
	if err != nil || string(got) != want {
		t.Fatalf("encoded %s, %v\nwant %s", got, err, want)
	}
	var back weather.Forecast
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, back); diff != "" {
		t.Errorf("came back changed (-want +got):\n%s", diff)
	}
}

func TestGivenPresetsWhenEncodedThenTheyComeBack(t *testing.T) {
	t.Parallel()
	for _, p := range weather.Presets() {
		text, err := json.Marshal(p.Forecast)
		if err != nil {
			t.Fatal(err)
		}
		var back weather.Forecast
		if err := json.Unmarshal(text, &back); err != nil || !cmp.Equal(p.Forecast, back) {
			t.Errorf("%s came back changed: %v", p.Name, err)
		}
	}
}

func TestGivenAForecastWhenAnotherIsDecodedIntoItThenNothingOfItRemains(t *testing.T) {
	t.Parallel()
	f := rule(weather.Match{}, dropping)
	if err := json.Unmarshal([]byte(`{"skew":"1s","quota":null}`), &f); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(weather.Forecast{Skew: time.Second}, f); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

func TestGivenWrongJSONWhenDecodedThenTheErrorNamesTheMember(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		`{"wind":1}`:                            `wind: unknown member; there are seed, rules, quota, lag, delta, pageSeed, skew`,
		`{"b":1,"a":1}`:                         `a: unknown member`,
		`{"skew":5}`:                            `skew: want a duration such as "2s" or "1m30s", got 5`,
		`{"skew":"soon"}`:                       `skew: want a duration such as "2s" or "1m30s", got "soon"`,
		`{"seed":-1}`:                           `seed: want a whole number from 0, got -1`,
		`{"seed":"1"}`:                          `seed: want a whole number from 0, got "1"`,
		`{"rules":{}}`:                          `rules: want a list, got {}`,
		`{"rules":[{},3]}`:                      `rules[1]: want an object, got 3`,
		`{"lag":{"list":[]}}`:                   `lag.list: want a duration`,
		`{"lag":{"flapping":1}}`:                `lag.flapping: want true or false, got 1`,
		`[]`:                                    `forecast: want an object, got []`,
		`{"lag":{"list":"1s","probability":0}}`: `lag.probability: want a number above 0, got 0; leave it out for the default`,
		`{"quota":{"factor":0}}`:                `quota.factor: want a number above 0`,
		`{"rules":[{"match":{"share":0},"effect":{"drop":{}}}]}`:   `rules[0].match.share: want a number above 0, got 0`,
		`{"rules":[{"match":{"share":"1"}}]}`:                      `rules[0].match.share: want a number, got "1"`,
		`{"rules":[{"match":{"skip":1.5}}]}`:                       `rules[0].match.skip: want a whole number, got 1.5`,
		`{"rules":[{"match":{"methods":["GET",2]}}]}`:              `rules[0].match.methods[1]: want a string, got 2`,
		`{"rules":[{"effect":{"throttle":{"retryAfter":10}}}]}`:    `rules[0].effect.throttle.retryAfter: want a duration such as "2s" or "1m30s", got 10`,
		`{"rules":[{"effect":{"throttle":{"retry_after":"1s"}}}]}`: `rules[0].effect.throttle.retry_after: unknown member; there are retryAfter`,
		`{"rules":[` + strings.Repeat(`{},`, 100) + `{}]}`:         `rules: want at most 100, got 101`,
	}
	for text, want := range cases {
		var f weather.Forecast
		err := json.Unmarshal([]byte(text), &f)
		if err == nil || !strings.HasPrefix(err.Error(), "decode forecast: "+want) {
			t.Errorf("%.80s\n gave %v\nwant %s", text, err, want)
		}
	}
}

func FuzzForecastJSON(f *testing.F) {
	for _, p := range weather.Presets() {
		text, err := json.Marshal(p.Forecast)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"rules":[{"match":{"path":"/[","share":1e300},"effect":{"fail":{"status":503}}}],"skew":"9999999h"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var read weather.Forecast
		if json.Unmarshal(text, &read) != nil {
			return
		}
		again, err := json.Marshal(read)
		if err != nil {
			t.Fatalf("cannot encode what was decoded: %v", err)
		}
		var back weather.Forecast
		if err := json.Unmarshal(again, &back); err != nil {
			t.Fatalf("cannot decode %s: %v", again, err)
		}
		w := weather.New()
		if w.Set(read) == nil {
			w.Judge(get("/users"))
		}
	})
}
