package endpoint

import (
	"context"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

var (
	coversGroup = []string{
		"endpoint.group.create", "endpoint.group.filter", "endpoint.group.filter-special", "endpoint.group.excluded-members", "endpoint.connect.probe-groups",
		"endpoint.create.filter-percent-20", "endpoint.connect.probe", "endpoint.connect.accept-absent", "endpoint.connect.list-response", "endpoint.create.content-type",
	}
	aboutGroups = []suites.Stage{suites.Group, suites.Create}
)

func galleryGroupTests() []test {
	return []test{
		{
			name: "Create_Group_Test", title: "A group that is assigned in the tenant arrives, and the log says Create with success",
			why:    asked + "The test fails, and is not skipped, where /Schemas names no Group.",
			fix:    "Answer POST /Groups with 201 and the whole resource, and find the group at once by displayName, with blanks in the filter written %20 as well as +.",
			covers: coversGroup, within: aboutGroups,
			run: func(ctx context.Context, r *Rig) {
				p := r.teamPortal(ctx)
				team := p.formed(ctx)
				v := r.isThere(ctx, "Create", team)
				r.That("[Create Phase] the group carries the displayName of the tenant", v, shows("displayName", team.Name), v.Shown)
			},
		},
		{
			name: "Update_Group_Test", title: "A group that is renamed in the tenant is found by its new name, and the log says Update with success",
			why:    asked + "Entra finds groups by their names.",
			fix:    "Apply PATCH with Replace of displayName to groups, and find the group by the new name from then on.",
			covers: join([]string{"endpoint.group.rename"}, coversGroup), within: aboutGroups,
			run: func(ctx context.Context, r *Rig) {
				p := r.teamPortal(ctx)
				team := p.formed(ctx)
				p.change(ctx, team, map[string]any{"displayName": r.names.group("Team Crimson")})
				p.cycle(ctx)
				p.logged(ctx, "Update", team, "Update")
				r.isThere(ctx, "Update", team)
			},
		},
		{
			name: "Delete_Group_Test", title: "A group that is deleted in the tenant is gone, and the log says Delete with success", level: result.Recommended,
			why:    "The gallery validation runs this test and warns. Groups have no soft delete: one that stays goes on granting what it grants.",
			fix:    "Answer DELETE /Groups/{id} with 204, and find the group no more.",
			covers: join([]string{"endpoint.group.delete"}, coversGroup), within: aboutGroups,
			run: func(ctx context.Context, r *Rig) {
				p := r.teamPortal(ctx)
				team := p.formed(ctx)
				r.isThere(ctx, "Create", team)
				p.graph(ctx, "DELETE", "/groups/"+team.Object, nil)
				p.cycle(ctx)
				p.logged(ctx, "Delete", team, "Delete")
				r.isGone(ctx, "Delete", team)
			},
		},
		{
			name: "Group_Update_Add_Member_Test", title: "A member who joins in the tenant joins in the target, and the log tells who",
			why:    asked + "Groups are there for their members.",
			fix:    "Apply PATCH with Add of members, whatever the case of op, and list the new member from the next GET on.",
			covers: join([]string{"endpoint.group.add-member", "endpoint.group.add-keeps", "endpoint.group.add-many"}, coversGroup, coversCreate), within: aboutGroups,
			run: func(ctx context.Context, r *Rig) {
				p := r.teamPortal(ctx)
				ada := p.hire(ctx, nil)
				p.assign(ctx, ada)
				team := p.formed(ctx)
				p.logged(ctx, "Create", ada, "Create")
				p.graph(ctx, "POST", "/groups/"+team.Object+"/members/$ref", refer(ada))
				p.cycle(ctx)
				p.wrote("Add Member", team, p.logged(ctx, "Add Member", team, "Update"), "members", ada)
				v := r.look(ctx, "Add Member", team)
				r.That("[Add Member Phase] GET of the group lists the member", v, lists(ada), r.lastAbout(team), v.Shown)
			},
		},
		{
			name: "Group_Update_Remove_Member_Test", title: "A member who leaves in the tenant leaves in the target, and the log tells who",
			why: asked + "Who leaves a group must lose what the group grants, and nobody else.",
			fix: "Apply both forms of PATCH with Remove: path members with a list of values, and path members[value eq \"…\"].",
			covers: join([]string{
				"endpoint.group.remove-member", "endpoint.group.remove-filter", "endpoint.group.remove-many", "endpoint.group.add-member", "endpoint.group.add-keeps", "endpoint.group.add-many",
			}, coversGroup, coversCreate), within: aboutGroups,
			run: func(ctx context.Context, r *Rig) {
				p := r.teamPortal(ctx)
				ada, bob := p.hire(ctx, nil), p.hire(ctx, nil)
				p.assign(ctx, ada, bob)
				team := p.formed(ctx, ada, bob)
				p.logged(ctx, "Create", ada, "Create")
				p.logged(ctx, "Create", bob, "Create")
				before := r.look(ctx, "Add Member", team)
				r.Must("[Add Member Phase] GET of the group lists its members", before, lists(ada, bob), r.lastAbout(team), before.Shown)
				p.graph(ctx, "DELETE", "/groups/"+team.Object+"/members/"+ada.Object+"/$ref", nil)
				p.cycle(ctx)
				p.logged(ctx, "Remove Member", team, "Update")
				v := r.look(ctx, "Remove Member", team)
				r.That("[Remove Member Phase] GET of the group lists the one who stayed, and not the one who left", v, lists(bob), r.lastAbout(team), v.Shown)
			},
		},
	}
}

// galleryGroupLaterTests are those that the workflow reports last.
func galleryGroupLaterTests() []test {
	return []test{
		{
			name: "POD_Group_Test", title: "A group that is provisioned on demand arrives at once",
			why:    asked + "Administrators try a connection on one group before they let it loose on all.",
			fix:    "Answer POST /Groups with 201 and the whole resource, and find the group by displayName.",
			covers: coversGroup, within: aboutGroups,
			run: func(ctx context.Context, r *Rig) {
				p := r.teamPortal(ctx)
				team := p.found(ctx, "Team Red")
				p.assign(ctx, team)
				p.onDemand(ctx, team)
				p.logged(ctx, "Provision On Demand", team, "Create")
				r.isThere(ctx, "Provision On Demand", team)
			},
		},
		{
			name: "Restore_Group_Test", title: "A group that is unassigned is gone, and comes back when it is assigned again", level: result.Recommended,
			why:    "The gallery validation runs this test and warns. A group whose name stays taken after its deletion never comes back.",
			fix:    "Delete a group with DELETE for good, and let its displayName be used again at once.",
			covers: join([]string{"endpoint.group.delete"}, coversGroup), within: aboutGroups,
			run: func(ctx context.Context, r *Rig) {
				p := r.teamPortal(ctx)
				team := p.formed(ctx)
				r.isThere(ctx, "Create", team)
				p.unassign(ctx, team)
				p.cycle(ctx)
				p.logged(ctx, "Unassign", team, "Delete")
				r.isGone(ctx, "Unassign", team)
				p.assign(ctx, team)
				p.cycle(ctx)
				p.logged(ctx, "Reassign", team, "Create")
				r.isThere(ctx, "Reassign", team)
			},
		},
	}
}

// teamPortal is a portal with the group mapping switched on.
func (r *Rig) teamPortal(ctx context.Context) *portal {
	r.needsGroups()
	return newPortal(ctx, r)
}

// noGroups is what Microsoft's workflow says of each test of groups where there are none. There they fail. Here endpoint.gallery.groups fails for all of them,
// once, because Entra provisions applications without groups, and only the result in Microsoft's own shape says FAILED for each.
const noGroups = "[Initialization Phase] Schema_Discovery - /Schemas did not return Group schema (urn:ietf:params:scim:schemas:core:2.0:Group). Group provisioning is mandatory."

// needsGroups is [Rig.WithGroups], which says in the workflow's words that a target has no groups.
func (r *Rig) needsGroups() {
	if r.target.shape.noTeams == "" && !r.target.discovery.hasGroups() {
		r.Skip(noGroups)
	}
	r.WithGroups()
}

// offersGroups fails the check where the target says that it has no groups. Where the job provisions none, nobody asks.
func (r *Rig) offersGroups() {
	if why := r.target.shape.noTeams; why != "" {
		r.Skip(why)
	}
	d := r.target.discovery
	r.That("there are groups, under /Groups and in /ResourceTypes", d, worded[discovery]{
		Want: "the schema urn:ietf:params:scim:schemas:core:2.0:Group",
		OK:   func(d discovery) bool { return d.hasGroups() },
		Got:  func(discovery) string { return "no groups" },
	}, d.types.Shown, d.schemas.Shown)
}

// formed makes a group that is assigned and there, with members who are assigned already; the check fails when it is not.
func (p *portal) formed(ctx context.Context, members ...*Account) *Account {
	team := p.found(ctx, "Team Red")
	for _, m := range members {
		p.graph(ctx, "POST", "/groups/"+team.Object+"/members/$ref", refer(m))
	}
	p.assign(ctx, team)
	p.cycle(ctx)
	p.logged(ctx, "Create", team, "Create")
	return team
}
