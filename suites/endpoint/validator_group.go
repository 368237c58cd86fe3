package endpoint

import (
	"context"
	"net/http"
	"net/url"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

var (
	validatorGroup     = []string{"endpoint.group.create", "endpoint.group.external-id", "endpoint.create.content-type", "endpoint.connect.accept-absent"}
	validatorGroupFind = []string{"endpoint.group.filter", "endpoint.group.filter-special", "endpoint.connect.list-response", "endpoint.group.excluded-members"}
)

// teamed is a group the validator made; the tests of groups are off where there are none.
func (r *Rig) teamed(ctx context.Context) *Account {
	r.WithGroups()
	team, _ := r.postedGroup(ctx)
	return team
}

func validatorGroupTests() []test {
	within := aboutGroups[:1]
	find := func(ctx context.Context, r *Rig, query, value string) Found {
		return foundIn(r.Send(ctx, wire.Request{Method: http.MethodGet, Target: "/Groups?" + query + "filter=displayName+eq+%22" + url.QueryEscape(value) + "%22"}))
	}
	const fixList = "Answer a filter with a ListResponse: schemas, totalResults, and Resources with the whole of each match."
	return []test{
		{
			name: "Get group by id excluding members", title: "GET of a group with excludedAttributes=members leaves the members out", why: validates,
			fix: "Heed excludedAttributes at GET /Groups/{id}.", covers: join([]string{"endpoint.group.excluded-members"}, validatorGroup, []string{"endpoint.group.add-member"}), within: within,
			run: func(ctx context.Context, r *Rig) {
				team, _ := r.joined(ctx)
				a := r.Send(ctx, wire.Request{Method: http.MethodGet, Target: team.path() + "?excludedAttributes=members"})
				resource, _ := a.JSON()
				v := View{resource, a.Shown}
				r.Must("GET of the group is answered 200 with its displayName", v, shows("displayName", team.Name), a.Shown)
				r.That("excludedAttributes=members leaves the members out", v, withoutMembers(), a.Shown)
			},
		},
		{
			name: "Filter for an existing group by displayName excluding members", title: "A filter with excludedAttributes=members finds the group without its members", why: validates,
			fix: "Heed excludedAttributes at GET /Groups with a filter.", covers: join([]string{"endpoint.group.excluded-members"}, validatorGroupFind, validatorGroup, []string{"endpoint.group.add-member"}), within: within,
			run: func(ctx context.Context, r *Rig) {
				team, _ := r.joined(ctx)
				f := find(ctx, r, "excludedAttributes=members&", team.Name)
				r.isList(groups, f, 1)
				r.Must("the list contains the group that was made", f, findsOnly("displayName", team.Name), f.Shown)
				r.That("excludedAttributes=members leaves the members out of a list", View{f.Resources[0], f.Shown}, withoutMembers(), f.Shown)
			},
		},
		{
			name: "Filter for an existing group", title: "A filter on displayName finds the group, in a list as the standard shapes it", why: validates,
			fix: fixList, covers: join(validatorGroupFind, validatorGroup), within: within,
			run: func(ctx context.Context, r *Rig) {
				team := r.teamed(ctx)
				f := find(ctx, r, "", team.Name)
				r.isList(groups, f, 1)
				r.That("the list contains the group that was made", f, findsOnly("displayName", team.Name), f.Shown)
			},
		},
		{
			name: "Filter for a non-existing group", title: "A filter that matches no group is answered 200 with totalResults 0", why: validates,
			fix:    "Answer a filter without a match with 200 and an empty ListResponse, not with 404 or 400.",
			covers: join([]string{"endpoint.connect.probe-groups", "endpoint.connect.probe"}, validatorGroupFind), within: within,
			run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				r.isList(groups, find(ctx, r, "", "nonexistent"+r.names.uuid()), 0)
			},
		},
		{
			name: "Filter for an existing group with a different case", title: "A filter finds the group in any letter case", why: validates,
			fix: "Compare displayName of groups without regard to letter case.", covers: join([]string{"endpoint.group.filter-case"}, validatorGroupFind, validatorGroup), within: within,
			run: func(ctx context.Context, r *Rig) {
				team := r.teamed(ctx)
				f := find(ctx, r, "", upper(team.Name + "@")[:len(team.Name)])
				r.That("a filter on the displayName in capitals finds the group", f, findsOnly("displayName", team.Name), f.Shown)
			},
		},
		{
			name: "Create a new Group", title: "A new group is taken and shows what was sent", why: validates,
			fix: "Answer POST /Groups with 201 and the whole resource, and store displayName and externalId.", covers: join(validatorGroup, validatorGroupFind), within: within,
			run: func(ctx context.Context, r *Rig) {
				team := r.teamed(ctx)
				v := r.look(ctx, "Verify", team)
				r.That("a new group shows its displayName", v, shows("displayName", team.Name), v.Shown)
				r.That("a new group shows the externalId that was sent", v, shows("externalId", team.Nick), v.Shown)
			},
		},
		{
			name: "Create a duplicate Group", title: "A second group of the same displayName is answered 409", why: validates + "Entra finds groups by their names, which have to be unique. ",
			fix: "Answer 409 to POST /Groups with a displayName that is taken.", covers: validatorGroup, within: within,
			run: func(ctx context.Context, r *Rig) {
				team := r.teamed(ctx)
				again := r.Send(ctx, r.Compose.CreateGroup([]wire.Attribute{attribute("externalId", r.names.uuid()), attribute("displayName", team.Name)}))
				r.That("POST of a displayName that is taken is answered 409", again, answered(http.StatusConflict), again.Shown)
			},
		},
	}
}

func validatorMemberTests() []test {
	within := aboutGroups[:1]
	return []test{
		{
			name: "Patch Group - Replace Attributes", title: "PATCH without a path changes a group's externalId", why: validates,
			fix: "Take an operation without a path as changes of the attributes its value names, of groups as of users.", covers: join([]string{"endpoint.group.rename", "endpoint.group.external-id"}, validatorPatch, validatorGroup), within: within,
			run: func(ctx context.Context, r *Rig) {
				team := r.teamed(ctx)
				id := r.names.uuid()
				answer := r.amend(ctx, team, Op{Op: "replace", Value: map[string]string{"externalId": id}})
				v := r.look(ctx, "Verify", team)
				r.That("after PATCH without a path GET shows the new externalId", v, shows("externalId", id), answer.Shown, v.Shown)
			},
		},
		{
			name: "Update Group displayName", title: "PATCH without a path changes a group's displayName", why: validates,
			fix: "Take an operation without a path as changes of the attributes its value names, of groups as of users.", covers: join([]string{"endpoint.validator.patch-group-replace-attributes", "endpoint.group.rename"}, validatorPatch, validatorGroup), within: within,
			run: func(ctx context.Context, r *Rig) {
				team := r.teamed(ctx)
				name := r.names.group("Team Crimson")
				answer := r.amend(ctx, team, Op{Op: "replace", Value: map[string]string{"displayName": name}})
				v := r.look(ctx, "Verify", team)
				r.That("after PATCH without a path GET shows the new displayName", v, shows("displayName", name), answer.Shown, v.Shown)
			},
		},
		{
			name: "Patch Group - Add Member", title: "PATCH with replace of members puts the member in", why: validates,
			fix: "Apply replace with the path members.", covers: join([]string{"endpoint.group.add-member"}, validatorPatch, validatorGroup, validatorCreate), within: within,
			run: func(ctx context.Context, r *Rig) {
				team := r.teamed(ctx)
				ada, _ := r.madeDirectly(ctx)
				answer := r.amend(ctx, team, Op{"replace", "members", refs(ada)})
				v := r.look(ctx, "Verify", team)
				r.That("after PATCH with replace of members GET lists the member", v, lists(ada), answer.Shown, v.Shown)
			},
		},
		{
			name: "Patch Group - Remove Member", title: "PATCH with remove of members[value eq …] takes that member out", why: validates,
			fix:    "Support the path members[value eq \"<id>\"] in remove.",
			covers: join([]string{"endpoint.group.remove-filter", "endpoint.group.remove-member", "endpoint.group.add-member", "endpoint.group.add-keeps"}, validatorPatch, validatorGroup, validatorCreate), within: within,
			run: func(ctx context.Context, r *Rig) {
				team, all := r.joined(ctx)
				answer := r.amend(ctx, team, Op{Op: "remove", Path: `members[value eq "` + all[0].ID + `"]`})
				v := r.look(ctx, "Verify", team)
				r.That("after PATCH with remove GET lists the others only", v, lists(all[1:]...), answer.Shown, v.Shown)
			},
		},
		{
			name: "Delete a Group", title: "DELETE of a group succeeds, and it is gone", why: validates,
			fix: "Answer DELETE /Groups/{id} with 204, and GET then with 404.", covers: join([]string{"endpoint.group.delete"}, validatorGroup), within: within,
			run: func(ctx context.Context, r *Rig) { r.removed(ctx, r.teamed(ctx)) },
		},
	}
}

// joined makes a group with two members; the check fails when it does not list them.
func (r *Rig) joined(ctx context.Context) (*Account, []*Account) {
	team := r.teamed(ctx)
	ada, _ := r.madeDirectly(ctx)
	bob, _ := r.madeDirectly(ctx)
	answer := r.amend(ctx, team, Op{"add", "members", refs(ada, bob)})
	v := r.look(ctx, "Set Up", team)
	r.Must("[Set Up Phase] after PATCH with add of members GET lists them", v, lists(ada, bob), answer.Shown, v.Shown)
	return team, []*Account{ada, bob}
}

func withoutMembers() worded[View] {
	return worded[View]{
		Want: "no members",
		OK:   func(v View) bool { return len(memberIDs(v.Resource)) == 0 },
		Got:  func(v View) string { return membersWords(memberIDs(v.Resource)) },
	}
}

func validatorPreviewTests() []test {
	deleted := func(name, kind, what string) test {
		return test{
			name: name, title: what + " is answered 404", why: validates + "It is in preview there.", level: result.Informational,
			fix: "Answer DELETE of what is not there with 404.", covers: map[string][]string{
				users: join([]string{"endpoint.disable.delete-twice", "endpoint.disable.delete"}, validatorCreate), groups: join([]string{"endpoint.group.delete-twice", "endpoint.group.delete"}, validatorGroup),
			}[kind],
			run: func(ctx context.Context, r *Rig) {
				a := &Account{Kind: kind, ID: r.names.uuid()}
				if kind == groups {
					r.WithGroups()
				}
				r.guard.allow(a.ID)
				switch name {
				case "Delete the same User twice":
					a, _ = r.madeDirectly(ctx)
					r.removed(ctx, a)
				case "Delete the same Group twice":
					a = r.teamed(ctx)
					r.removed(ctx, a)
				}
				again := r.Send(ctx, wire.Request{Method: http.MethodDelete, Target: a.path()})
				r.That(what+" is answered 404", again, answered(http.StatusNotFound), again.Shown)
			},
		}
	}
	return []test{
		{
			name: "Patch User - Multiple Operations on different attributes", title: "PATCH with add of one attribute and replace of another changes both", why: validates + "It is in preview there.",
			fix: "Apply all operations of a PATCH.", level: result.Informational, covers: join(validatorPatch, []string{"endpoint.sync.add"}, validatorCreate), within: aboutUsers,
			run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("title")
				ada, _ := r.madeDirectly(ctx, attribute("title", "Analyst"))
				answer := r.amend(ctx, ada, Op{"add", "displayName", "Ada Lovelace"}, Op{"replace", "title", "Countess"})
				v := r.look(ctx, "Verify", ada)
				r.That("after PATCH GET shows the displayName that was added", v, shows("displayName", "Ada Lovelace"), answer.Shown, v.Shown)
				r.That("after PATCH GET shows the title that was replaced", v, shows("title", "Countess"), answer.Shown, v.Shown)
			},
		},
		{
			name: "Patch User - Multiple Operations on same attribute", title: "PATCH with remove, add and replace of one attribute leaves the last value", why: validates + "It is in preview there.",
			fix: "Apply the operations of a PATCH one after another.", level: result.Informational, covers: join(validatorPatch, []string{"endpoint.rfc.patch-order", "endpoint.sync.add"}, validatorCreate), within: aboutUsers,
			run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("title")
				ada, _ := r.madeDirectly(ctx, attribute("title", "Analyst"))
				answer := r.amend(ctx, ada, Op{Op: "remove", Path: "title"}, Op{"add", "title", "Baroness"}, Op{"replace", "title", "Countess"})
				v := r.look(ctx, "Verify", ada)
				r.That("after PATCH GET shows the value of the last operation", v, shows("title", "Countess"), answer.Shown, v.Shown)
			},
		},
		deleted("Delete a non-existent User", users, "DELETE of a user who never was"),
		deleted("Delete the same User twice", users, "a second DELETE of a user"),
		{
			name: "Patch Group - Multiple Operations on same attribute", title: "PATCH with add and then remove of a member leaves the group as it was", why: validates + "It is in preview there.",
			fix: "Apply the operations of a PATCH one after another.", level: result.Informational,
			covers: join([]string{"endpoint.group.add-member", "endpoint.group.remove-filter", "endpoint.group.remove-member", "endpoint.group.remove-absent"}, validatorPatch, validatorGroup, validatorCreate), within: aboutGroups[:1],
			run: func(ctx context.Context, r *Rig) {
				team := r.teamed(ctx)
				ada, _ := r.madeDirectly(ctx)
				bob, _ := r.madeDirectly(ctx)
				answer := r.amend(ctx, team, Op{"add", "members", refs(ada, bob)}, Op{Op: "remove", Path: `members[value eq "` + ada.ID + `"]`})
				v := r.look(ctx, "Verify", team)
				r.That("after PATCH with add of two members and remove of one GET lists the other", v, lists(bob), answer.Shown, v.Shown)
			},
		},
		deleted("Delete a non-existent Group", groups, "DELETE of a group that never was"),
		deleted("Delete the same Group twice", groups, "a second DELETE of a group"),
	}
}
