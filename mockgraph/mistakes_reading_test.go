package mockgraph_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// What naive fakes get wrong about reads: the rest of the mistakes that mistakes_test.go begins.

var asked = []string{"ConsistencyLevel", "eventual"} // half of an advanced query; $count=true is the other

// crowd makes users quickly and returns their ids.
func (s *stage) crowd(n int) []string {
	s.Helper()
	ids := make([]string, 0, n)
	err := s.tenant.Directory().Batch(func(b *directory.Batch) error {
		for i := range n {
			name := fmt.Sprintf("extra%03d", i)
			o, err := b.Create(directory.User, directory.Properties{"displayName": name, "mailNickname": name, "userPrincipalName": name + "@contoso.onmicrosoft.com", "accountEnabled": true})
			if err != nil {
				return err
			}
			ids = append(ids, o.ID())
		}
		return nil
	})
	if err != nil {
		s.Fatalf("make a crowd: %v", err)
	}
	return ids
}

// all follows a list to its end and returns the ids and the sizes of its pages.
func (s *stage) all(path string, headers ...string) (ids []string, sizes []int) {
	s.Helper()
	for len(sizes) < 1000 {
		a := s.ask("GET", path, "", headers...).want(http.StatusOK)
		page := a.values("id")
		ids, sizes = append(ids, page...), append(sizes, len(page))
		if path = strings.TrimPrefix(a.str("@odata·nextLink"), "https://graph.microsoft.com"); path == "" {
			return ids, sizes
		}
	}
	s.Fatalf("the list does not end")
	return nil, nil
}

func members(object any) []string {
	of, _ := object.(map[string]any)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(of)), func(name string) bool { return strings.HasPrefix(name, "@") })
}

// TestMistake01_OnlyTheDefaultPropertiesAreReturned: who does not select accountEnabled does not get it.
func TestMistake01_OnlyTheDefaultPropertiesAreReturned(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	defaults := []string{"businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation", "preferredLanguage", "surname", "userPrincipalName"}
	sent := `{"accountEnabled":false,"displayName":"Ada","mailNickname":"ada","userPrincipalName":"ada@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"},
		"userType":"Member","employeeId":"7","usageLocation":"GB","department":"Props"}`
	created := s.ask("POST", "/v1.0/users", sent).want(http.StatusCreated)
	ada := created.str("id")
	crew := s.group("crew", binds("members", ada)+",")
	for name, object := range map[string]any{
		"created":   created.json,
		"one":       s.ask("GET", "/v1.0/users/"+ada, "").want(200).json,
		"in a list": s.ask("GET", "/v1.0/users?$filter=id eq '"+ada+"'", "").want(200).at("value.0"),
		"a member":  s.ask("GET", "/v1.0/groups/"+crew+"/members/microsoft.graph.user", "").want(200).at("value.0"),
	} {
		if diff := cmp.Diff(defaults, members(object)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	outside := []string{"accountEnabled", "assignedLicenses", "employeeId", "mailNickname", "userType"}
	selected := s.ask("GET", "/v1.0/users/"+ada+"?$select="+strings.Join(outside, ","), "").want(200)
	if diff := cmp.Diff(outside, members(selected.json)); diff != "" || selected.at("accountEnabled") != false || selected.str("employeeId") != "7" {
		t.Errorf("selected: %s", selected.body)
	}
	group := s.ask("GET", "/v1.0/groups/"+crew, "").want(200)
	for _, name := range []string{"assignedLicenses", "assignedLabels", "licenseProcessingState", "allowExternalSenders", "autoSubscribeNewMembers", "hideFromAddressLists", "hideFromOutlookClients", "isSubscribedByMail", "unseenCount", "isArchived", "hasMembersWithLicenseErrors", "members"} {
		if _, shown := group.json[name]; shown {
			t.Errorf("a group shows %s unasked", name)
		}
	}
	for _, name := range []string{"mailNickname", "mailEnabled", "securityEnabled", "groupTypes", "proxyAddresses", "visibility", "securityIdentifier", "membershipRule"} {
		if _, shown := group.json[name]; !shown {
			t.Errorf("a group does not show %s", name)
		}
	}
}

// TestMistake02_ListsHavePages: of 100, of 999 at most, and of fewer or none with more to come.
func TestMistake02_ListsHavePages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	crowd := s.crowd(250)
	crew := s.seed("crew", nil)
	for _, id := range crowd {
		if err := s.tenant.Directory().AddMember(crew, id); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(crowd)
	for path, want := range map[string][]int{
		"/v1.0/users": {100, 100, 51}, "/v1.0/users?$top=999": {251}, "/v1.0/users?$top=120": {120, 120, 11}, "/v1.0/groups/" + crew + "/members": {100, 100, 50}, "/v1.0/groups/" + crew + "/transitiveMembers?$top=200": {200, 50},
	} {
		ids, sizes := s.all(path)
		if slices.Sort(ids); !slices.Equal(sizes, want) || len(slices.Compact(ids)) != len(ids) {
			t.Errorf("%s: pages of %v, want %v", path, sizes, want)
		}
		for _, id := range crowd {
			if _, found := slices.BinarySearch(ids, id); !found {
				t.Fatalf("%s lacks %s", path, id)
			}
		}
	}
	s.ask("GET", "/v1.0/users?$top=1000", "").want(http.StatusBadRequest)

	short, empty := false, false
	for seed := uint64(1); seed <= 20; seed++ {
		if err := s.tenant.Weather().Set(weather.Forecast{PageSeed: seed}); err != nil {
			t.Fatal(err)
		}
		ids, sizes := s.all("/v1.0/users?$top=30")
		if len(ids) != 251 {
			t.Errorf("seed %d: %d users on all pages, want 251", seed, len(ids))
		}
		for _, n := range sizes[:len(sizes)-1] {
			short, empty = short || n > 0 && n < 30, empty || n == 0
		}
	}
	if !short || !empty {
		t.Errorf("short pages came: %v, empty ones: %v; want both", short, empty)
	}
}

// TestMistake03_TheNextLinkIsOpaque: it carries the query, not the header, and not for ever.
func TestMistake03_TheNextLinkIsOpaque(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock), mockgraph.WithOData(odata.WithTokenLife(time.Hour)))
	s.crowd(30)
	first := s.ask("GET", "/v1.0/users?$select=id,accountEnabled&$filter=startsWith(displayName,'extra')&$top=10", "").want(200)
	link := first.str("@odata·nextLink")
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.Host != "graph.microsoft.com" || u.Path != "/v1.0/users" {
		t.Fatalf("the link is no address: %q", link)
	}
	token := u.Query().Get("$skiptoken")
	if len(token) < 20 || strings.Contains(link, "$skip=") || strings.Contains(token, "extra") || url.QueryEscape(token) != token {
		t.Errorf("the token is not opaque, or changes when it is encoded again: %s", link)
	}
	second := s.follow(link).want(200)
	if got := members(second.at("value.0")); !slices.Equal(got, []string{"accountEnabled", "id"}) || len(second.values("id")) != 10 || second.str("@odata·context") != first.str("@odata·context") {
		t.Errorf("the second page forgot the query: %s", second.body)
	}
	third := s.follow(second.str("@odata·nextLink")).want(200)
	if len(third.values("id")) != 10 || third.json["@odata.nextLink"] != nil { // neither the administrator nor anybody else
		t.Errorf("the third page: %s", third.body)
	}

	advanced := s.ask("GET", "/v1.0/users?$filter=endsWith(userPrincipalName,'0@contoso.onmicrosoft.com')&$count=true&$top=1", "", asked...).want(200)
	s.follow(advanced.str("@odata·nextLink")).want(http.StatusBadRequest) // the header is not in the link
	s.follow(advanced.str("@odata·nextLink"), asked...).want(200)

	s.ask("GET", "/v1.0/groups?"+u.RawQuery, "").refused(400, "Directory_ExpiredPageToken", "The specified page token value has expired")
	s.ask("GET", "/v1.0/users?$skip=10", "").refused(400, "Request_BadRequest", "'$skip' is not supported by the service.")
	clock.Advance(2 * time.Hour)
	s.token = s.as(loginGrant())
	s.follow(link).refused(400, "Directory_ExpiredPageToken", "The specified page token value has expired and can no longer be included in your request.")
}

// TestMistake04_NotEveryFilterIsTaken: what needs an advanced query is refused without either half of the pair, and taken with both.
func TestMistake04_NotEveryFilterIsTaken(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ada", "")
	for _, query := range []string{
		"$filter=displayName ne 'x'", "$filter=not(startsWith(displayName,'x'))", "$filter=endsWith(mail,'x')", "$filter=displayName eq null", "$filter=companyName eq 'x'", "$filter=assignedLicenses/$count eq 0",
		"$filter=employeeHireDate ge 2026-01-01T00:00:00Z", "$filter=startsWith(displayName,'a')&$orderby=displayName", "$orderby=createdDateTime",
	} {
		counted := "/v1.0/users?$count=true&" + query
		s.ask("GET", "/v1.0/users?"+query, "").refused(400, "Request_UnsupportedQuery", "")
		s.ask("GET", "/v1.0/users?"+query, "", asked...).refused(400, "Request_UnsupportedQuery", "")
		s.ask("GET", counted, "").refused(400, "Request_UnsupportedQuery", "")
		s.ask("GET", counted, "", asked...).want(200)
	}
	for _, query := range []string{"$filter=contains(displayName,'d')", "$filter=displayName gt 'a'", "$filter=aboutMe eq 'x'", "$filter=displayName eq givenName", "$filter=tolower(displayName) eq 'ada'"} {
		s.ask("GET", "/v1.0/users?"+query, "").refused(400, "Request_UnsupportedQuery", "")
		s.ask("GET", "/v1.0/users?$count=true&"+query, "", asked...).refused(400, "Request_UnsupportedQuery", "")
	}
	search := "/v1.0/users?$search=\"displayName:ada\""
	s.ask("GET", search, "").refused(400, "Request_UnsupportedQuery", "only works through MSGraph with a special request header")
	s.ask("GET", search, "", asked...).want(200)
}

// TestMistake05_CountsAreGivenToWhoAsksRightly: not without the header, and not on the second page.
func TestMistake05_CountsAreGivenToWhoAsksRightly(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.crowd(5)
	if got := s.ask("GET", "/v1.0/users?$count=true&$top=2", "").want(200); got.at("@odata·count") != nil {
		t.Errorf("without the header: %s", got.body)
	}
	if got := s.ask("GET", "/v1.0/users?$top=2", "", asked...).want(200); got.at("@odata·count") != nil {
		t.Errorf("without $count: %s", got.body)
	}
	first := s.ask("GET", "/v1.0/users?$count=true&$top=2", "", asked...).want(200)
	if first.at("@odata·count") != 6.0 {
		t.Errorf("with both: %s", first.body)
	}
	if second := s.follow(first.str("@odata·nextLink"), asked...).want(200); second.at("@odata·count") != nil || len(second.values("id")) != 2 {
		t.Errorf("the second page: %s", second.body)
	}
	s.ask("GET", "/v1.0/users/$count", "").refused(400, "Request_BadRequest", "$count is not currently supported.")
	if got := s.ask("GET", "/v1.0/users/$count", "", asked...).want(200); string(got.body) != "6" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") {
		t.Errorf("/$count: %s, %s", got.body, got.header.Get("Content-Type"))
	}
}

// TestMistake06_WhatIsWrittenIsNotThereAtOnce: by key, as a member, in the advanced index, and not on every replica. It costs the
// test no time, because the clock is steered.
func TestMistake06_WhatIsWrittenIsNotThereAtOnce(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	s := newStage(t, mockgraph.WithClock(clock))
	crew := s.group("crew", "")
	sky := func(l weather.Lag) {
		if err := s.tenant.Weather().Set(weather.Forecast{Lag: l}); err != nil {
			t.Fatal(err)
		}
		clock.Advance(10 * time.Minute)
	}
	sky(weather.Lag{ReadAfterWrite: 5 * time.Second, List: 5 * time.Second, Advanced: time.Minute})
	ada := s.user("ada", "")
	count := func() string { return string(s.ask("GET", "/v1.0/users/$count", "", asked...).want(200).body) }
	s.ask("GET", "/v1.0/users/"+ada, "").refused(404, "Request_ResourceNotFound", ada)
	s.ask("POST", "/v1.0/groups/"+crew+"/members/$ref", ref(ada)).refused(404, "Request_ResourceNotFound", ada)
	clock.Advance(6 * time.Second)
	s.ask("GET", "/v1.0/users/"+ada, "").want(200)
	s.ask("POST", "/v1.0/groups/"+crew+"/members/$ref", ref(ada)).want(204)
	if got := count(); got != "1" {
		t.Errorf("the advanced index counts %s users already", got)
	}
	if got := s.members(crew); len(got) != 0 {
		t.Errorf("the list of members shows %v already", got)
	}
	clock.Advance(2 * time.Minute)
	if got := count(); got != "2" || len(s.members(crew)) != 1 {
		t.Errorf("the advanced index counts %s users", got)
	}
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	if ids := s.ask("GET", "/v1.0/users", "").want(200).values("id"); !slices.Contains(ids, ada) {
		t.Error("a deleted user does not linger in lists")
	}

	sky(weather.Lag{ReadAfterWrite: time.Minute, Flapping: true})
	bob := s.user("bob", "")
	var statuses []int
	for range 4 {
		statuses = append(statuses, s.ask("GET", "/v1.0/users/"+bob, "").status)
	}
	if !slices.Equal(statuses, []int{200, 404, 200, 404}) && !slices.Equal(statuses, []int{404, 200, 404, 200}) {
		t.Errorf("replicas answer %v, want them by turns", statuses)
	}
}
