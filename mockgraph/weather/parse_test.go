package weather_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

func preset(t *testing.T, name string) weather.Forecast {
	t.Helper()
	for _, p := range weather.Presets() {
		if p.Name == name {
			return p.Forecast
		}
	}
	t.Fatalf("no preset %s", name)
	return weather.Forecast{}
}

func TestGivenALineOfTextWhenParsedThenItIsTheForecastItSays(t *testing.T) {
	t.Parallel()
	throttle, fail := func(m weather.Match, e weather.Throttle) weather.Rule {
		return weather.Rule{Match: m, Effect: weather.Effect{Throttle: &e}}
	}, func(m weather.Match, e weather.Failure) weather.Rule {
		return weather.Rule{Match: m, Effect: weather.Effect{Fail: &e}}
	}
	rules := func(all ...weather.Rule) weather.Forecast { return weather.Forecast{Rules: all} }
	lag := func(l weather.Lag) weather.Forecast { return weather.Forecast{Lag: l} }
	two := weather.Lag{ReadAfterWrite: 2 * time.Second, List: 2 * time.Second, Advanced: 2 * time.Second}
	calmer := preset(t, "stormy")
	calmer.Lag, calmer.Seed = two, 9
	cases := []struct {
		text string
		want weather.Forecast
	}{
		{"", weather.Forecast{}},
		{" fair ", weather.Forecast{}},
		{"outage", preset(t, "outage")},
		{"STORMY", preset(t, "stormy")},
		{"stormy,lag:2s,seed:9", calmer},
		{"throttle:0.1,lag:2s,outage:503:0.05", weather.Forecast{
			Rules: []weather.Rule{throttle(weather.Match{Share: 0.1}, weather.Throttle{}), fail(weather.Match{Share: 0.05}, weather.Failure{Status: 503})}, Lag: two,
		}},
		{"throttle", rules(throttle(weather.Match{}, weather.Throttle{}))},
		{"throttle : missing : 1 ", rules(throttle(weather.Match{Share: 1}, weather.Throttle{Style: weather.Missing}))},
		{"throttle:activitylimitreached:Decimal:2.5s:batched:skip=2:times=3", rules(throttle(
			weather.Match{Only: weather.Batched, Skip: 2, Count: 3},
			weather.Throttle{Code: "activityLimitReached", Style: weather.Decimal, RetryAfter: 2500 * time.Millisecond},
		))},
		{"outage:504:after:POST+PATCH:/users/**:5s", rules(fail(
			weather.Match{Methods: []string{"POST", "PATCH"}, Path: "/users/**"}, weather.Failure{Status: 504, After: true, RetryAfter: 5 * time.Second},
		))},
		{"latency:50ms", rules(weather.Rule{Effect: weather.Effect{Latency: &weather.Latency{Fixed: 50 * time.Millisecond}}})},
		{"latency:50ms:1s:0.5", rules(weather.Rule{Match: weather.Match{Share: 0.5}, Effect: weather.Effect{Latency: &weather.Latency{Fixed: 50 * time.Millisecond, Jitter: time.Second}}})},
		{"drop:after:POST:/users:times=1", rules(weather.Rule{
			Match: weather.Match{Methods: []string{"POST"}, Path: "/users", Count: 1}, Effect: weather.Effect{Drop: &weather.Drop{After: true}},
		})},
		{"drop:before,truncate:0.5", rules(
			weather.Rule{Effect: weather.Effect{Drop: &weather.Drop{}}},
			weather.Rule{Match: weather.Match{Share: 0.5}, Effect: weather.Effect{Truncate: &weather.Truncate{}}},
		)},
		{"lag:1s:2s", lag(weather.Lag{ReadAfterWrite: time.Second, List: 2 * time.Second, Advanced: 2 * time.Second})},
		{"lag:flapping:1s:2s:3s:0.5", lag(weather.Lag{ReadAfterWrite: time.Second, List: 2 * time.Second, Advanced: 3 * time.Second, Flapping: true, Probability: 0.5})},
		{"quota", weather.Forecast{Quota: &weather.Quota{}}},
		{"quota:s:0.01", weather.Forecast{Quota: &weather.Quota{Size: weather.Small, Factor: 0.01}}},
		{"delta:badRequest400:1h,pages:7,skew:-3m", weather.Forecast{Delta: weather.Delta{Expired: weather.BadRequest400, Lifetime: time.Hour}, PageSeed: 7, Skew: -3 * time.Minute}},
	}
	for _, c := range cases {
		got, err := weather.Parse(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if c.text == "outage" {
			got.Rules[0].Name = c.want.Rules[0].Name
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestGivenTextThatIsWrongWhenParsedThenTheErrorSaysWhatWhereAndWhatToDo(t *testing.T) {
	t.Parallel()
	cases := []struct{ text, want string }{
		{"throttle:0.1,", `parse weather: item 2 "" at byte 13: it has no word; write one of fair, throttled, flaky, lagging, outage, stormy, throttle, latency, drop, truncate, lag, quota, delta, pages, skew, seed`},
		{"throtle:0.1", `parse weather: item 1 "throtle:0.1" at byte 0: unknown word "throtle"; did you mean throttle?`},
		{"lag:2s, hail:0.1", `parse weather: item 2 "hail:0.1" at byte 7: unknown word "hail"; write one of fair, throttled, flaky, lagging, outage, stormy, throttle, latency, drop, truncate, lag, quota, delta, pages, skew, seed`},
		{"thunderstorm", `parse weather: item 1 "thunderstorm" at byte 0: unknown word "thunderstorm"; write one of fair`},
		{"stormy:0.1", `parse weather: item 1 "stormy:0.1" at byte 0: the preset stormy takes no arguments; write stormy`},
		{"lag:2s,stormy", `parse weather: item 2 "stormy" at byte 7: the preset stormy has to stand first`},
		{"throttle:2", `parse weather: item 1 "throttle:2" at byte 0: "2" fits nothing that is left to say; throttle takes a wait such as 2s, seconds`},
		{"throttle:0.1:0.2", `parse weather: item 1 "throttle:0.1:0.2" at byte 0: "0.2" fits nothing that is left to say; throttle takes`},
		{"throttle:0", `parse weather: item 1 "throttle:0" at byte 0: "0" fits nothing`},
		{"outage:404", `parse weather: item 1 "outage:404" at byte 0: "404" fits nothing that is left to say; outage takes one of the statuses 409, 423, 500, 502, 503, 504, 509`},
		{"latency", `parse weather: item 1 "latency" at byte 0: it says too little; latency takes a duration such as 50ms, a random one on top`},
		{"lag", `parse weather: item 1 "lag" at byte 0: it says too little; lag takes a duration by key`},
		{"lag:1s,lag:2s", `parse weather: item 2 "lag:2s" at byte 7: lag is given twice; write it once`},
		{"lag:0.5", `parse weather "lag:0.5": lag: want a duration above 0`},
		{"skew:48h", `parse weather "skew:48h": skew: want a duration from -24h0m0s to 24h0m0s, got 48h0m0s`},
		{"drop:/a/**/b", `parse weather "drop:/a/**/b": rules[0].match.path: want ** only as the last segment`},
		{"pages:0", `parse weather: item 1 "pages:0" at byte 0: "0" fits nothing that is left to say; pages takes a seed from 1`},
		{strings.Repeat("drop,", 900), `parse weather: want at most 4096 bytes, got 4500`},
		{strings.Repeat("drop,", 101) + "drop", `parse weather "drop,drop`},
	}
	for _, c := range cases {
		f, err := weather.Parse(c.text)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%.60q gave %v\nwant %s", c.text, err, c.want)
		}
		if diff := cmp.Diff(weather.Forecast{}, f); diff != "" {
			t.Errorf("%.60q left a forecast beside its error", c.text)
		}
	}
}

func TestGivenTheWordsWhenTheirExamplesAreParsedThenTheyAreRight(t *testing.T) {
	t.Parallel()
	for _, f := range weather.Forms() {
		if _, err := weather.Parse(f.Example); err != nil || !strings.HasPrefix(f.Example, f.Word) || f.Usage == "" {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, p := range weather.Presets() {
		f.Add(p.Name)
	}
	for _, form := range weather.Forms() {
		f.Add(form.Example)
	}
	f.Add("throttle:0.1,lag:2s,outage:503:0.05")
	f.Add("drop:after:POST+PATCH:/users/[a-z]*/**:times=1,,:")
	f.Fuzz(func(t *testing.T, text string) {
		forecast, err := weather.Parse(text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "parse weather") || len(err.Error()) > 4000 {
				t.Fatalf("error of %d bytes: %.200s", len(err.Error()), err)
			}
			return
		}
		w := weather.New()
		if err := w.Set(forecast); err != nil {
			t.Fatalf("%q parses and cannot be set: %v", text, err)
		}
		w.Judge(get("/users"))
	})
}
