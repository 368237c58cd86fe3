package directory_test

import (
	"errors"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

const (
	already       = "One or more added object references already exist for the following modified properties: 'members'."
	noReference   = "Unsupported referenced-object resource identifier for link property 'members'."
	noSuchRole    = "Permission being assigned was not found on application"
	roleAssigned  = "Permission being assigned already exists on the object"
	noSuchManager = "Unsupported referenced-object resource identifier for link property 'manager'."
)

func TestGivenAGroupWhenMembersComeAndGoThenBothEndsShowIt(t *testing.T) {
	d := newTenant(t)
	team, nested, ada, app := d.group("team"), d.group("nested"), d.user("ada"), d.app()
	for _, member := range []string{ada, nested, app} {
		d.must(d.AddMember(team, member))
	}
	s := d.Snapshot()
	same(t, "members", list(s.Members(team)), []string{nested, ada, app})
	same(t, "groups", list(s.MemberOf(ada)), []string{team})
	if !s.HasMember(team, ada) || s.HasMember(ada, team) {
		t.Error("HasMember does not follow")
	}
	d.must(d.RemoveMember(team, ada))
	same(t, "members", list(d.Snapshot().Members(team)), []string{nested, app})
	same(t, "members before", list(s.Members(team)), []string{nested, ada, app})
}

func TestGivenWhatGraphRefusesOfMembersThenItsCodeAndMessageComeBack(t *testing.T) {
	d := newTenant(t)
	team, office, ada, grace := d.group("team"), d.create(directory.Group, microsoft365("office")), d.user("ada"), d.user("grace")
	dynamic := d.create(directory.Group, directory.Properties{
		"displayName": "d", "mailNickname": "d", "mailEnabled": false, "securityEnabled": true, "groupTypes": []string{"DynamicMembership"}, "membershipRule": `user.department -eq "Sales"`,
	})
	d.must(d.AddMember(team, ada))
	before := d.Snapshot()

	refused(t, d.AddMember(team, ada), directory.CodeBadRequest, already)
	refused(t, d.AddMember(team, "nobody"), directory.CodeNotFound, missing("nobody"))
	refused(t, d.AddMember("nothing", ada), directory.CodeNotFound, missing("nothing"))
	refused(t, d.AddMember(ada, grace), directory.CodeNotFound, missing(ada))
	refused(t, d.AddMember(team, team), directory.CodeUnsupported, noReference)
	refused(t, d.AddMember(office, team), directory.CodeUnsupported, noReference)
	refused(t, d.AddMember(dynamic, ada), directory.CodeDenied, "Insufficient privileges to complete the operation.")
	refused(t, d.RemoveMember(team, grace), directory.CodeNotFound, missing(grace))
	refused(t, d.RemoveMember(team, "nobody"), directory.CodeNotFound, missing("nobody"))
	if d.Snapshot() != before {
		t.Error("a refusal made a new state")
	}
}

func TestGivenAManagerWhenSetReplacedAndClearedThenTheLogTellsEach(t *testing.T) {
	d := newTenant(t)
	ada, first, second, team := d.user("ada"), d.user("first"), d.user("second"), d.group("team")
	start := d.Snapshot().Sequence()
	d.must(d.SetManager(ada, first))
	d.must(d.SetManager(ada, first))
	d.must(d.SetManager(ada, second))
	d.must(d.SetManager(ada, ""))
	d.must(d.SetManager(ada, ""))
	var log []string
	for _, c := range d.Changes(start) {
		if c.Relation != directory.Manager || c.ObjectID != ada || c.Type != directory.User {
			t.Errorf("logged %+v", c)
		}
		log = append(log, c.Operation.String()+" "+c.TargetID)
	}
	same(t, "log", log, []string{"linkAdded " + first, "linkRemoved " + first, "linkAdded " + second, "linkRemoved " + second})

	refused(t, d.SetManager(ada, team), directory.CodeUnsupported, noSuchManager)
	refused(t, d.SetManager(team, ada), directory.CodeNotFound, missing(team))
	refused(t, d.SetManager(ada, "nobody"), directory.CodeNotFound, missing("nobody"))
	d.must(d.SetManager(ada, ada)) // Graph does not refuse it
	same(t, "reports", list(d.Snapshot().DirectReports(ada)), []string{ada})
}

func TestGivenAnApplicationWithRolesThenOnlyWhatItOffersCanBeAssigned(t *testing.T) {
	d := newTenant(t)
	disabled, forApps := role("off"), role("daemon")
	disabled.Enabled, forApps.AllowedMemberTypes = false, []string{"Application"}
	app, plain, client := d.app(role("admin"), role("reader"), disabled, forApps), d.app(), d.app()
	ada, team := d.user("ada"), d.group("team")
	o, _ := d.Snapshot().Object(app)
	roles := o.AppRoles()
	admin, reader, off, daemon := roles[0].ID, roles[1].ID, roles[2].ID, roles[3].ID

	assignment, err := d.Assign(ada, app, admin)
	d.must(err)
	if assignment.PrincipalType != directory.User || assignment.ResourceID != app || !assignment.Created.Equal(d.clock.Now()) {
		t.Errorf("assigned %+v", assignment)
	}
	for principal, roleID := range map[string]string{ada: reader, team: admin, client: daemon} {
		if _, err := d.Assign(principal, app, roleID); err != nil {
			t.Errorf("assign %s: %v", roleID, err)
		}
	}
	if _, err := d.Assign(ada, plain, directory.DefaultAccessRole); err != nil {
		t.Errorf("an application without roles: %v", err)
	}
	if got := len(list(d.Snapshot().AssignedTo(app))); got != 4 {
		t.Errorf("%d assignments, want 4", got)
	}
	for _, c := range []struct{ principal, resource, role, code, message string }{
		{ada, app, admin, directory.CodeBadRequest, roleAssigned},
		{team, app, off, directory.CodeBadRequest, noSuchRole},
		{team, app, daemon, directory.CodeBadRequest, noSuchRole},
		{team, app, "unknown", directory.CodeBadRequest, noSuchRole},
		{team, app, directory.DefaultAccessRole, directory.CodeBadRequest, noSuchRole},
		{"nobody", app, admin, directory.CodeNotFound, missing("nobody")},
		{ada, team, admin, directory.CodeNotFound, missing(team)},
	} {
		_, err := d.Assign(c.principal, c.resource, c.role)
		refused(t, err, c.code, c.message)
	}

	d.must(d.Unassign(assignment.ID))
	refused(t, d.Unassign(assignment.ID), directory.CodeNotFound, missing(assignment.ID))
	if got, ok := d.Snapshot().Assignment(assignment.ID); ok {
		t.Errorf("still there: %+v", got)
	}
}

// Sources: learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal; …/entra/identity/users/licensing-groups-assign.
func TestOnlySecurityEnabledGroupsGetApplicationsAndLicences(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		name    string
		opts    []directory.Option
		enabled bool
		ok      bool
	}{
		{"security enabled", nil, true, true},
		{"not security enabled", nil, false, false},
		{"not security enabled, where any group will do", []directory.Option{directory.WithAnyGroup()}, false, true},
	} {
		d := directory.New(each.opts...)
		p := microsoft365("team")
		p["securityEnabled"] = each.enabled
		group, err := d.Create(directory.Group, p)
		if err != nil {
			t.Fatal(err)
		}
		app, err := d.Create(directory.ServicePrincipal, directory.Properties{"displayName": "app"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Subscribe("SPE_E3", 10); err != nil {
			t.Fatal(err)
		}
		sku, _ := directory.FindSku("SPE_E3")
		_, assigned := d.Assign(group.ID(), app.ID(), directory.DefaultAccessRole)
		_, licensed := d.AssignGroupLicenses(group.ID(), []directory.AssignedLicense{{SkuID: sku.ID}}, nil)
		for what, err := range map[string]error{"assignment": assigned, "licence": licensed} {
			var refusal *directory.Error
			if (err == nil) != each.ok || err != nil && (!errors.As(err, &refusal) || refusal.Code != directory.CodeBadRequest) {
				t.Errorf("%s: %s: %v", each.name, what, err)
			}
		}
	}
}
