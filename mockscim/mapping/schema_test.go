package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

func exported(t testing.TB, name string) (synchronization.Schema, []byte) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	s, err := synchronization.ReadSchema(data)
	if err != nil {
		t.Fatal(err)
	}
	return s, data
}

// withoutOData takes OData's own members out of a JSON document.
func withoutOData(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			if strings.Contains(name, "@odata.") {
				delete(v, name)
				continue
			}
			v[name] = withoutOData(v[name])
		}
	case []any:
		for i := range v {
			v[i] = withoutOData(v[i])
		}
	}
	return v
}

func generic(t testing.TB, data []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func encoded(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAnExportedSchemaGoesThroughTheRulesAndBackUnchanged(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"exported-v1.0.json", "exported-beta.json"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := exported(t, name)
			rules, err := CompileSchema(s)
			if err != nil {
				t.Fatal(err)
			}
			once := encoded(t, rules.Schema())
			again, err := synchronization.ReadSchema(once)
			if err != nil {
				t.Fatal(err)
			}
			if twice := encoded(t, again); string(once) != string(twice) {
				t.Errorf("the second export differs:\n%s", cmp.Diff(string(once), string(twice)))
			}
			if got := encoded(t, rules.From("User").Definition()); string(got) != string(encoded(t, s.SynchronizationRules[0].ObjectMappings[0])) {
				t.Errorf("the mapping changed: %s", got)
			}
		})
	}
}

func TestACompleteExportLosesNothingButODatasOwn(t *testing.T) {
	t.Parallel()
	s, data := exported(t, "exported-v1.0.json")
	if diff := cmp.Diff(withoutOData(generic(t, data)), generic(t, encoded(t, s))); diff != "" {
		t.Errorf("(-exported +written):\n%s", diff)
	}
}

func TestImportedMappingsAreEvaluated(t *testing.T) {
	t.Parallel()
	ada := Attributes{
		"objectId": "u1", "userPrincipalName": "ada@contoso.example", "IsSoftDeleted": "False", "givenName": "Zoë Ada", "surname": "Byron",
		"employeeType": "Contractor", "employeeId": "7", "mail": "ada@contoso.example", "appRoleAssignments": []Role{{Value: "Admin"}}, "accountEnabled": true, "manager": "u2",
	}
	for name, want := range map[string]map[string]any{
		"exported-v1.0.json": {
			"userName": "ada@contoso.example", "externalId": "u1", "displayName": "Byron, Zoë Ada", "preferredLanguage": "en_GB", "nickName": "zoeada",
			"userType": "Staff", "locale": "en-GB", "active": "True", "urn:ietf:params:scim:schemas:extension:Acme:2.0:User:badge": "C-7",
			"roles": Roles{AssertiveRoles, []Role{{Value: "Admin"}}}, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager": "u2",
		},
		"exported-beta.json": {
			"userName": "ada@contoso.example", "active": true, "name.formatted": "Zoë Ada Byron", `emails[type eq "work"].value`: "ada@contoso.example",
			"displayName": "Nobody", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager": "u2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := exported(t, name)
			rules, err := CompileSchema(s)
			if err != nil {
				t.Fatal(err)
			}
			users := rules.From("User")
			flows, err := users.Evaluate(ada)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]Flow{}
			for _, f := range flows {
				got[f.Target] = f
			}
			for target, value := range want {
				f := got[target]
				if !reflect.DeepEqual(f.Value, value) || f.Definition == nil || f.Definition.Name != target {
					t.Errorf("%s: got %+v", target, f)
				}
				if f.Reference != strings.HasSuffix(target, ":manager") {
					t.Errorf("%s: reference %v", target, f.Reference)
				}
			}
			if !users.Enabled() || !users.May(synchronization.FlowAll) || !users.Scope().Holds(ada) {
				t.Errorf("enabled %v, may %v", users.Enabled(), users.May(synchronization.FlowAll))
			}
		})
	}
}

func TestSwitchesAndFiltersAreImported(t *testing.T) {
	t.Parallel()
	s, _ := exported(t, "exported-v1.0.json")
	rules, err := CompileSchema(s)
	if err != nil {
		t.Fatal(err)
	}
	groups := rules.From("group")
	if groups.Enabled() || groups.May(synchronization.FlowDelete) || !groups.May(synchronization.FlowAdd|synchronization.FlowUpdate) {
		t.Errorf("got %+v", groups.Definition().FlowTypes)
	}
	users := rules.From("User")
	if got := users.Matching(); !reflect.DeepEqual(got, []string{"userName", "externalId"}) {
		t.Errorf("matching %v", got)
	}
	if users.Scope().Holds(Attributes{"accountEnabled": true, "userPrincipalName": "svc-backup@contoso.example"}) ||
		!users.Scope().Holds(Attributes{"department": "External <Sales>"}) {
		t.Error("the scoping filter is not the exported one")
	}
	if rules.From("Contact") != nil {
		t.Error("there is a mapping of contacts")
	}
}

func newTestIDs() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("0d8b1c5e-3a52-4c6e-9d11-%012d", n) }
}

func TestTheDefaultSchemaIsValid(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]Option{nil, {WithOfficeTarget(OfficeInOther)}} {
		s := DefaultSchema(newTestIDs(), opts...)
		rules, err := CompileSchema(s)
		if err != nil {
			t.Fatal(err)
		}
		if len(rules.Objects) != 2 || rules.Objects[0].RuleID == "" || rules.Objects[0].RuleName != "USER_OUTBOUND_USER" {
			t.Errorf("got %+v", rules.Objects)
		}
		for _, format := range RoleFormats() {
			s.SynchronizationRules[0].ObjectMappings[0] = WithRoles(s.SynchronizationRules[0].ObjectMappings[0], format)
			if _, err := CompileSchema(s); err != nil {
				t.Errorf("%s: %v", format, err)
			}
		}
	}
	manager := newObject(&DefaultSchema(newTestIDs()).Directories[1].Objects[0]).attribute(enterpriseURN+":manager", report{problems: &Problems{}})
	if manager == nil || manager.Type != synchronization.TypeReference || manager.ReferencedObjects[0].ReferencedObjectName != enterpriseURN {
		t.Errorf("manager: %+v", manager)
	}
}

func TestABadSchemaIsRefusedWithEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	s := DefaultSchema(newTestIDs())
	users := &s.SynchronizationRules[0].ObjectMappings[0]
	users.AttributeMappings[0].MatchingPriority = 0
	users.AttributeMappings[2].Source = synchronization.AttributeMappingSource{Expression: "[displayNam]", Type: synchronization.SourceAttribute}
	users.AttributeMappings[3].TargetAttributeName = "titel"
	users.AttributeMappings[4].Source.Expression = `Append([mail], `
	users.AttributeMappings[5].TargetAttributeName = "id"
	users.AttributeMappings[7].TargetAttributeName = "NAME.givenname"
	users.Scope = filterOf("EQUALS", "companynam", "x")
	groups := &s.SynchronizationRules[0].ObjectMappings[1]
	groups.AttributeMappings[0].MatchingPriority = 0
	_, err := CompileSchema(s)
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	want := []string{
		`synchronizationRules[0].objectMappings[0].scope.groups[0].clauses[0].sourceOperandName: User has no attribute "companynam"; did you mean companyName?`,
		`synchronizationRules[0].objectMappings[0].attributeMappings[2].source (target displayName): User has no attribute "displayNam"; did you mean displayName?`,
		`synchronizationRules[0].objectMappings[0].attributeMappings[3].targetAttributeName (target titel): urn:ietf:params:scim:schemas:extension:enterprise:2.0:User has no attribute "titel"; did you mean title?`,
		`synchronizationRules[0].objectMappings[0].attributeMappings[4].source (target emails[type eq "work"].value): expression, character 16, Append argument 2: the expression ends before the closing parenthesis`,
		`synchronizationRules[0].objectMappings[0].attributeMappings[5].targetAttributeName (target id): id is read-only`,
		`synchronizationRules[0].objectMappings[0].attributeMappings[7].targetAttributeName (target NAME.givenname): the target stands twice`,
		`synchronizationRules[0].objectMappings[1].attributeMappings: no row has a matching priority above 0`,
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.Error())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, ok := errors.AsType[*ExpressionError](err); !ok || !strings.Contains(err.Error(), "7 problems; (1) synchronizationRules[0]") {
		t.Errorf("got %v", err)
	}
}

func TestSchemasThatNameWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*synchronization.Schema){
		"synchronizationRules: there is no rule": func(s *synchronization.Schema) { s.SynchronizationRules = nil },
		`synchronizationRules[0].targetDirectoryName: the schema has no directory "customapsso"; did you mean customappsso?`: func(s *synchronization.Schema) {
			s.SynchronizationRules[0].TargetDirectoryName = "customapsso"
		},
		`sourceObjectName: the directory Azure Active Directory has no object "Usr"; did you mean User?`: func(s *synchronization.Schema) {
			s.SynchronizationRules[0].ObjectMappings[0].SourceObjectName = "Usr"
		},
		"objectMappings[0].targetObjectName: the object has no name": func(s *synchronization.Schema) {
			s.SynchronizationRules[0].ObjectMappings[0].TargetObjectName = ""
		},
		`directories[1].objects[0].attributes[1].type (target userName): unknown attribute type "Sting"`: func(s *synchronization.Schema) {
			s.Directories[1].Objects[0].Attributes[1].Type = "Sting"
		},
		`attributes[1].mutability (target userName): unknown mutability "Never"`: func(s *synchronization.Schema) {
			s.Directories[1].Objects[0].Attributes[1].Mutability = "Never"
		},
		`attributes[1].name (target ID): the attribute stands twice`: func(s *synchronization.Schema) { s.Directories[1].Objects[0].Attributes[1].Name = "ID" },
		"there are 51 rules, the limit is 50": func(s *synchronization.Schema) {
			s.SynchronizationRules = make([]synchronization.Rule, maxRules+1)
		},
		"there are 51 object mappings": func(s *synchronization.Schema) {
			s.SynchronizationRules[0].ObjectMappings = make([]synchronization.ObjectMapping, maxObjectRules+1)
		},
	} {
		s := DefaultSchema(newTestIDs())
		change(&s)
		if _, err := CompileSchema(s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestRulesAreProcessedByPriority(t *testing.T) {
	t.Parallel()
	s := DefaultSchema(newTestIDs())
	first, second := s.SynchronizationRules[0], s.SynchronizationRules[0]
	first.Name, first.ObjectMappings = "later", first.ObjectMappings[:1]
	second.Name, second.Priority, second.ObjectMappings = "sooner", 0, second.ObjectMappings[1:]
	s.SynchronizationRules = []synchronization.Rule{first, second}
	rules, err := CompileSchema(s)
	if err != nil || len(rules.Objects) != 2 || rules.Objects[0].RuleName != "sooner" {
		t.Errorf("got %+v, %v", rules, err)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	s := DefaultSchema(newTestIDs())
	rows := make([]synchronization.AttributeMapping, maxRows)
	for i := range rows {
		rows[i] = synchronization.AttributeMapping{TargetAttributeName: fmt.Sprint("unknown", i), Source: source("[unknown]")}
	}
	s.SynchronizationRules[0].ObjectMappings[0].AttributeMappings = rows
	_, err := CompileSchema(s)
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != maxProblems {
		t.Errorf("%d problems", len(problems))
	}
}
