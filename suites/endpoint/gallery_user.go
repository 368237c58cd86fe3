package endpoint

import (
	"context"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

var (
	coversCreate = []string{
		"endpoint.create.user", "endpoint.create.content-type", "endpoint.create.minimal", "endpoint.create.active-boolean", "endpoint.create.visible-at-once",
		"endpoint.create.filter-percent-20", "endpoint.create.match-existing", "endpoint.create.filter-plus", "endpoint.connect.probe", "endpoint.connect.accept-absent", "endpoint.connect.list-response",
	}
	coversUpdate = []string{
		"endpoint.sync.replace", "endpoint.sync.many-operations", "endpoint.sync.add", "endpoint.sync.add-many", "endpoint.sync.others-kept", "endpoint.sync.enterprise", "endpoint.sync.enterprise-kept",
		"endpoint.sync.phone-absent-replace", "endpoint.sync.address-part", "endpoint.sync.patch-answer", "endpoint.sync.atomic",
	}
	coversDisable = []string{"endpoint.disable.string-false", "endpoint.disable.boolean-false", "endpoint.disable.filterable", "endpoint.disable.readable"}
	coversReturn  = []string{
		"endpoint.reactivate.string-true", "endpoint.reactivate.same-account", "endpoint.reactivate.relinked", "endpoint.reactivate.recreate", "endpoint.reactivate.with-changes", "endpoint.reactivate.values-kept",
	}
)

func join(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

func galleryUserTests() []test {
	return []test{
		{
			name: "Create_User_Test", title: "A user who is made and assigned in the tenant arrives, and the log says Create with success",
			why:    asked + "It is the first thing any customer does.",
			fix:    "Answer POST /Users with 201 and the whole resource, and find the user at once by userName, with blanks in the filter written %20 as well as +.",
			covers: coversCreate, within: []suites.Stage{suites.Connect, suites.Create},
			run: func(ctx context.Context, r *Rig) {
				p := newPortal(ctx, r)
				ada := p.hire(ctx, nil)
				p.assign(ctx, ada)
				p.cycle(ctx)
				p.logged(ctx, "Create", ada, "Create")
				v := r.isThere(ctx, "Create", ada)
				r.That("[Create Phase] the user carries the userName of the tenant", v, shows("userName", ada.Name), v.Shown)
			},
		},
		{
			name: "Update_User_Test", title: "What changes in the tenant arrives, and the log says Update with success",
			why:    asked + "People change their names, titles and departments.",
			fix:    "Apply every operation of Entra's PATCH, with the paths of your own /Schemas, and show the new values from the next GET on.",
			covers: join(coversUpdate, coversCreate), within: []suites.Stage{suites.Create, suites.Sync},
			run: func(ctx context.Context, r *Rig) {
				p := newPortal(ctx, r)
				ada := p.arrived(ctx)
				p.change(ctx, ada, map[string]any{"displayName": "Ada Lovelace", "jobTitle": "Countess", "department": "Poetry", "city": "Ockham", "mobilePhone": "+44 7700 900003"})
				p.cycle(ctx)
				p.logged(ctx, "Update", ada, "Update")
				v := r.look(ctx, "Update", ada)
				for _, want := range []value{
					{"displayName", "Ada Lovelace"}, {"title", "Countess"}, {department, "Poetry"}, {workAddress + "locality", "Ockham"}, {mobilePhone, "+44 7700 900003"},
				} {
					if r.Has(want.path) {
						r.That("[Update Phase] the changed "+want.path+" is there", v, shows(want.path, want.want), r.lastAbout(ada), v.Shown)
					}
				}
			},
		},
		{
			name: "Disable_User_Test", title: "Sign-in is blocked in the tenant: the user shows active false, and the log says Disable with success",
			why:    asked + "The test is never skipped: soft delete is mandatory. Who is blocked in the tenant and active in the application keeps her access.",
			fix:    "Store active from PATCH, as the text \"False\" as well as the boolean, and go on showing the user, with active false.",
			covers: join(coversDisable, coversCreate), within: []suites.Stage{suites.Create, suites.Disable},
			run: func(ctx context.Context, r *Rig) {
				p := newPortal(ctx, r)
				ada := p.arrived(ctx)
				p.change(ctx, ada, map[string]any{"accountEnabled": false})
				p.cycle(ctx)
				p.logged(ctx, "Disable", ada, "Disable")
				v := r.look(ctx, "Disable", ada)
				r.That("[Disable Phase] GET shows active false", v, showsInactive(), r.lastAbout(ada), v.Shown)
			},
		},
		{
			name: "Delete_User_Test", title: "Who is deleted for ever in the tenant is gone, and the log says Delete with success", level: result.Recommended,
			why:    "The gallery validation runs this test and warns: whether a deletion for ever deletes in the application is left to it.",
			fix:    "Answer DELETE /Users/{id} with 204, and find the user no more.",
			covers: join([]string{"endpoint.disable.delete", "endpoint.reactivate.recreate"}, coversCreate), within: []suites.Stage{suites.Create},
			run: func(ctx context.Context, r *Rig) {
				p := newPortal(ctx, r)
				ada := p.arrived(ctx)
				r.isThere(ctx, "Create", ada) // nobody can be found no more who was never found
				p.graph(ctx, "DELETE", "/users/"+ada.Object, nil)
				p.graph(ctx, "DELETE", "/directory/deletedItems/"+ada.Object, nil)
				p.cycle(ctx)
				p.logged(ctx, "Delete", ada, "Delete")
				r.isGone(ctx, "Delete", ada)
			},
		},
		{
			name: "User_Update_Manager_Test", title: "A manager is set, changed and taken away in the tenant, and the log tells of each",
			why: asked + "The manager is the one reference of a user that Entra writes.",
			fix: "Read the bare id of a manager as well as an object with value, and an empty value as no manager; show the manager as an object with value.",
			covers: join([]string{
				"endpoint.sync.manager-set", "endpoint.sync.manager-shape", "endpoint.sync.manager-change", "endpoint.sync.manager-clear", "endpoint.create.second-cycle",
			}, coversCreate), within: []suites.Stage{suites.Create},
			run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(manager)
				p := newPortal(ctx, r)
				boss, next := p.hire(ctx, nil), p.hire(ctx, nil)
				ada := p.arrived(ctx, boss, next)
				of := "/users/" + ada.Object + "/manager/$ref"
				for _, phase := range []struct {
					name string
					who  *Account
				}{{"Set Manager", boss}, {"Change Manager", next}, {"Remove Manager", nil}} {
					if phase.who != nil {
						p.graph(ctx, "PUT", of, refer(phase.who))
					} else {
						p.graph(ctx, "DELETE", of, nil)
					}
					p.cycle(ctx)
					entry := p.logged(ctx, phase.name, ada, "Update")
					p.wrote(phase.name, ada, entry, "manager", phase.who)
					v := r.look(ctx, phase.name, ada)
					if phase.who != nil {
						r.That("["+phase.name+" Phase] GET shows the manager", v, hasManager(phase.who.ID), r.lastAbout(ada), v.Shown)
					} else {
						r.That("["+phase.name+" Phase] GET shows no manager", v, noManager(), r.lastAbout(ada), v.Shown)
					}
				}
			},
		},
		{
			name: "Restore_User_Test", title: "Who is unassigned is disabled or deleted, and comes back when she is assigned again",
			why:    asked + "People leave a project and return. An account that does not come back, or comes back as a second one, loses what belongs to it.",
			fix:    "Go on finding disabled users by filter, and store active true from PATCH, as the text \"True\" as well as the boolean.",
			covers: join(coversReturn, coversDisable, coversCreate), within: []suites.Stage{suites.Create, suites.Disable, suites.Reactivate},
			run: func(ctx context.Context, r *Rig) {
				p := newPortal(ctx, r)
				ada := p.arrived(ctx)
				r.isThere(ctx, "Create", ada)
				p.unassign(ctx, ada)
				p.cycle(ctx)
				p.logged(ctx, "Unassign", ada, "Disable", "Delete")
				f := r.poll(ctx, ada)
				r.That("[Unassign Phase] the user is disabled or gone", f, worded[Found]{
					Want: "nobody, or active false",
					OK:   func(f Found) bool { return len(f.Resources) == 0 || inactive(f.Resources[0], true) },
					Got:  Found.String,
				}, r.lastAbout(ada), f.Shown)
				p.assign(ctx, ada)
				p.cycle(ctx)
				p.logged(ctx, "Reassign", ada, "Create", "Update", "Enable", "Other")
				v := r.isThere(ctx, "Reassign", ada)
				r.That("[Reassign Phase] the user is active", v, worded[View]{
					Want: "active is true", OK: func(v View) bool { return active(v.Resource) }, Got: func(v View) string { return v.words("active") },
				}, r.lastAbout(ada), v.Shown)
			},
		},
		{
			name: "POD_User_Test", title: "A user who is provisioned on demand arrives at once",
			why:    asked + "Administrators try a connection on one person before they let it loose on everybody.",
			fix:    "Answer the filter that matches nobody with 200 and an empty list, however often it is asked, and POST /Users with 201 and the whole resource.",
			covers: coversCreate, within: []suites.Stage{suites.Connect, suites.Create},
			run: func(ctx context.Context, r *Rig) {
				p := newPortal(ctx, r)
				ada := p.hire(ctx, map[string]any{"jobTitle": nil, "department": nil, "mobilePhone": nil, "businessPhones": []string{}, "faxNumber": nil, "streetAddress": nil})
				p.assign(ctx, ada)
				p.onDemand(ctx, ada)
				p.logged(ctx, "Provision On Demand", ada, "Create")
				r.isThere(ctx, "Provision On Demand", ada)
			},
		},
	}
}

// arrived makes a user who is assigned and there; the check fails when she is not. Others are assigned along with her.
func (p *portal) arrived(ctx context.Context, others ...*Account) *Account {
	ada := p.hire(ctx, nil)
	p.assign(ctx, append([]*Account{ada}, others...)...)
	p.cycle(ctx)
	for _, a := range append([]*Account{ada}, others...) {
		p.logged(ctx, "Create", a, "Create")
	}
	return ada
}

// wrote fails the check unless an entry of the log tells of a reference that was written: to an account, or, for nil, to nobody.
func (p *portal) wrote(phase string, about *Account, entry graphObject, attribute string, who *Account) {
	want := "the entry's modifiedProperties name " + attribute + " with "
	if who == nil {
		want += "an empty newValue"
	} else {
		want += "the new value " + who.ID
	}
	p.rig.That("["+phase+" Phase] the log tells which "+attribute+" was written", entry, worded[graphObject]{
		Want: want,
		OK: func(o graphObject) bool {
			for _, m := range o.list("modifiedProperties") {
				if !strings.Contains(strings.ToLower(m.text("displayName")), attribute) {
					continue
				}
				if now := m.text("newValue"); who == nil && now == "" || who != nil && (strings.Contains(now, who.ID) || strings.Contains(now, who.Object)) {
					return true
				}
			}
			return false
		},
		Got: func(o graphObject) string {
			return "modifiedProperties " + clip(jsonText(o.at("modifiedProperties")), 300)
		},
	}, p.rig.lastAbout(about))
}

// showsInactive matches a [View] of a disabled user.
func showsInactive() worded[View] {
	return worded[View]{
		Want: "active is false",
		OK:   func(v View) bool { return inactive(v.Resource, false) },
		Got:  func(v View) string { return v.words("active") },
	}
}
