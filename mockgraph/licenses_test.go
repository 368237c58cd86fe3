package mockgraph_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

const (
	teamsExploratory = "710779e8-3d4a-4c88-adb9-386c958d1fdf"
	e3               = "05e9a617-0261-4cee-bb44-138d3ef5d965" // SPE_E3
)

// buy subscribes the tenant to seats of a licence; Graph has no call for it.
func (s *stage) buy(sku string, seats int) {
	s.Helper()
	if _, err := s.tenant.Directory().Subscribe(sku, seats); err != nil {
		s.Fatalf("buy %s: %v", sku, err)
	}
}

// seats returns consumedUnits and prepaidUnits.enabled of a licence, as Graph shows them.
func (s *stage) seats(sku string) (consumed, enabled any) {
	s.Helper()
	a := s.ask("GET", "/v1.0/subscribedSkus/"+s.tenant.ID()+"_"+sku, "").want(http.StatusOK)
	return a.at("consumedUnits"), a.at("prepaidUnits.enabled")
}

func (s *stage) license(user, sku string) *answer {
	s.Helper()
	return s.ask("POST", "/v1.0/users/"+user+"/assignLicense", `{"addLicenses":[{"skuId":"`+sku+`","disabledPlans":[]}],"removeLicenses":[]}`)
}

func TestGivenTeamsExploratoryIsBoughtThenAUserInIndiaAppearsWithItAndOneSeatLess(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("TEAMS_EXPLORATORY", 5)

	list := s.ask("GET", "/v1.0/subscribedSkus", "").want(http.StatusOK)
	if got := list.values("skuId"); !slices.Equal(got, []string{teamsExploratory}) || list.str("value.0.skuPartNumber") != "TEAMS_EXPLORATORY" {
		t.Fatalf("subscribed: %s", list.body)
	}
	user := s.ask("POST", "/v1.0/users", `{"accountEnabled":true,"displayName":"Asha Rao","mailNickname":"asha","userPrincipalName":"asha@contoso.onmicrosoft.com",
		"givenName":"Asha","surname":"Rao","usageLocation":"IN","passwordProfile":{"password":"Curtain-Up-2026"}}`).want(http.StatusCreated).str("id")
	answered := s.license(user, teamsExploratory).want(http.StatusOK)
	if answered.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#users/$entity" || answered.str("id") != user {
		t.Errorf("answer: %s", answered.body)
	}

	after := s.ask("GET", "/v1.0/users/"+user+"?$select=id,assignedLicenses,licenseAssignmentStates", "").want(http.StatusOK)
	if after.str("assignedLicenses.0.skuId") != teamsExploratory || after.str("licenseAssignmentStates.0.state") != "Active" ||
		after.str("licenseAssignmentStates.0.error") != "None" || after.at("licenseAssignmentStates.0.assignedByGroup") != nil {
		t.Errorf("licences of the user: %s", after.body)
	}
	if consumed, enabled := s.seats(teamsExploratory); consumed != 1.0 || enabled != 5.0 {
		t.Errorf("seats: %v of %v are taken, want 1 of 5", consumed, enabled)
	}
	details := s.ask("GET", "/v1.0/users/asha@contoso.onmicrosoft.com/licenseDetails", "").want(http.StatusOK)
	if got, want := details.str("@odata·context"), "https://graph.microsoft.com/v1.0/$metadata#users('asha%40contoso.onmicrosoft.com')/licenseDetails"; got != want {
		t.Errorf("context %s, want %s", got, want)
	}
	if details.str("value.0.skuPartNumber") != "TEAMS_EXPLORATORY" || details.at("value.0.servicePlans.0.servicePlanName") == nil {
		t.Errorf("details: %s", details.body)
	}
	one := s.ask("GET", "/v1.0/users/"+user+"/licenseDetails/"+details.str("value.0.id"), "").want(http.StatusOK)
	if one.str("skuId") != teamsExploratory {
		t.Errorf("one detail: %s", one.body)
	}

	nowhere := s.user("nowhere", "")
	s.license(nowhere, teamsExploratory).refused(400, "Request_BadRequest", "License assignment cannot be done for user with invalid usage location.")
	s.ask("DELETE", "/v1.0/users/"+user, "").want(http.StatusNoContent)
	if consumed, _ := s.seats(teamsExploratory); consumed != 0.0 {
		t.Errorf("%v seats are taken after the user is gone, want none", consumed)
	}
}

func TestSubscribedSkuHasTheDocumentedShape(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("SPE_E3", 25)
	got := s.ask("GET", "/v1.0/subscribedSkus", "").want(http.StatusOK)
	if got.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#subscribedSkus" {
		t.Errorf("context %q", got.str("@odata·context"))
	}
	item, _ := got.at("value.0").(map[string]any)
	plans, _ := item["servicePlans"].([]any)
	subscriptions, _ := item["subscriptionIds"].([]any)
	if len(plans) < 10 || len(subscriptions) != 1 {
		t.Fatalf("plans and subscriptions: %s", got.body)
	}
	plan, _ := plans[0].(map[string]any)
	for _, member := range []string{"servicePlanId", "servicePlanName", "provisioningStatus", "appliesTo"} {
		if plan[member] == "" || plan[member] == nil {
			t.Errorf("service plan without %s: %v", member, plan)
		}
	}
	delete(item, "servicePlans")
	delete(item, "subscriptionIds")
	want := map[string]any{
		"accountId": s.tenant.ID(), "accountName": "Contoso", "appliesTo": "User", "capabilityStatus": "Enabled", "consumedUnits": 0.0,
		"id": s.tenant.ID() + "_" + e3, "skuId": e3, "skuPartNumber": "SPE_E3",
		"prepaidUnits": map[string]any{"enabled": 25.0, "suspended": 0.0, "warning": 0.0, "lockedOut": 0.0},
	}
	if diff := cmp.Diff(want, item); diff != "" {
		t.Errorf("subscribedSku (-want +got):\n%s", diff)
	}
	// As the Evolveum connector asks for licences: with a header that means nothing here.
	some := s.ask("GET", "/v1.0/subscribedSkus?$select=id,skuId,skuPartNumber,servicePlans", "", "ConsistencyLevel", "eventual", "Content-Type", "application/json").want(http.StatusOK)
	if some.at("value.0.accountName") != nil || some.at("value.0.servicePlans.0.servicePlanName") == nil {
		t.Errorf("selected: %s", some.body)
	}
}

func TestLicenceRequestsAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("SPE_E3", 1)
	s.buy("EXCHANGESTANDARD", 5)
	s.buy("ENTERPRISEPACK", 0)
	ada, bob := s.user("ada", `"usageLocation":"GB",`), s.user("bob", `"usageLocation":"GB",`)
	s.license(ada, e3).want(http.StatusOK)
	here := func(id string) string { return "/v1.0/users/" + id + "/assignLicense" }
	const unknown, packE3, exchange = "11111111-2222-4333-8444-555555555555", "6fd2c87f-b296-42f0-b197-1e91e994b900", "4b9405b0-7788-4568-add1-99614e613b69"
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		code, message            string
	}{
		{"only removals", "POST", here(bob), `{"removeLicenses":[]}`, 400, "Request_BadRequest", "One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: addLicenses."},
		{"only additions", "POST", here(bob), `{"addLicenses":[]}`, 400, "Request_BadRequest", "The missing parameters are: removeLicenses."},
		{"neither", "POST", here(bob), `{}`, 400, "Request_BadRequest", "The missing parameters are: addLicenses, removeLicenses."},
		{"null for a collection", "POST", here(bob), `{"addLicenses":null,"removeLicenses":[]}`, 400, "Request_BadRequest", "addLicenses"},
		{"no GUID", "POST", here(bob), `{"addLicenses":[{"skuId":"SPE_E3"}],"removeLicenses":[]}`, 400, "Request_BadRequest", "Cannot convert a primitive value to the expected type 'Edm.Guid'."},
		{"no GUID to remove", "POST", here(bob), `{"addLicenses":[],"removeLicenses":["SPE_E3"]}`, 400, "Request_BadRequest", "'Edm.Guid'"},
		{"no sku", "POST", here(bob), `{"addLicenses":[{"disabledPlans":[]}],"removeLicenses":[]}`, 400, "Request_BadRequest", "skuId"},
		{"no seats", "POST", here(bob), `{"addLicenses":[{"skuId":"` + e3 + `"}],"removeLicenses":[]}`, 400, "Request_BadRequest", "Subscription with SKU " + e3 + " does not have any available licenses."},
		{"unknown licence", "POST", here(bob), `{"addLicenses":[{"skuId":"` + unknown + `"}],"removeLicenses":[]}`, 400, "Request_BadRequest", "License " + unknown + " does not correspond to a valid company License."},
		{"not hers", "POST", here(bob), `{"addLicenses":[],"removeLicenses":["` + e3 + `"]}`, 400, "Request_BadRequest", "User does not have a corresponding license."},
		{"conflicting plans", "POST", here(ada), `{"addLicenses":[{"skuId":"` + exchange + `"}],"removeLicenses":[]}`, 400, "Request_BadRequest", "are mutually exclusive"},
		{"a plan of another licence", "POST", here(ada), `{"addLicenses":[{"skuId":"` + e3 + `","disabledPlans":["` + unknown + `"]}],"removeLicenses":[]}`, 400, "Request_BadRequest", unknown},
		{"seats before plans", "POST", here(ada), `{"addLicenses":[{"skuId":"` + packE3 + `"}],"removeLicenses":[]}`, 400, "Request_BadRequest", "does not have any available licenses"},
		{"nobody", "POST", here(unknown), `{"addLicenses":[],"removeLicenses":[]}`, 404, "Request_ResourceNotFound", unknown},
		{"filtered subscriptions", "GET", "/v1.0/subscribedSkus?$filter=skuPartNumber%20eq%20'SPE_E3'", ``, 400, "Request_UnsupportedQuery", "$filter"},
		{"paged subscriptions", "GET", "/v1.0/subscribedSkus?$top=1", ``, 400, "Request_UnsupportedQuery", "$top"},
		{"searched subscriptions", "GET", "/v1.0/subscribedSkus?$search=%22skuPartNumber:SPE%22", ``, 400, "Request_UnsupportedQuery", "$search"},
		{"unknown subscription", "GET", "/v1.0/subscribedSkus/" + e3, ``, 404, "Request_ResourceNotFound", e3},
		{"filtered details", "GET", "/v1.0/users/" + ada + "/licenseDetails?$filter=skuPartNumber%20eq%20'SPE_E3'", ``, 400, "Request_UnsupportedQuery", ""},
		{"no such detail", "GET", "/v1.0/users/" + ada + "/licenseDetails/x", ``, 404, "Request_ResourceNotFound", "'x'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask(test.method, test.path, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
			if a.at("error.details") != nil {
				t.Errorf("details on a licence refusal: %s", a.body)
			}
		})
	}
}

func TestSubscribedSkusMayIgnoreWhatTheyDoNotSupport(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithLenientSubscribedSkus())
	s.buy("SPE_E3", 1)
	s.buy("TEAMS_EXPLORATORY", 1)
	if got := s.ask("GET", "/v1.0/subscribedSkus?$top=1&$filter=nonsense", "").want(http.StatusOK).values("id"); len(got) != 2 {
		t.Errorf("%d subscriptions, want both", len(got))
	}
}

func TestLicencesAreSwappedAtOnceAndKeepOneSeat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("SPE_E3", 1)
	s.buy("EXCHANGESTANDARD", 1)
	ada := s.user("ada", `"usageLocation":"GB",`)
	s.license(ada, e3).want(http.StatusOK)
	s.license(ada, e3).want(http.StatusOK) // again: no seat more
	// Their Exchange plans exclude each other, but never stand together.
	s.ask("POST", "/v1.0/users/"+ada+"/assignLicense", `{"addLicenses":[{"skuId":"4b9405b0-7788-4568-add1-99614e613b69"}],"removeLicenses":["`+e3+`"]}`).want(http.StatusOK)
	if consumed, _ := s.seats(e3); consumed != 0.0 {
		t.Errorf("%v seats of the old licence are taken", consumed)
	}
	if got := s.ask("GET", "/v1.0/users/"+ada+"?$select=assignedLicenses", "").at("assignedLicenses"); len(got.([]any)) != 1 {
		t.Errorf("licences %v, want one", got)
	}
}

func TestDisabledPlansShowInTheDetails(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("TEAMS_EXPLORATORY", 1)
	sku, _ := directory.FindSku(teamsExploratory)
	i := slices.IndexFunc(sku.Plans, func(p directory.ServicePlan) bool {
		return p.AppliesTo == "User" && strings.HasPrefix(p.ServicePlanName, "YAMMER")
	})
	if i < 0 {
		t.Fatal("the catalogue's Teams Exploratory has no Yammer plan")
	}
	plan := sku.Plans[i].ServicePlanID
	ada := s.user("ada", `"usageLocation":"IN",`)
	s.ask("POST", "/v1.0/users/"+ada+"/assignLicense", `{"addLicenses":[{"skuId":"`+teamsExploratory+`","disabledPlans":["`+plan+`"]}],"removeLicenses":[]}`).want(http.StatusOK)
	details := s.ask("GET", "/v1.0/users/"+ada+"/licenseDetails", "").want(http.StatusOK)
	plans, _ := details.at("value.0.servicePlans").([]any)
	for _, each := range plans {
		shown, _ := each.(map[string]any)
		if want := map[bool]string{true: "Disabled", false: "Success"}[shown["servicePlanId"] == plan]; shown["provisioningStatus"] != want {
			t.Errorf("plan %v is %v, want %s", shown["servicePlanName"], shown["provisioningStatus"], want)
		}
	}
}

func TestUsersAreFoundByTheirLicences(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("TEAMS_EXPLORATORY", 5)
	ada := s.user("ada", `"usageLocation":"IN",`)
	s.user("bob", `"usageLocation":"IN",`)
	s.license(ada, teamsExploratory).want(http.StatusOK)
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"$filter=assignedLicenses/any(x:x/skuId%20eq%20" + teamsExploratory + ")&$select=displayName", []string{"ada"}},
		{"$filter=assignedLicenses/$count%20ne%200&$count=true&$select=displayName", []string{"ada"}},
		{"$filter=assignedLicenses/$count%20eq%200&$count=true&$select=displayName&$orderby=displayName", []string{"Administrator", "bob"}},
	} {
		if got := s.ask("GET", "/v1.0/users?"+test.query, "", "ConsistencyLevel", "eventual").want(http.StatusOK).values("displayName"); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.query, got, test.want)
		}
	}
}

// group makes a security group with members and returns its id.
func (s *stage) securityGroup(name string, members ...string) string {
	s.Helper()
	g, err := s.tenant.Directory().Create(directory.Group, directory.Properties{"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true})
	if err != nil {
		s.Fatalf("make group: %v", err)
	}
	for _, member := range members {
		if err := s.tenant.Directory().AddMember(g.ID(), member); err != nil {
			s.Fatalf("add member: %v", err)
		}
	}
	return g.ID()
}

func TestGivenSeatsRunOutThenGroupLicencesFailOnMembersAndNotOnTheCall(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.buy("TEAMS_EXPLORATORY", 1)
	ada, bob := s.user("ada", ""), s.user("bob", "") // no usage location: only direct assignment asks for it
	g := s.securityGroup("crew", ada, bob)
	body := `{"addLicenses":[{"skuId":"` + teamsExploratory + `"}],"removeLicenses":[]}`
	answered := s.ask("POST", "/v1.0/groups/"+g+"/assignLicense", body).want(http.StatusAccepted)
	if answered.str("id") != g || answered.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#groups/$entity" ||
		answered.header.Get("Location") != "https://graph.microsoft.com/v2/"+s.tenant.ID()+"/directoryObjects/"+g+"/Microsoft.DirectoryServices.Group" {
		t.Errorf("answer: %s, Location %s", answered.body, answered.header.Get("Location"))
	}

	failed := s.ask("GET", "/v1.0/groups/"+g+"/membersWithLicenseErrors", "").want(http.StatusOK)
	if got := failed.values("@odata.type"); !slices.Equal(got, []string{"#microsoft.graph.user"}) || failed.str("@odata·context") != "https://graph.microsoft.com/v1.0/$metadata#directoryObjects" {
		t.Fatalf("members with errors: %s", failed.body)
	}
	loser := failed.str("value.0.id")
	winner := map[string]string{ada: bob, bob: ada}[loser]
	state := func(id string) *answer {
		return s.ask("GET", "/v1.0/users/"+id+"?$select=assignedLicenses,licenseAssignmentStates", "").want(http.StatusOK)
	}
	if a := state(loser); a.str("licenseAssignmentStates.0.error") != "CountViolation" || a.str("licenseAssignmentStates.0.state") != "Error" || a.str("licenseAssignmentStates.0.assignedByGroup") != g {
		t.Errorf("who got no seat: %s", a.body)
	}
	if a := state(winner); a.str("licenseAssignmentStates.0.state") != "Active" || a.str("assignedLicenses.0.skuId") != teamsExploratory {
		t.Errorf("who got the seat: %s", a.body)
	}
	s.ask("POST", "/v1.0/users/"+winner+"/assignLicense", `{"addLicenses":[],"removeLicenses":["`+teamsExploratory+`"]}`).
		refused(400, "Request_BadRequest", "User license is inherited from a group membership and it cannot be removed directly from the user.")

	// Still no seat: trying again fails nowhere. With one more she gets it by itself.
	s.ask("POST", "/v1.0/users/"+loser+"/reprocessLicenseAssignment", "").want(http.StatusOK)
	s.buy("TEAMS_EXPLORATORY", 2)
	if a := state(loser); a.str("licenseAssignmentStates.0.state") != "Active" {
		t.Errorf("after buying a seat: %s", a.body)
	}
	s.ask("POST", "/v1.0/groups/"+g+"/assignLicense", `{"removeLicenses":[]}`).refused(400, "Request_BadRequest", "The missing parameters are: addLicenses.")
	s.ask("POST", "/v1.0/groups/"+g+"/assignLicense", `{"addLicenses":[],"removeLicenses":["`+teamsExploratory+`"]}`).want(http.StatusAccepted)
	if consumed, _ := s.seats(teamsExploratory); consumed != 0.0 {
		t.Errorf("%v seats are taken after the group lost the licence", consumed)
	}
}

func TestGivenADelayThenGroupLicencesAreQueuedBeforeTheyArrive(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithProcessingDelay(1<<40))
	s.buy("TEAMS_EXPLORATORY", 1)
	g := s.securityGroup("crew", s.user("ada", ""))
	s.ask("POST", "/v1.0/groups/"+g+"/assignLicense", `{"addLicenses":[{"skuId":"`+teamsExploratory+`"}],"removeLicenses":[]}`).want(http.StatusAccepted)
	o, _ := s.tenant.Directory().Snapshot().Object(g)
	if got := directory.Value[directory.LicenseProcessingState](o, "licenseProcessingState").State; got != "QueuedForProcessing" {
		t.Errorf("licenseProcessingState %q", got)
	}
	if consumed, _ := s.seats(teamsExploratory); consumed != 0.0 {
		t.Errorf("%v seats taken at once", consumed)
	}
	s.tenant.Directory().Process()
	o, _ = s.tenant.Directory().Snapshot().Object(g)
	if got := directory.Value[directory.LicenseProcessingState](o, "licenseProcessingState").State; got != "ProcessingComplete" {
		t.Errorf("licenseProcessingState %q", got)
	}
}
