package refconnector_test

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

var readTrials = []trial{
	{"search-ignores-filter", found("displayName", "ada"), "1 ok", "3 ok"},
	{"filter-quote-not-doubled", found("displayName", "O'Neil"), "1 ok", "0 invalidAttribute"},
	{"filter-not-encoded", found("displayName", "R&D"), "1 ok", "0 invalidAttribute"},
	{"search-error-hidden", func(r *rig) string {
		r.weather(weather.Forecast{Rules: []weather.Rule{{Match: weather.Match{Path: "/users"}, Effect: weather.Effect{Fail: &weather.Failure{Status: 400, Code: "Request_UnsupportedQuery", Message: "No."}}}}})
		return found("displayName", "ada")(r)
	}, "0 invalidAttribute", "0 ok"},
	{"stops-at-empty-page", func(r *rig) string {
		r.bend = twoPages(`{"value":[],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=x"}`)
		all, err := r.Search(r.Context(), refconnector.Account, refconnector.Filter{})
		r.must(err)
		return words(len(all))
	}, "1", "0"},
	{"reads-default-properties", func(r *rig) string {
		r.user("ada", nil)
		all, err := r.Search(r.Context(), refconnector.Account, refconnector.Filter{Attribute: "displayName", Value: "ada"})
		r.must(err)
		return words(all[0].Attributes["__ENABLE__"])
	}, "true", "<nil>"},
	{"read-not-found-hidden", func(r *rig) string {
		_, err := r.Read(r.Context(), refconnector.Account, nobody)
		return word(err)
	}, "unknownObject", "ok"},
	{"delta-ignores-removed", rounds(func(r *rig, ada string) { r.must(r.tenant.Directory().Delete(ada)) }), "1 1", "1 0"},
	{"delta-skips-removed", rounds(func(r *rig, ada string) { r.must(r.tenant.Directory().Delete(ada)) }), "1 1", "0 0"},
	{"delta-full-every-time", rounds(func(*rig, string) {}), "0 0", "2 0"},
	{"delta-first-page-only", func(r *rig) string {
		for n := range 300 {
			r.user(words("u", n)[:1]+words(n), nil)
		}
		changes, _, err := r.Sync(r.Context(), refconnector.Account, "")
		r.must(err)
		return words(len(changes) > 300)
	}, "true", "false"},
	{"delta-keeps-old-token", func(r *rig) string {
		ada := r.user("ada", nil)
		_, token, err := r.Sync(r.Context(), refconnector.Account, "")
		r.must(err)
		_, err = r.tenant.Directory().Update(ada, lead)
		r.must(err)
		_, token, err = r.Sync(r.Context(), refconnector.Account, token)
		r.must(err)
		changes, _, err := r.Sync(r.Context(), refconnector.Account, token)
		r.must(err)
		return words(len(changes))
	}, "0", "1"},
}

// found is how many accounts a search finds among ada, O'Neil and R&D.
func found(attribute, value string) func(r *rig) string {
	return func(r *rig) string {
		r.user("ada", nil)
		r.user("oneil", directory.Properties{"displayName": "O'Neil"})
		r.user("rd", directory.Properties{"displayName": "R&D"})
		all, err := r.Search(r.Context(), refconnector.Account, refconnector.Filter{Attribute: attribute, Value: value})
		n := 0
		for _, one := range all {
			if !strings.HasPrefix(one.Name, "admin") {
				n++
			}
		}
		return words(n, word(err))
	}
}

// rounds is how many changes a second round tells, and how many of them are deletions.
func rounds(between func(r *rig, ada string)) func(r *rig) string {
	return func(r *rig) string {
		ada := r.user("ada", nil)
		_, token, err := r.Sync(r.Context(), refconnector.Account, "")
		r.must(err)
		between(r, ada)
		changes, _, err := r.Sync(r.Context(), refconnector.Account, token)
		r.must(err)
		deleted := 0
		for _, g := range changes {
			if g.Deleted {
				deleted++
			}
		}
		return words(len(changes), deleted)
	}
}
