package endpoint

import (
	"context"
	"net/http"

	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

var (
	validatorCreate = []string{
		"endpoint.create.user", "endpoint.create.content-type", "endpoint.create.core-values", "endpoint.create.emails", "endpoint.create.phones", "endpoint.create.address",
		"endpoint.create.enterprise", "endpoint.create.active-boolean", "endpoint.create.visible-at-once", "endpoint.connect.accept-absent",
	}
	validatorFind = []string{
		"endpoint.create.filter-exact", "endpoint.connect.list-response", "endpoint.create.visible-at-once", "endpoint.create.match-existing", "endpoint.create.filter-plus",
	}
	validatorPatch = []string{"endpoint.sync.replace", "endpoint.sync.many-operations", "endpoint.sync.others-kept", "endpoint.sync.atomic", "endpoint.sync.patch-answer"}
)

func validatorUserTests() []test {
	within := []suites.Stage{suites.Create}
	return []test{
		{
			name: "Create a new User", title: "A new user is taken, is found by filter, and shows every value that was sent", why: validates,
			fix:    "Store every attribute of POST /Users that your /Schemas names, and return it unmodified." + orLeaveItOut,
			covers: join(validatorCreate, validatorFind), within: within,
			run: func(ctx context.Context, r *Rig) {
				sent := mappedUser(r)
				ada, post := r.madeDirectly(ctx, sent...)
				f := r.FindSoon(ctx, ada, findsOnly("userName", ada.Name))
				r.Must("a new user is found by her userName", f, findsOnly("userName", ada.Name), post.Shown, f.Shown)
				r.matches("a new user shows every value that was sent", View{f.Resources[0], f.Shown}, append(sent, attribute("userName", ada.Name), attribute("displayName", ada.Display), attribute("active", true)))
			},
		},
		{
			name: "Create a duplicate User", title: "A second user of the same userName is answered 409", why: validates,
			fix:    "Answer 409 to POST /Users with a userName that is taken.",
			covers: join([]string{"endpoint.create.duplicate"}, validatorCreate), within: within,
			run: func(ctx context.Context, r *Rig) {
				ada, _ := r.madeDirectly(ctx)
				_, again := r.Post(ctx, attribute("userName", ada.Name))
				r.That("POST of a userName that is taken is answered 409", again, answered(http.StatusConflict), again.Shown)
			},
		},
		{
			name: "Filter for an existing user", title: "A filter on the joining property finds the user, in a list as the standard shapes it", why: validates,
			fix:    "Answer a filter with a ListResponse: schemas, totalResults, and Resources with the whole of each match.",
			covers: join(validatorFind, validatorCreate), within: within,
			run: func(ctx context.Context, r *Rig) {
				ada, _ := r.madeDirectly(ctx)
				f := r.FindSoon(ctx, ada, findsOnly("userName", ada.Name))
				r.isList(users, f, 1)
				r.That("the list contains the user that was made", f, findsOnly("userName", ada.Name), f.Shown)
			},
		},
		{
			name: "Filter for a non-existing user", title: "A filter that matches nobody is answered 200 with totalResults 0", why: validates,
			fix:    "Answer a filter without a match with 200 and an empty ListResponse, not with 404 or 400.",
			covers: []string{"endpoint.connect.probe", "endpoint.connect.list-response", "endpoint.create.filter-exact", "endpoint.connect.accept-absent"},
			run: func(ctx context.Context, r *Rig) {
				f := r.FindBy(ctx, users, r.target.shape.match, "nonexistent"+r.names.number()+"_"+r.names.person().upn)
				r.isList(users, f, 0)
			},
		},
		{
			name: "Filter for an existing user with a different case", title: "A filter finds the user in any letter case", why: validates,
			fix:    "Compare userName without regard to letter case.",
			covers: join([]string{"endpoint.create.filter-case"}, validatorFind, validatorCreate), within: within,
			run: func(ctx context.Context, r *Rig) {
				r.MatchedBy("userName")
				ada, _ := r.madeDirectly(ctx)
				f := r.soon(ctx, findsOnly("userName", ada.Name).OK, func() Found { return r.FindBy(ctx, users, "userName", upper(ada.Name)) })
				r.That("a filter on the userName in capitals finds the user", f, findsOnly("userName", ada.Name), f.Shown)
			},
		},
	}
}

func validatorPatchTests() []test {
	within := aboutUsers
	return []test{
		{
			name: "Patch User - Replace Attributes Verbose Request", title: "PATCH with one replace for each attribute changes them all", why: validates,
			fix: "Apply every operation of a PATCH: simple attributes, parts of name, typed elements and the enterprise extension.",
			covers: join([]string{
				"endpoint.sync.many-operations", "endpoint.sync.name-part", "endpoint.sync.email-typed", "endpoint.sync.phone-absent-replace", "endpoint.sync.address-part", "endpoint.sync.enterprise",
				"endpoint.sync.enterprise-kept", "endpoint.sync.element-type",
			}, validatorPatch, validatorCreate), within: within,
			run: func(ctx context.Context, r *Rig) {
				ada, _ := r.madeDirectly(ctx, mappedUser(r)...)
				var ops []Op
				var want []wire.Attribute
				for _, v := range mappedTexts() {
					if r.Has(v.path) {
						text := map[string]string{"preferredLanguage": "fr-FR", workMail: "countess@rehearsal.example", workAddress + "country": "FR"}[v.path]
						if text == "" {
							text = v.want + " II"
						}
						ops, want = append(ops, Op{"replace", v.path, text}), append(want, attribute(v.path, text))
					}
				}
				answer := r.amend(ctx, ada, ops...)
				v := r.look(ctx, "Verify", ada)
				v.Shown = answer.Shown
				r.matches("after PATCH GET shows every value that was replaced", v, want)
			},
		},
		{
			name: "Update User userName", title: "PATCH without a path changes the userName", why: validates,
			fix:    "Take an operation without a path as changes of the attributes its value names.",
			covers: join([]string{"endpoint.sync.rename", "endpoint.create.filter-exact"}, validatorPatch, validatorCreate), within: within,
			run: func(ctx context.Context, r *Rig) {
				ada, _ := r.madeDirectly(ctx)
				renamed := r.names.person().upn
				answer := r.amend(ctx, ada, Op{Op: "replace", Value: map[string]string{"userName": renamed}})
				v := r.look(ctx, "Verify", ada)
				r.That("after PATCH without a path GET shows the new userName", v, shows("userName", renamed), answer.Shown, v.Shown)
			},
		},
		{
			name: "Patch User - Disable User", title: "PATCH of active with the boolean false disables the user", why: validates,
			fix:    "Store active from PATCH and go on showing the user.",
			covers: join([]string{"endpoint.disable.boolean-false", "endpoint.disable.string-false", "endpoint.disable.readable"}, validatorPatch, validatorCreate), within: []suites.Stage{suites.Create, suites.Disable},
			run: func(ctx context.Context, r *Rig) {
				ada, _ := r.madeDirectly(ctx)
				answer := r.amend(ctx, ada, Op{"replace", "active", false})
				v := r.look(ctx, "Verify", ada)
				r.That("after PATCH of active with false GET shows active false", v, showsInactive(), answer.Shown, v.Shown)
			},
		},
		managerTest("Patch User - Add Manager", "PATCH with add sets the manager, as an object with value", func(ctx context.Context, r *Rig, ada, boss *Account) {
			answer := r.amend(ctx, ada, Op{"add", manager, ref{boss.ID}})
			v := r.look(ctx, "Verify", ada)
			r.That("after PATCH with add GET shows the manager", v, hasManager(boss.ID), answer.Shown, v.Shown)
		}),
		managerTest("Patch User - Replace Manager", "PATCH with replace changes the manager, as an object with value", func(ctx context.Context, r *Rig, ada, boss *Account) {
			next, _ := r.madeDirectly(ctx)
			r.amend(ctx, ada, Op{"add", manager, ref{boss.ID}})
			answer := r.amend(ctx, ada, Op{"replace", manager, ref{next.ID}})
			v := r.look(ctx, "Verify", ada)
			r.That("after PATCH with replace GET shows the new manager", v, hasManager(next.ID), answer.Shown, v.Shown)
		}),
		managerTest("Patch User - Remove Manager", "PATCH with replace by an object with an empty value takes the manager away", func(ctx context.Context, r *Rig, ada, boss *Account) {
			added := r.amend(ctx, ada, Op{"add", manager, ref{boss.ID}})
			before := r.look(ctx, "Set Up", ada)
			r.Must("[Set Up Phase] after PATCH with add GET shows the manager", before, hasManager(boss.ID), added.Shown, before.Shown)
			answer := r.amend(ctx, ada, Op{"replace", manager, ref{}})
			v := r.look(ctx, "Verify", ada)
			r.That("after PATCH with an empty value GET shows no manager", v, worded[View]{ // the validator takes an empty value for none
				Want: "no manager", OK: func(v View) bool { return managerID(v.Resource) == "" }, Got: func(v View) string { return v.words(manager) },
			}, answer.Shown, v.Shown)
		}),
		{
			name: "Delete a User", title: "DELETE of a user succeeds, and she is gone", why: validates,
			fix:    "Answer DELETE /Users/{id} with 204, and GET then with 404.",
			covers: join([]string{"endpoint.disable.delete", "endpoint.connect.unknown-id"}, validatorCreate), within: within[:1],
			run: func(ctx context.Context, r *Rig) {
				ada, _ := r.madeDirectly(ctx)
				r.removed(ctx, ada)
			},
		},
	}
}

func managerTest(name, title string, run func(ctx context.Context, r *Rig, ada, boss *Account)) test {
	return test{
		name: name, title: title, why: validates,
		fix: "Read the manager as an object with value as well as a bare id, and an empty value as no manager.",
		covers: join([]string{
			"endpoint.sync.manager-set", "endpoint.sync.manager-shape", "endpoint.sync.manager-change", "endpoint.sync.manager-clear",
		}, validatorPatch, validatorCreate), within: aboutUsers,
		run: func(ctx context.Context, r *Rig) {
			r.NeedsAttribute(manager)
			ada, _ := r.madeDirectly(ctx)
			boss, _ := r.madeDirectly(ctx)
			run(ctx, r, ada, boss)
		},
	}
}
