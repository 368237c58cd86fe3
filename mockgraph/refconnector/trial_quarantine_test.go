package refconnector_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// struck is what becomes of an update in a weather: its end, the title, the waits before a request was sent again.
func struck(match weather.Match, effect weather.Effect) func(r *rig) string {
	return func(r *rig) string {
		ada := r.user("ada", nil)
		r.weather(weather.Forecast{Rules: []weather.Rule{{Match: match, Effect: effect}}})
		err := r.Update(r.Context(), refconnector.Account, ada, attributes{"jobTitle": "Lead"})
		waits := []string{}
		for _, d := range r.slept() {
			waits = append(waits, d.Round(time.Millisecond).String())
		}
		if len(waits) > 3 {
			waits = []string{fmt.Sprint(len(waits), " waits")}
		}
		return words(word(err), r.object(ada).String("jobTitle"), waits, len(r.log()))
	}
}

var (
	once  = weather.Match{Methods: []string{"PATCH"}, Count: 1}
	never = weather.Match{Methods: []string{"PATCH"}}
)

func throttle(style weather.Style, wait time.Duration) weather.Effect {
	return weather.Effect{Throttle: &weather.Throttle{Style: style, RetryAfter: wait}}
}

func fail(status int) weather.Effect { return weather.Effect{Fail: &weather.Failure{Status: status}} }

var waitTrials = []trial{
	{"throttle-gives-up", struck(once, throttle(weather.Seconds, 7*time.Second)), "ok Lead [7s] 3", "throttled  [] 2"},
	{"throttle-loses-write", struck(once, throttle(weather.Seconds, 7*time.Second)), "ok Lead [7s] 3", "ok  [] 2"},
	{"retry-after-ignored", struck(once, throttle(weather.Seconds, 7*time.Second)), "ok Lead [7s] 3", "ok Lead [] 3"},
	{"retry-after-decimal-crashes", struck(once, throttle(weather.Decimal, 2128*time.Millisecond)), "ok Lead [2.128s] 3", "other  [] 2"},
	{"retry-after-date-ignored", struck(once, throttle(weather.Date, 7*time.Second)), "ok Lead [7s] 3", "ok Lead [] 3"},
	{"no-wait-without-retry-after", struck(once, throttle(weather.Missing, 0)), "ok Lead [1s] 3", "ok Lead [] 3"},
	{"retry-after-milliseconds", struck(once, throttle(weather.Seconds, 7*time.Second)), "ok Lead [7s] 3", "ok Lead [7ms] 3"},
	{"long-retry-after-cut", struck(once, throttle(weather.Seconds, time.Minute)), "ok Lead [1m0s] 3", "ok Lead [10s] 3"},
	{"service-unavailable-gives-up", struck(once, fail(503)), "ok Lead [1s] 3", "unavailable  [] 2"},
	{"gateway-timeout-gives-up", struck(once, fail(504)), "ok Lead [1s] 3", "unavailable  [] 2"},
	{"retry-storm", struck(never, fail(503)), "unavailable  [5 waits] 7", "unavailable  [] 101"},
	{"outage-hidden", struck(never, fail(503)), "unavailable  [5 waits] 7", "ok  [5 waits] 7"},
	{"dropped-read-gives-up", struck(weather.Match{Methods: []string{"GET"}, Count: 1}, weather.Effect{Drop: &weather.Drop{}}), "ok Lead [1s] 3", "unavailable  [] 1"},
}

// named is how many objects have a display name.
func (r *rig) named(t directory.Type, name string) int {
	n := 0
	for o := range r.tenant.Directory().Snapshot().Objects(t) {
		if o.String("displayName") == name {
			n++
		}
	}
	return n
}

func lost(path string) weather.Forecast {
	return weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Methods: []string{"POST"}, Path: path, Count: 1}, Effect: weather.Effect{Drop: &weather.Drop{After: true}}}}}
}

// emptied is what becomes of ten memberships whose removal in a batch is throttled here and there: those left, waits, items of the batches.
func emptied(count int) func(r *rig) string {
	return func(r *rig) string {
		all := r.people(10)
		cast := r.group("cast", all...)
		r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Only: weather.Batched, Skip: 4, Count: count}, Effect: throttle(weather.Seconds, 9*time.Second)}}})
		err := r.RemoveMembers(r.Context(), cast, all...)
		waits := r.slept()
		var sizes []int
		for _, s := range r.take() {
			if strings.HasSuffix(s.url, "/$batch") {
				requests, _ := s.json(r.T)["requests"].([]any)
				sizes = append(sizes, len(requests))
			}
		}
		return words(word(err), len(r.members(cast)), waits, sizes)
	}
}

// expired is what a round tells whose token is too old.
func expired(how weather.Expiry) func(r *rig) string {
	return func(r *rig) string {
		r.user("ada", nil)
		_, token, err := r.Sync(r.Context(), refconnector.Account, "")
		r.must(err)
		r.clock.Advance(31 * 24 * time.Hour)
		r.weather(weather.Forecast{Delta: weather.Delta{Expired: how}})
		changes, _, err := r.Sync(r.Context(), refconnector.Account, token)
		restarted, ok := errors.AsType[*refconnector.Restarted](err)
		if ok && restarted.Class == refconnector.Account {
			return words("restarted", len(changes) > 0)
		}
		return words(word(err), len(changes) > 0)
	}
}

// refusing lets Graph refuse tokens, so many times.
func refusing(times int) func(r *rig) string {
	return func(r *rig) string {
		ada := r.user("ada", nil)
		r.bend = func(q *http.Request) *http.Response {
			if times--; times < 0 || !strings.Contains(q.URL.Host, "graph") {
				return nil
			}
			return &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Body: http.NoBody, Request: q}
		}
		_, err := r.Read(r.Context(), refconnector.Account, ada)
		return words(word(err), signIns(r.take()))
	}
}

var lostTrials = []trial{
	{"token-expiry-fails", func(r *rig) string {
		ada := r.user("ada", nil)
		_, err := r.Read(r.Context(), refconnector.Account, ada)
		r.must(err)
		r.clock.Advance(2 * time.Hour)
		_, err = r.Read(r.Context(), refconnector.Account, ada)
		return word(err)
	}, "ok", "unauthorized"},
	{"token-refused-loop", func(r *rig) string { return refusing(1000)(r) }, "unauthorized 2", "unauthorized 20"},
	{"sign-in-throttle-gives-up", func(r *rig) string {
		n := 0
		r.bend = func(q *http.Request) *http.Response {
			if n++; n > 1 {
				return nil
			}
			return &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"60"}}, Body: http.NoBody, Request: q}
		}
		return words(word(r.Test(r.Context())), r.slept())
	}, "ok [1m0s]", "throttled []"},
	{"create-retry-doubles", func(r *rig) string {
		r.weather(lost("/groups"))
		_, err := r.Create(r.Context(), refconnector.Group, attributes{"__NAME__": "cast"})
		return words(word(err), r.named(directory.Group, "cast"))
	}, "ok 1", "ok 2"},
	{"create-retry-conflicts", func(r *rig) string {
		r.weather(lost("/users"))
		_, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada"})
		return words(word(err), r.named(directory.User, "ada"))
	}, "ok 1", "alreadyExists 1"},
	{"lag-gives-up", func(r *rig) string {
		r.weather(weather.Forecast{Lag: weather.Lag{ReadAfterWrite: 10 * time.Second}})
		id, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada"})
		r.must(err)
		return word(r.Update(r.Context(), refconnector.Account, id, attributes{"jobTitle": "Lead"}))
	}, "ok", "unknownObject"},
	{"lag-recreates", func(r *rig) string {
		r.weather(weather.Forecast{Lag: weather.Lag{ReadAfterWrite: 10 * time.Second}})
		id, err := r.Create(r.Context(), refconnector.Group, attributes{"__NAME__": "cast"})
		r.must(err)
		_ = r.Update(r.Context(), refconnector.Group, id, attributes{"description": "All"})
		return words(r.named(directory.Group, "cast"))
	}, "1", "2"},
	{"batch-ignores-item-status", emptied(2), "ok 0 [9s] [10 2]", "ok 2 [] [10]"},
	{"batch-retries-everything", emptied(2), "ok 0 [9s] [10 2]", "ok 0 [9s] [10 10]"},
	{"batch-retry-after-ignored", emptied(2), "ok 0 [9s] [10 2]", "ok 0 [] [10 2]"},
	{"delta-expired-gives-up", expired(weather.Gone410), "restarted true", "other false"},
	{"delta-expired-400-gives-up", expired(weather.BadRequest400), "restarted true", "other false"},
	{"delta-restart-untold", expired(weather.Gone410), "restarted true", "ok true"},
}
