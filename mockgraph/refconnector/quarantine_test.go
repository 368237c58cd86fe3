package refconnector_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

func throttled(style weather.Style, wait time.Duration, count int) weather.Forecast {
	return weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Path: "/users/**", Count: count}, Effect: weather.Effect{Throttle: &weather.Throttle{Style: style, RetryAfter: wait}}}}}
}

func TestRetryAfterIsHonouredInEveryStyle(t *testing.T) {
	t.Parallel()
	for style, want := range map[weather.Style]time.Duration{weather.Seconds: 7 * time.Second, weather.Decimal: 7 * time.Second, weather.Date: 7 * time.Second, weather.Missing: time.Second} {
		r := newRig(t)
		ada := r.user("ada", nil)
		r.weather(throttled(style, 7*time.Second, 1))
		if err := r.Update(t.Context(), refconnector.Account, ada, refconnector.Attributes{"jobTitle": "Lead"}); err != nil {
			t.Fatalf("%s: %v", style, err)
		}
		if got := r.slept(); len(got) != 1 || got[0] < want || got[0] > want+time.Second {
			t.Errorf("%s: waited %v", style, got)
		}
	}
}

func TestAFailingServiceIsAskedWithGrowingGapsAndNotForEver(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ada := r.user("ada", nil)
	r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Path: "/users/**"}, Effect: weather.Effect{Fail: &weather.Failure{Status: 503}}}}})
	_, err := r.Read(t.Context(), refconnector.Account, ada)
	equal(t, "code", code(err), refconnector.Unavailable)
	equal(t, "waits", r.slept(), []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second})
	r.weather(throttled(weather.Seconds, time.Hour, 0))
	_, err = r.Read(t.Context(), refconnector.Account, ada)
	equal(t, "an hour's wait", code(err), refconnector.Throttled)
}

func TestALostAnswerDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, effect := range map[string]weather.Effect{
		"dropped": {Drop: &weather.Drop{After: true}}, "truncated": {Truncate: &weather.Truncate{Keep: 0.5}}, "failed": {Fail: &weather.Failure{Status: 504, After: true}},
		"dropped before": {Drop: &weather.Drop{}},
	} {
		for _, lag := range []time.Duration{0, 5 * time.Second} {
			t.Run(fmt.Sprint(name, lag), func(t *testing.T) {
				t.Parallel()
				r := newRig(t)
				forecast := func(path string) weather.Forecast {
					return weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Methods: []string{"POST", "DELETE"}, Path: path, Count: 1}, Effect: effect}}, Lag: weather.Lag{ReadAfterWrite: lag}}
				}
				r.weather(forecast("/users"))
				ada, err := r.Create(t.Context(), refconnector.Account, refconnector.Attributes{"__NAME__": "ada"})
				r.must(err)
				r.weather(forecast("/groups"))
				cast, err := r.Create(t.Context(), refconnector.Group, refconnector.Attributes{"__NAME__": "The cast"})
				r.must(err)
				n := 0
				for g := range r.tenant.Directory().Snapshot().Objects(directory.Group) {
					if g.String("displayName") == "The cast" {
						n++
					}
				}
				equal(t, "groups", n, 1)
				if r.object(ada) == nil || r.object(cast) == nil {
					t.Error("an id leads nowhere")
				}
				r.weather(forecast("/users/**"))
				r.must(r.Delete(t.Context(), refconnector.Account, ada))
				r.weather(forecast("/directory/**"))
				r.must(r.Restore(t.Context(), ada))
			})
		}
	}
}

func TestAnotherOfTheSameNameIsNotTakenForTheLostOne(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	old := r.user("ada", nil)
	r.clock.Advance(time.Hour)
	r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Methods: []string{"POST"}, Path: "/users", Count: 1}, Effect: weather.Effect{Drop: &weather.Drop{}}}}})
	id, err := r.Create(t.Context(), refconnector.Account, refconnector.Attributes{"__NAME__": "ada"})
	if code(err) != refconnector.AlreadyExists || id == old {
		t.Errorf("got %s, %v", id, err)
	}
}

func TestReplicationLagIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, lag := range []weather.Lag{{ReadAfterWrite: 20 * time.Second, List: 20 * time.Second}, {ReadAfterWrite: 20 * time.Second, Flapping: true}} {
		r := newRig(t)
		r.seats(e3, 5)
		r.weather(weather.Forecast{Lag: lag})
		ada, err := r.Create(t.Context(), refconnector.Account, refconnector.Attributes{"__NAME__": "ada", "usageLocation": "DE", "azureLicense": e3})
		r.must(err)
		cast, err := r.Create(t.Context(), refconnector.Group, refconnector.Attributes{"__NAME__": "cast"})
		r.must(err)
		r.must(r.AddMembers(t.Context(), cast, ada))
		r.must(r.Update(t.Context(), refconnector.Account, ada, refconnector.Attributes{"jobTitle": "Lead", "manager": ada}))
		r.must(r.Update(t.Context(), refconnector.Account, ada, refconnector.Attributes{"jobTitle": nil, "manager": nil}))
		r.must(r.SetLicences(t.Context(), ada, nil, []string{e3}))
		r.must(r.SetEnabled(t.Context(), ada, false))
		r.must(r.SetEnabled(t.Context(), ada, true))
		equal(t, "title", r.object(ada).String("jobTitle"), "")
		equal(t, "enabled", r.object(ada).Bool("accountEnabled"), true)
		equal(t, "licences", len(r.licences(ada)), 0)
		if _, managed := r.tenant.Directory().Snapshot().Manager(ada); managed {
			t.Error("the manager stays")
		}
		equal(t, "members", r.members(cast), []string{ada})
	}
}

func TestOnlyTheFailedItemsOfABatchAreSentAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var all []string
	for n := range 10 {
		all = append(all, r.user(fmt.Sprintf("u%d", n), nil))
	}
	cast := r.group("cast", all...)
	r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Only: weather.Batched, Skip: 4, Count: 2}, Effect: weather.Effect{Throttle: &weather.Throttle{RetryAfter: 9 * time.Second}}}}})
	r.must(r.RemoveMembers(t.Context(), cast, all...))
	equal(t, "members", len(r.members(cast)), 0)
	equal(t, "waits", r.slept(), []time.Duration{9 * time.Second})
	var sizes []int
	for _, s := range r.take() {
		if strings.HasSuffix(s.url, "/$batch") {
			requests, _ := s.json(t)["requests"].([]any)
			sizes = append(sizes, len(requests))
		}
	}
	equal(t, "items", sizes, []int{10, 2})
}

func TestAConsentGivenLaterNeedsNoRestart(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	app, err := r.tenant.Register("Later")
	r.must(err)
	r.config.ClientID, r.config.ClientSecret = app.ID, app.Secret
	c := r.connect(r.config)
	ada := r.user("ada", nil)
	_, err = c.Read(t.Context(), refconnector.Account, ada)
	equal(t, "before", code(err), refconnector.Forbidden)
	equal(t, "sign-ins", signIns(r.take()), 1)
	r.grant(app, "User.ReadWrite.All")
	r.clock.Advance(10 * time.Minute)
	_, err = c.Read(t.Context(), refconnector.Account, ada)
	r.must(err)
}

func TestAThrottledSignInIsRepeated(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	n := 0
	r.bend = func(q *http.Request) *http.Response {
		if n++; n > 2 || !strings.HasSuffix(q.URL.Path, "/token") {
			return nil
		}
		return &http.Response{StatusCode: 429, Header: http.Header{"Retry-After": {"60"}}, Body: http.NoBody, Request: q}
	}
	r.must(r.Test(t.Context()))
	equal(t, "waits", r.slept(), []time.Duration{time.Minute, time.Minute})
}

func TestAnEndedContextEndsTheWaiting(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ada := r.user("ada", nil)
	r.weather(throttled(weather.Seconds, time.Minute, 0))
	ctx, cancel := context.WithCancel(t.Context())
	c := r.connect(r.config, refconnector.WithSleep(func(context.Context, time.Duration) error { cancel(); return context.Canceled }))
	_, err := c.Read(ctx, refconnector.Account, ada)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTheTokenGoesToGraphAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.bend = func(q *http.Request) *http.Response {
		if q.URL.Path != "/v1.0/users" {
			return nil
		}
		return jsonAnswer(q, `{"value":[],"@odata.nextLink":"https://evil.example/v1.0/users?$skiptoken=x"}`)
	}
	_, err := r.Search(t.Context(), refconnector.Account, refconnector.Filter{})
	if err == nil || !strings.Contains(err.Error(), "evil.example") {
		t.Errorf("got %v", err)
	}
	for _, s := range r.take() {
		u, _ := url.Parse(s.url)
		if !slices.Contains([]string{"graph.microsoft.com", "login.microsoftonline.com"}, u.Host) || u.Scheme != "https" || strings.Contains(u.RawQuery, "secret") {
			t.Errorf("asked %s", s.url)
		}
		if u.Host == "login.microsoftonline.com" && s.header.Get("Authorization") != "" {
			t.Error("the sign-in carries Authorization")
		}
	}
}
