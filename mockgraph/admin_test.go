package mockgraph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// steer sends a request to the admin API as a program on this machine does.
func (s *stage) steer(method, path, body string, headers ...string) *answer {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), method, "https://127.0.0.1:8443/_rehearse/"+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:50000"
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.tenant.ServeHTTP(w, r)
	a := &answer{T: s.T, request: method + " " + path, status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	if bytes.HasPrefix(a.body, []byte("{")) {
		_ = json.Unmarshal(a.body, &a.json) // a snapshot has many lines
	}
	return a
}

// says checks the status and that the error contains a text.
func (a *answer) says(status int, text string) {
	a.Helper()
	if a.want(status); !strings.Contains(a.str("error"), text) {
		a.Errorf("%s: says %q, want %q", a.request, a.str("error"), text)
	}
}

func TestHealthTellsWhatTheTenantIsAndHolds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ada", "")
	h := s.steer("GET", "health", "").want(200)
	for member, want := range map[string]any{
		"status": "ok", "tenantId": s.tenant.ID(), "displayName": "Contoso", "domain": "contoso.onmicrosoft.com", "users": 2.0, "fairWeather": true, "frozen": false, "exchanges": 0.0,
	} {
		if h.at(member) != want {
			t.Errorf("%s is %v, want %v", member, h.at(member), want)
		}
	}
}

func TestTheAdminAPIIsServedToThisMachineOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithAdminHosts("tenant.internal"))
	for _, c := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"a program", nil, 200},
		{"under localhost", []string{"Host", "localhost:8443"}, 200},
		{"over IPv6", []string{"Host", "[::1]:8443"}, 200},
		{"under a name that is allowed", []string{"Host", "tenant.internal:8443"}, 200},
		{"under a name bent to this machine", []string{"Host", "evil.example:8443"}, 403},
		{"under another address", []string{"Host", "192.0.2.1:8443"}, 403},
		{"the page itself", []string{"Origin", "https://127.0.0.1:8443", "Sec-Fetch-Site", "same-origin"}, 200},
		{"a page of another origin", []string{"Origin", "https://evil.example"}, 403},
		{"a page of another port", []string{"Origin", "https://127.0.0.1:9999"}, 403},
		{"a page without an origin", []string{"Origin", "null"}, 403},
		{"an image of another page", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 403},
		{"a link on another page", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 200},
		{"a person who types the address", []string{"Sec-Fetch-Site", "none"}, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &stage{T: t, tenant: s.tenant}
			s.steer("GET", "health", "", c.headers...).want(c.status)
		})
	}
	r := httptest.NewRequest("GET", "https://127.0.0.1:8443/_rehearse/health", nil)
	r.RemoteAddr = "192.0.2.7:4000" // somebody else who says that he asks for 127.0.0.1
	w := httptest.NewRecorder()
	if s.tenant.ServeHTTP(w, r); w.Code != 403 {
		t.Errorf("another machine gets %d, want 403", w.Code)
	}
}

func TestTheAdminAPIDoesNotExistUnderMicrosoftsNames(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, host := range []string{"graph.microsoft.com", "login.microsoftonline.com"} {
		a := s.steer("GET", "health", "", "Host", host)
		if a.status < 400 || a.at("tenantId") != nil {
			t.Errorf("%s answers %d %s", host, a.status, a.body)
		}
	}
}

func TestWhatTheAdminAPICannotDoItSaysInASentence(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "nothing", "", 404, "/_rehearse/nothing"},
		{"GET", "reset", "", 405, "takes POST"},
		{"DELETE", "clock", "", 405, "takes GET and PUT"},
		{"POST", "seed", "", 400, "needs a JSON body"},
		{"POST", "seed", `{"size":"huge"}`, 400, "huge"},
		{"POST", "seed", `{"size":0}`, 400, "0"},
		{"POST", "seed", `{"sise":"small"}`, 400, "sise"},
		{"POST", "seed", `{"size":"smal"}`, 400, "did you mean small?"},
		{"POST", "seed", `{"size":"small","seed":"x"}`, 400, "cannot be read: seed takes no string."},
		{"POST", "seed", `[]`, 400, "cannot be read: it is a JSON array, want an object."},
		{"POST", "seed", `x`, 400, "cannot be read: it is no JSON at byte 1."},
		{"POST", "seed", `{`, 400, "cannot be read: it breaks off."},
		{"PUT", "clock", `{"now":"gestern"}`, 400, "gestern is no time such as 2026-03-01T09:00:00Z."},
		{"PUT", "weather", "strmy", 400, "did you mean stormy?"},
		{"POST", "seed", `{"size":"small"} x`, 400, "more behind"},
		{"POST", "seed", `{"size":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "larger"},
		{"PUT", "snapshot", "nonsense", 400, "line 1"},
		{"PUT", "clock", `{}`, 400, "now, advance or frozen"},
		{"PUT", "clock", `{"advance":"soon"}`, 400, "P28D"},
		{"PUT", "clock", `{"advance":"-1h"}`, 400, "go back"},
		{"PUT", "clock", `{"now":"3000-01-01T00:00:00Z"}`, 400, "1990"},
		{"PUT", "clock", `{"now":"tomorrow"}`, 400, "cannot be read"},
		{"PUT", "weather", "storm", 400, "storm"},
		{"PUT", "weather", `{"skew":"999h"}`, 400, "skew"},
		{"GET", "provisioning", "", 409, "no provisioning service"},
		{"GET", "provisioning/log?format=csv", "", 409, "no provisioning service"},
		{"GET", "exchanges", "", 409, "records no exchanges"},
		{"POST", "tokens", `{}`, 400, "clientId"},
		{"POST", "tokens", `{"clientId":"` + s.app + `","lifetime":"never"}`, 400, "lifetime"},
		{"POST", "tokens", `{"clientId":"00000000-0000-4000-8000-000000000000"}`, 400, "700016"},
		{"POST", "licenses/purchases", `{"sku":"NOTHING","seats":1}`, 400, "TEAMS_EXPLORATORY"},
		{"POST", "licenses/purchases", `{"sku":"TEAMS_EXPLORATORY","seats":0}`, 400, "seats"},
	} {
		a := s.steer(c.method, c.path, c.body)
		if a.says(c.status, c.says); strings.HasSuffix(a.str("error"), "?.") {
			t.Errorf("%s %s: %s", c.method, c.path, a.body)
		}
	}
}

func TestResetGoesBackToTheStart(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.tenant.SetStart()
	before := s.steer("GET", "snapshot", "").want(200).body
	for range 2 {
		s.user("ada", "")
		s.steer("POST", "reset", "").want(200)
		if after := s.steer("GET", "snapshot", "").want(200).body; !bytes.Equal(before, after) {
			t.Fatalf("after the reset the tenant is\n%s, want\n%s", after, before)
		}
		s.ask("GET", "/v1.0/users/ada@contoso.onmicrosoft.com", "").want(404) // and its tokens still work
	}
}

func TestSeedReplacesEverythingByTheSameSampleEachTime(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock))
	first := s.steer("POST", "seed", `{"size":"small","seed":7}`).want(200)
	if first.at("users") != 10.0 || first.str("administrator") != "admin@contoso.onmicrosoft.com" || first.str("password") != mockgraph.AdministratorPassword {
		t.Errorf("seeded: %s", first.body)
	}
	users := func() (all []string) {
		for u := range s.tenant.Directory().Snapshot().Objects(directory.User) {
			all = append(all, u.ID()+u.String("displayName"))
		}
		return all
	}
	before := fmt.Sprint(users())
	if _, err := s.tenant.Directory().Create(directory.Group, directory.Properties{"displayName": "New", "mailNickname": "new", "mailEnabled": false, "securityEnabled": true}); err != nil {
		t.Fatalf("create a group in a seeded tenant: %v", err)
	}
	s.steer("POST", "seed", `{"size":10,"seed":7}`).want(200)
	if got := fmt.Sprint(users()); got != before {
		t.Errorf("the second time the users are\n%s, want\n%s", got, before)
	}
	if s.steer("POST", "seed", `{"size":12,"seed":8}`).want(200).at("users") != 12.0 || fmt.Sprint(users()) == before {
		t.Error("another seed and size give the same users")
	}
	if err := s.tenant.Directory().Snapshot().Check(); err != nil {
		t.Error(err)
	}
}

func TestASnapshotBringsTheStateToAnotherTenant(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithSample(sample.Small, 3), mockgraph.WithTenant("11111111-2222-4333-8444-555555555555", "Fabrikam", "fabrikam.onmicrosoft.com"))
	file := s.steer("GET", "snapshot", "").want(200).body
	other := newStage(t, mockgraph.WithSample(sample.Small, 3))
	other.steer("PUT", "snapshot", string(file)).want(200)
	if h := other.steer("GET", "health", ""); h.str("tenantId") != s.tenant.ID() || h.str("displayName") != "Fabrikam" || other.tenant.ID() != s.tenant.ID() {
		t.Errorf("the other tenant is %s", h.body)
	}
	if again := other.steer("GET", "snapshot", "").body; !bytes.Equal(again, file) {
		t.Error("the snapshot of a snapshot has other bytes")
	}
	for i := range 20 { // ids the file has are not given again
		if _, err := other.tenant.Directory().Create(directory.Group, directory.Properties{"displayName": fmt.Sprint(i), "mailNickname": fmt.Sprint(i), "mailEnabled": false, "securityEnabled": true}); err != nil {
			t.Fatalf("create group %d: %v", i, err)
		}
	}
}

func TestTheClockIsFrozenAdvancedSetAndResumed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		body, now string
		frozen    bool
	}{
		{`{"frozen":true,"now":"2026-03-01T09:00:00Z"}`, "2026-03-01T09:00:00Z", true},
		{`{"advance":"40m"}`, "2026-03-01T09:40:00Z", true},
		{`{"advance":"P28D"}`, "2026-03-29T09:40:00Z", true},
		{`{"now":"2026-01-01T00:00:00+01:00"}`, "2025-12-31T23:00:00Z", true},
		{`{"now":"2026-01-01T00:00:00Z","advance":"PT1H"}`, "2026-01-01T01:00:00Z", true},
	} {
		a := s.steer("PUT", "clock", c.body).want(200)
		if a.str("now") != c.now || a.at("frozen") != c.frozen {
			t.Errorf("%s: %s, want %s, frozen %v", c.body, a.body, c.now, c.frozen)
		}
	}
	s.steer("PUT", "clock", `{"frozen":false}`).want(200)
	now, err := time.Parse(time.RFC3339Nano, s.steer("GET", "clock", "").want(200).str("now"))
	if since := now.Sub(time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)); err != nil || since <= 0 || since > time.Minute {
		t.Errorf("the clock goes on at %s, %v", now, err)
	}
}

func TestTheRecycleBinAgesByTheSteeredClock(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.user("ada", "")
	s.ask("DELETE", "/v1.0/users/"+id, "").want(204)
	s.steer("PUT", "clock", `{"advance":"P31D"}`).want(200)
	if _, kept := s.tenant.Directory().Snapshot().Deleted(id); kept {
		t.Error("she is in the recycle bin after 31 days")
	}
}

func TestAClockOfTheTestsOwnIsAdvancedAndNothingElse(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock))
	before := clock.Now()
	s.steer("PUT", "clock", `{"advance":"1h"}`).want(200)
	if clock.Since(before) != time.Hour {
		t.Errorf("the clock moved by %s", clock.Since(before))
	}
	s.steer("PUT", "clock", `{"frozen":true}`).says(409, "cannot be steered")
	running := newStage(t, mockgraph.WithClock(clockwork.NewRealClock()))
	running.steer("PUT", "clock", `{"advance":"1h"}`).says(409, "cannot be steered")
}

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

func TestARefusedRequestsExchangeNamesThePermissionsThatWouldDo(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithExchanges(100))
	reader, err := s.tenant.Register("Reader", "User.Read.All", "Application.ReadWrite.OwnedBy")
	if err != nil {
		t.Fatal(err)
	}
	client, err := s.tenant.ClientAs(login.Grant{ClientID: reader.ID})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, path, text, least, held string }{
		{"GET", "/v1.0/groups", "GET /groups takes one of the needed application permissions", "Group.ReadBasic.All", "User.Read.All"},
		{"DELETE", "/v1.0/applications/" + s.application("Other", "").str("id"), "own objects only", "Application.ReadWrite.OwnedBy", "Application.ReadWrite.OwnedBy"},
		{"POST", "/v1.0/me/revokeSignInSessions", "", "", ""},
	} {
		s.steer("DELETE", "exchanges", "").want(204)
		r, _ := http.NewRequestWithContext(t.Context(), c.method, "https://graph.microsoft.com"+c.path, nil)
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		a := s.steer("GET", "exchanges?host=graph.microsoft.com", "").want(200)
		text, _ := a.at("exchanges.0.notes.0.text").(string)
		if !strings.Contains(text, c.text) || (c.text == "") != (text == "") {
			t.Errorf("%s %s answers %d, noted %q, want %q", c.method, c.path, response.StatusCode, text, c.text)
		}
		if c.least != "" && (response.StatusCode != 403 || a.at("exchanges.0.notes.0.needed.0") != c.least || !strings.Contains(fmt.Sprint(a.at("exchanges.0.notes.0.held")), c.held)) {
			t.Errorf("%s %s answers %d with %v, want %s needed first and %s held", c.method, c.path, response.StatusCode, a.at("exchanges.0.notes.0"), c.least, c.held)
		}
	}
	if page := s.steer("GET", "", "").want(200).body; strings.Contains(string(page), "Refused lately") {
		t.Error("the page shows refusals where there are none")
	}
	if r, err := client.Get("https://graph.microsoft.com/v1.0/groups"); err != nil || r.Body.Close() != nil {
		t.Fatal(err)
	}
	if page := string(s.steer("GET", "", "").want(200).body); !strings.Contains(page, "Refused lately") || !strings.Contains(page, "GroupMember.Read.All") {
		t.Error("the page does not show the permissions of a refused request")
	}
}

func TestAMistypedPathIsAnsweredWithTheOneThatMayBeMeant(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithExchanges(100))
	for _, c := range []struct {
		path   string
		status int
		meant  string
	}{
		{"/v1.0/usres", 501, "/v1.0/users"},
		{"/beta/users/ada/manger", 501, "/beta/users/ada/manager"},
		{"/v1.0/groups/x/member", 501, "/v1.0/groups/x/members"},
		{"/v1.0/nonsense", 501, ""},
		{"/v1.0/" + strings.Repeat("x", 3000), 501, ""},
		{"/users", 400, "/v1.0/users"},
		{"/serviceprincipals/x/owners", 400, "/v1.0/servicePrincipals/x/owners"},
	} {
		s.steer("DELETE", "exchanges", "").want(204)
		a := s.ask("GET", c.path, "").want(c.status)
		if c.status == 501 && strings.Contains(a.str("error.message"), "Did you mean") != (c.meant != "") {
			t.Errorf("%.40s says %q", c.path, a.str("error.message"))
		}
		if c.status == 400 && a.str("error.message") != "Invalid version: "+strings.Split(c.path, "/")[1] {
			t.Errorf("%s says %q, want Graph's own words", c.path, a.str("error.message"))
		}
		text, _ := s.steer("GET", "exchanges", "").at("exchanges.0.notes.0.text").(string)
		if (c.meant == "") != (text == "") || c.meant != "" && !strings.HasSuffix(text, "Did you mean "+c.meant+"?") {
			t.Errorf("%.40s is noted with %q, want %q", c.path, text, c.meant)
		}
	}
	if a := s.steer("GET", "health", "", "Host", "127.0.0.1:8443"); a.status != 200 {
		t.Error("the admin API is gone")
	}
}

func TestASecretOfThePrintedClientInAPasswordGrantIsExplained(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithExchanges(100))
	app, err := s.tenant.Register("Printed", "User.Read")
	if err != nil {
		t.Fatal(err)
	}
	form := "grant_type=password&scope=openid&username=a%40b&password=c&client_id=" + app.ID + "&client_secret=" + app.Secret
	r := httptest.NewRequest("POST", "https://login.microsoftonline.com/"+s.tenant.ID()+"/oauth2/v2.0/token", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	if s.tenant.ServeHTTP(w, r); !strings.Contains(w.Body.String(), "AADSTS700025") {
		t.Fatalf("answers %s", w.Body)
	}
	if text, _ := s.steer("GET", "exchanges", "").at("exchanges.0.notes.0.text").(string); !strings.Contains(text, "isFallbackPublicClient") {
		t.Errorf("noted with %q", text)
	}
}
