package mockgraph_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

const nobody = "11111111-1111-4111-8111-111111111111"

// group makes a security group and returns its id. more is further members of the body, each followed by a comma.
func (s *stage) group(name, more string) string {
	s.Helper()
	return s.ask("POST", "/v1.0/groups", `{`+more+`"displayName":"`+name+`","mailNickname":"`+name+`","mailEnabled":false,"securityEnabled":true}`).want(http.StatusCreated).str("id")
}

// unified makes a Microsoft 365 group.
func (s *stage) unified(name, more string) string {
	s.Helper()
	return s.ask("POST", "/v1.0/groups", `{`+more+`"displayName":"`+name+`","mailNickname":"`+name+`","mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"]}`).want(http.StatusCreated).str("id")
}

// seed makes a group Graph itself does not create.
func (s *stage) seed(name string, p directory.Properties) string {
	s.Helper()
	all := directory.Properties{"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true}
	maps.Copy(all, p)
	o, err := s.tenant.Directory().Create(directory.Group, all)
	if err != nil {
		s.Fatalf("seed group: %v", err)
	}
	return o.ID()
}

func binds(name string, ids ...string) string {
	addresses := make([]string, len(ids))
	for i, id := range ids {
		addresses[i] = `"https://graph.microsoft.com/v1.0/directoryObjects/` + id + `"`
	}
	return `"` + name + `@odata.bind":[` + strings.Join(addresses, ",") + `]`
}

func ref(id string) string {
	return `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/` + id + `"}`
}

func (s *stage) members(group string) []string {
	s.Helper()
	ids := s.ask("GET", "/v1.0/groups/"+group+"/members?$select=id", "").want(200).values("id")
	slices.Sort(ids)
	return ids
}

func sorted(ids ...string) []string { slices.Sort(ids); return ids }

func TestSecurityGroupHasAllDefaultProperties(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	created := s.ask("POST", "/v1.0/groups", `{"displayName":"Stage","mailNickname":"stage","mailEnabled":false,"securityEnabled":true}`).want(201)
	if got, want := created.str("@odata·context"), "https://graph.microsoft.com/v1.0/$metadata#groups/$entity"; got != want {
		t.Errorf("context %q, want %q", got, want)
	}
	if got := created.header.Get("Location"); !strings.HasSuffix(got, "/directoryObjects/"+created.str("id")+"/Microsoft.DirectoryServices.Group") {
		t.Errorf("Location %q", got)
	}
	got := s.ask("GET", "/v1.0/groups/"+created.str("id"), "").want(200)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#groups/$entity", "id": created.str("id"), "deletedDateTime": nil, "classification": nil,
		"createdDateTime": got.at("createdDateTime"), "creationOptions": []any{}, "description": nil, "displayName": "Stage", "expirationDateTime": nil,
		"groupTypes": []any{}, "isAssignableToRole": nil, "mail": nil, "mailEnabled": false, "mailNickname": "stage", "membershipRule": nil,
		"membershipRuleProcessingState": nil, "onPremisesDomainName": nil, "onPremisesLastSyncDateTime": nil, "onPremisesNetBiosName": nil,
		"onPremisesSamAccountName": nil, "onPremisesSecurityIdentifier": nil, "onPremisesSyncEnabled": nil, "preferredDataLocation": nil, "preferredLanguage": nil,
		"proxyAddresses": []any{}, "renewedDateTime": got.at("renewedDateTime"), "resourceBehaviorOptions": []any{}, "resourceProvisioningOptions": []any{},
		"securityEnabled": true, "securityIdentifier": got.at("securityIdentifier"), "theme": nil, "uniqueName": nil, "visibility": nil,
		"onPremisesProvisioningErrors": []any{}, "serviceProvisioningErrors": []any{},
	}
	if diff := cmp.Diff(want, got.json); diff != "" {
		t.Errorf("default properties (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(got.str("securityIdentifier"), "S-1-12-1-") || got.str("createdDateTime") == "" || got.str("renewedDateTime") == "" {
		t.Errorf("made by the service: %s", got.body)
	}
}

func TestMicrosoft365GroupGetsAMailbox(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	id := s.unified("cast", "")
	got := s.ask("GET", "/v1.0/groups/"+id, "").want(200)
	if got.str("mail") != "cast@contoso.onmicrosoft.com" || got.str("proxyAddresses.0") != "SMTP:cast@contoso.onmicrosoft.com" || got.str("visibility") != "Public" {
		t.Errorf("Microsoft 365 group: %s", got.body)
	}
	held := s.ask("GET", "/v1.0/groups/"+id+"?$select=allowExternalSenders,autoSubscribeNewMembers,hideFromAddressLists,hideFromOutlookClients", "").want(200)
	if held.at("allowExternalSenders") != false || held.at("hideFromOutlookClients") != false {
		t.Errorf("kept by Exchange: %s", held.body)
	}
}

func TestGroupsAreListedCountedAndFoundByName(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first, second := s.group("crew", ""), s.group("crew", "")
	if got := s.ask("GET", "/v1.0/groups?$filter=displayName eq 'crew'&$select=displayName&$top=1", "").want(200); len(got.values("displayName")) != 1 || got.str("@odata·nextLink") == "" {
		t.Errorf("look before creation: %s", got.body)
	}
	if got := s.ask("GET", "/v1.0/Groups?$select=id", "").want(200).values("id"); !slices.Contains(got, first) || !slices.Contains(got, second) {
		t.Errorf("groups %v", got)
	}
	if got := s.ask("GET", "/v1.0/groups/$count", "", "ConsistencyLevel", "eventual").want(200); string(got.body) != "2" || got.header.Get("Content-Type") != "text/plain" {
		t.Errorf("count %q, type %s", got.body, got.header.Get("Content-Type"))
	}
}

func TestGroupIsCreatedWithOwnersAndMembers(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	id := s.ask("POST", "/beta/groups", `{"@odata.type":"#microsoft.graph.group","displayName":"Play","mailNickname":"play","mailEnabled":false,"securityEnabled":true,`+
		binds("owners", ada)+`,"members@odata.bind":["https://graph.microsoft.com/v1.0/users/`+ada+`","https://graph.microsoft.us/beta/users('`+bob+`')"]}`).want(201).str("id")
	if got := s.members(id); !slices.Equal(got, sorted(ada, bob)) {
		t.Errorf("members %v", got)
	}
	owners := s.ask("GET", "/v1.0/groups/"+id+"/owners?$select=id,userPrincipalName&$top=100", "").want(200)
	if owners.str("value.0.@odata·type") != "#microsoft.graph.user" || owners.str("value.0.userPrincipalName") != "ada@contoso.onmicrosoft.com" {
		t.Errorf("owners: %s", owners.body)
	}
}

func TestGroupIsNotCreatedByHalves(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.ask("POST", "/v1.0/groups", `{"displayName":"Play","mailNickname":"play","mailEnabled":false,"securityEnabled":true,`+binds("members", ada, nobody)+`}`).
		refused(404, "Request_ResourceNotFound", "Resource '"+nobody+"' does not exist")
	if got := s.ask("GET", "/v1.0/groups", "").want(200).values("id"); len(got) != 0 {
		t.Errorf("groups left behind: %v", got)
	}
}

func TestGroupIsOwnedByTheSignedInCaller(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada, bob := s.user("ada", ""), s.user("bob", "")
	s.token = s.as(login.Grant{UserID: ada, Scopes: every})
	for _, owners := range []string{"", binds("owners", bob) + ",", binds("owners", ada, bob) + ","} {
		id := s.group("play", owners)
		if got := s.ask("GET", "/v1.0/groups/"+id+"/owners", "").want(200).values("id"); !slices.Contains(got, ada) {
			t.Errorf("owners of a group created with {%s}: %v", owners, got)
		}
	}
}

func TestGroupCreationsAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.unified("cast", "")
	var many []string
	for range 21 {
		many = append(many, ada)
	}
	var twelve []string
	for i := range 12 {
		twelve = append(twelve, fmt.Sprintf("11111111-1111-4111-8111-1111111111%02d", i))
	}
	const base = `"displayName":"G","mailNickname":"g",`
	for _, test := range []struct {
		name, body    string
		status        int
		code, message string
	}{
		{"distribution list", `{` + base + `"mailEnabled":true,"securityEnabled":false}`, 400, "Request_BadRequest", "does not currently support writes of mail-enabled groups"},
		{"mail-enabled security", `{` + base + `"mailEnabled":true,"securityEnabled":true}`, 400, "Request_BadRequest", "does not currently support writes of mail-enabled groups"},
		{"neither", `{` + base + `"mailEnabled":false,"securityEnabled":false}`, 400, "Request_BadRequest", "does not currently support writes of mail-enabled groups"},
		{"Microsoft 365 without mail", `{` + base + `"mailEnabled":false,"securityEnabled":true,"groupTypes":["Unified"]}`, 400, "Request_BadRequest", "Invalid value specified for property 'mailEnabled' of resource 'Group'."},
		{"nickname taken", `{` + `"displayName":"G","mailNickname":"CAST","mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"]}`, 400, "Request_BadRequest", "Another object with the same value for property mailNickname already exists."},
		{"nickname with blank", `{"displayName":"G","mailNickname":"a b","mailEnabled":false,"securityEnabled":true}`, 400, "Request_BadRequest", "Invalid value specified for property 'mailNickname' of resource 'Group'."},
		{"no name", `{"mailNickname":"g","mailEnabled":false,"securityEnabled":true}`, 400, "Request_BadRequest", "A value is required for property 'displayName' of resource 'Group'."},
		{"no kind", `{` + base + `"securityEnabled":true}`, 400, "Request_BadRequest", "A value is required for property 'mailEnabled' of resource 'Group'."},
		{"dynamic with members", `{` + base + `"mailEnabled":false,"securityEnabled":true,"groupTypes":["DynamicMembership"],"membershipRule":"user.department -eq \"A\"","membershipRuleProcessingState":"On",` + binds("members", ada) + `}`, 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."},
		{"dynamic without rule", `{` + base + `"mailEnabled":false,"securityEnabled":true,"groupTypes":["DynamicMembership"]}`, 400, "Request_BadRequest", "One or more property values specified are invalid."},
		{"bad rule", `{` + base + `"mailEnabled":false,"securityEnabled":true,"groupTypes":["DynamicMembership"],"membershipRule":"user.department is A"}`, 400, "Request_BadRequest", "One or more property values specified are invalid."},
		{"hidden security group", `{` + base + `"mailEnabled":false,"securityEnabled":true,"visibility":"HiddenMembership"}`, 400, "Request_BadRequest", "Invalid value specified for property 'visibility' of resource 'Group'."},
		{"roles and no security", `{` + base + `"mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"],"isAssignableToRole":true}`, 400, "Request_BadRequest", "One or more property values specified are invalid."},
		{"roles and public", `{` + base + `"mailEnabled":true,"securityEnabled":true,"groupTypes":["Unified"],"isAssignableToRole":true,"visibility":"Public"}`, 400, "Request_BadRequest", "One or more property values specified are invalid."},
		{"roles and dynamic", `{` + base + `"mailEnabled":false,"securityEnabled":true,"groupTypes":["DynamicMembership"],"membershipRule":"user.department -eq \"A\"","isAssignableToRole":true}`, 400, "Request_BadRequest", "One or more property values specified are invalid."},
		{"kept by Exchange", `{` + base + `"mailEnabled":true,"securityEnabled":false,"groupTypes":["Unified"],"allowExternalSenders":true}`, 400, "Request_BadRequest", "allowExternalSenders"},
		{"21 members", `{` + base + `"mailEnabled":false,"securityEnabled":true,` + binds("members", many...) + `}`, 400, "Request_BadRequest", "exceeds the limit of 20"},
		{"12 members and 12 owners", `{` + base + `"mailEnabled":false,"securityEnabled":true,` + binds("members", twelve...) + `,` + binds("owners", twelve...) + `}`, 400, "Request_BadRequest", "exceeds the limit of 20"},
		{"an owner twice", `{` + base + `"mailEnabled":false,"securityEnabled":true,` + binds("owners", ada, ada) + `}`, 400, "Request_BadRequest", "Request contains a property with duplicate values"},
		{"unknown relation", `{` + base + `"mailEnabled":false,"securityEnabled":true,` + binds("friends", ada) + `}`, 400, "Request_BadRequest", "Property 'friends' does not exist on type 'microsoft.graph.group'"},
		{"member by name", `{` + base + `"mailEnabled":false,"securityEnabled":true,"members@odata.bind":["https://graph.microsoft.com/v1.0/users/ada@contoso.onmicrosoft.com"]}`, 400, "Request_UnsupportedQuery", "Unsupported referenced-object resource identifier for link property 'members'."},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask("POST", "/v1.0/groups", test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
}

func TestGroupThatCarriesRolesNeedsItsOwnPermission(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	id := s.group("keys", `"isAssignableToRole":true,`)
	nested := s.group("nested", "")
	s.ask("POST", "/v1.0/groups/"+id+"/members/$ref", ref(nested)).refused(400, "Request_UnsupportedQuery", "Unsupported referenced-object resource identifier")
	s.ask("PATCH", "/v1.0/groups/"+id, `{"isAssignableToRole":false}`).refused(400, "Request_BadRequest", "read-only")
	s.token = s.as(login.Grant{Roles: slices.DeleteFunc(slices.Clone(every), func(p string) bool { return p == "RoleManagement.ReadWrite.Directory" })})
	for _, call := range [][3]string{
		{"POST", "/v1.0/groups", `{"displayName":"G","mailNickname":"g","mailEnabled":false,"securityEnabled":true,"isAssignableToRole":true}`},
		{"POST", "/v1.0/groups/" + id + "/members/$ref", ref(ada)},
		{"PATCH", "/v1.0/groups/" + id, `{"description":"x"}`},
		{"DELETE", "/v1.0/groups/" + id, ""},
		{"DELETE", "/v1.0/directoryObjects/" + id, ""},
	} {
		s.ask(call[0], call[1], call[2]).refused(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
	}
}

func TestGroupIsChangedInSeveralRequestsAsTerraformDoes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	s.token = s.as(login.Grant{UserID: ada, Scopes: every})
	id := s.unified("play", "")
	s.ask("PATCH", "/beta/groups/"+id, `{"displayName":"TERRAFORM_UPDATE_`+nobody+`"}`).want(204)
	s.ask("PATCH", "/beta/groups/"+id, `{"displayName":"play","description":null}`).want(204)
	for _, held := range []string{"allowExternalSenders", "autoSubscribeNewMembers", "hideFromAddressLists", "hideFromOutlookClients"} {
		s.ask("PATCH", "/beta/groups/"+id, `{"`+held+`":true}`).want(204)
	}
	s.ask("PATCH", "/beta/groups/"+id, `{"allowExternalSenders":false,"description":"x"}`).refused(400, "BadRequest", "The request is currently not supported on the targeted entity set")
	got := s.ask("GET", "/beta/groups/"+id+"?$select=allowExternalSenders,autoSubscribeNewMembers,hideFromAddressLists,hideFromOutlookClients,displayName", "").want(200)
	if got.at("allowExternalSenders") != true || got.at("hideFromOutlookClients") != true || got.str("displayName") != "play" {
		t.Errorf("after the changes: %s", got.body)
	}
	s.token = s.as(login.Grant{Roles: every})
	s.ask("PATCH", "/v1.0/groups/"+id, `{"allowExternalSenders":true}`).refused(403, "Authorization_RequestDenied", "Insufficient privileges")
}

func TestGroupChangesAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.user("ada", "")
	plain, cast := s.group("plain", ""), s.unified("cast", "")
	list := s.seed("list", directory.Properties{"mailEnabled": true, "securityEnabled": false})
	mailed := s.seed("mailed", directory.Properties{"mailEnabled": true})
	synced := s.seed("synced", directory.Properties{"onPremisesSyncEnabled": true})
	hidden := s.unified("hidden", `"visibility":"HiddenMembership",`)
	for _, test := range []struct {
		name, group, body string
		status            int
		code, message     string
	}{
		{"no name", plain, `{"displayName":null}`, 400, "Request_BadRequest", "Invalid value specified for property 'displayName' of resource 'Group'."},
		{"to Microsoft 365", plain, `{"groupTypes":["Unified"]}`, 400, "Request_BadRequest", "Invalid value specified for property 'groupTypes'"},
		{"to mail", plain, `{"mailEnabled":true}`, 400, "Request_BadRequest", "does not currently support writes of mail-enabled groups"},
		{"no security", plain, `{"securityEnabled":false}`, 400, "Request_BadRequest", "does not currently support writes of mail-enabled groups"},
		{"mail address", cast, `{"mail":"x@contoso.onmicrosoft.com"}`, 400, "Request_BadRequest", "Property 'mail' is read-only and cannot be set."},
		{"name for ever", plain, `{"uniqueName":"x"}`, 400, "Request_BadRequest", "Property 'uniqueName' is read-only and cannot be set."},
		{"hide members later", cast, `{"visibility":"HiddenMembership"}`, 400, "Request_BadRequest", "Invalid value specified for property 'visibility'"},
		{"show members later", hidden, `{"visibility":"Private"}`, 400, "Request_BadRequest", "Invalid value specified for property 'visibility'"},
		{"distribution list", list, `{"description":"x"}`, 400, "Request_BadRequest", "Cannot Update a mail-enabled security groups and or distribution list."},
		{"member of mail-enabled security", mailed, `{` + binds("members", ada) + `}`, 400, "Request_BadRequest", "Cannot Update a mail-enabled security groups and or distribution list."},
		{"synchronized", synced, `{"description":"x"}`, 400, "Request_BadRequest", "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration."},
		{"nobody", nobody, `{"description":"x"}`, 404, "Request_ResourceNotFound", "Resource '" + nobody + "' does not exist"},
		{"no id", "stage", `{"description":"x"}`, 400, "Request_BadRequest", "Invalid object identifier 'stage'."},
		{"empty object", plain, `{}`, 400, "BadRequest", "Empty Payload. JSON content expected."},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask("PATCH", "/v1.0/groups/"+test.group, test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
}

func TestGroupBecomesDynamicAndStaticAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ada", `"department":"Stage",`)
	bob := s.user("bob", "")
	id := s.group("crew", binds("members", bob)+",")
	s.ask("PATCH", "/v1.0/groups/"+id, `{"groupTypes":["DynamicMembership"],"membershipRule":"user.department -eq \"Stage\"","membershipRuleProcessingState":"On"}`).want(204)
	if got := s.ask("GET", "/v1.0/groups/"+id+"/members", "").want(200).values("displayName"); !slices.Equal(got, []string{"ada"}) {
		t.Errorf("members by rule: %v", got)
	}
	s.ask("PATCH", "/v1.0/groups/"+id, `{"groupTypes":[],"membershipRule":null,"membershipRuleProcessingState":null}`).want(204)
	s.ask("POST", "/v1.0/groups/"+id+"/members/$ref", ref(bob)).want(204)
}

func TestGroupIsCreatedOrChangedByUniqueName(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const path, body = "/v1.0/groups(uniqueName='play')", `{"displayName":"Play","mailNickname":"play","mailEnabled":false,"securityEnabled":true}`
	s.ask("PATCH", path, body).refused(404, "Request_ResourceNotFound", "Resource 'play' does not exist")
	created := s.ask("PATCH", path, body, "Prefer", "return=minimal, create-if-missing").want(201)
	if created.str("uniqueName") != "play" {
		t.Errorf("created: %s", created.body)
	}
	s.ask("PATCH", path, `{"description":"new"}`, "Prefer", "create-if-missing").want(204)
	if got := s.ask("GET", path, "").want(200); got.str("id") != created.str("id") || got.str("description") != "new" {
		t.Errorf("by unique name: %s", got.body)
	}
	old := newStage(t, mockgraph.WithoutGroupUpsert())
	old.ask("PATCH", path, body, "Prefer", "create-if-missing").refused(404, "Request_ResourceNotFound", "'play'")
}

func TestGroupIsRenewed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.ask("POST", "/v1.0/groups/"+s.unified("cast", "")+"/renew", "").want(204)
	s.ask("POST", "/v1.0/groups/"+s.group("plain", "")+"/renew", "").refused(400, "Request_BadRequest", "groupTypes")
}
