package mockscim_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// nonGallery is the template of the gallery that stands for an application of one's own.
const nonGallery = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"

// The story of an application in a tenant, told by a script that knows nothing but Graph, and the clock of the admin API.
func TestTheStoryOfAnApplicationIsToldThroughGraph(t *testing.T) {
	s := newScript(t)
	st := &story{script: s}
	for _, chapter := range []func(){
		st.theApplicationIsMade, st.theConnectionIsTested, st.theMappingsAreReadAndScoped, st.peopleAreAssigned, st.provisioningIsTurnedOn,
		st.everybodyHasArrived, st.aQuietCycleWritesNothing, st.aUserChanges, st.aUserIsBlockedAndComesBack, st.aUserIsUnassigned, st.aUserIsDeleted,
		st.theSecretIsMadeAnew, st.theSecretIsMended, st.oneIsProvisionedOnDemand, st.theLogTellsAllOfIt, st.theJobIsDeleted,
	} {
		if chapter(); t.Failed() {
			return
		}
	}
}

type story struct {
	*script

	home, job              string // paths
	principal, role, jobID string
	ada, bob, carl, team   string            // ids
	assignments            map[string]string // by who was assigned
}

func (s *story) theApplicationIsMade() {
	made := s.graph("POST", "/applicationTemplates/"+nonGallery+"/instantiate", `{"displayName":"Acme"}`).want(201)
	s.principal, s.role = made.str("servicePrincipal.id"), made.str("application.appRoles.0.id")
	s.home = "/servicePrincipals/" + s.principal + "/synchronization"
	s.graph("GET", s.home+"/templates", "").want(200).is("value.0.id", "scim").is("value.0.applicationId", nonGallery)
	job := s.graph("POST", s.home+"/jobs", `{"templateId":"scim"}`).want(201).
		is("status.code", "NotConfigured").is("schedule.state", "Disabled").is("schedule.interval", "P10675199DT2H48M5.4775807S")
	s.jobID = job.str("id")
	s.job = s.home + "/jobs/" + s.jobID
}

func (s *story) secrets(token string) string {
	return `[{"key":"BaseAddress","value":"` + s.vendor.url + `"},{"key":"SecretToken","value":"` + token + `"}]`
}

func (s *story) theConnectionIsTested() {
	try := func(token string) *reply {
		return s.graph("POST", s.job+"/validateCredentials", `{"templateId":"scim","useSavedCredentials":false,"credentials":`+s.secrets(token)+`}`)
	}
	try("wrong").refused(400, "CredentialValidationUnavailable", "SystemForCrossDomainIdentityManagementCredentialValidationFailure", "Unauthorized", "/Users?filter=userName+eq+")
	try("first-secret").want(204)
	s.graph("PUT", s.home+"/secrets", `{"value":`+strings.TrimSuffix(s.secrets("first-secret"), "]")+`,{"key":"SyncAll","value":"false"},
		{"key":"SyncNotificationSettings","value":"{\"Enabled\":true,\"Recipients\":\"ops@contoso.example\",\"DeleteThresholdEnabled\":true,\"DeleteThresholdValue\":500}"}]}`).want(204)
	s.graph("GET", s.home+"/secrets", "").want(200).is("value.0.value", s.vendor.url).is("value.1.value", "*")
}

func (s *story) theMappingsAreReadAndScoped() {
	schema := s.graph("GET", s.job+"/schema", "").want(200)
	users := "synchronizationRules.0.objectMappings.0."
	schema.is(users+"sourceObjectName", "User").is(users+"attributeMappings.0.targetAttributeName", "userName").is(users+"attributeMappings.0.matchingPriority", 1.0)
	scoped := func(operator string) string {
		mapping, _ := schema.at("synchronizationRules.0.objectMappings.0").(map[string]any)
		mapping["scope"] = map[string]any{"groups": []any{map[string]any{"name": "Stage only", "clauses": []any{
			map[string]any{"operatorName": operator, "sourceOperandName": "department", "targetOperand": map[string]any{"values": []any{"Stage"}}},
		}}}}
		body, err := json.Marshal(schema.json)
		if err != nil {
			s.Fatal(err)
		}
		return string(body)
	}
	s.graph("PUT", s.job+"/schema", scoped("SOUNDS LIKE")).refused(400, "InvalidSchema", "SOUNDS LIKE", "objectMappings[0].scope.groups[0].clauses[0]")
	s.graph("GET", s.job+"/schema", "").want(200).is(users+"scope.groups.0", nil) // the old one stays
	s.graph("PUT", s.job+"/schema", scoped("EQUALS")).want(204)
	s.graph("GET", s.job+"/schema", "").want(200).is(users+"scope.groups.0.clauses.0.operatorName", "EQUALS")
	s.graph("POST", s.job+"/schema/parseExpression", `{"expression":"ToUpper([department])","testInputObject":{"definition":{},"properties":[{"key":"department","value":"Stage"}]}}`).
		want(200).is("evaluationSucceeded", true).is("evaluationResult.0", "STAGE")
	if n := len(s.graph("GET", s.job+"/schema/filterOperators", "").want(200).items()); n < 10 {
		s.Errorf("%d operators", n)
	}
}

func (s *story) user(name, department string) string {
	return s.graph("POST", "/users", fmt.Sprintf(`{"accountEnabled":true,"displayName":%q,"mailNickname":%q,"userPrincipalName":%q,"department":%q,"passwordProfile":{"password":"Rehearsal-2026!"}}`,
		name, strings.ToLower(name), strings.ToLower(name)+"@contoso.onmicrosoft.com", department)).want(201).str("id")
}

func (s *story) peopleAreAssigned() {
	s.ada, s.bob, s.carl = s.user("Ada", "Stage"), s.user("Bob", "Stage"), s.user("Carl", "Kitchen")
	s.team = s.graph("POST", "/groups", `{"displayName":"Team Red","mailEnabled":false,"mailNickname":"red","securityEnabled":true}`).want(201).str("id")
	s.graph("POST", "/groups/"+s.team+"/members/$ref", `{"@odata.id":"https://graph.microsoft.com/v1.0/directoryObjects/`+s.bob+`"}`).want(204)
	s.assignments = map[string]string{}
	for _, who := range []string{s.ada, s.bob, s.carl, s.team} {
		s.assign(who)
	}
}

func (s *story) assign(who string) {
	s.assignments[who] = s.graph("POST", "/servicePrincipals/"+s.principal+"/appRoleAssignedTo",
		`{"principalId":"`+who+`","resourceId":"`+s.principal+`","appRoleId":"`+s.role+`"}`).want(201).str("id")
}

// The first cycle is watched while the vendor lets the first creation wait.
func (s *story) provisioningIsTurnedOn() {
	s.pass("PT1H") // nothing happens before the job is started
	if n := s.vendor.writes.Load(); n != 0 {
		s.Fatalf("%d writes before the job was started", n)
	}
	s.graph("POST", s.job+"/start", "").want(204)
	s.graph("GET", s.job, "").want(200).is("schedule.state", "Active").is("schedule.interval", "PT40M").is("status.code", "NotRun")
	reached, letGo := s.vendor.hold()
	turned := make(chan struct{})
	go func() {
		defer close(turned)
		s.pass("PT1M")
	}()
	<-reached
	s.graph("GET", s.job, "").want(200).is("status.progress.0.units", "Users").is("status.progress.0.totalUnits", 3.0)
	letGo()
	<-turned
	s.graph("GET", s.job, "").want(200).is("status.code", "Active").is("status.progress.0", nil).is("status.lastExecution.state", "Succeeded").
		is("status.synchronizedEntryCountByType.0.value", 2.0).is("status.quarantine", nil)
}

func (s *story) everybodyHasArrived() {
	if u := s.vendor.find("Users", "userName", "ada@contoso.onmicrosoft.com"); u == nil || u["displayName"] != "Ada" || u["active"] != true {
		s.Errorf("Ada is %v", u)
	}
	bob := s.vendor.find("Users", "userName", "bob@contoso.onmicrosoft.com")
	team := s.vendor.find("Groups", "displayName", "Team Red")
	if bob == nil || team == nil {
		s.Fatalf("Bob is %v, his team %v", bob, team)
	}
	members, _ := team["members"].([]any)
	if len(members) != 1 || members[0].(map[string]any)["value"] != bob["id"] {
		s.Errorf("the team has members %v, want Bob", members)
	}
	if u := s.vendor.find("Users", "userName", "carl@contoso.onmicrosoft.com"); u != nil {
		s.Errorf("Carl, who is out of scope, arrived as %v", u)
	}
}

func (s *story) aQuietCycleWritesNothing() {
	before := s.vendor.writes.Load()
	s.pass("PT4H") // six cycles
	if n := s.vendor.writes.Load() - before; n != 0 {
		s.Errorf("%d writes although nothing changed", n)
	}
}

func (s *story) aUserChanges() {
	s.graph("PATCH", "/users/"+s.ada, `{"displayName":"Ada Lovelace","jobTitle":"Conductor"}`).want(204)
	s.pass("PT40M")
	if u := s.vendor.find("Users", "userName", "ada@contoso.onmicrosoft.com"); u["displayName"] != "Ada Lovelace" || u["title"] != "Conductor" {
		s.Errorf("Ada is %v", u)
	}
}

func (s *story) aUserIsBlockedAndComesBack() {
	for _, enabled := range []bool{false, true} {
		s.graph("PATCH", "/users/"+s.ada, fmt.Sprintf(`{"accountEnabled":%t}`, enabled)).want(204)
		s.pass("PT40M")
		if u := s.vendor.find("Users", "userName", "ada@contoso.onmicrosoft.com"); u["active"] != enabled {
			s.Errorf("enabled %t: Ada is %v", enabled, u)
		}
	}
}

func (s *story) aUserIsUnassigned() {
	s.graph("DELETE", "/groups/"+s.team+"/members/"+s.bob+"/$ref", "").want(204)
	s.graph("DELETE", "/servicePrincipals/"+s.principal+"/appRoleAssignedTo/"+s.assignments[s.bob], "").want(204)
	s.pass("PT40M")
	if u := s.vendor.find("Users", "userName", "bob@contoso.onmicrosoft.com"); u["active"] != false {
		s.Errorf("Bob is %v", u)
	}
}

func (s *story) aUserIsDeleted() {
	s.graph("DELETE", "/users/"+s.ada, "").want(204)
	s.pass("PT40M")
	if u := s.vendor.find("Users", "userName", "ada@contoso.onmicrosoft.com"); u["active"] != false {
		s.Errorf("in the recycle bin Ada is %v", u)
	}
	s.graph("DELETE", "/directory/deletedItems/"+s.ada, "").want(204)
	s.pass("PT40M")
	if u := s.vendor.find("Users", "userName", "ada@contoso.onmicrosoft.com"); u != nil {
		s.Errorf("deleted for good Ada is %v", u)
	}
}

func (s *story) theSecretIsMadeAnew() {
	s.vendor.renew("second-secret")
	s.assign(s.bob) // waits meanwhile
	s.pass("PT40M")
	s.graph("GET", s.job, "").want(200).is("status.code", "Quarantine").is("status.quarantine.reason", "EncounteredQuarantineException").
		is("status.quarantine.error.code", "SystemForCrossDomainIdentityManagementInvalidCredentials").is("status.quarantine.seriesCount", 1.0).
		is("status.lastExecution.state", "Failed")
	s.pass("P1D") // tried again after 6 and 12 hours
	s.graph("GET", s.job, "").want(200).is("status.quarantine.seriesCount", 3.0)
}

func (s *story) theSecretIsMended() {
	s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).refused(400, "CredentialValidationUnavailable", "Unauthorized")
	s.graph("PUT", s.home+"/secrets", `{"value":`+s.secrets("second-secret")+`}`).want(204)
	s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).want(204)
	s.graph("GET", s.job, "").want(200).is("status.code", "Quarantine") // until it is tried
	s.graph("POST", s.job+"/restart", `{"criteria":{"resetScope":"QuarantineState"}}`).want(204)
	s.pass("PT1M")
	s.graph("GET", s.job, "").want(200).is("status.code", "Active").is("status.quarantine", nil)
	if u := s.vendor.find("Users", "userName", "bob@contoso.onmicrosoft.com"); u["active"] != true {
		s.Errorf("Bob, who was assigned during the quarantine, is %v", u)
	}
}

func (s *story) oneIsProvisionedOnDemand() {
	rule := s.graph("GET", s.job+"/schema", "").want(200).str("synchronizationRules.0.id")
	s.graph("PATCH", "/users/"+s.bob, `{"jobTitle":"Stagehand"}`).want(204)
	demand := func(rule string) *reply {
		return s.graph("POST", s.job+"/provisionOnDemand", `{"parameters":[{"ruleId":"`+rule+`","subjects":[{"objectId":"`+s.bob+`","objectTypeName":"User"}]}]}`)
	}
	demand("none").refused(400, "InvalidRequest", rule)
	if done := demand(rule).want(200); !strings.Contains(done.str("key"), `"result":"Success"`) || !strings.Contains(done.str("value"), "Stagehand") {
		s.Errorf("on demand: %s", done.body)
	}
	if u := s.vendor.find("Users", "userName", "bob@contoso.onmicrosoft.com"); u["title"] != "Stagehand" {
		s.Errorf("Bob is %v", u)
	}
}

// log reads the provisioning log, newest entry first, a page at a time: also where the clock stands still.
func (s *story) log(filter string) []map[string]any {
	next := "/auditLogs/provisioning?$top=3&$filter=" + url.QueryEscape(filter)
	var all []map[string]any
	for next != "" {
		page := s.graph("GET", next, "").want(200)
		for _, item := range page.items() {
			entry, _ := item.(map[string]any)
			all = append(all, entry)
		}
		_, next, _ = strings.Cut(page.str("@odata·nextLink"), "/v1.0")
	}
	return all
}

func (s *story) theLogTellsAllOfIt() {
	tell := func(who string) []string {
		var told []string
		for _, e := range s.log("jobId eq '" + s.jobID + "' and sourceIdentity/id eq '" + who + "'") {
			status, _ := e["provisioningStatusInfo"].(map[string]any)
			if status["status"] != "skipped" || who == s.carl {
				told = append(told, fmt.Sprint(e["provisioningAction"], " ", status["status"]))
			}
		}
		slices.Reverse(told)
		return slices.Compact(told)
	}
	for who, want := range map[string][]string{
		s.ada:  {"create success", "update success", "disable success", "update success", "disable success", "delete success"},
		s.bob:  {"create success", "disable success", "update success"},
		s.carl: {"other skipped"},
		s.team: {"create success", "update success"}, // Bob comes and goes
	} {
		if got := tell(who); !slices.Equal(got, want) {
			s.Errorf("of %s the log tells %q, want %q", who, got, want)
		}
	}
	created := s.graph("GET", "/auditLogs/provisioning?$filter="+url.QueryEscape("servicePrincipal/id eq '"+s.principal+"' and provisioningAction eq 'create' and sourceIdentity/displayName eq 'Ada'"), "").want(200)
	created.is("value.0.servicePrincipal.displayName", "Acme").is("value.0.targetSystem.details.ServicePrincipalId", s.principal).
		is("value.0.sourceIdentity.identityType", "User").is("value.0.provisioningSteps.0.provisioningStepType", "import").is("value.0.initiatedBy.initiatorType", "system")
	if changed, _ := created.at("value.0.modifiedProperties").([]any); len(changed) == 0 {
		s.Errorf("the creation changed nothing: %s", created.body)
	}
	var activities []string
	for _, e := range s.graph("GET", "/auditLogs/directoryAudits?$filter="+url.QueryEscape("category eq 'ProvisioningManagement'"), "").want(200).items() {
		activities = append(activities, e.(map[string]any)["activityDisplayName"].(string))
	}
	for _, want := range []string{"Add provisioning configuration", "Update provisioning setting or credentials", "Update attribute mappings or scope", "Enable/start provisioning configuration", "Quarantine", "Enable/restart provisioning configuration"} {
		if !slices.Contains(activities, want) {
			s.Errorf("the audit log has %q, without %q", activities, want)
		}
	}
}

func (s *story) theJobIsDeleted() {
	s.graph("DELETE", s.job, "").want(204)
	s.graph("GET", s.job, "").refused(404, "ResourceNotFound")
	if len(s.log("jobId eq '"+s.jobID+"'")) == 0 {
		s.Error("the log went with the job")
	}
}
