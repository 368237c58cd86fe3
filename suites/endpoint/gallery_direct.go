package endpoint

import (
	"context"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// galleryDirectTests ask the endpoint itself, past the provisioning service.
func galleryDirectTests() []test {
	return append([]test{schemaTest(), nullTest()}, directTests()...)
}

var aboutUsers = []suites.Stage{suites.Create, suites.Sync}

func directTests() []test {
	return []test{
		{
			name: "SCIM_User_Create_Test", title: "POST of a user is answered with her id and the userName that was sent",
			why:    asked + "What the answer to POST says is all that Entra keeps of a new user.",
			fix:    "Answer POST /Users with 201 and the resource as it was stored: with id, and userName as it was sent.",
			covers: join([]string{"endpoint.rfc.return-on-write"}, coversCreate), within: []suites.Stage{suites.Create},
			run: func(ctx context.Context, r *Rig) {
				ada, post := r.madeDirectly(ctx, mappedUser(r)...)
				made, _ := post.JSON()
				r.That("the answer to POST /Users carries the userName as it was sent", View{made, post.Shown}, showsExactly("userName", ada.Name), post.Shown)
			},
		},
		{
			name: "SCIM_User_Update_Test", title: "PATCH of a user's attributes, one operation each, is there at the next GET",
			why:    asked + "Whoever writes a value must find it again.",
			fix:    "Apply every operation of a PATCH that is named by a path, those of the enterprise extension too, and show the new values from the next GET on.",
			covers: join(coversUpdate, coversCreate), within: aboutUsers,
			run: func(ctx context.Context, r *Rig) {
				ada, _ := r.madeDirectly(ctx, mappedUser(r)...)
				var ops []Op
				var want []value
				for _, path := range []string{"displayName", "title", "preferredLanguage", "name.givenName", "name.familyName", "name.formatted", department, employeeNumber} {
					if r.Has(path) {
						text := "Update " + r.names.number()
						if path == "preferredLanguage" {
							text = "fr-FR"
						}
						ops, want = append(ops, Op{"Replace", path, text}), append(want, value{path, text})
					}
				}
				if len(ops) == 0 {
					return // the workflow passes with "no updatable attributes"
				}
				answer := r.Patch(ctx, ada, ops...)
				r.Must("PATCH /Users/{id} with one operation for each attribute is answered 200 or 204", answer, answered(http.StatusOK, http.StatusNoContent), answer.Shown)
				v := r.look(ctx, "Verify", ada)
				for _, w := range want {
					r.That("after PATCH of several attributes GET shows "+w.path+" as it was sent", v, showsExactly(w.path, w.want), answer.Shown, v.Shown)
				}
			},
		},
		{
			name: "SCIM_Group_Create_Test", title: "POST of a group is answered with its id and the displayName that was sent",
			why:    asked + "The test fails, and is not skipped, where /Schemas names no Group.",
			fix:    "Answer POST /Groups with 201 and the resource as it was stored: with id, and displayName as it was sent.",
			covers: coversGroup, within: aboutGroups,
			run: func(ctx context.Context, r *Rig) {
				r.needsGroups()
				team, post := r.postedGroup(ctx)
				made, _ := post.JSON()
				r.That("the answer to POST /Groups carries the displayName as it was sent", View{made, post.Shown}, showsExactly("displayName", team.Name), post.Shown)
			},
		},
		{
			name: "SCIM_Group_Update_Test", title: "PATCH of a group's attributes is there at the next GET",
			why:    asked + "Groups are renamed as people are.",
			fix:    "Apply PATCH with Replace of displayName and externalId to groups, and show the new values from the next GET on.",
			covers: join([]string{"endpoint.group.rename", "endpoint.group.external-id"}, coversGroup), within: aboutGroups,
			run: func(ctx context.Context, r *Rig) {
				r.needsGroups()
				team, _ := r.postedGroup(ctx)
				name, id := r.names.group("Team Crimson"), r.names.uuid()
				answer := r.Patch(ctx, team, Op{"Replace", "displayName", name}, Op{"Replace", "externalId", id})
				r.Must("PATCH /Groups/{id} of displayName and externalId is answered 200 or 204", answer, answered(http.StatusOK, http.StatusNoContent), answer.Shown)
				v := r.look(ctx, "Verify", team)
				r.That("after PATCH GET shows the new displayName of the group", v, showsExactly("displayName", name), answer.Shown, v.Shown)
				r.That("after PATCH GET shows the new externalId of the group", v, showsExactly("externalId", id), answer.Shown, v.Shown)
			},
		},
	}
}

// galleryManagerTests is the test of the manager past the service.
func galleryManagerTests() []test {
	return []test{{
		name: "SCIM_Update_Manager_Test", title: "A manager is set, changed and taken away by PATCH with the bare id and with an empty text",
		why:    asked + "The bare id is how Entra writes a manager.",
		fix:    "Read a text as the value of " + manager + " as {\"value\": text}, and the empty text as no manager.",
		covers: join([]string{"endpoint.sync.manager-set", "endpoint.sync.manager-shape", "endpoint.sync.manager-change", "endpoint.sync.manager-clear"}, coversCreate),
		within: []suites.Stage{suites.Create},
		run: func(ctx context.Context, r *Rig) {
			r.NeedsAttribute(manager)
			ada, _ := r.madeDirectly(ctx)
			boss, _ := r.madeDirectly(ctx)
			next, _ := r.madeDirectly(ctx)
			for _, step := range []struct {
				name, op string
				value    string
				want     worded[View]
			}{
				{"Add", "Add", boss.ID, hasManager(boss.ID)}, {"Replace", "Replace", next.ID, hasManager(next.ID)}, {"Remove", "Replace", "", noManager()},
			} {
				answer := r.Patch(ctx, ada, Op{step.op, manager, step.value})
				r.Must("["+step.name+" Phase] PATCH of the manager is answered 200 or 204", answer, answered(http.StatusOK, http.StatusNoContent), answer.Shown)
				v := r.look(ctx, step.name, ada)
				r.That("["+step.name+" Phase] GET shows the manager as it was written", v, step.want, answer.Shown, v.Shown)
			}
		},
	}}
}

// madeDirectly makes a user by a request of its own; the check fails unless the answer is 200 or 201 and names an id.
func (r *Rig) madeDirectly(ctx context.Context, more ...wire.Attribute) (*Account, Answer) {
	a, post := r.Post(ctx, more...)
	r.Must("POST /Users is answered 200 or 201", post, answered(http.StatusCreated, http.StatusOK), post.Shown)
	r.Must("the answer to POST /Users carries the id of the new user", post, hasID(), post.Shown)
	return a, post
}

// postedGroup is madeDirectly for a group.
func (r *Rig) postedGroup(ctx context.Context) (*Account, Answer) {
	g, post := r.PostGroup(ctx, "Team Red "+r.names.number())
	r.Must("POST /Groups is answered 200 or 201", post, answered(http.StatusCreated, http.StatusOK), post.Shown)
	r.Must("the answer to POST /Groups carries the id of the new group", post, hasID(), post.Shown)
	return g, post
}

// hasID matches an [Answer] that names an id.
func hasID() worded[Answer] {
	return worded[Answer]{
		Want: "a text in id",
		OK: func(a Answer) bool {
			made, err := a.JSON()
			return err == nil && made.ID() != ""
		},
		Got: Answer.String,
	}
}

// mappedUser are the texts of Entra's default mapping that the target has, besides those every new user of this run carries.
func mappedUser(r *Rig) []wire.Attribute {
	var all []wire.Attribute
	for _, v := range mappedTexts() {
		if r.Has(v.path) && !strings.HasPrefix(v.path, "name.") && v.path != "displayName" {
			all = append(all, attribute(v.path, v.want))
		}
	}
	return all
}

// mappedTexts are the optional texts of Entra's default mapping, with values, apart from references and what finds a user.
func mappedTexts() []value {
	return []value{
		{"displayName", "Ada Byron"}, {"title", "Analyst"}, {workMail, "ada@rehearsal.example"}, {"preferredLanguage", "en-GB"}, {"name.givenName", "Ada"}, {"name.familyName", "Byron"},
		{"name.formatted", "Ada Byron"}, {workAddress + "formatted", "Office 12"}, {workAddress + "streetAddress", "1 Analytical Street"}, {workAddress + "locality", "London"},
		{workAddress + "region", "LND"}, {workAddress + "postalCode", "W1 1AA"}, {workAddress + "country", "GB"}, {workPhone, "+44 20 7946 0001"}, {mobilePhone, "+44 7700 900002"},
		{`phoneNumbers[type eq "fax"].value`, "+44 20 7946 0003"}, {employeeNumber, "1815"}, {department, "Engines"},
	}
}
