package mockgraph_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// under turns the weather of a stage.
func (s *stage) under(text string) {
	s.Helper()
	f, err := weather.Parse(text)
	if err != nil {
		s.Fatalf("parse %q: %v", text, err)
	}
	if err := s.tenant.Weather().Set(f); err != nil {
		s.Fatalf("set %q: %v", text, err)
	}
}

// over serves the stage's tenant on a socket and sends one request there.
func (s *stage) over(method, path, body string) (*http.Response, error) {
	s.Helper()
	server := httptest.NewServer(s.tenant)
	s.Cleanup(server.Close)
	r, err := http.NewRequestWithContext(s.Context(), method, server.URL+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	r.Header.Set("Content-Type", "application/json")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	s.Cleanup(client.CloseIdleConnections)
	return client.Do(r)
}

func TestEveryJudgedAnswerSaysWhatItCost(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.user("ada", "")
	for path, want := range map[string]string{
		"/v1.0/users": "2", "/v1.0/users?$select=id": "1", "/v1.0/users?$expand=manager": "3", "/v1.0/users?$top=5": "1", "/v1.0/users/" + id: "1",
		"/v1.0/users/nobody@contoso.onmicrosoft.com": "1",
	} {
		if got := s.ask("GET", path, "").header.Get("X-Ms-Resource-Unit"); got != want {
			t.Errorf("GET %s costs %q, want %q", path, got, want)
		}
	}
	items := s.ask("POST", "/v1.0/$batch", `{"requests":[{"id":"1","method":"GET","url":"/users"}]}`).want(200)
	if got := items.at("responses.0.headers.x-ms-resource-unit"); got != "2" {
		t.Errorf("the item costs %v, want 2", got)
	}
	if got := items.header.Get("X-Ms-Resource-Unit"); got != "" {
		t.Errorf("the batch itself costs %q, want nothing", got)
	}
}

func TestAThrottledRequestIsRefusedAsGraphDoes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.under("throttle")
	a := s.ask("GET", "/v1.0/users", "").refused(429, "TooManyRequests", "Please retry again later.")
	for member, want := range map[string]string{"code": "429", "status": "429", "message": "Please retry after"} {
		if got := a.str("error.innerError." + member); got != want {
			t.Errorf("innerError.%s is %q, want %q", member, got, want)
		}
	}
	if a.str("error.innerError.request-id") == "" || a.str("error.innerError.date") == "" {
		t.Errorf("innerError lacks the standard members: %s", a.body)
	}
	for header, want := range map[string]string{
		"Retry-After": "10", "X-Ms-Throttle-Scope": "Tenant_Application/ReadWrite/" + s.app + "/" + s.tenant.ID(), "X-Ms-Resource-Unit": "2",
		"X-Ms-Throttle-Information": "ResourceUnitLimitExceeded",
	} {
		if got := a.header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
}

func TestTheWeatherStrikesBehindAuthentication(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.under("throttle")
	s.token = ""
	s.ask("GET", "/v1.0/users", "").refused(401, "InvalidAuthenticationToken", "empty")
	if hits := s.tenant.Weather().Hits(); hits[0] != 0 {
		t.Errorf("a request without a token was counted: %v", hits)
	}
}

func TestItemsOfABatchAreJudgedForThemselves(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithWeather(weather.Forecast{Rules: []weather.Rule{
		{Match: weather.Match{Only: weather.Batched, Skip: 1, Count: 1}, Effect: weather.Effect{Throttle: &weather.Throttle{}}},
	}}))
	a := s.ask("POST", "/v1.0/$batch", `{"requests":[{"id":"1","method":"GET","url":"/users"},{"id":"2","method":"GET","url":"/users"},{"id":"3","method":"GET","url":"/users"}]}`).want(200)
	for i, want := range []float64{200, 429, 200} {
		if got := a.at("responses." + string(rune('0'+i)) + ".status"); got != want {
			t.Errorf("item %d: %v, want %v", i+1, got, want)
		}
	}
	if got := a.at("responses.1.headers.Retry-After"); got != "10" {
		t.Errorf("the throttled item has Retry-After %v", got)
	}
}

func TestAFailureMayComeAfterTheWorkIsDone(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithWeather(weather.Forecast{Rules: []weather.Rule{
		{Match: weather.Match{Methods: []string{"POST"}, Count: 1}, Effect: weather.Effect{Fail: &weather.Failure{Status: 504, After: true}}},
	}}))
	body := `{"accountEnabled":true,"displayName":"Ada","mailNickname":"ada","userPrincipalName":"ada@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`
	s.ask("POST", "/v1.0/users", body).refused(504, "UnknownError", "Gateway timeout")
	s.ask("GET", "/v1.0/users/ada@contoso.onmicrosoft.com", "").want(200)
}

func TestADroppedRequestIsCarriedOutOnlyWhenItIsDroppedAfter(t *testing.T) {
	t.Parallel()
	for after, want := range map[bool]int{false: 404, true: 200} {
		s := newStage(t, mockgraph.WithWeather(weather.Forecast{Rules: []weather.Rule{
			{Match: weather.Match{Methods: []string{"POST"}, Count: 1}, Effect: weather.Effect{Drop: &weather.Drop{After: after}}},
		}}))
		body := `{"accountEnabled":true,"displayName":"Ada","mailNickname":"ada","userPrincipalName":"ada@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`
		if response, err := s.over("POST", "/v1.0/users", body); err == nil {
			_ = response.Body.Close()
			t.Errorf("after %v: an answer came, want a broken connection", after)
		}
		s.ask("GET", "/v1.0/users/ada@contoso.onmicrosoft.com", "").want(want)
	}
}

func TestADropInABatchBreaksTheBatch(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithWeather(weather.Forecast{Rules: []weather.Rule{
		{Match: weather.Match{Only: weather.Batched}, Effect: weather.Effect{Drop: &weather.Drop{}}},
	}}))
	if response, err := s.over("POST", "/v1.0/$batch", `{"requests":[{"id":"1","method":"GET","url":"/users"}]}`); err == nil {
		_ = response.Body.Close()
		t.Error("an answer came, want a broken connection")
	}
}

func TestATruncatedAnswerBreaksInTheMiddle(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithWeather(weather.Forecast{Rules: []weather.Rule{{Effect: weather.Effect{Truncate: &weather.Truncate{Keep: 0.5}}}}}))
	response, err := s.over("GET", "/v1.0/users", "")
	if err != nil {
		t.Fatalf("no header came: %v", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(body) == 0 || json.Valid(body) {
		t.Errorf("%d bytes, error %v; want a part and an unexpected end", len(body), err)
	}
}

func TestADelayedRequestHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithWeather(weather.Forecast{Rules: []weather.Rule{
		{Match: weather.Match{Path: "/users"}, Effect: weather.Effect{Latency: &weather.Latency{Fixed: 10 * time.Minute}}},
	}}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }()
		r := httptest.NewRequestWithContext(ctx, "GET", "https://graph.microsoft.com/v1.0/users", nil)
		r.Header.Set("Authorization", "Bearer "+s.token)
		s.tenant.ServeHTTP(httptest.NewRecorder(), r)
	}()
	s.ask("GET", "/v1.0/users/admin@contoso.onmicrosoft.com", "").want(200)
	select {
	case <-done:
		t.Fatal("the delayed request was answered at once")
	default:
	}
	cancel()
	if got, _ := (<-done).(error); !errors.Is(got, http.ErrAbortHandler) {
		t.Errorf("a client that goes while it waits ends with %v, want the connection aborted", got)
	}
}

func TestReadsByKeyLagBehindWrites(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock), mockgraph.WithWeather(weather.Forecast{Lag: weather.Lag{ReadAfterWrite: 5 * time.Second}}))
	s.ask("GET", "/v1.0/users/admin@contoso.onmicrosoft.com", "").want(200) // from the start
	clock.Advance(time.Minute)
	id := s.user("ada", "")
	s.ask("GET", "/v1.0/users/"+id, "").refused(404, "Request_ResourceNotFound", id)
	if got := s.ask("GET", "/v1.0/users", "").want(200).values("id"); len(got) != 2 {
		t.Errorf("the list has %d users, want the new one too: only reads by key lag", len(got))
	}
	clock.Advance(6 * time.Second)
	s.ask("GET", "/v1.0/users/"+id, "").want(200)
}

func TestAReferenceToANewObjectIsRefusedWhileReadsLag(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock), mockgraph.WithWeather(weather.Forecast{Lag: weather.Lag{ReadAfterWrite: 5 * time.Second}}))
	clock.Advance(time.Minute)
	ada := s.user("ada", "")
	bob := s.user("bob", "")
	ref := `{"@odata.id":"https://graph.microsoft.com/v1.0/users/` + bob + `"}`
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", ref).refused(404, "Request_ResourceNotFound", bob)
	clock.Advance(6 * time.Second)
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", ref).want(204)
}

func TestListsAndTheAdvancedIndexLagForThemselves(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock), mockgraph.WithWeather(weather.Forecast{Lag: weather.Lag{List: 5 * time.Second, Advanced: time.Minute}}))
	clock.Advance(30 * time.Minute)
	id := s.user("ada", "")
	plain := func() int { return len(s.ask("GET", "/v1.0/users", "").want(200).values("id")) }
	advanced := func() string {
		return string(s.ask("GET", "/v1.0/users/$count", "", "ConsistencyLevel", "eventual").want(200).body)
	}
	s.ask("GET", "/v1.0/users/"+id, "").want(200)
	if plain() != 1 || advanced() != "1" {
		t.Errorf("lists show %d and %s users at once, want 1 and 1", plain(), advanced())
	}
	clock.Advance(6 * time.Second)
	if plain() != 2 || advanced() != "1" {
		t.Errorf("lists show %d and %s users after 6 s, want 2 and 1", plain(), advanced())
	}
	clock.Advance(time.Minute)
	if advanced() != "2" {
		t.Errorf("the advanced index shows %s users after a minute, want 2", advanced())
	}
}

func TestADeltaRoundNeverGoesBackBehindWhatTheClientKnows(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock))
	clock.Advance(30 * time.Minute)
	id := s.user("ada", "")
	link := strings.TrimPrefix(s.ask("GET", "/v1.0/users/delta", "").want(200).str("@odata·deltaLink"), "https://graph.microsoft.com")
	s.under("lag:1m")
	a := s.ask("GET", link, "").want(200)
	if got := a.values("id"); len(got) != 0 {
		t.Errorf("the round tells of %v, want nothing: %s knows of her", got, id)
	}
}

func TestPageSizesVaryFromTheMomentTheWeatherSaysSo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for name := range strings.FieldsSeq("ada bob cid dot eve fay gus hal ivy jon") {
		s.user(name, "")
	}
	pages := func() (sizes []int, total int) {
		path := "/v1.0/users?$top=4"
		for path != "" {
			a := s.ask("GET", path, "").want(200)
			n := len(a.values("id"))
			sizes = append(sizes, n)
			total += n
			path = strings.TrimPrefix(a.str("@odata·nextLink"), "https://graph.microsoft.com")
		}
		return sizes, total
	}
	if got, total := pages(); !slices.Equal(got, []int{4, 4, 3}) {
		t.Errorf("fair weather has pages of %v, %d users in all, want 4, 4 and 3", got, total)
	}
	varied := false
	for seed := uint64(1); seed < 10 && !varied; seed++ {
		if err := s.tenant.Weather().Set(weather.Forecast{PageSeed: seed}); err != nil {
			t.Fatal(err)
		}
		got, total := pages()
		if total != 11 {
			t.Fatalf("seed %d: %d users on all pages, want 11", seed, total)
		}
		varied = !slices.Equal(got, []int{4, 4, 3})
	}
	if !varied {
		t.Error("no seed varied the page sizes")
	}
}

func TestTheWeatherDecidesWhenAndHowDeltaLinksExpire(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock))
	link := strings.TrimPrefix(s.ask("GET", "/v1.0/users/delta", "").want(200).str("@odata·deltaLink"), "https://graph.microsoft.com")
	clock.Advance(30 * time.Minute)
	s.token = s.as(login.Grant{Roles: every})
	s.ask("GET", link, "").want(200)
	for style, refused := range map[weather.Expiry]struct {
		status int
		code   string
	}{"": {410, "resyncRequired"}, weather.Gone410: {410, "resyncRequired"}, weather.BadRequest400: {400, "Request_UnsupportedQuery"}} {
		if err := s.tenant.Weather().Set(weather.Forecast{Delta: weather.Delta{Lifetime: time.Minute, Expired: style}}); err != nil {
			t.Fatal(err)
		}
		s.ask("GET", link, "").refused(refused.status, refused.code, "")
	}
}

func TestASkewedServerShowsItsDateAndJudgesTokensByIt(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC))
	s := newStage(t, mockgraph.WithClock(clock))
	for skew, want := range map[time.Duration]struct {
		status int
		date   string
	}{
		10 * time.Minute:  {200, "Tue, 03 Feb 2026 04:15:06 GMT"},
		3 * time.Hour:     {401, "Tue, 03 Feb 2026 07:05:06 GMT"},
		-20 * time.Minute: {401, "Tue, 03 Feb 2026 03:45:06 GMT"},
	} {
		if err := s.tenant.Weather().Set(weather.Forecast{Skew: skew}); err != nil {
			t.Fatal(err)
		}
		a := s.ask("GET", "/v1.0/users", "").want(want.status)
		if got := a.header.Get("Date"); got != want.date {
			t.Errorf("skew %s: Date is %q, want %q", skew, got, want.date)
		}
	}
}

func TestMembersBoundOnCreationMustBeKnownWhileReadsLag(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock), mockgraph.WithWeather(weather.Forecast{Lag: weather.Lag{ReadAfterWrite: 5 * time.Second}}))
	clock.Advance(time.Minute)
	ada := s.user("ada", "")
	body := `{"displayName":"Team","mailNickname":"team","mailEnabled":false,"securityEnabled":true,"members@odata.bind":["https://graph.microsoft.com/v1.0/users/` + ada + `"]}`
	s.ask("POST", "/v1.0/groups", body).refused(404, "Request_ResourceNotFound", ada)
	clock.Advance(6 * time.Second)
	s.ask("POST", "/v1.0/groups", body).want(201)
}
