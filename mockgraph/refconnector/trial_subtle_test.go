package refconnector_test

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// subtleTrials are of faults that look right from most sides.
var subtleTrials = []trial{
	{"test-reads-metadata", func(r *rig) string {
		err := r.Test(r.Context())
		return words(word(err), signIns(r.take()))
	}, "ok 1", "ok 0"},
	{"token-refused-hammers", func(r *rig) string {
		ada := r.user("ada", nil)
		r.bend = func(q *http.Request) *http.Response {
			if !strings.Contains(q.URL.Host, "graph") {
				return nil
			}
			return &http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{}, Body: http.NoBody, Request: q}
		}
		_, err := r.Read(r.Context(), refconnector.Account, ada)
		return words(word(err), len(r.log()))
	}, "unauthorized 2", "unauthorized 50"},
	{"create-retry-takes-anybody", func(r *rig) string {
		r.user("eve", nil)
		r.weather(lost("/users"))
		id, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "zoe"})
		r.must(err)
		return words(r.object(id).String("displayName") == "zoe")
	}, "true", "false"},
	{"members-added-in-batch-unread", func(r *rig) string {
		group := r.group("cast")
		r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Only: weather.Batched, Count: 2}, Effect: throttle(weather.Seconds, 0)}}})
		err := r.AddMembers(r.Context(), group, r.people(5)...)
		return words(word(err), len(r.members(group)))
	}, "ok 5", "ok 3"},
	{"outage-never-over", func(r *rig) string {
		ada := r.user("ada", nil)
		r.weather(weather.Forecast{Rules: []weather.Rule{{Effect: fail(503)}}})
		during := word(r.Update(r.Context(), refconnector.Account, ada, attributes{"jobTitle": "Lead"}))
		r.weather(weather.Forecast{})
		return words(during, "and", word(r.Update(r.Context(), refconnector.Account, ada, attributes{"jobTitle": "Lead"})))
	}, "unavailable and ok", "unavailable and unavailable"},
	{"throttle-loses-write-after-batch", struck(once, throttle(weather.Seconds, 0)), "ok Lead [10s] 3", "ok  [] 3"},
	{"stops-at-empty-page-reads-on", func(r *rig) string {
		r.bend = twoPages(`{"value":[],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=x"}`)
		all, err := r.Search(r.Context(), refconnector.Account, refconnector.Filter{})
		r.must(err)
		return words(len(all), r.log())
	}, "1 [GET /users GET /users]", "0 [GET /users GET /groups]"},
	{"last-page-only", searched(all, option("$skiptoken")), "ok true $skiptoken false $skiptoken true", "ok false $skiptoken false $skiptoken true"},
	{"advanced-not-asked", searched(contoso, func(s sent, _ *url.URL) string { return s.method }), "ok true POST GET", "ok false"},
	{"create-drops-manager", func(r *rig) string {
		boss := r.user("boss", nil)
		id, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada", "manager": boss})
		r.must(err)
		manager, _ := r.tenant.Directory().Snapshot().Manager(id)
		return words(manager == boss)
	}, "true", "false"},
	{"create-sends-phones-as-text", func(r *rig) string {
		_, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada", "businessPhones": []string{"+49 30 1"}})
		return word(err)
	}, "ok", "invalidAttribute"},
	{"licence-inherited-stops-removal", set(e3, skus(e5), nil, skus(e5)), "ok [e3] 1", "ok [e3 e5] 0"},
	{"group-same-name-unmade", func(r *rig) string {
		r.group("cast")
		_, err := r.Create(r.Context(), refconnector.Group, attributes{"__NAME__": "cast"})
		return words(word(err), r.named(directory.Group, "cast"))
	}, "ok 2", "ok 1"},
	{"token-to-telemetry", searched(all, func(s sent, u *url.URL) string {
		if strings.Contains(u.Host, "microsoft") {
			return ""
		}
		return words(u.Host, s.header.Get("Authorization") != "")
	}), "ok true", "ok true telemetry.rehearsal.example true"},
	{"throttle-loses-delete", func(r *rig) string {
		ada := r.user("ada", nil)
		r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Methods: []string{"DELETE"}, Count: 1}, Effect: throttle(weather.Seconds, 0)}}})
		err := r.Delete(r.Context(), refconnector.Account, ada)
		return words(word(err), r.named(directory.User, "ada"))
	}, "ok 0", "ok 1"},
	{"throttle-loses-licence", func(r *rig) string {
		r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Methods: []string{"POST"}, Count: 1}, Effect: throttle(weather.Seconds, 0)}}})
		return set("", nil, skus(e3), nil)(r)
	}, "ok [e3] 2", "ok [] 1"},
	{"member-unknown-among-others-hidden", func(r *rig) string {
		return word(r.AddMembers(r.Context(), r.group("cast"), append(r.people(2), "11111111-2222-4333-8444-555555555555")...))
	}, "unknownObject", "ok"},
	{"restore-unknown-hidden", func(r *rig) string { return word(r.Restore(r.Context(), "11111111-2222-4333-8444-555555555555")) }, "unknownObject", "ok"},
	{"read-finds-nothing", func(r *rig) string {
		ada := r.user("ada", nil)
		o, err := r.Read(r.Context(), refconnector.Account, ada)
		return words(word(err), o.ID == ada)
	}, "ok true", "ok false"},
	{"search-by-name-unasked", func(r *rig) string {
		r.user("ada", nil)
		found, err := r.Search(r.Context(), refconnector.Account, refconnector.Filter{Attribute: "__NAME__", Value: "ada@" + domain})
		return words(word(err), len(found))
	}, "ok 1", "ok 0"},
	{"search-of-groups-unasked", func(r *rig) string {
		r.group("cast")
		found, err := r.Search(r.Context(), refconnector.Group, refconnector.Filter{})
		return words(word(err), len(found))
	}, "ok 1", "ok 0"},
	{"group-unknown-hidden", func(r *rig) string {
		return word(r.AddMembers(r.Context(), "11111111-2222-4333-8444-555555555555", r.people(2)...))
	}, "unknownObject", "ok"},
	{"search-forbidden-hidden", func(r *rig) string {
		r.weather(weather.Forecast{Rules: []weather.Rule{{Effect: weather.Effect{Fail: &weather.Failure{Status: http.StatusForbidden, Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."}}}}})
		_, err := r.Search(r.Context(), refconnector.Account, all)
		return word(err)
	}, "forbidden", "ok"},
	{"sync-error-hidden", func(r *rig) string {
		r.weather(weather.Forecast{Rules: []weather.Rule{{Effect: weather.Effect{Fail: &weather.Failure{Status: http.StatusForbidden, Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."}}}}})
		_, _, err := r.Sync(r.Context(), refconnector.Account, "")
		return word(err)
	}, "forbidden", "ok"},
	{"dropped-read-finds-nobody", func(r *rig) string {
		r.user("ada", nil)
		r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Methods: []string{"GET"}, Count: 1}, Effect: weather.Effect{Drop: &weather.Drop{}}}}})
		found, err := r.Search(r.Context(), refconnector.Account, refconnector.Filter{Attribute: "displayName", Value: "ada"})
		return words(word(err), len(found))
	}, "ok 1", "ok 0"},
	{"sync-of-groups-unasked", func(r *rig) string {
		r.group("cast")
		found, _, err := r.Sync(r.Context(), refconnector.Group, "")
		return words(word(err), len(found))
	}, "ok 1", "ok 0"},
}
