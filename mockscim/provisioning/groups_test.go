package provisioning_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

func postGroup(id, name string) string {
	return `POST /Groups {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],` +
		`"externalId":"` + id + `","displayName":"` + name + `","meta":{"resourceType":"Group"}}`
}

const matchTeam = `GET /Groups?excludedAttributes=members&filter=displayName+eq+%22Team+Red%22`

func matchUser(name string) string {
	return `GET /Users?filter=userName+eq+%22` + name + `%40contoso.example%22`
}

func postUser(name, display string) string {
	return strings.NewReplacer("ada", name, "Ada Byron", display).Replace(postAda)
}

// The life of an assigned group and its members, request by request.
func TestGroupLifecycle(t *testing.T) {
	s := newStage(t)
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	team := s.group("Team Red", ada)
	assignment := s.assign(team)

	// Users, then groups without members, then memberships.
	report := s.sends(matchAda, postAda, matchTeam, postGroup(team, "Team Red"), addMember("g1", "u1"))
	if report.Creates != 2 || report.MemberChanges != 1 || report.Updates != 0 {
		t.Fatalf("report %+v", report)
	}
	s.sends()

	s.update(team, directory.Properties{"displayName": "Team Crimson"})
	s.sends(getGroup("g1"), patch("/Groups/g1", op("Replace", "displayName", `"Team Crimson"`)))

	// A new member comes into scope by it.
	s.ok(s.dir.AddMember(team, bob))
	s.sends(matchUser("bob"), postUser("bob", "Bob Ross"), getGroup("g1"), addMember("g1", "u2"))
	if e := s.lastLog(team); len(e.ModifiedProperties) != 1 || e.ModifiedProperties[0] != (synchronization.ModifiedProperty{DisplayName: "members", NewValue: "u2"}) {
		t.Fatalf("log %+v", e.ModifiedProperties)
	}

	// A member that leaves is disabled, when the group was its only way into scope, and removed.
	s.ok(s.dir.RemoveMember(team, ada))
	s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", active, `"False"`)), getGroup("g1"), removeMember("g1", "u1"))

	// A member that comes back is matched, reactivated and added.
	s.ok(s.dir.AddMember(team, ada))
	s.sends(matchAda, patch("/Users/u1", op("Replace", active, `"True"`)), getGroup("g1"), addMember("g1", "u1"))

	// A group that is unassigned is deleted, and its members leave scope.
	s.ok(s.dir.Unassign(assignment))
	report = s.sends(
		"GET /Users/u1", patch("/Users/u1", op("Replace", active, `"False"`)),
		"GET /Users/u2", patch("/Users/u2", op("Replace", active, `"False"`)), "DELETE /Groups/g1")
	if report.Disables != 2 || report.Deletes != 1 {
		t.Fatalf("report %+v", report)
	}
	s.logged(team, synchronization.ActionDelete, synchronization.StatusSuccess, "")
	s.sends()
}

func TestGroupDeletedInTheTenantIsDeleted(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	team := s.group("Team Red", ada)
	s.assign(team)
	s.settled()
	s.ok(s.dir.Delete(team))
	s.sends("GET /Users/u1", "DELETE /Groups/g1") // the user is still assigned directly: it is looked at and left alone
}

func TestMembershipsSurviveBlockingAndTheRecycleBin(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	team := s.group("Team Red", ada)
	s.assign(team)
	s.settled()
	disable, enable := patch("/Users/u1", op("Replace", active, `"False"`)), patch("/Users/u1", op("Replace", active, `"True"`))
	s.update(ada, directory.Properties{"accountEnabled": false})
	s.sends("GET /Users/u1", disable)
	s.update(ada, directory.Properties{"accountEnabled": true})
	s.sends("GET /Users/u1", enable)
	s.ok(s.dir.Delete(ada))
	s.sends("GET /Users/u1", disable, getGroup("g1"))
	must(s.dir.Restore(ada))(t)
	s.sends("GET /Users/u1", enable, getGroup("g1")) // memberships are not sent again
	s.ok(s.dir.Delete(ada))
	s.ok(s.dir.Purge(ada))
	s.sends("DELETE /Users/u1", getGroup("g1")) // and not removed from an account that is gone
}

func TestNestedGroupsBringNobodyIntoScope(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	inner := s.group("Inner", ada)
	team := s.group("Team Red", inner)
	s.assign(team)
	s.sends(matchTeam, postGroup(team, "Team Red"))
	s.update(inner, directory.Properties{"displayName": "Innermost"})
	s.sends()
	s.logged(inner, synchronization.ActionOther, synchronization.StatusSkipped, provisioning.CodeSynchronizationSkipped)
}

func TestGroupInTheRecycleBinIsDeletedAndComesBackAsNew(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	team := must(s.dir.Create(directory.Group, directory.Properties{
		"displayName": "Team Red", "mailNickname": "red", "mailEnabled": true, "securityEnabled": true, "groupTypes": []string{"Unified"},
	}))(t).ID()
	s.ok(s.dir.AddMember(team, ada))
	s.assign(team)
	s.settled()
	s.ok(s.dir.Delete(team))
	s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", active, `"False"`)), "DELETE /Groups/g1")
	must(s.dir.Restore(team))(t)
	s.sends(matchAda, patch("/Users/u1", op("Replace", active, `"True"`)), matchTeam, postGroup(team, "Team Red"), addMember("g2", "u1"))
}

func TestMemberThatWasNotProvisionedIsLeftOutUntilARestart(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron", directory.Properties{"accountEnabled": false})
	team := s.group("Team Red", ada)
	s.assign(team)
	s.sends(matchTeam, postGroup(team, "Team Red"))
	s.update(ada, directory.Properties{"accountEnabled": true})
	s.sends(matchAda, postAda)
	s.job.Restart(synchronization.ResetWatermark)
	s.sends("GET /Users/u1", getGroup("g1"), addMember("g1", "u1"))
}

func TestMembersPerRequest(t *testing.T) {
	s := newStage(t, provisioning.WithWire(wire.Options{MembersPerPatch: 2}))
	var members []string
	for _, name := range []string{"Ada Byron", "Bob Ross", "Cy Twombly"} {
		members = append(members, s.user(name))
	}
	s.assign(s.group("Team Red", members...))
	s.cycle()
	patches := 0
	for _, r := range s.target.taken() {
		if strings.HasPrefix(r, "PATCH /Groups/") {
			patches++
		}
	}
	if got, _ := s.target.group("g1").Get("members"); patches != 2 || len(got.([]any)) != 3 {
		t.Fatalf("%d requests, members %v", patches, got)
	}
}

func TestGroupMappingThatIsOffLeavesGroupsAlone(t *testing.T) {
	groups := mapping.DefaultGroups()
	groups.Enabled = false
	s := newStage(t, provisioning.WithGroupMapping(groups))
	s.assign(s.group("Team Red", s.user("Ada Byron")))
	s.cycle()
	want := []string{probes[0], matchAda, postAda}
	if got := s.target.taken(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("got %q", got)
	}
}

func TestMembershipThatFailsIsTriedAgainAndNothingElse(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	team := s.group("Team Red", ada)
	s.assign(team)
	s.target.setAnswer(refuse(http.StatusInternalServerError, func(r *http.Request) bool {
		return r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/Groups/")
	}))
	report := s.cycle()
	if report.Failures != 1 || report.Creates != 2 || report.MemberChanges != 0 {
		t.Fatalf("report %+v", report)
	}
	s.logged(team, synchronization.ActionUpdate, synchronization.StatusFailure, "InternalServerError")
	s.target.setAnswer(nil)
	s.sends(getGroup("g1"), addMember("g1", "u1"))
	s.sends()
}

// A member who comes back but could not be matched yet is not added by the account it had before.
func TestMemberThatCouldNotComeBackWaits(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	team := s.group("Team Red", ada)
	s.assign(team)
	s.settled()
	s.ok(s.dir.RemoveMember(team, ada))
	s.settled()
	s.ok(s.dir.AddMember(team, ada))
	s.target.setAnswer(refuse(http.StatusInternalServerError, func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, "ada") }))
	s.sends(matchAda, getGroup("g1"))
	s.target.setAnswer(nil)
	s.sends(matchAda, patch("/Users/u1", op("Replace", active, `"True"`)), getGroup("g1"), addMember("g1", "u1"))
}

func TestGroupsThatAreNotAssignedChangeNothing(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	s.assign(ada)
	other := s.group("Other")
	s.settled()
	s.ok(s.dir.AddMember(other, ada))
	if report := s.sends(); report.Skipped != 0 {
		t.Fatalf("report %+v", report)
	}
	s.ok(s.dir.RemoveMember(other, ada))
	s.sends()
}

// The change log names a membership once: a group that fails must not lose it.
func TestMembershipOfAGroupThatCouldNotBeReadIsKept(t *testing.T) {
	s := newStage(t)
	ada, bob := s.user("Ada Byron"), s.user("Bob Ross")
	team := s.group("Team Red", ada)
	s.assign(team)
	s.settled()
	s.ok(s.dir.AddMember(team, bob))
	s.target.setAnswer(refuse(http.StatusInternalServerError, func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/Groups/") }))
	s.cycle()
	s.target.setAnswer(nil)
	s.sends(getGroup("g1"), addMember("g1", "u2"))
}

// A member whose own creation failed is added as soon as it exists.
func TestMemberThatFailedIsAddedWhenItExists(t *testing.T) {
	s := newStage(t)
	ada := s.user("Ada Byron")
	team := s.group("Team Red", ada)
	s.assign(team)
	s.target.setAnswer(refuse(http.StatusInternalServerError, func(r *http.Request) bool {
		return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/Users")
	}))
	s.sends(matchAda, postAda, matchTeam, postGroup(team, "Team Red"))
	s.target.setAnswer(nil)
	s.sends(matchAda, postAda, getGroup("g1"), addMember("g1", "u1"))
	s.sends()
}
