package mapping

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// The rows of the default user mapping, as the documentation's table gives them.
const wantUsers = `[userPrincipalName] -> userName
Switch([IsSoftDeleted], , "False", "True", "True", "False") -> active
[displayName] -> displayName
[jobTitle] -> title
[mail] -> emails[type eq "work"].value
[preferredLanguage] -> preferredLanguage
[givenName] -> name.givenName
[surname] -> name.familyName
Join(" ", [givenName], [surname]) -> name.formatted
[physicalDeliveryOfficeName] -> addresses[type eq "work"].formatted
[streetAddress] -> addresses[type eq "work"].streetAddress
[city] -> addresses[type eq "work"].locality
[state] -> addresses[type eq "work"].region
[postalCode] -> addresses[type eq "work"].postalCode
[country] -> addresses[type eq "work"].country
[telephoneNumber] -> phoneNumbers[type eq "work"].value
[mobile] -> phoneNumbers[type eq "mobile"].value
[facsimileTelephoneNumber] -> phoneNumbers[type eq "fax"].value
[mailNickname] -> externalId
[employeeId] -> urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber
[department] -> urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department
[manager] -> urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager`

func rowsOf(t *testing.T, m synchronization.ObjectMapping) string {
	t.Helper()
	var lines []string
	for _, row := range m.AttributeMappings {
		lines = append(lines, row.Source.Expression+" -> "+row.TargetAttributeName)
	}
	return strings.Join(lines, "\n")
}

func TestDefaultUsers(t *testing.T) {
	m := DefaultUsers()
	if got := rowsOf(t, m); got != wantUsers {
		t.Errorf("got\n%s\nwant\n%s", got, wantUsers)
	}
	if m.SourceObjectName != "User" || m.TargetObjectName != "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User" || !m.Enabled || m.FlowTypes != synchronization.FlowAll {
		t.Errorf("got %+v", m)
	}
	c, err := Compile(m)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Matching(); !reflect.DeepEqual(got, []string{"userName"}) {
		t.Errorf("matching %v", got)
	}
}

func TestOfficeMayGoToTheOtherAddress(t *testing.T) {
	want := strings.ReplaceAll(wantUsers, `[physicalDeliveryOfficeName] -> addresses[type eq "work"].formatted`, `[physicalDeliveryOfficeName] -> addresses[type eq "other"].formatted`)
	if got := rowsOf(t, DefaultUsers(WithOfficeTarget(OfficeInOther))); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestDefaultGroups(t *testing.T) {
	m := DefaultGroups()
	if got, want := rowsOf(t, m), "[displayName] -> displayName\n[objectId] -> externalId\n[members] -> members"; got != want {
		t.Errorf("got %s", got)
	}
	c, err := Compile(m)
	if err != nil {
		t.Fatal(err)
	}
	flows, err := c.Evaluate(Attributes{"displayName": "Team Red", "objectId": "g1", "members": []string{"u1"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(flows) != 3 || !flows[2].Reference || flows[0].Reference || flows[0].Priority != 1 {
		t.Errorf("got %+v", flows)
	}
}

func TestNullSourcesContributeNothing(t *testing.T) {
	c, err := Compile(DefaultUsers())
	if err != nil {
		t.Fatal(err)
	}
	flows, err := c.Evaluate(Attributes{"userPrincipalName": "ada@contoso.example", "IsSoftDeleted": "True", "displayName": ""})
	if err != nil {
		t.Fatal(err)
	}
	want := []Flow{
		{Row: &Row{Target: "userName", Type: synchronization.FlowTypeAlways, Behavior: synchronization.FlowWhenChanged, Priority: 1}, Value: "ada@contoso.example"},
		{Row: &Row{Target: "active", Type: synchronization.FlowTypeAlways, Behavior: synchronization.FlowWhenChanged}, Value: "False"},
	}
	if !reflect.DeepEqual(flows, want) {
		t.Errorf("got %+v", flows)
	}
}

func rows(rows ...synchronization.AttributeMapping) synchronization.ObjectMapping {
	match := synchronization.AttributeMapping{TargetAttributeName: "userName", MatchingPriority: 1, Source: source("[userPrincipalName]")}
	return synchronization.ObjectMapping{Name: "test", AttributeMappings: append(synchronization.Collection[synchronization.AttributeMapping]{match}, rows...)}
}

func TestRowsOfEveryKind(t *testing.T) {
	for _, tt := range []struct {
		title string
		row   synchronization.AttributeMapping
		want  *Flow // nil: no flow
	}{
		{"direct", synchronization.AttributeMapping{Source: synchronization.AttributeMappingSource{Name: "department", Type: synchronization.SourceAttribute}}, &Flow{Value: "R&D"}},
		{"constant by name", synchronization.AttributeMapping{Source: synchronization.AttributeMappingSource{Name: "Acme", Expression: `"Acme"`, Type: synchronization.SourceConstant}}, &Flow{Value: "Acme"}},
		{"constant by quoted text", synchronization.AttributeMapping{Source: synchronization.AttributeMappingSource{Expression: `"A\"c"`, Type: synchronization.SourceConstant}}, &Flow{Value: `A"c`}},
		{"constant by bare text", synchronization.AttributeMapping{Source: synchronization.AttributeMappingSource{Expression: `Acme [x]`, Type: synchronization.SourceConstant}}, &Flow{Value: "Acme [x]"}},
		{"none", synchronization.AttributeMapping{}, nil},
		{"none with a default value fills what is empty", synchronization.AttributeMapping{DefaultValue: "x"}, &Flow{Row: &Row{Type: synchronization.FlowTypeAttributeAddOnly}, Value: "x"}},
		{"null with a default value", synchronization.AttributeMapping{DefaultValue: "x", Source: source("[missing]")}, &Flow{Value: "x", Default: true}},
		{"a value beats the default value", synchronization.AttributeMapping{DefaultValue: "x", Source: source("[department]")}, &Flow{Value: "R&D"}},
		{"ignored flow has no default value", synchronization.AttributeMapping{DefaultValue: "x", Source: source("IgnoreFlowIfNullOrEmpty([missing])")}, nil},
		{"only during creation", synchronization.AttributeMapping{FlowType: synchronization.FlowTypeObjectAddOnly, Source: source("[department]")}, &Flow{Row: &Row{Type: synchronization.FlowTypeObjectAddOnly}, Value: "R&D"}},
		{"flow always", synchronization.AttributeMapping{FlowBehavior: synchronization.FlowAlways, Source: source("[department]")}, &Flow{Row: &Row{Behavior: synchronization.FlowAlways}, Value: "R&D"}},
		{"boolean", synchronization.AttributeMapping{Source: source("[enabled]")}, &Flow{Value: true}},
		{"list", synchronization.AttributeMapping{Source: source("[one]")}, &Flow{Value: []string{"only"}}},
	} {
		t.Run(tt.title, func(t *testing.T) {
			tt.row.TargetAttributeName = "title"
			c, err := Compile(rows(tt.row))
			if err != nil {
				t.Fatal(err)
			}
			flows, err := c.Evaluate(ada)
			if err != nil {
				t.Fatal(err)
			}
			flows = flows[1:]
			if tt.want == nil {
				if len(flows) != 0 {
					t.Fatalf("got %+v, want no flow", flows)
				}
				return
			}
			want := *tt.want
			if want.Row == nil {
				want.Row = &Row{}
			}
			want.Target = "title"
			if want.Type == "" {
				want.Type = synchronization.FlowTypeAlways
			}
			if want.Behavior == "" {
				want.Behavior = synchronization.FlowWhenChanged
			}
			if len(flows) != 1 || !reflect.DeepEqual(flows[0], want) {
				t.Errorf("got %+v, want %+v", flows, want)
			}
			if got := flows[0].CreateOnly(); got != (want.Default || want.Type == synchronization.FlowTypeObjectAddOnly) {
				t.Errorf("CreateOnly is %v", got)
			}
		})
	}
}

func TestCompileRefuses(t *testing.T) {
	title := func(change func(*synchronization.AttributeMapping)) synchronization.ObjectMapping {
		row := synchronization.AttributeMapping{TargetAttributeName: "title", Source: source("[jobTitle]")}
		change(&row)
		return rows(row)
	}
	for _, tt := range []struct {
		want string
		m    synchronization.ObjectMapping
	}{
		{"no row has a matching priority", synchronization.ObjectMapping{}},
		{`attributeMappings[1].targetAttributeName: the target attribute has no name`, title(func(r *synchronization.AttributeMapping) { r.TargetAttributeName = "" })},
		{`attributeMappings[1].targetAttributeName (target USERNAME): the target stands twice`, title(func(r *synchronization.AttributeMapping) { r.TargetAttributeName = "USERNAME" })},
		{"priority -1 is negative", title(func(r *synchronization.AttributeMapping) { r.MatchingPriority = -1 })},
		{`unknown flow type "Sometimes"`, title(func(r *synchronization.AttributeMapping) { r.FlowType = "Sometimes" })},
		{"AssertiveAppRoleAssignmentsComplex takes roles away, which the flow type ValueAddOnly forbids", title(func(r *synchronization.AttributeMapping) {
			r.Source.Expression, r.FlowType = "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])", synchronization.FlowTypeValueAddOnly
		})},
		{"the members of a group flow Always", title(func(r *synchronization.AttributeMapping) {
			r.TargetAttributeName, r.FlowType = "members", synchronization.FlowTypeObjectAddOnly
		})},
		{`scope.groups[0]: the group "" has no clause`, synchronization.ObjectMapping{Scope: synchronization.Filter{Groups: make([]synchronization.FilterGroup, 1)}}},
		{`unknown flow behavior "Never"`, title(func(r *synchronization.AttributeMapping) { r.FlowBehavior = "Never" })},
		{`source (target title): expression, character 1: there is no function "Nope"`, title(func(r *synchronization.AttributeMapping) { r.Source.Expression = "Nope()" })},
		{"Join: the function comes with neither its expression text nor its parameters", title(func(r *synchronization.AttributeMapping) {
			r.Source = synchronization.AttributeMappingSource{Name: "Join", Type: synchronization.SourceFunction}
		})},
		{"1002 rows, the limit is 1000", rows(make([]synchronization.AttributeMapping, 1001)...)},
	} {
		t.Run(tt.want, func(t *testing.T) {
			if _, err := Compile(tt.m); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestMatchingIsOrderedByPriority(t *testing.T) {
	m := rows(
		synchronization.AttributeMapping{TargetAttributeName: "externalId", MatchingPriority: 3, Source: source("[mailNickname]")},
		synchronization.AttributeMapping{TargetAttributeName: `emails[type eq "work"].value`, MatchingPriority: 2, Source: source("[mail]")})
	c, err := Compile(m)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Matching(); !reflect.DeepEqual(got, []string{"userName", `emails[type eq "work"].value`, "externalId"}) {
		t.Errorf("got %v", got)
	}
}

func TestReaders(t *testing.T) {
	c, err := Compile(rows(
		synchronization.AttributeMapping{TargetAttributeName: "title", Source: source(`Join(" ", "[jobTitle]", ToLower([MAIL]))`)},
		synchronization.AttributeMapping{TargetAttributeName: "nickName", Source: source(`IIF([mail]="a", "[jobTitle]", "b")`)},
		synchronization.AttributeMapping{TargetAttributeName: "locale", DefaultValue: "en"}))
	if err != nil {
		t.Fatal(err)
	}
	for attribute, want := range map[string][]string{"mail": {"title", "nickName"}, "userPrincipalName": {"userName"}, "jobTitle": nil} {
		if got := c.Readers(attribute); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", attribute, got, want)
		}
	}
}

func TestAFailingExpressionFailsTheObjectAndNamesTheTarget(t *testing.T) {
	c, err := Compile(rows(synchronization.AttributeMapping{TargetAttributeName: "title", Source: source(`IIF([missing]="a","b","c")`)}))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Evaluate(ada)
	var e *ExpressionError
	if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), "evaluate mapping of title: ") {
		t.Errorf("got %v", err)
	}
}

func TestWithRoles(t *testing.T) {
	for format, want := range map[RoleFormat]Flow{
		SingleRole:     {Row: &Row{Target: `roles[primary eq "True"].value`}, Value: Roles{SingleRole, []Role{{"1", "Admin", "Administrator"}}}},
		ComplexRoles:   {Row: &Row{Target: "roles"}, Value: Roles{ComplexRoles, []Role{{"1", "Admin", "Administrator"}, {"2", "", "Reader"}}}},
		AssertiveRoles: {Row: &Row{Target: "roles"}, Value: Roles{AssertiveRoles, []Role{{"1", "Admin", "Administrator"}, {"2", "", "Reader"}}}},
	} {
		t.Run(string(format), func(t *testing.T) {
			base := DefaultUsers()
			m := WithRoles(WithRoles(base, SingleRole), format)
			if len(m.AttributeMappings) != len(base.AttributeMappings)+1 {
				t.Fatalf("%d rows", len(m.AttributeMappings))
			}
			c, err := Compile(m)
			if err != nil {
				t.Fatal(err)
			}
			flows, err := c.Evaluate(ada)
			if err != nil {
				t.Fatal(err)
			}
			got := flows[len(flows)-1]
			if got.Target != want.Target || !reflect.DeepEqual(got.Value, want.Value) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestAssertiveRolesMayBeEmpty(t *testing.T) {
	c, err := Compile(WithRoles(rows(), AssertiveRoles))
	if err != nil {
		t.Fatal(err)
	}
	flows, err := c.Evaluate(Attributes{"userPrincipalName": "a", "appRoleAssignments": []Role{}})
	if err != nil || len(flows) != 2 {
		t.Fatalf("got %+v, %v", flows, err)
	}
	if flows, _ = c.Evaluate(Attributes{"userPrincipalName": "a"}); len(flows) != 1 {
		t.Errorf("without the attribute: %+v", flows)
	}
}

// The shape of one row is Graph's documented sample.
func TestGraphShape(t *testing.T) {
	got, err := json.Marshal(DefaultUsers().AttributeMappings[0])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"attributeMappingId":null,"defaultValue":null,"exportMissingReferences":false,"flowBehavior":"FlowWhenChanged","flowType":"Always",
 "matchingPriority":1,"targetAttributeName":"userName",
 "source":{"expression":"[userPrincipalName]","name":"userPrincipalName","parameters":[],"type":"Attribute"}}`
	var a, b any
	if json.Unmarshal(got, &a) != nil || json.Unmarshal([]byte(want), &b) != nil || !reflect.DeepEqual(a, b) {
		t.Errorf("got %s", got)
	}
	active := DefaultUsers().AttributeMappings[1].Source
	if active.Expression != `Switch([IsSoftDeleted], , "False", "True", "True", "False")` || active.Name != "Switch" || active.Type != synchronization.SourceFunction {
		t.Errorf("got %+v", active)
	}
	var keys []string
	for _, p := range active.Parameters {
		keys = append(keys, p.Key)
	}
	if !reflect.DeepEqual(keys, []string{"source", "key1", "value1", "key2", "value2"}) || active.Parameters[0].Value.Expression != "[IsSoftDeleted]" {
		t.Errorf("parameters %v", keys)
	}
}

func TestMappingSurvivesGraphsJSON(t *testing.T) {
	m := WithRoles(DefaultUsers(), AssertiveRoles)
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var again synchronization.ObjectMapping
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	one, err := Compile(m)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Compile(again)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := one.Evaluate(ada)
	b, _ := two.Evaluate(ada)
	if len(a) == 0 || !reflect.DeepEqual(a, b) {
		t.Errorf("got %+v, want %+v", b, a)
	}
}

func TestGraphShapeOfEveryKindOfNode(t *testing.T) {
	e, err := Parse(`IIF([a] = &HF, InStr("x", "y", 1, vbTextCompare), Join("-", "p", "q", "r"))`)
	if err != nil {
		t.Fatal(err)
	}
	s := e.Source()
	if s.Parameters[0].Value.Name != "=" || s.Parameters[0].Value.Parameters[1].Value.Name != "&HF" {
		t.Errorf("got %+v", s.Parameters[0])
	}
	if s.Parameters[1].Value.Parameters[3].Value.Name != "vbTextCompare" {
		t.Errorf("got %+v", s.Parameters[1])
	}
	if got := s.Parameters[2].Value.Parameters[3].Key; got != "source3" {
		t.Errorf("got %s", got)
	}
	if got := (Expression{}).Source(); got.Expression != "" || got.Type != "" {
		t.Errorf("got %+v", got)
	}
}
