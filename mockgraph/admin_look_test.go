package mockgraph_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func TestTheWeatherIsSetInTextOrJSONAndReadBack(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if short := s.steer("PUT", "weather", "throttle:1,seed:7").want(200); short.at("fairWeather") != false || short.at("seed") != 7.0 || len(short.body) > 300 {
		t.Errorf("answers at length: %s", short.body)
	}
	set := s.steer("GET", "weather", "").want(200)
	s.ask("GET", "/v1.0/users", "").want(429)
	if h := s.steer("GET", "health", ""); h.at("fairWeather") != false || h.at("weatherHits.0") != 1.0 {
		t.Errorf("health: %s", h.body)
	}
	s.steer("PUT", "weather", string(set.body)).want(200)
	again := s.steer("GET", "weather", "").want(200)
	if !bytes.Equal(set.body, again.body) {
		t.Errorf("what was read and set again is\n%s, want\n%s", again.body, set.body)
	}
	s.steer("DELETE", "weather", "").want(200)
	s.ask("GET", "/v1.0/users", "").want(200)
}

func TestExchangesAreChosenByWhatTheyWere(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithExchanges(100))
	s.ask("GET", "/v1.0/users", "").want(200)                                // 1
	s.ask("GET", "/v1.0/users/nobody@contoso.onmicrosoft.com", "").want(404) // 2
	s.user("ada", "")                                                        // 3
	s.ask("GET", "/beta/groups", "").want(200)                               // 4
	for query, want := range map[string]string{
		"":                          "1 2 3 4",
		"?method=post":              "3",
		"?path=/v1.0/users":         "1 3",
		"?path=/v1.0/users*":        "1 2 3",
		"?path=*/GROUPS":            "4",
		"?path=/*/users/*@*":        "2",
		"?status=404":               "2",
		"?status=2xx":               "1 3 4",
		"?status=404,201":           "2 3",
		"?host=graph.microsoft.com": "1 2 3 4",
		"?host=login.*":             "",
		"?since=x-00002":            "3 4",
		"?since=x-00001&limit=1":    "2",
		"?limit=2":                  "3 4",
		"?method=GET&status=2xx":    "1 4",
	} {
		var got []string
		list, _ := s.steer("GET", "exchanges"+query, "").want(200).at("exchanges").([]any)
		for _, each := range list {
			e, _ := each.(map[string]any)
			id, _ := e["id"].(string)
			got = append(got, strings.TrimLeft(strings.TrimPrefix(id, "x-"), "0"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q gives %v, want %s", query, got, want)
		}
	}
	for query, says := range map[string]string{"?status=soon": "4xx", "?limit=0": "limit", "?since=yesterday": "x-00017", "?format=xml": "har", "?verb=GET": "verb"} {
		s.steer("GET", "exchanges"+query, "").says(400, says)
	}
	if har := s.steer("GET", "exchanges?format=har&limit=1", "").want(200); har.str("log.entries.0._id") != "x-00004" {
		t.Errorf("HAR: %s", har.body)
	}
	s.steer("DELETE", "exchanges", "").want(204)
	if got := s.steer("GET", "exchanges", "").str("exchanges.0.id"); got != "" {
		t.Errorf("after they were cleared there is %s", got)
	}
}

func TestAnExchangeShowsBothSidesAndNoSecret(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithExchanges(100))
	s.user("ada", "")
	a := s.steer("GET", "exchanges", "").want(200)
	if a.str("exchanges.0.service") != "graph" || a.str("exchanges.0.request.method") != "POST" || a.at("exchanges.0.response.status") != 201.0 ||
		!strings.Contains(a.str("exchanges.0.response.body.text"), "ada@contoso") || !strings.Contains(a.str("exchanges.0.request.body.text"), "passwordProfile") {
		t.Errorf("the exchange is %s", a.body)
	}
	if bytes.Contains(a.body, []byte("Curtain-Up-2026")) || bytes.Contains(a.body, []byte(s.token)) {
		t.Error("a secret is shown")
	}
}

func TestTokensAreMintedForTests(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.token = s.steer("POST", "tokens", `{"clientId":"`+s.app+`","roles":["User.Read.All"],"lifetime":"5m"}`).want(200).str("access_token")
	s.ask("GET", "/v1.0/users", "").want(200)
	s.steer("PUT", "clock", `{"advance":"6m"}`).want(200)
	s.ask("GET", "/v1.0/users", "").refused(401, "InvalidAuthenticationToken", "expired")
	mine := s.steer("POST", "tokens", `{"clientId":"`+s.app+`","userId":"admin@contoso.onmicrosoft.com","scopes":["User.Read"]}`).want(200)
	s.token = mine.str("access_token")
	if got := s.ask("GET", "/v1.0/me", "").want(200).str("userPrincipalName"); got != "admin@contoso.onmicrosoft.com" || mine.at("expires_in") == nil {
		t.Errorf("the token is %s's", got)
	}
}

func TestAnAdministratorBuysLicences(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.steer("POST", "licenses/purchases", `{"sku":"TEAMS_EXPLORATORY","seats":25}`).want(201)
	if got := s.steer("POST", "licenses/purchases", `{"sku":"710779e8-3d4a-4c88-adb9-386c958d1fdf","seats":5}`).want(201).at("seats"); got != 30.0 {
		t.Errorf("after 25 and 5 there are %v seats", got)
	}
	if got := s.ask("GET", "/v1.0/subscribedSkus", "").want(200).at("value.0.prepaidUnits.enabled"); got != 30.0 {
		t.Errorf("Graph shows %v seats, want 30", got)
	}
}

func TestProcessLetsDynamicGroupsFollowNow(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithProcessingDelay(time.Hour))
	group, err := s.tenant.Directory().Create(directory.Group, directory.Properties{
		"displayName": "Sales", "mailNickname": "sales", "mailEnabled": false, "securityEnabled": true, "groupTypes": []string{"DynamicMembership"},
		"membershipRule": `user.department -eq "Sales"`, "membershipRuleProcessingState": "On",
	})
	if err != nil {
		t.Fatal(err)
	}
	id := s.user("ada", `"department":"Sales",`)
	if s.ask("GET", "/v1.0/groups/"+group.ID()+"/members", ""); s.tenant.Directory().Snapshot().HasMember(group.ID(), id) {
		t.Error("she is a member before the hour has passed")
	}
	if got := s.steer("POST", "process", "").want(200).at("changed"); got != 1.0 || !s.tenant.Directory().Snapshot().HasMember(group.ID(), id) {
		t.Errorf("%v changed, and she is no member", got)
	}
}

func TestThePageShowsPeopleTheStateAndLoadsNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithTenant(mockgraph.DefaultTenantID, `<script>alert(1)</script>`, mockgraph.DefaultDomain))
	page := s.steer("GET", "", "").want(200)
	text := string(page.body)
	for _, want := range []string{"&lt;script&gt;alert(1)", s.tenant.ID(), "admin@contoso.onmicrosoft.com", "licenses/purchases", "https://127.0.0.1:8443/v1.0"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, never := range []string{"<script", "src=", "http://", "url("} {
		if strings.Contains(text, never) {
			t.Errorf("the page has %q", never)
		}
	}
	if policy := page.header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("the policy is %q", policy)
	}
}

func TestTheAdminAPIIsNeitherRecordedNorStruckByTheWeather(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithExchanges(10))
	s.under("outage")
	if s.steer("GET", "health", "").want(200).at("exchanges") != 0.0 {
		t.Error("the admin API records itself")
	}
}

func TestAResetBringsTheWeatherBack(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.steer("PUT", "weather", "stormy").want(200)
	if got := s.steer("POST", "reset", "").want(200); got.at("fairWeather") != true {
		t.Errorf("after a reset: %s", got.body)
	}
}

func TestASeedWithoutAClientThatWasGivenMakesOne(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	seeded := s.steer("POST", "seed", `{"size":"small","seed":7}`).want(200)
	if _, err := s.tenant.Login().Mint(login.Grant{ClientID: seeded.str("clientId")}); err != nil || seeded.str("clientSecret") == "" {
		t.Errorf("the client of the answer is not there: %v", err)
	}
}

func TestThePrintedAddressLeadsToThePage(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://127.0.0.1:8443/", nil)
	w := httptest.NewRecorder()
	s.tenant.ServeHTTP(w, r)
	if w.Code != http.StatusFound || w.Header().Get("Location") != "/_rehearse/" {
		t.Errorf("GET /: %d to %q", w.Code, w.Header().Get("Location"))
	}
}
