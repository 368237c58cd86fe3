package provisioning_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// withFlowType is a mapping with a flow type at one of its rows.
func withFlowType(m synchronization.ObjectMapping, target string, flowType synchronization.FlowType) synchronization.ObjectMapping {
	for i := range m.AttributeMappings {
		if m.AttributeMappings[i].TargetAttributeName == target {
			m.AttributeMappings[i].FlowType = flowType
		}
	}
	return m
}

// Source: learn.microsoft.com/graph/api/resources/synchronization-attributemapping, flowType.
func TestAValueThatIsOnlyAddedTakesNoneAway(t *testing.T) {
	replaced, added := op("Replace", "nickName", `"Fabrikam"`), op("Add", "nickName", `"Fabrikam"`)
	for flowType, want := range map[synchronization.FlowType]struct{ there, none string }{
		synchronization.FlowTypeAlways:            {replaced, added},
		synchronization.FlowTypeValueAddOnly:      {"", added},
		synchronization.FlowTypeAttributeAddOnly:  {"", added},
		synchronization.FlowTypeMultiValueAddOnly: {"", ""},
		synchronization.FlowTypeObjectAddOnly:     {"", ""},
	} {
		t.Run(string(flowType), func(t *testing.T) {
			users := mapping.DefaultUsers()
			users.AttributeMappings = append(users.AttributeMappings[:1], synchronization.AttributeMapping{
				TargetAttributeName: "nickName", FlowType: flowType, Source: synchronization.AttributeMappingSource{Expression: "[companyName]"},
			})
			for _, state := range []struct {
				have any
				want string
			}{{"Contoso", want.there}, {nil, want.none}} {
				s := newStage(t, provisioning.WithUserMapping(users))
				ada := s.user("Ada Byron", directory.Properties{"companyName": "Contoso"})
				s.assign(ada)
				s.settled()
				if delete(s.target.user("u1"), "nickName"); state.have != nil {
					s.target.user("u1")["nickName"] = state.have
				}
				s.update(ada, directory.Properties{"companyName": "Fabrikam"})
				if state.want == "" {
					s.sends("GET /Users/u1")
				} else {
					s.sends("GET /Users/u1", patch("/Users/u1", state.want))
				}
			}
		})
	}
}

// A list is added to: what the target has beside it stays, and what the source no longer has too.
func TestAListThatIsOnlyAddedToKeepsWhatItHas(t *testing.T) {
	for flowType, want := range map[synchronization.FlowType]string{
		synchronization.FlowTypeAlways:            op("Replace", otherMails, `["ada@c.example","ada@b.example"]`),
		synchronization.FlowTypeValueAddOnly:      op("Add", otherMails, `["ada@c.example"]`),
		synchronization.FlowTypeMultiValueAddOnly: op("Add", otherMails, `["ada@c.example"]`),
	} {
		t.Run(string(flowType), func(t *testing.T) {
			users := mapping.DefaultUsers()
			users.AttributeMappings = append(users.AttributeMappings[:1], synchronization.AttributeMapping{
				TargetAttributeName: otherMails, FlowType: flowType, Source: synchronization.AttributeMappingSource{Expression: "[otherMails]"},
			})
			s := newStage(t, provisioning.WithUserMapping(users))
			ada := s.user("Ada Byron", directory.Properties{"otherMails": []string{"ada@a.example", "ada@b.example"}})
			s.assign(ada)
			s.settled()
			s.update(ada, directory.Properties{"otherMails": []string{"ada@c.example", "ada@b.example"}})
			s.sends("GET /Users/u1", patch("/Users/u1", want))
		})
	}
}

const otherMails = "urn:ietf:params:scim:schemas:extension:Contoso:2.0:User:otherMails"

func TestMembersThatAreOnlyAddedAreNotRemoved(t *testing.T) {
	for flowType, removed := range map[synchronization.FlowType]bool{
		synchronization.FlowTypeAlways: true, synchronization.FlowTypeValueAddOnly: false, synchronization.FlowTypeMultiValueAddOnly: false,
	} {
		t.Run(string(flowType), func(t *testing.T) {
			s := newStage(t, provisioning.WithGroupMapping(withFlowType(mapping.DefaultGroups(), "members", flowType)))
			ada, grace := s.user("Ada Byron"), s.user("Grace Hopper")
			team := s.group("Team Red", ada)
			s.assign(team)
			s.settled()
			s.ok(s.dir.AddMember(team, grace))
			s.ok(s.dir.RemoveMember(team, ada))
			s.assign(ada) // who stays in scope
			s.settled()
			members := s.target.group("g1")["members"].([]any)
			if want := map[bool]int{true: 1, false: 2}[removed]; len(members) != want {
				t.Errorf("members are %v, want %d", members, want)
			}
			s.ok(s.dir.AddMember(team, ada))
			s.settled()
			if members := s.target.group("g1")["members"].([]any); len(members) != 2 {
				t.Errorf("members are %v after the first came back, want 2", members)
			}
		})
	}
}

// A manager is a single value.
func TestAManagerThatIsOnlyAddedStays(t *testing.T) {
	const manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
	for flowType, follows := range map[synchronization.FlowType]bool{
		synchronization.FlowTypeAlways: true, synchronization.FlowTypeValueAddOnly: false, synchronization.FlowTypeObjectAddOnly: false,
	} {
		t.Run(string(flowType), func(t *testing.T) {
			s := newStage(t, provisioning.WithUserMapping(withFlowType(mapping.DefaultUsers(), manager, flowType)))
			ada, grace, alan := s.user("Ada Byron"), s.user("Grace Hopper"), s.user("Alan Turing")
			s.ok(s.dir.SetManager(ada, grace))
			for _, id := range []string{ada, grace, alan} {
				s.assign(id)
			}
			s.settled()
			s.ok(s.dir.SetManager(ada, alan))
			if report := s.cycle(); (report.Updates == 1) != follows || report.Failures > 0 {
				t.Errorf("report %+v, want an update: %t", report, follows)
			}
		})
	}
}
