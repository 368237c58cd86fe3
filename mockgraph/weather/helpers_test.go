package weather_test

import (
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

const (
	app    = "11111111-2222-4333-8444-555555555555"
	tenant = "99999999-8888-4777-8666-555555555555"
)

var noon = time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)

// under returns weather with a forecast, on a clock that stands at noon.
func under(t *testing.T, f weather.Forecast, opts ...weather.Option) (*weather.Weather, *clockwork.FakeClock) {
	t.Helper()
	clock := clockwork.NewFakeClockAt(noon)
	w := weather.New(append([]weather.Option{weather.WithClock(clock), weather.WithTenant(tenant)}, opts...)...)
	if err := w.Set(f); err != nil {
		t.Fatal(err)
	}
	return w, clock
}

func rule(m weather.Match, e weather.Effect) weather.Forecast {
	return weather.Forecast{Rules: []weather.Rule{{Match: m, Effect: e}}}
}

func get(path string) weather.Request {
	return weather.Request{Method: "GET", Template: path, Path: path, Application: app}
}

func post(path string) weather.Request {
	return weather.Request{Method: "POST", Template: path, Path: path, Application: app, Write: true}
}
