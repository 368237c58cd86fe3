package mockgraph_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestFullMetadataNamesEachObject(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	full := []string{"Accept", "application/json; charset=utf-8; IEEE754Compatible=false; odata.metadata=full"}
	a := s.ask("POST", "/v1.0/groups", `{"displayName":"Cast","mailEnabled":false,"mailNickname":"cast","securityEnabled":true}`, full...).want(http.StatusCreated)
	id := a.str("id")
	address := "https://graph.microsoft.com/v2/" + s.tenant.ID() + "/directoryObjects/" + id + "/Microsoft.DirectoryServices.Group"
	for name, want := range map[string]string{"@odata·type": "#microsoft.graph.group", "@odata·id": address, "@odata·editLink": address, "displayName": "Cast"} {
		if got := a.str(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := a.header.Get("Content-Type"); !strings.Contains(got, "odata.metadata=full") || a.header.Get("OData-Version") != "4.0" {
		t.Errorf("answered as %s, version %s", got, a.header.Get("OData-Version"))
	}
	user := s.user("ann", "")
	s.ask("POST", "/v1.0/groups/"+id+"/members/$ref", `{"@odata.id":"`+strings.Split(address, "/directoryObjects")[0]+"/directoryObjects/"+user+`"}`).want(http.StatusNoContent)
	for _, path := range []string{"/v1.0/groups?$expand=members", "/v1.0/groups/" + id + "/members", "/v1.0/domains"} {
		a := s.ask("GET", path, "", full...).want(http.StatusOK)
		if a.str("value.0.@odata·id") == "" || strings.Count(string(a.body), "@odata.type") != strings.Count(string(a.body), "@odata.id") {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}

func TestNoMetadataLeavesLinksToPagesAndCountsAlone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ann", "")
	none := []string{"Accept", "application/json;odata.metadata=none", "ConsistencyLevel", "eventual"}
	a := s.ask("GET", "/v1.0/users?$top=1&$count=true", "", none...).want(http.StatusOK)
	if strings.Contains(string(a.body), "@odata.context") || a.str("@odata·nextLink") == "" || a.at("@odata·count") == nil {
		t.Errorf("answered %s", a.body)
	}
	for _, path := range []string{"/v1.0/users/admin@contoso.onmicrosoft.com", "/v1.0/users/ann@contoso.onmicrosoft.com/memberOf"} {
		if a := s.ask("GET", path, "", none...).want(http.StatusOK); strings.Contains(string(a.body), "@odata") {
			t.Errorf("%s: %s", path, a.body)
		}
	}
}
