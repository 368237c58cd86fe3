package provisioning_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// act is something an administrator does, and the operations that go out for it, in both dialects.
type act struct {
	title             string
	do                func(s *stage, users []string)
	standard, flagged string
}

// play lets an administrator act on the first of three provisioned users, in both dialects.
func play(t *testing.T, schema func() synchronization.Schema, acts []act) {
	t.Helper()
	for _, dialect := range wire.Dialects() {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			s := newStageWithRoles(t, appRoles(), provisioning.WithSchema(schema()), provisioning.WithWire(wire.Options{Dialect: dialect}), provisioning.WithSyncAll())
			users := []string{s.user("Ada Byron"), s.user("Bob Ross"), s.user("Cy Twombly")}
			s.settled()
			for _, a := range acts {
				a.do(s, users)
				want := a.standard
				if dialect == wire.AADOptSCIM {
					want = a.flagged
				}
				requests := []string{readAda}
				if want != "" {
					requests = append(requests, patch("/Users/u1", want))
				}
				t.Log(a.title)
				s.sends(requests...)
				s.sends() // and once is enough
			}
		})
	}
}

const (
	adminRole  = "d0000000-0000-4000-8000-000000000001"
	readerRole = "d0000000-0000-4000-8000-000000000002"
)

func appRoles() []directory.AppRole {
	return []directory.AppRole{
		{ID: adminRole, Value: "Admin", DisplayName: "Administrator", Enabled: true, AllowedMemberTypes: []string{"User"}},
		{ID: readerRole, Value: "Reader", DisplayName: "Reader", Enabled: true, AllowedMemberTypes: []string{"User"}},
	}
}

func TestAManagerInBothDialects(t *testing.T) {
	play(t, defaultSchema, []act{
		{
			"added", func(s *stage, u []string) { s.ok(s.dir.SetManager(u[0], u[1])) },
			op("Add", manager, `"u2"`), op("add", manager, `"u2"`),
		},
		{
			"replaced", func(s *stage, u []string) { s.ok(s.dir.SetManager(u[0], u[2])) },
			op("Replace", manager, `"u3"`), op("replace", manager, `"u3"`),
		},
		{"gone", func(s *stage, u []string) { s.ok(s.dir.SetManager(u[0], "")) }, "", ""},
	})
}

func TestCustomExtensionAttributesInBothDialects(t *testing.T) {
	schema := func() synchronization.Schema {
		schema := defaultSchema()
		addTarget(&schema, "[employeeType]", synchronization.AttributeDefinition{Name: acme + "badge", CaseExact: true})
		addTarget(&schema, "[city]", synchronization.AttributeDefinition{Name: acme + "floor", Type: synchronization.TypeInteger})
		addTarget(&schema, `Switch([country], , "GB", "True")`, synchronization.AttributeDefinition{Name: acme + "vip", Type: synchronization.TypeBoolean})
		return schema
	}
	set := func(name, value string) func(*stage, []string) {
		return func(s *stage, u []string) { s.update(u[0], directory.Properties{name: value}) }
	}
	both := func(city, floor string) string {
		return op("Replace", `addresses[type eq "work"].locality`, city) + "," + op("Replace", acme+"floor", floor)
	}
	play(t, schema, []act{
		{"added", set("employeeType", "a7"), op("Add", acme+"badge", `"a7"`), `{"op":"add","value":{"` + acme + `badge":"a7"}}`},
		{"in another case", set("employeeType", "A7"), op("Replace", acme+"badge", `"A7"`), `{"op":"replace","value":{"` + acme + `badge":"A7"}}`},
		{
			"a number", set("city", "7"),
			op("Add", `addresses[type eq "work"].locality`, `"7"`) + "," + op("Add", acme+"floor", `"7"`),
			op("add", `addresses[type eq "work"].locality`, `"7"`) + `,{"op":"add","value":{"` + acme + `floor":7}}`,
		},
		{
			"another number", set("city", "8"), both(`"8"`, `"8"`),
			op("replace", `addresses[type eq "work"].locality`, `"8"`) + `,{"op":"replace","value":{"` + acme + `floor":8}}`,
		},
		{
			"a boolean", set("country", "GB"),
			op("Add", `addresses[type eq "work"].country`, `"GB"`) + "," + op("Add", acme+"vip", `"True"`),
			op("add", `addresses[type eq "work"].country`, `"GB"`) + `,{"op":"add","value":{"` + acme + `vip":true}}`,
		},
	})
}

func TestRolesInThreeFormatsInBothDialects(t *testing.T) {
	assign := func(role string) func(s *stage, u []string) {
		return func(s *stage, u []string) { must(s.dir.Assign(u[0], s.app, role))(s) }
	}
	unassignAll := func(s *stage, u []string) {
		for a := range s.dir.Snapshot().Assignments(u[0]) {
			s.ok(s.dir.Unassign(a.ID))
		}
	}
	const (
		adminText  = `{"value":"{\"id\":\"` + adminRole + `\",\"value\":\"Admin\",\"displayName\":\"Administrator\"}"}`
		readerText = `{"value":"{\"id\":\"` + readerRole + `\",\"value\":\"Reader\",\"displayName\":\"Reader\"}"}`
		single     = `[{"primary":true,"type":"WindowsAzureActiveDirectoryRole","value":"Admin"}]`
	)
	element := func(display, name, value string) string {
		return `{"primary":false,"type":"WindowsAzureActiveDirectoryRole","` + display + `":"` + name + `","value":"` + value + `"}`
	}
	list := func(display string) string {
		return "[" + element(display, "Administrator", "Admin") + "," + element(display, "Reader", "Reader") + "]"
	}
	for format, acts := range map[mapping.RoleFormat][]act{
		mapping.SingleRole: {
			{"one role", assign(adminRole), op("Add", "roles", "["+adminText+"]"), op("add", "roles", single)},
			{"a second one", assign(readerRole), "", ""},
			{"none", unassignAll, "", ""},
		},
		mapping.ComplexRoles: {
			{"one role", assign(adminRole), op("Add", "roles", "["+adminText+"]"), op("add", "roles", "["+element("displayName", "Administrator", "Admin")+"]")},
			{"a second one", assign(readerRole), op("Add", "roles", "["+adminText+","+readerText+"]"), op("add", "roles", list("displayName"))},
			{"none: they stay", unassignAll, "", ""},
		},
		mapping.AssertiveRoles: {
			{
				"one role", assign(adminRole),
				op("replace", "roles", "["+element("display", "Administrator", "Admin")+"]"), op("replace", "roles", "["+element("display", "Administrator", "Admin")+"]"),
			},
			{"a second one", assign(readerRole), op("replace", "roles", list("display")), op("replace", "roles", list("display"))},
			{"none: they go", unassignAll, op("replace", "roles", "[]"), op("replace", "roles", "[]")},
		},
	} {
		t.Run(string(format), func(t *testing.T) {
			play(t, func() synchronization.Schema {
				schema := defaultSchema()
				*usersOf(&schema) = mapping.WithRoles(*usersOf(&schema), format)
				return schema
			}, acts)
		})
	}
}
