package serviceprovider_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

const managerPath = scim.EnterpriseURN + ":manager"

// percent20 asks for groups of a name, with blanks written %20.
func percent20(c *client) response {
	return c.get("/Groups?filter=" + strings.ReplaceAll(url.QueryEscape(`displayName eq "Team Red"`), "+", "%20"))
}

func contains(text, part string) string {
	if strings.Contains(text, part) {
		return "yes"
	}
	return "no"
}

var listingTrials = []trial{
	{"groups-not-offered", func(c *client) string {
		return status(c.get("/Groups")) + contains(c.get("/Schemas").text, scim.GroupURN)
	}, "200yes", "404no"},
	{"schema-canonical-values-missing", func(c *client) string { return contains(c.get("/Schemas").text, "canonicalValues") }, "yes", "no"},
	{"schemas-with-null", func(c *client) string { return contains(c.get("/Schemas").text, "null") }, "no", "yes"},
	{"empty-text-refused", func(c *client) string {
		return status(c.patch("/Users/"+c.user(`"userName":"ada","title":"x"`), op("Replace", "title", `""`)))
	}, "200", "400"},
	{"post-answer-without-user-name", func(c *client) string {
		return contains(c.do(http.MethodPost, "/Users", document(scim.UserURN, `"userName":"ada"`)).text, `"userName"`)
	}, "yes", "no"},
	{"group-post-answer-without-display-name", func(c *client) string {
		return contains(c.do(http.MethodPost, "/Groups", document(scim.GroupURN, `"displayName":"Red"`)).text, `"displayName"`)
	}, "yes", "no"},
	{"group-external-id-patch-ignored", inTeam(func(c *client) string {
		c.patch("/Groups/u4", op("Replace", "externalId", `"blue"`))
		return c.get("/Groups/u4").at("externalId")
	}), `"blue"`, `"red"`},
	{"group-filter-percent-20-refused", inTeam(func(c *client) string { return status(percent20(c)) }), "200", "400"},
	{"group-items-without-id", inTeam(func(c *client) string { return contains(percent20(c).text, `"id"`) }), "yes", "no"},
	{"deleted-group-name-reserved", func(c *client) string {
		c.delete("/Groups/" + c.group(`"displayName":"Red"`))
		return status(c.do(http.MethodPost, "/Groups", document(scim.GroupURN, `"displayName":"Red"`)))
	}, "201", "409"},
	{"groups-start-index-not-told", inTeam(func(c *client) string { return c.get("/Groups?startIndex=2&count=1").at("startIndex") }), "2", "1"},
	{"manager-object-refused", func(c *client) string {
		return status(c.patch("/Users/"+c.user(`"userName":"ada"`), op("add", managerPath, `{"value":"`+c.user(`"userName":"bob"`)+`"}`)))
	}, "200", "400"},
	{"manager-empty-object-ignored", func(c *client) string {
		id := c.user(`"userName":"ada"`)
		c.patch("/Users/"+id, op("add", managerPath, `"`+c.user(`"userName":"bob"`)+`"`))
		c.patch("/Users/"+id, op("replace", managerPath, `{"value":""}`))
		return contains(c.get("/Users/"+id).text, `"manager"`)
	}, "no", "yes"},
	{"excluded-attributes-ignored-in-lists", inTeam(func(c *client) string {
		return contains(c.get("/Groups?excludedAttributes=members&filter="+query(`displayName eq "Team Red"`)).text, `"members"`)
	}), "no", "yes"},
	{"group-list-total-missing-one", inTeam(func(c *client) string {
		return c.get("/Groups?filter=" + query(`displayName eq "Team Red"`)).at("totalResults")
	}), "1", "0"},
	{"group-duplicate-accepted", func(c *client) string {
		c.group(`"displayName":"Red"`)
		return status(c.do(http.MethodPost, "/Groups", document(scim.GroupURN, `"displayName":"Red"`)))
	}, "409", "201"},
	{"members-replace-refused", inTeam(func(c *client) string {
		return status(c.patch("/Groups/u4", op("replace", "members", `[{"value":"u3"}]`)))
	}), "204", "400"},
	{"patch-first-per-path-only", func(c *client) string {
		id := c.user(`"userName":"ada"`)
		c.patch("/Users/"+id, op("add", "title", `"first"`)+","+op("replace", "title", `"last"`))
		return c.get("/Users/" + id).at("title")
	}, `"last"`, `"first"`},
	{"delete-twice-410", func(c *client) string {
		id := c.user(`"userName":"ada"`)
		return status(c.delete("/Users/"+id)) + status(c.delete("/Users/"+id)) + status(c.delete("/Users/nobody"))
	}, "204404404", "204410404"},
	{"group-delete-twice-410", func(c *client) string {
		id := c.group(`"displayName":"Red"`)
		return status(c.delete("/Groups/"+id)) + status(c.delete("/Groups/"+id)) + status(c.delete("/Groups/nothing"))
	}, "204404404", "204410404"},
}

// tokenTrials are faults of the token endpoint: what a client with a secret, and one with an assertion, are answered.
var tokenTrials = []struct {
	fault     string
	see       func(o oauth, w *serviceprovider.Workload) string
	good, bad string
}{
	{"token-lives-a-day", func(o oauth, _ *serviceprovider.Workload) string {
		return o.token(bySecret(clientSecret)).at("expires_in")
	}, "3600", "86400"},
	{"token-for-any-secret", func(o oauth, _ *serviceprovider.Workload) string { return status(o.token(bySecret("wrong"))) }, "401", "200"},
	{"assertion-refused", func(o oauth, w *serviceprovider.Workload) string { return status(o.token(byAssertion(o, w, ""))) }, "200", "401"},
	{"assertion-signature-unchecked", func(o oauth, w *serviceprovider.Workload) string { return status(o.token(byAssertion(o, w, "AAAA"))) }, "401", "200"},
}

func bySecret(secret string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {secret}}
}

// byAssertion asks with an assertion of the workload, whose signature is another if one is given.
func byAssertion(o oauth, w *serviceprovider.Workload, signature string) url.Values {
	text, err := w.Assertion(tokenURL, o.clock.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	if signature != "" {
		text = text[:strings.LastIndex(text, ".")+1] + signature
	}
	return url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {text}}
}

func TestFaultsOfTheTokenEndpoint(t *testing.T) {
	for _, trial := range tokenTrials {
		t.Run(trial.fault, func(t *testing.T) {
			w, err := serviceprovider.NewWorkload(federation, "workload")
			if err != nil {
				t.Fatal(err)
			}
			o := newOAuth(t, time.Hour)
			for _, given := range []struct {
				faults []string
				want   string
			}{{nil, trial.good}, {[]string{trial.fault}, trial.bad}} {
				o.client = newClient(t, serviceprovider.WithClock(o.clock), serviceprovider.WithFaults(given.faults...), serviceprovider.WithOAuth(serviceprovider.OAuth{
					ClientID: clientID, ClientSecret: clientSecret, Assertions: []serviceprovider.Assertion{w.Trusted()},
				}))
				if got := trial.see(o, w); got != given.want {
					t.Errorf("with %v: got %s, want %s", given.faults, got, given.want)
				}
			}
		})
	}
}
