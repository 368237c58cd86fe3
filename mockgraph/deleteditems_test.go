package mockgraph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestDeletedUserIsKeptUnderAnotherNameAndComesBack(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", `"mail":"ada@contoso.onmicrosoft.com",`)
	crew := s.group("crew", binds("members", ada)+",")
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	mangled := strings.ReplaceAll(ada, "-", "") + "ada@contoso.onmicrosoft.com"
	got := s.ask("GET", "/v1.0/directory/deletedItems/"+ada, "").want(200)
	if got.str("@odata·type") != "#microsoft.graph.user" || got.str("userPrincipalName") != mangled || got.str("mail") != mangled || !strings.HasSuffix(got.str("@odata·context"), "#directoryObjects/$entity") {
		t.Errorf("deleted user: %s", got.body)
	}
	if got := s.ask("GET", "/v1.0/directory/deletedItems/"+ada+"?$select=id,deletedDateTime", "").want(200); got.str("deletedDateTime") == "" || got.at("userPrincipalName") != nil {
		t.Errorf("selected: %s", got.body)
	}
	restored := s.ask("POST", "/v1.0/directory/deletedItems/"+ada+"/restore", "").want(200)
	if restored.str("id") != ada || restored.str("@odata·type") != "#microsoft.graph.user" || restored.str("userPrincipalName") != "ada@contoso.onmicrosoft.com" {
		t.Errorf("restored: %s", restored.body)
	}
	if got := s.members(crew); !slices.Equal(got, []string{ada}) {
		t.Errorf("memberships after restoring: %v", got)
	}
	s.ask("POST", "/v1.0/directory/deletedItems/"+ada+"/restore", "").refused(404, "Request_ResourceNotFound", ada)
	s.ask("GET", "/v1.0/directory/deletedItems/"+ada, "").refused(404, "Request_ResourceNotFound", ada)
}

func TestRestoringUnderATakenName(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	old := s.user("ada", "")
	s.ask("DELETE", "/v1.0/users/"+old, "").want(204)
	young := s.user("ada", "")
	if young == old {
		t.Fatal("the name's new owner has the old id")
	}
	path := "/v1.0/directory/deletedItems/" + old + "/restore"
	refused := s.ask("POST", path, `{}`).refused(400, "Request_BadRequest", "Another object with the same value for property userPrincipalName already exists.")
	if refused.str("error.details.0.code") != "ObjectConflict" || refused.str("error.details.1.target") != "user_"+young {
		t.Errorf("details: %s", refused.body)
	}
	s.ask("POST", path, `{"newUserPrincipalName":"ada@elsewhere.example"}`).refused(400, "Request_BadRequest", "The domain portion of the userPrincipalName property is invalid.")
	s.ask("POST", path, `{"newUserPrincipalName":"ada.king@contoso.onmicrosoft.com","autoReconcileProxyConflict":true}`).want(200)
	s.ask("GET", "/v1.0/users/ada.king@contoso.onmicrosoft.com", "").want(200)
}

func TestRestoringLeavesTakenAddressesBehindWhenAsked(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	address := directory.Properties{"proxyAddresses": []string{"SMTP:stage@contoso.onmicrosoft.com", "smtp:ada@contoso.onmicrosoft.com"}}
	if _, err := s.tenant.Directory().Update(ada, address); err != nil {
		t.Fatal(err)
	}
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	shown := s.ask("GET", "/v1.0/directory/deletedItems/"+ada+"?$select=proxyAddresses", "").want(200).str("proxyAddresses.0")
	if want := "SMTP:" + strings.ReplaceAll(ada, "-", "") + "stage@contoso.onmicrosoft.com"; shown != want {
		t.Errorf("address of the deleted user %q, want %q", shown, want)
	}
	if _, err := s.tenant.Directory().Update(s.user("bob", ""), directory.Properties{"proxyAddresses": []string{"SMTP:stage@contoso.onmicrosoft.com"}}); err != nil {
		t.Fatal(err)
	}
	path := "/v1.0/directory/deletedItems/" + ada + "/restore"
	s.ask("POST", path, "").refused(400, "Request_BadRequest", "Another object with the same value for property proxyAddresses already exists.")
	s.ask("POST", path, `{"autoReconcileProxyConflict":true}`).want(200)
	if got := s.ask("GET", "/v1.0/users/"+ada+"?$select=proxyAddresses", "").want(200); len(got.at("proxyAddresses").([]any)) != 1 {
		t.Errorf("addresses: %s", got.body)
	}
}

func TestDeletedItemsAreListedByCastOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, crew := s.user("ada", ""), s.group("crew", "")
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	s.ask("DELETE", "/v1.0/groups/"+crew, "").want(204)
	s.ask("GET", "/v1.0/directory/deletedItems", "").refused(400, "Request_UnsupportedQuery", "Unsupported Query.")
	users := s.ask("GET", "/v1.0/directory/deletedItems/microsoft.graph.user?$select=id,userPrincipalName", "").want(200)
	if got := users.values("id"); !slices.Equal(got, []string{ada}) || !strings.HasPrefix(users.str("value.0.userPrincipalName"), strings.ReplaceAll(ada, "-", "")) {
		t.Errorf("deleted users: %s", users.body)
	}
	if got := s.ask("GET", "/v1.0/directory/deletedItems/Microsoft.Graph.Group", "").want(200).values("id"); !slices.Equal(got, []string{crew}) {
		t.Errorf("deleted groups: %v", got)
	}
	for _, cast := range []string{"application", "servicePrincipal", "administrativeUnit"} {
		s.ask("GET", "/v1.0/directory/deletedItems/microsoft.graph."+cast, "").want(200)
	}
	found := s.ask("GET", "/v1.0/directory/deletedItems/microsoft.graph.user?$filter=displayName eq 'ada'&$orderby=deletedDateTime&$count=true", "", "ConsistencyLevel", "eventual").want(200)
	if found.at("@odata·count") != 1.0 {
		t.Errorf("advanced query: %s", found.body)
	}
	if got := s.ask("GET", "/v1.0/directory/deletedItems/microsoft.graph.user/$count", "", "ConsistencyLevel", "eventual").want(200); string(got.body) != "1" {
		t.Errorf("count: %s", got.body)
	}
	s.ask("GET", "/v1.0/directory/deletedItems/microsoft.graph.directoryRole", "").refused(400, "Request_UnsupportedQuery", "Unsupported Query.")
	s.ask("GET", "/v1.0/directory/deletedItems/microsoft.graph.device", "").refused(501, "NotImplemented", "microsoft.graph.device")
}

func TestDeletedItemIsGoneForEver(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	crew := s.group("crew", "")
	s.ask("DELETE", "/v1.0/groups/"+crew, "").want(204)
	s.ask("POST", "/v1.0/directory/deletedItems/"+crew+"/restore", `{"newUserPrincipalName":"x@contoso.onmicrosoft.com"}`).refused(400, "Request_BadRequest", "newUserPrincipalName")
	s.ask("DELETE", "/v1.0/directory/deletedItems/"+crew, "").want(204)
	s.ask("DELETE", "/v1.0/directory/deletedItems/"+crew, "").refused(404, "Request_ResourceNotFound", crew)
	s.ask("POST", "/v1.0/directory/deletedItems/"+crew+"/restore", "").refused(404, "Request_ResourceNotFound", crew)
}

func TestRestoringWhereOldScriptsDid(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	s.ask("POST", "/v1.0/users/"+ada+"/restore", "").refused(404, "Request_ResourceNotFound", "Resource '"+ada+"' does not exist")
}

func TestDeletedNamesCanBeShownAsTheyWere(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithPlainDeletedNames())
	ada := s.user("ada", "")
	s.ask("DELETE", "/v1.0/users/"+ada, "").want(204)
	if got := s.ask("GET", "/v1.0/directory/deletedItems/"+ada, "").want(200).str("userPrincipalName"); got != "ada@contoso.onmicrosoft.com" {
		t.Errorf("name %q", got)
	}
}
