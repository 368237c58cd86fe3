package refconnector_test

import (
	"net/url"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

// searched is what a search of all pages sends and finds; see shows one request after the other.
func searched(filter refconnector.Filter, see func(s sent, u *url.URL) string) func(r *rig) string {
	return func(r *rig) string {
		for _, id := range r.people(150) {
			_, err := r.tenant.Directory().Update(id, directory.Properties{"companyName": "Contoso", "department": "IT"})
			r.must(err)
		}
		all, err := r.Search(r.Context(), refconnector.Account, filter)
		shown := []string{word(err)}
		if err == nil {
			shown = append(shown, words(len(all) >= 150))
		}
		for _, s := range r.take() {
			u, _ := url.Parse(s.url)
			if text := see(s, u); text != "" && (len(shown) == 0 || shown[len(shown)-1] != text) {
				shown = append(shown, text)
			}
		}
		return strings.Join(shown, " ")
	}
}

// ofGraph shows only the requests to Graph.
func ofGraph(see func(s sent, u *url.URL) string) func(sent, *url.URL) string {
	return func(s sent, u *url.URL) string {
		if u.Host == "login.microsoftonline.com" {
			return ""
		}
		return see(s, u)
	}
}

func header(name string) func(sent, *url.URL) string {
	return ofGraph(func(s sent, _ *url.URL) string { return "[" + s.header.Get(name) + "]" })
}

func option(name string) func(sent, *url.URL) string {
	return ofGraph(func(_ sent, u *url.URL) string { return words(name, u.Query().Has(name)) })
}

var (
	all     = refconnector.Filter{}
	contoso = refconnector.Filter{Attribute: "companyName", Value: "Contoso"}
)

var requestTrials = []trial{
	{"beta-endpoint", searched(all, ofGraph(func(_ sent, u *url.URL) string { return u.Path })), "ok true /v1.0/users", "ok true /beta/users"},
	{"graph-windows-net", searched(all, ofGraph(func(_ sent, u *url.URL) string { return u.Host })), "ok true graph.microsoft.com", "ok true graph.windows.net graph.microsoft.com"},
	{"unknown-endpoint", func(r *rig) string {
		ada := r.licensed("", e3)
		r.must(r.SetLicences(r.Context(), ada, skus(e3), nil))
		return strings.Join(r.log(ada, "{ada}"), ",")
	}, "GET /users/{ada}", "GET /users/{ada}/licenses,GET /users/{ada}"},
	{"no-select", searched(all, option("$select")), "ok true $select true", "ok true $select false"},
	{"first-page-only", searched(all, option("$skiptoken")), "ok true $skiptoken false $skiptoken true", "ok false $skiptoken false"},
	{"skip-invented", searched(all, option("$skip")), "ok true $skip false", "invalidAttribute $skip false $skip true"},
	{"next-link-rebuilt", func(r *rig) string {
		r.bend = twoPages(`{"value":[],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=a%2Bb"}`)
		_, err := r.Search(r.Context(), refconnector.Account, all)
		r.must(err)
		sent := r.take()
		return words(strings.HasSuffix(sent[len(sent)-1].url, "/users?$skiptoken=a%2Bb"))
	}, "true", "false"},
	{"advanced-without-consistency", searched(contoso, header("ConsistencyLevel")), "ok true [eventual]", "invalidAttribute []"},
	{"advanced-without-count", searched(contoso, option("$count")), "ok true $count true", "invalidAttribute $count false"},
	{"advanced-pages-without-consistency", searched(contoso, header("ConsistencyLevel")), "ok true [eventual]", "invalidAttribute [eventual] []"},
	{"token-per-request", func(r *rig) string {
		ada := r.user("ada", nil)
		r.must(r.Update(r.Context(), refconnector.Account, ada, attributes{"jobTitle": "Lead"}))
		return words(signIns(r.take()))
	}, "1", "2"},
	{"secret-in-query", func(r *rig) string {
		r.must(r.Test(r.Context()))
		return words(strings.Contains(r.take()[0].url, "client_secret="))
	}, "false", "true"},
	{"token-in-query", searched(all, option("access_token")), "ok true access_token false", "ok true access_token true"},
	{"secret-in-error", func(r *rig) string {
		r.config.ClientSecret = "wrong-secret-of-ours"
		return words(strings.Contains(r.again().Test(r.Context()).Error(), "wrong-secret-of-ours"))
	}, "false", "true"},
	{"password-in-error", func(r *rig) string {
		r.user("ada", nil)
		_, err := r.Create(r.Context(), refconnector.Account, attributes{"__NAME__": "ada", "__PASSWORD__": "Own-Curtain-2026"})
		return words(strings.Contains(err.Error(), "Own-Curtain-2026"))
	}, "false", "true"},
	{"token-to-login-host", func(r *rig) string {
		r.must(r.Test(r.Context()))
		r.take()
		r.must(r.Test(r.Context()))
		return words(r.take()[0].header.Get("Authorization") != "")
	}, "false", "true"},
	{"token-to-next-link-host", func(r *rig) string {
		r.bend = twoPages(`{"value":[],"@odata.nextLink":"https://graph.evil.example/v1.0/users?$skiptoken=x"}`)
		_, err := r.Search(r.Context(), refconnector.Account, all)
		sent := r.take()
		return words(word(err), strings.HasPrefix(sent[len(sent)-1].url, "https://graph.evil.example/"))
	}, "other false", "ok true"},
	{"cleartext-http", searched(all, ofGraph(func(_ sent, u *url.URL) string { return u.Scheme })), "ok true https", "ok true http https"},
	{"beyond-permissions", func(r *rig) string {
		r.user("ada", nil)
		_, err := r.Search(r.Context(), refconnector.Account, all)
		r.must(err)
		return strings.Join(r.log(), ",")
	}, "GET /users", "GET /users,GET /auditLogs/signIns"},
	{"filters-locally", searched(contoso, option("$filter")), "ok true $filter true", "ok true $filter false"},
	{"reads-one-by-one", func(r *rig) string {
		r.people(3)
		found, err := r.Search(r.Context(), refconnector.Account, all)
		r.must(err)
		return words(len(r.log()) > len(found))
	}, "false", "true"},
}
