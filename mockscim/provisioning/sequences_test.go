package provisioning_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// spoken are the operations of a life in one dialect, typed from the comparison of the two.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
var spoken = map[wire.Dialect]struct{ disable, enable, update, upn, rename, add, remove string }{
	wire.Default: {
		disable: `{"op":"Replace","path":"active","value":"False"}`,
		enable:  `{"op":"Replace","path":"active","value":"True"}`,
		update: `{"op":"Replace","path":"displayName","value":"Ada Lovelace"},{"op":"Add","path":"title","value":"Analyst"},` +
			`{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"R"}`,
		upn:    `{"op":"Replace","path":"userName","value":"countess@contoso.example"}`,
		rename: `{"op":"Replace","path":"displayName","value":"Team Crimson"}`,
		add:    `{"op":"Add","path":"members","value":[{"value":"u2"}]}`,
		remove: `{"op":"Remove","path":"members","value":[{"value":"u2"}]}`,
	},
	wire.AADOptSCIM: {
		disable: `{"op":"replace","path":"active","value":false}`,
		enable:  `{"op":"replace","path":"active","value":true}`,
		update: `{"op":"replace","value":{"displayName":"Ada Lovelace"}},` +
			`{"op":"add","value":{"title":"Analyst","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"R"}}`,
		upn:    `{"op":"replace","value":{"userName":"countess@contoso.example"}}`,
		rename: `{"op":"replace","value":{"displayName":"Team Crimson"}}`,
		add:    `{"op":"add","path":"members","value":[{"value":"u2"}]}`,
		remove: `{"op":"remove","path":"members[value eq \"u2\"]"}`,
	},
}

// The sequences of a user's and of a group's life, request by request, in both dialects: match, create, read, update, disable, enable, leave,
// come back, delete; rename, add, remove.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
func TestTheSequencesOfALifeInBothDialects(t *testing.T) {
	for _, dialect := range wire.Dialects() {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			w := spoken[dialect]
			s := newStage(t, provisioning.WithWire(wire.Options{Dialect: dialect}))
			ada := s.user("Ada Byron")
			assignment := s.assign(ada)
			s.sends(matchAda, postAda)
			s.sends()
			s.update(ada, directory.Properties{"jobTitle": "Analyst", "displayName": "Ada Lovelace", "department": "R"})
			s.sends("GET /Users/u1", patch("/Users/u1", w.update))
			s.update(ada, directory.Properties{"accountEnabled": false})
			s.sends("GET /Users/u1", patch("/Users/u1", w.disable))
			s.update(ada, directory.Properties{"accountEnabled": true})
			s.sends("GET /Users/u1", patch("/Users/u1", w.enable))
			s.ok(s.dir.Unassign(assignment))
			s.sends("GET /Users/u1", patch("/Users/u1", w.disable))
			s.assign(ada)
			s.sends(matchAda, patch("/Users/u1", w.enable))
			s.ok(s.dir.Delete(ada))
			s.sends("GET /Users/u1", patch("/Users/u1", w.disable))
			must(s.dir.Restore(ada))(t)
			s.sends("GET /Users/u1", patch("/Users/u1", w.enable))
			s.update(ada, directory.Properties{"userPrincipalName": "countess@contoso.example"})
			s.sends("GET /Users/u1", patch("/Users/u1", w.upn))

			bob := s.user("Bob Ross")
			team := s.group("Team Red")
			s.assign(bob)
			member := s.assign(team)
			s.sends(matchUser("bob"), postUser("bob", "Bob Ross"), matchTeam, postGroup(team, "Team Red"))
			s.ok(s.dir.AddMember(team, bob))
			s.sends("GET /Users/u2", getGroup("g1"), patch("/Groups/g1", w.add))
			s.update(team, directory.Properties{"displayName": "Team Crimson"})
			s.sends(getGroup("g1"), patch("/Groups/g1", w.rename))
			s.ok(s.dir.RemoveMember(team, bob))
			s.sends("GET /Users/u2", getGroup("g1"), patch("/Groups/g1", w.remove))
			s.ok(s.dir.Unassign(member))
			s.sends("DELETE /Groups/g1")

			s.ok(s.dir.Delete(ada))
			s.ok(s.dir.Purge(ada))
			s.sends("DELETE /Users/u1")
		})
	}
}
