package mockgraph_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// follow asks for an address of an answer.
func (s *stage) follow(link string, headers ...string) *answer {
	s.Helper()
	return s.ask("GET", strings.TrimPrefix(link, "https://graph.microsoft.com"), "", headers...)
}

// toTheEnd walks the pages of a delta round and returns all items and the link of the next round.
func (s *stage) toTheEnd(first *answer) (items []map[string]any, next string, pages int) {
	s.Helper()
	for a := first; ; a = s.follow(a.str("@odata·nextLink")) {
		a.want(http.StatusOK)
		pages++
		for _, item := range a.json["value"].([]any) {
			items = append(items, item.(map[string]any))
		}
		link, more := a.str("@odata·deltaLink"), a.str("@odata·nextLink")
		if (link == "") == (more == "") {
			s.Fatalf("%s: want exactly one of nextLink and deltaLink\n%s", a.request, a.body)
		}
		if link != "" {
			return items, link, pages
		}
		if pages > 100 {
			s.Fatal("delta does not end")
		}
	}
}

// idsOf returns the ids of items.
func idsOf(items []map[string]any) (ids []string) {
	for _, item := range items {
		ids = append(ids, item["id"].(string))
	}
	return ids
}

func TestDeltaTellsWhatChangedAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithDeltaPages(2, 1000))
	ada, bob, eve := s.user("ada", ""), s.user("bob", ""), s.user("eve", "")

	items, link, pages := s.toTheEnd(s.ask("GET", "/v1.0/users/delta?$select=displayName,jobTitle,accountEnabled", ""))
	if ids := idsOf(items); !slices.Contains(ids, ada) || !slices.Contains(ids, bob) || !slices.Contains(ids, eve) || pages < 2 {
		t.Fatalf("first round of %d pages: %v", pages, ids)
	}
	if _, present := items[0]["jobTitle"]; present {
		t.Errorf("a property never set is shown: %v", items[0])
	}

	again, link, _ := s.toTheEnd(s.follow(link))
	if len(again) != 0 {
		t.Fatalf("nothing changed, but: %v", again)
	}

	s.ask("PATCH", "/v1.0/users/"+ada, `{"jobTitle":"Analyst"}`).want(204)
	s.ask("PATCH", "/v1.0/users/"+bob, `{"city":"Paris"}`).want(204) // not selected
	s.ask("DELETE", "/v1.0/users/"+eve, "").want(204)
	changes, link, _ := s.toTheEnd(s.follow(link))
	byID := map[string]map[string]any{}
	for _, item := range changes {
		byID[item["id"].(string)] = item
	}
	if len(byID) != 2 || byID[ada]["jobTitle"] != "Analyst" || byID[ada]["displayName"] != "ada" || byID[ada]["accountEnabled"] != true {
		t.Errorf("after the changes: %v", changes)
	}
	if removed, _ := byID[eve]["@removed"].(map[string]any); removed["reason"] != "changed" {
		t.Errorf("soft-deleted user: %v", byID[eve])
	}

	s.ask("PATCH", "/v1.0/users/"+ada, `{"jobTitle":null}`).want(204)
	if _, err := s.tenant.Directory().Restore(eve); err != nil {
		t.Fatal(err)
	}
	minimal := s.follow(link, "Prefer", "return=minimal").want(200)
	if minimal.header.Get("Preference-Applied") != "return=minimal" {
		t.Error("return=minimal is not said to be applied")
	}
	cleared, link, _ := s.toTheEnd(minimal)
	for _, item := range cleared {
		switch value, present := item["jobTitle"]; {
		case item["id"] == ada && (!present || value != nil || item["displayName"] != nil):
			t.Errorf("minimal change: %v", item)
		case item["id"] == eve && item["displayName"] != "eve":
			t.Errorf("restored user: %v", item)
		}
	}

	s.ask("DELETE", "/v1.0/users/"+eve, "").want(204)
	if err := s.tenant.Directory().Purge(eve); err != nil {
		t.Fatal(err)
	}
	gone, _, _ := s.toTheEnd(s.follow(link))
	if removed, _ := gone[0]["@removed"].(map[string]any); len(gone) != 1 || removed["reason"] != "deleted" {
		t.Errorf("purged user: %v", gone)
	}
}

func TestDeltaOfGroupsCarriesMembersInPieces(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithDeltaPages(10, 3))
	group, err := s.tenant.Directory().Create(directory.Group, directory.Properties{"displayName": "Cast", "mailNickname": "cast", "mailEnabled": false, "securityEnabled": true})
	if err != nil {
		t.Fatal(err)
	}
	var members []string
	for i := range 8 {
		id := s.user(fmt.Sprintf("member%d", i), "")
		members = append(members, id)
		if err := s.tenant.Directory().AddMember(group.ID(), id); err != nil {
			t.Fatal(err)
		}
	}
	items, link, pages := s.toTheEnd(s.ask("GET", "/v1.0/groups/microsoft.graph.delta()", ""))
	var got []string
	for _, item := range items {
		if item["id"] == group.ID() {
			for _, member := range item["members@delta"].([]any) {
				got = append(got, member.(map[string]any)["id"].(string))
			}
		}
	}
	slices.Sort(got)
	slices.Sort(members)
	if !slices.Equal(got, members) || pages < 3 {
		t.Errorf("members %v in %d pages, want %v in pieces", got, pages, members)
	}

	if err := s.tenant.Directory().RemoveMember(group.ID(), members[0]); err != nil {
		t.Fatal(err)
	}
	changes, _, _ := s.toTheEnd(s.follow(link))
	if len(changes) != 1 {
		t.Fatalf("changes: %v", changes)
	}
	delta, _ := changes[0]["members@delta"].([]any)
	if len(delta) != 1 || fmt.Sprint(delta[0]) != fmt.Sprintf("map[@odata.type:#microsoft.graph.user @removed:map[reason:deleted] id:%s]", members[0]) {
		t.Errorf("removed member: %v", changes)
	}
}

func TestDeltaBeginsNowWithLatest(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ada", "")
	first := s.ask("GET", "/v1.0/users/microsoft.graph.delta?$deltaToken=latest", "").want(200)
	items, link, _ := s.toTheEnd(first)
	if len(items) != 0 {
		t.Fatalf("latest: %v", items)
	}
	bob := s.user("bob", "")
	// A connector appends its $select behind the token.
	items, _, _ = s.toTheEnd(s.follow(link + "&$select=id,userPrincipalName,manager"))
	if len(items) != 1 || items[0]["id"] != bob || items[0]["userPrincipalName"] != "bob@contoso.onmicrosoft.com" || items[0]["displayName"] != nil {
		t.Errorf("after latest: %v", items)
	}
}

func TestDeltaOfManagers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	_, link, _ := s.toTheEnd(s.ask("GET", "/v1.0/users/delta?$select=id,manager&$deltatoken=latest", ""))
	s.ask("PUT", "/v1.0/users/"+ada+"/manager/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/users/`+bob+`"}`).want(204)
	items, _, _ := s.toTheEnd(s.follow(link))
	if len(items) != 1 || fmt.Sprint(items[0]["manager@delta"]) != "[map[@odata.type:#microsoft.graph.user id:"+bob+"]]" {
		t.Errorf("manager: %v", items)
	}
}

func TestDeltaFiltersByIDOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	items, link, _ := s.toTheEnd(s.ask("GET", "/v1.0/users/delta?$filter="+url.QueryEscape("id eq '"+ada+"'"), ""))
	if len(items) != 1 || items[0]["id"] != ada {
		t.Errorf("filtered: %v", items)
	}
	s.ask("PATCH", "/v1.0/users/"+bob, `{"jobTitle":"x"}`).want(204)
	if items, _, _ = s.toTheEnd(s.follow(link)); len(items) != 0 {
		t.Errorf("the filter is forgotten: %v", items)
	}
	for _, query := range []string{"$filter=displayName%20eq%20'x'", "$orderby=displayName", "$top=5", "$search=%22displayName:a%22", "$expand=manager"} {
		s.ask("GET", "/v1.0/users/delta?"+query, "").want(400)
	}
	s.ask("GET", "/v1.0/users/delta?$deltatoken=nonsense", "").refused(400, "BadRequest", "Badly formed token.")
	s.ask("GET", "/v1.0/groups/delta?"+strings.SplitN(link, "?", 2)[1], "").refused(400, "BadRequest", "Badly formed token.")
}

func TestMistake19_NaiveDelta(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		opts   []mockgraph.Option
		status int
		code   string
	}{
		{"documented", nil, http.StatusGone, "resyncRequired"},
		{"as seen", []mockgraph.Option{mockgraph.WithDeltaExpiryAsBadRequest()}, http.StatusBadRequest, "Request_UnsupportedQuery"},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock := clockwork.NewFakeClock()
			s := newStage(t, append(test.opts, mockgraph.WithClock(clock))...)
			ada := s.user("ada", "")
			_, link, _ := s.toTheEnd(s.ask("GET", "/v1.0/users/delta", ""))
			clock.Advance(8 * 24 * time.Hour)
			s.token = s.as(loginGrant())
			expired := s.follow(link).want(test.status)
			if expired.str("error.code") != test.code {
				t.Errorf("expired link: %s", expired.body)
			}
			if test.status == http.StatusGone {
				items, _, _ := s.toTheEnd(s.follow(expired.header.Get("Location")))
				if !slices.Contains(idsOf(items), ada) {
					t.Errorf("the round after a resync lacks a user: %v", items)
				}
			}
		})
	}
}

// A group that goes and comes back between two rounds has lost who went meanwhile: the log says so by the group's deletion alone.
func TestDeltaTellsWhoLeftAGroupWhileItWasDeleted(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	crew := s.group("crew", binds("members", ada, bob)+",")
	knows := newReplica()
	round := func(link string) string {
		a := s.follow(link).want(200)
		if err := knows.merge(a.json["value"].([]any)); err != nil {
			t.Fatal(err)
		}
		return a.str("@odata·deltaLink")
	}
	link := round("/v1.0/groups/delta")
	s.ask("DELETE", "/v1.0/groups/"+crew, "").want(204)
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	s.ask("POST", "/v1.0/directory/deletedItems/"+crew+"/restore", "").want(200)
	link = round(link)
	if got := knows.linked(crew, "members"); !slices.Equal(got, []string{bob}) {
		t.Errorf("the client knows members %v, want %v", got, []string{bob})
	}
	s.ask("POST", "/v1.0/directory/deletedItems/"+ada+"/restore", "").want(200)
	round(link)
	if got := knows.linked(crew, "members"); len(got) != 2 {
		t.Errorf("the client knows members %v, want both", got)
	}
}

func TestDeltaOfRolesAndUnitsTellsWhoCameAndWent(t *testing.T) {
	t.Parallel()
	for kind, at := range map[string][2]string{
		"directoryRole": {"/v1.0/directoryRoles", "/v1.0/directoryRoles"}, "administrativeUnit": {"/v1.0/directory/administrativeUnits", "/v1.0/directory/administrativeUnits"},
		"administrativeUnit in beta": {"/beta/administrativeUnits", "/beta/directory/administrativeUnits"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			user, holders := s.belonging("ada")
			id := holders[strings.Fields(kind)[0]]
			of := func(items []map[string]any) map[string]any {
				for _, item := range items {
					if item["id"] == id {
						return item
					}
				}
				return nil
			}
			members := func(item map[string]any) map[string]any {
				list, _ := item["members@delta"].([]any)
				if len(list) != 1 {
					return nil
				}
				return list[0].(map[string]any)
			}
			items, link, _ := s.toTheEnd(s.ask("GET", at[0]+"/delta", ""))
			if first := of(items); first["displayName"] == nil || members(first)["id"] != user || members(first)["@odata.type"] != "#microsoft.graph.user" {
				t.Fatalf("first round: %v", items)
			}
			s.ask("DELETE", at[1]+"/"+id+"/members/"+user+"/$ref", "").want(http.StatusNoContent)
			items, _, _ = s.toTheEnd(s.follow(link))
			if gone := members(of(items)); gone["id"] != user || gone["@removed"] == nil {
				t.Errorf("after the member left: %v", items)
			}
		})
	}
}
