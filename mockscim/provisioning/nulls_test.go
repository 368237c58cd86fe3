package provisioning_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

const workMail = `emails[type eq "work"].value`

// A title, a work address, a custom attribute and the manager lose their values: what goes out depends on the option, and nothing after it.
func TestAValueThatIsGoneAtTheSource(t *testing.T) {
	const badge = acme + "badge"
	for title, test := range map[string]struct {
		options wire.Options
		user    string // the operations, "" for no request
		manager string
		kept    bool // the target keeps the old values
	}{
		"nothing is sent by default":           {wire.Options{}, "", "", true},
		"nothing is sent with the flag either": {wire.Options{Dialect: wire.AADOptSCIM}, "", "", true},
		"an empty text": {
			wire.Options{Clear: wire.ClearEmptyText},
			op("Replace", "title", `""`) + "," + op("Replace", workMail, `""`) + "," + op("Replace", badge, `""`), op("Replace", manager, `""`), false,
		},
		"an empty text, with the flag": {
			wire.Options{Clear: wire.ClearEmptyText, Dialect: wire.AADOptSCIM},
			op("replace", workMail, `""`) + `,{"op":"replace","value":{"title":"","` + badge + `":""}}`, op("replace", manager, `""`), false,
		},
		"null": {
			wire.Options{Clear: wire.ClearNull},
			op("Replace", "title", `null`) + "," + op("Replace", workMail, `null`) + "," + op("Replace", badge, `null`), op("Replace", manager, `null`), false,
		},
		"null, with the flag": {
			wire.Options{Clear: wire.ClearNull, Dialect: wire.AADOptSCIM},
			op("replace", workMail, `null`) + `,{"op":"replace","value":{"title":null,"` + badge + `":null}}`, op("replace", manager, `null`), false,
		},
		"a removal": {
			wire.Options{Clear: wire.ClearRemove},
			op("Remove", "title", `"Countess"`) + "," + op("Remove", workMail, `"ada@mail.example"`) + "," + op("Remove", badge, `"A7"`),
			op("Remove", manager, `"u2"`), false,
		},
		"a removal, with the flag": {
			wire.Options{Clear: wire.ClearRemove, Dialect: wire.AADOptSCIM},
			op("remove", "title", `"Countess"`) + "," + op("remove", workMail, `"ada@mail.example"`) + "," + op("remove", badge, `"A7"`),
			op("remove", manager, `"u2"`), false,
		},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			schema := defaultSchema()
			addTarget(&schema, "[employeeType]", synchronization.AttributeDefinition{Name: badge})
			s := newStage(t, provisioning.WithSchema(schema), provisioning.WithWire(test.options))
			ada := s.user("Ada Byron", directory.Properties{"jobTitle": "Countess", "mail": "ada@mail.example", "employeeType": "A7"})
			bob := s.user("Bob Ross")
			s.ok(s.dir.SetManager(ada, bob))
			s.assign(ada)
			s.assign(bob)
			s.settled()
			s.update(ada, directory.Properties{"jobTitle": nil, "mail": nil, "employeeType": nil})
			s.ok(s.dir.SetManager(ada, ""))
			want := []string{readAda}
			if test.user != "" {
				want = append(want, patch("/Users/u1", test.user), patch("/Users/u1", test.manager))
			}
			s.sends(want...)
			for _, path := range []string{"title", workMail, badge, manager} {
				if _, has := wire.Current(s.target.user("u1"), path); has != test.kept {
					t.Errorf("the target has a value of %s: %t", path, has)
				}
			}
			s.update(ada, directory.Properties{"city": "London"})
			s.sends(readAda, patch("/Users/u1", op(operationName(test.options, "Add"), `addresses[type eq "work"].locality`, `"London"`)))
			s.sends()
		})
	}
}

// operationName is the name of an operation in a dialect.
func operationName(o wire.Options, name string) string {
	if o.Dialect == wire.AADOptSCIM {
		return string(name[0]+'a'-'A') + name[1:]
	}
	return name
}

func TestWhatIsNotClearedAlthoughItsSourceIsNull(t *testing.T) {
	for title, test := range map[string]struct {
		row      synchronization.AttributeMapping
		required bool
	}{
		"only on creation":       {synchronization.AttributeMapping{FlowType: synchronization.FlowTypeObjectAddOnly, Source: row("[jobTitle]", "").Source}, false},
		"only when it is empty":  {synchronization.AttributeMapping{FlowType: synchronization.FlowTypeAttributeAddOnly, Source: row("[jobTitle]", "").Source}, false},
		"held back":              {row("IgnoreFlowIfNullOrEmpty([jobTitle])", ""), false},
		"with a default value":   {synchronization.AttributeMapping{DefaultValue: "none", Source: row("[jobTitle]", "").Source}, false},
		"a matching attribute":   {synchronization.AttributeMapping{MatchingPriority: 2, Source: row("[jobTitle]", "").Source}, false},
		"a required attribute":   {row("[jobTitle]", ""), true},
		"None, without a source": {synchronization.AttributeMapping{}, false},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			schema := defaultSchema()
			test.row.TargetAttributeName = "nickName"
			usersOf(&schema).AttributeMappings = append(usersOf(&schema).AttributeMappings, test.row)
			for i, a := range schema.Directories[1].Objects[0].Attributes {
				if a.Name == "nickName" {
					schema.Directories[1].Objects[0].Attributes[i].Required = test.required
				}
			}
			s := newStage(t, provisioning.WithSchema(schema), provisioning.WithWire(wire.Options{Clear: wire.ClearNull}))
			ada := s.user("Ada Byron", directory.Properties{"jobTitle": "Countess", "city": "London"})
			s.assign(ada)
			s.settled()
			s.target.users.items["u1"]["nickName"] = "Enchantress"
			s.update(ada, directory.Properties{"jobTitle": nil})
			s.sends(readAda, patch("/Users/u1", op("Replace", "title", "null")))
		})
	}
}

// The schema can ask for it attribute by attribute.
func TestFlowNullValuesClearsOneAttribute(t *testing.T) {
	schema := defaultSchema()
	for i, a := range schema.Directories[1].Objects[0].Attributes {
		schema.Directories[1].Objects[0].Attributes[i].FlowNullValues = a.Name == "title"
	}
	s := newStage(t, provisioning.WithSchema(schema))
	ada := s.user("Ada Byron", directory.Properties{"jobTitle": "Countess", "city": "London"})
	s.assign(ada)
	s.settled()
	s.update(ada, directory.Properties{"jobTitle": nil, "city": nil})
	s.sends(readAda, patch("/Users/u1", op("Replace", "title", "null")))
	s.logged(ada, synchronization.ActionUpdate, synchronization.StatusSuccess, "")
	if m := s.lastLog(ada).ModifiedProperties; len(m) != 1 || m[0].OldValue != "Countess" || m[0].NewValue != "" {
		t.Fatalf("logged %+v", m)
	}
}

// Roles that are gone: the assertive format takes them away, the complex one never does, the single one where values are cleared.
func TestRolesThatAreGone(t *testing.T) {
	const admin = "d0000000-0000-4000-8000-000000000001"
	for _, test := range []struct {
		format  mapping.RoleFormat
		options wire.Options
		want    string
	}{
		{mapping.SingleRole, wire.Options{}, ""},
		{mapping.SingleRole, wire.Options{Clear: wire.ClearNull}, op("Replace", `roles[primary eq "True"].value`, "null")},
		{mapping.ComplexRoles, wire.Options{}, ""},
		{mapping.ComplexRoles, wire.Options{Clear: wire.ClearNull}, ""},
		{mapping.AssertiveRoles, wire.Options{}, op("replace", "roles", "[]")},
		{mapping.AssertiveRoles, wire.Options{Dialect: wire.AADOptSCIM}, op("replace", "roles", "[]")},
		{mapping.AssertiveRoles, wire.Options{Clear: wire.ClearNull}, op("replace", "roles", "[]")},
	} {
		t.Run(string(test.format)+" "+string(test.options.Clear)+string(test.options.Dialect), func(t *testing.T) {
			t.Parallel()
			roles := []directory.AppRole{{ID: admin, Value: "Admin", DisplayName: "Administrator", Enabled: true, AllowedMemberTypes: []string{"User"}}}
			s := newStageWithRoles(t, roles, provisioning.WithWire(test.options), provisioning.WithSyncAll(),
				provisioning.WithUserMapping(mapping.WithRoles(mapping.DefaultUsers(), test.format)))
			ada := s.user("Ada Byron")
			role := must(s.dir.Assign(ada, s.app, admin))(t).ID
			s.settled()
			s.ok(s.dir.Unassign(role))
			want := []string{readAda}
			if test.want != "" {
				want = append(want, patch("/Users/u1", test.want))
			}
			s.sends(want...)
		})
	}
}
