package mockgraph

import (
	"encoding/json"
	"net/http"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

func (t *Tenant) adminWeather(w http.ResponseWriter, _ *http.Request) error {
	return say(w, t.weather.Forecast())
}

// adminSetWeather takes a forecast in JSON, or as the line of text weather.Parse reads.
func (t *Tenant) adminSetWeather(w http.ResponseWriter, r *http.Request) error {
	body, err := readAdminBody(r)
	if err != nil {
		return err
	}
	var f weather.Forecast
	if len(body) > 0 && body[0] == '{' {
		err = json.Unmarshal(body, &f)
	} else {
		f, err = weather.Parse(string(body))
	}
	if err == nil {
		err = t.weather.Set(f)
	}
	if err != nil {
		return wrong(http.StatusBadRequest, "The weather stays as it was: %s.", err)
	}
	return t.sayWeather(w)
}

func (t *Tenant) adminClearWeather(w http.ResponseWriter, _ *http.Request) error {
	if err := t.weather.Set(weather.Forecast{}); err != nil {
		return err
	}
	return t.sayWeather(w)
}

// sayWeather answers in short what was set; GET has all of it.
func (t *Tenant) sayWeather(w http.ResponseWriter) error {
	f := t.weather.Forecast()
	names := make([]string, 0, len(f.Rules))
	for _, r := range f.Rules {
		names = append(names, r.Name)
	}
	return say(w, struct {
		Fair  bool     `json:"fairWeather"`
		Seed  uint64   `json:"seed"`
		Rules []string `json:"rules"` // names
		Quota bool     `json:"quota"`
		Lag   bool     `json:"lag"`
	}{t.weather.Calm(), f.Seed, names, f.Quota != nil, f.Lag != (weather.Lag{})})
}
