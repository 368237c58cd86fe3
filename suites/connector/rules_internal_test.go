package connector

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

var nine = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

// made is a call as the witness notes it.
type made struct {
	method, url   string
	status        int
	token         string
	step, seconds int
	header        http.Header
	body, answer  string
}

func (m made) call(t *testing.T) *Call {
	t.Helper()
	u, err := url.Parse(m.url)
	if err != nil {
		t.Fatal(err)
	}
	if m.method == "" {
		m.method = http.MethodGet
	}
	if m.status == 0 {
		m.status = http.StatusOK
	}
	e := &exchange.Exchange{
		ID: m.url, Request: exchange.Request{Method: m.method, URL: m.url, Body: exchange.Body{Bytes: []byte(m.body)}},
		Response: exchange.Response{Status: m.status, Body: exchange.Body{Bytes: []byte(m.answer)}},
	}
	return &Call{
		Exchange: e, Host: u.Host, Path: u.Path, Query: u.Query(), Sent: m.header, Token: m.token, Step: m.step, Processed: true,
		At: nine.Add(time.Duration(m.seconds) * time.Second),
	}
}

func travelled(t *testing.T, all ...made) journey {
	t.Helper()
	var j journey
	for _, m := range all {
		j = append(j, m.call(t))
	}
	return j
}

const v1 = "https://graph.microsoft.com/v1.0"

func TestGivenRequestsWhenJudgedByARuleThenThoseThatBreakItAreFound(t *testing.T) {
	t.Parallel()
	next := `{"@odata.nextLink":"` + v1 + `/users?$select=id&$skiptoken=abc&page=m","value":[{"id":"1"}]}`
	cases := map[string]struct {
		rule rule
		sent []made
		want int
	}{
		"a list without $select":               {those(lacksSelect), []made{{url: v1 + "/users"}}, 1},
		"a read without $select":               {those(lacksSelect), []made{{url: v1 + "/users/ada@x.example"}}, 1},
		"$select without its dollar":           {those(lacksSelect), []made{{url: v1 + "/users?select=id"}}, 0},
		"a further page":                       {those(lacksSelect), []made{{url: v1 + "/users?$skiptoken=abc"}}, 0},
		"a further round":                      {those(lacksSelect), []made{{url: v1 + "/users/delta?$deltatoken=abc"}}, 0},
		"a count":                              {those(lacksSelect), []made{{url: v1 + "/users/$count"}}, 0},
		"a read of what is not there":          {those(lacksSelect), []made{{url: v1 + "/users/1", status: 404}}, 0},
		"a write":                              {those(lacksSelect), []made{{method: "POST", url: v1 + "/users", status: 201}}, 0},
		"an invented endpoint":                 {those(isUnknown), []made{{url: v1 + "/users/1/licenses", status: 501}}, 1},
		"an endpoint that this tenant lacks":   {those(isUnknown), []made{{url: v1 + "/users/1/mailFolders", status: 501}, {url: v1 + "/sites/1/lists", status: 501}}, 0},
		"a property at its path":               {those(isUnknown), []made{{url: v1 + "/users/1/displayName", status: 501}}, 0},
		"a token taken out of a link":          {rebuild, []made{{url: v1 + "/users?$select=id", answer: next}, {url: v1 + "/users?$select=id&$skiptoken=abc"}}, 1},
		"a token escaped once more":            {rebuild, []made{{url: v1 + "/users?$select=id", answer: next}, {url: v1 + "/users?$select=id&$skiptoken=a%2562c&page=m"}}, 1},
		"a link with something behind it":      {rebuild, []made{{url: v1 + "/users?$select=id", answer: next}, {url: v1 + "/users?$select=id&$skiptoken=abc&page=m&$top=5"}}, 0},
		"a link with other escapes":            {rebuild, []made{{url: v1 + "/users?$select=id", answer: next}, {url: v1 + "/users?%24select=id&%24skiptoken=abc&page=m"}}, 0},
		"a link that is not followed":          {unfollow, []made{{url: v1 + "/users?$select=id", answer: next}}, 1},
		"a link that is followed":              {unfollow, []made{{url: v1 + "/users?$select=id", answer: next}, {url: v1 + "/users?$skiptoken=abc"}}, 0},
		"an empty page whose link is not":      {unfollow, []made{{url: v1 + "/users", answer: `{"@odata.nextLink":"` + v1 + `/users?$skiptoken=b","value":[]}`}}, 0},
		"a token for each request":             {tokens, []made{{url: v1 + "/a", token: "1"}, {url: v1 + "/b", token: "2"}, {url: v1 + "/c", token: "3"}}, 3},
		"a token for each of two requests":     {tokens, []made{{url: v1 + "/a", token: "1"}, {url: v1 + "/b", token: "2"}}, 0},
		"a token for each operation":           {tokens, []made{{url: v1 + "/a", token: "1"}, {url: v1 + "/b", token: "2", step: 1}, {url: v1 + "/c", token: "3", step: 2}}, 0},
		"a token that was refused":             {tokens, []made{{url: v1 + "/a", token: "1", status: 401}, {url: v1 + "/a", token: "2"}, {url: v1 + "/b", token: "3"}}, 0},
		"one token for two of three requests":  {tokens, []made{{url: v1 + "/a", token: "1"}, {url: v1 + "/b", token: "1"}, {url: v1 + "/c", token: "2"}}, 0},
		"Graph's token at the login host":      {strays, []made{{url: v1 + "/a", token: "1"}, {url: "https://login.microsoftonline.com/t/oauth2/v2.0/token", token: "1"}}, 1},
		"the client's own header at that host": {strays, []made{{url: v1 + "/a", token: "1"}, {url: "https://login.microsoftonline.com/t/oauth2/v2.0/token", token: "2"}}, 0},
		"no token there":                       {strays, []made{{url: "https://login.microsoftonline.com/common/discovery/instance"}}, 0},
		"everybody read to find one":           {filter, []made{{url: v1 + "/users?$select=id"}, {url: v1 + "/users?$skiptoken=a"}}, 2},
		"one found by a filter":                {filter, []made{{url: v1 + "/users?$filter=a"}}, 0},
		"one found by name in the path":        {filter, []made{{url: v1 + "/users/ada@x.example"}}, 0},
		"single reads behind a list":           {again, []made{{url: v1 + "/users"}, {url: v1 + "/users/1"}, {url: v1 + "/users/2"}}, 2},
		"a single read before":                 {again, []made{{url: v1 + "/users/1"}, {url: v1 + "/users"}, {url: v1 + "/users/delta"}}, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.rule(nil, travelled(t, c.sent...)); len(got) != c.want {
				t.Errorf("%d requests break the rule, want %d", len(got), c.want)
			}
		})
	}
}

func rebuild(_ *Rig, j journey) []*Call  { return rebuilt(j) }
func unfollow(_ *Rig, j journey) []*Call { return unfollowed(j) }
func tokens(_ *Rig, j journey) []*Call   { return tokenPerRequest(j) }
func filter(_ *Rig, j journey) []*Call   { return unfiltered(j) }
func again(_ *Rig, j journey) []*Call    { return readAgain(j) }

func TestGivenABatchWhenTakenApartThenEachItemHasItsAnswer(t *testing.T) {
	t.Parallel()
	j := travelled(t, made{
		method: "POST", url: "https://graph.microsoft.com/beta/$batch",
		body:   `{"requests":[{"id":"a","method":"delete","url":"/groups/1/members/2/$ref"},{"id":"b","method":"GET","url":"users?$select=id","headers":{"consistencylevel":"eventual"}}]}`,
		answer: `{"responses":[{"id":"b","status":200,"body":{"value":[]}},{"id":"a","status":429,"headers":{"Retry-After":"5"}}]}`,
	})
	asks := asksOf(j)
	if len(asks) != 2 {
		t.Fatalf("%d asks, want 2", len(asks))
	}
	if a := asks[0]; !a.is(http.MethodDelete, "/groups/*/members/*/$ref") || a.status != http.StatusTooManyRequests || !a.item || a.path != "/beta/groups/1/members/2/$ref" {
		t.Errorf("the first item is %+v", a)
	}
	if b := asks[1]; !b.is(http.MethodGet, "/users") || !b.eventual() || !b.ok() {
		t.Errorf("the second item is %+v", b)
	}
}

func TestGivenARefusalWhenTheSameIsSentAgainThenTheTimeBetweenIsMeasured(t *testing.T) {
	t.Parallel()
	j := travelled(t,
		made{method: "PATCH", url: v1 + "/users/1", status: 429},
		made{method: "PATCH", url: v1 + "/users/2", seconds: 1, status: 204},
		made{method: "PATCH", url: v1 + "/users/1", seconds: 7, status: 204},
	)
	all := pauses(j, http.StatusTooManyRequests)
	if len(all) != 1 || all[0].again == nil || all[0].took != 7*time.Second {
		t.Fatalf("pauses %v, want one of 7s", all)
	}
	if m := waits(7 * time.Second); !m.ok(all[0]) || waits(8*time.Second).ok(all[0]) {
		t.Error("a pause of 7s is judged wrongly")
	}
	if lone := pauses(j[:2], http.StatusTooManyRequests); lone[0].again != nil || waits(0).ok(lone[0]) {
		t.Error("a request that is not sent again counts as sent again")
	}
}

func TestGivenAnOutageWhenASiegeIsJudgedThenNumberAndWaitsCount(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tries, gap int // seconds
		sane       bool
	}{
		"a few at once":    {fewTries, 0, true},
		"more at once":     {fewTries + 1, 0, false},
		"more, with waits": {7, 3, true},
		"too many":         {maxTries + 1, 60, false},
	} {
		var sent []made
		for i := range c.tries {
			sent = append(sent, made{method: "PATCH", url: v1 + "/users/1", status: 503, seconds: i * c.gap}, made{url: v1 + "/users/1?n=" + strconv.Itoa(i), seconds: i * c.gap})
		}
		if s := siege(travelled(t, sent...)); s.tries != c.tries || isSane().ok(s) != c.sane {
			t.Errorf("%s: %v, sane %t, want %d tries, sane %t", name, s, isSane().ok(s), c.tries, c.sane)
		}
	}
}

func TestGivenAURLWhenItHoldsASecretThenItsPlaceIsTold(t *testing.T) {
	t.Parallel()
	const secret, bearer = "s3cret-of-the-client", "Bearer eyJ0.of.graph"
	for text, want := range map[string][2]string{
		"https://h/token?client_secret=x":                {"client_secret", ""},
		"https://h/token?q=a%20" + secret:                {"q", ""},
		"https://h/users?access_token=x":                 {"", "access_token"},
		"https://h/users?t=eyJ0.of.graph":                {"", "t"},
		"https://h/users/" + secret:                      {"the path", ""},
		"https://h/users?$skiptoken=abcdefghijklmnop":    {"", ""},
		"https://h/users?$filter=displayName eq 'token'": {"", ""},
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if s, token := exposed(u, []string{secret, ""}, bearer); s != want[0] || token != want[1] {
			t.Errorf("%s: secret in %q and token in %q, want %q and %q", text, s, token, want[0], want[1])
		}
	}
}

func TestGivenMoreThanAnArchiveHoldsWhenKeptThenTheRestIsLeftOut(t *testing.T) {
	t.Parallel()
	var a archive
	for range maxArchive/maxJourney + 3 {
		a.keep(make([]*Call, maxJourney+1))
	}
	if a.size != maxArchive || len(a.all()) != maxArchive/maxJourney {
		t.Errorf("%d calls of %d journeys, want %d of %d", a.size, len(a.all()), maxArchive, maxArchive/maxJourney)
	}
	for range maxSayings + 1 {
		a.hear(saying{what: aPassword})
	}
	if n := len(a.sayings(aPassword)); n != maxSayings || len(a.sayings(clientSecret)) != 0 {
		t.Errorf("%d sayings, want %d", n, maxSayings)
	}
}
