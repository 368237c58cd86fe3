package mockgraph_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestDirectoryExtensionsAreWrittenSelectedAndFiltered(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	app := s.ask("POST", "/v1.0/applications", `{"displayName":"Schema owner"}`).want(http.StatusCreated)
	badge := "extension_" + strings.ReplaceAll(app.str("appId"), "-", "") + "_badge"
	ada := s.user("ada", "")

	s.ask("PATCH", "/v1.0/users/"+ada, `{"`+badge+`":"A-17"}`).refused(400, "Request_BadRequest", "The following extension properties are not available: "+badge+".")

	s.ask("POST", "/v1.0/applications/"+app.str("id")+"/extensionProperties", `{"name":"badge","dataType":"String","targetObjects":["User"]}`).want(http.StatusCreated)
	s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+app.str("appId")+`"}`).want(http.StatusCreated)
	s.ask("PATCH", "/v1.0/users/"+ada, `{"`+badge+`":"A-17"}`).want(http.StatusNoContent)
	if got := s.ask("GET", "/v1.0/users/"+ada+"?$select=id,"+badge, "").want(200).str(badge); got != "A-17" {
		t.Errorf("selected %q, want A-17", got)
	}
	if got := s.ask("GET", "/v1.0/users?$filter="+url.QueryEscape(badge+" eq 'a-17'"), "").want(200).values("id"); len(got) != 1 || got[0] != ada {
		t.Errorf("filtered %v, want %s", got, ada)
	}
	s.ask("GET", "/v1.0/users?$select="+badge+"x", "").want(400)
	if body := s.ask("GET", "/v1.0/users/"+ada, "").want(200).body; strings.Contains(string(body), badge) {
		t.Errorf("shown without being asked for: %s", body)
	}
}

func TestDeltaTracksASelectedDirectoryExtension(t *testing.T) {
	t.Parallel()
	for set, target := range map[string]string{"users": "User", "groups": "Group"} {
		t.Run(set, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			app := s.ask("POST", "/v1.0/applications", `{"displayName":"Schema owner"}`).want(http.StatusCreated)
			s.ask("POST", "/v1.0/servicePrincipals", `{"appId":"`+app.str("appId")+`"}`).want(http.StatusCreated)
			name := func(extension string) string {
				s.ask("POST", "/v1.0/applications/"+app.str("id")+"/extensionProperties", `{"name":"`+extension+`","dataType":"String","targetObjects":["`+target+`"]}`).want(http.StatusCreated)
				return "extension_" + strings.ReplaceAll(app.str("appId"), "-", "") + "_" + extension
			}
			badge, locker := name("badge"), name("locker")
			id := s.user("ada", "")
			if set == "groups" {
				id = s.group("ushers", "")
			}
			s.ask("PATCH", "/v1.0/"+set+"/"+id, `{"`+badge+`":"A-17"}`).want(http.StatusNoContent)

			badgeOf := func(items []map[string]any) any {
				for _, item := range items {
					if item["id"] == id {
						return item[badge]
					}
				}
				return "not there"
			}
			items, link, _ := s.toTheEnd(s.ask("GET", "/v1.0/"+set+"/delta?$select=displayName,"+badge, ""))
			if got := badgeOf(items); got != "A-17" {
				t.Errorf("first round: %v", got)
			}
			s.ask("PATCH", "/v1.0/"+set+"/"+id, `{"`+locker+`":"12"}`).want(http.StatusNoContent)
			if items, link, _ = s.toTheEnd(s.follow(link)); len(items) != 0 {
				t.Errorf("an extension that is not selected shows: %v", items)
			}
			s.ask("PATCH", "/v1.0/"+set+"/"+id, `{"`+badge+`":"B-4"}`).want(http.StatusNoContent)
			if items, link, _ = s.toTheEnd(s.follow(link)); badgeOf(items) != "B-4" {
				t.Errorf("round after the change: %v", items)
			}
			s.ask("PATCH", "/v1.0/"+set+"/"+id, `{"`+badge+`":null}`).want(http.StatusNoContent)
			if items, _, _ = s.toTheEnd(s.follow(link, "Prefer", "return=minimal")); badgeOf(items) != nil {
				t.Errorf("round after it was cleared: %v", items)
			}
		})
	}
}
