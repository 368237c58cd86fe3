package provisioning_test

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// Every name of the mapping editor reaches the property of Graph it stands for.
func TestSourceAttributes(t *testing.T) {
	guest := "ada_fabrikam.example#EXT#@contoso.example"
	properties := directory.Properties{
		"userPrincipalName": guest, "mailNickname": "ada", "displayName": "Ada Byron", "givenName": "Ada", "surname": "Byron",
		"mail": "ada@contoso.example", "jobTitle": "Analyst", "department": "Research", "employeeId": "1815", "companyName": "Contoso",
		"businessPhones": []string{"+44 20 3"}, "mobilePhone": "+44 20 2", "faxNumber": "+44 20 1", "officeLocation": "Office 12",
		"streetAddress": "1 Street", "city": "London", "state": "LND", "postalCode": "W1", "country": "GB", "usageLocation": "GB",
		"preferredLanguage": "en-GB", "userType": "Guest", "otherMails": []string{"a@fabrikam.example", "b@fabrikam.example"},
	}
	for source, want := range map[string]string{
		"userPrincipalName": "ada_fabrikam.example", "originalUserPrincipalName": guest,
		"telephoneNumber": "+44 20 3", "mobile": "+44 20 2", "facsimileTelephoneNumber": "+44 20 1", "Facsimile-TelephoneNumber": "+44 20 1",
		"physicalDeliveryOfficeName": "Office 12", "streetAddress": "1 Street", "city": "London", "state": "LND", "postalCode": "W1",
		"country": "GB", "usageLocation": "GB", "mail": "ada@contoso.example", "mailNickname": "ada", "displayName": "Ada Byron",
		"givenName": "Ada", "surname": "Byron", "jobTitle": "Analyst", "department": "Research", "employeeId": "1815",
		"companyName": "Contoso", "preferredLanguage": "en-GB", "userType": "Guest", "IsSoftDeleted": "False",
		"GIVENNAME": "Ada", "objectId": "a0000000-0000-4000-8000-",
	} {
		t.Run(source, func(t *testing.T) {
			users := mapping.DefaultUsers()
			users.AttributeMappings = append(users.AttributeMappings[:1], synchronization.AttributeMapping{
				TargetAttributeName: "nickName", Source: synchronization.AttributeMappingSource{Expression: "[" + source + "]"},
			})
			s := newStage(t, provisioning.WithUserMapping(users))
			s.assign(s.user("Ada Byron", properties))
			if report := s.cycle(); report.Creates != 1 {
				t.Fatalf("report %+v, log %+v", report, s.job.Log())
			}
			if got := s.target.user("u1").String("nickName"); !strings.HasPrefix(got, want) || source != "objectId" && got != want {
				t.Fatalf("got %q, want %q", got, want)
			}
		})
	}
}

// Values that belong to the creation only are left alone afterwards.
func TestCreationOnlyAttributes(t *testing.T) {
	users := mapping.DefaultUsers()
	users.AttributeMappings = append(users.AttributeMappings,
		synchronization.AttributeMapping{
			TargetAttributeName: "nickName", FlowType: synchronization.FlowTypeObjectAddOnly,
			Source: synchronization.AttributeMappingSource{Expression: "[companyName]"},
		},
		synchronization.AttributeMapping{
			TargetAttributeName: "userType", DefaultValue: "Employee",
			Source: synchronization.AttributeMappingSource{Expression: "[streetAddress]"},
		})
	s := newStage(t, provisioning.WithUserMapping(users))
	ada := s.user("Ada Byron", directory.Properties{"companyName": "Contoso"})
	s.assign(ada)
	s.settled()
	if u := s.target.user("u1"); u.String("nickName") != "Contoso" || u.String("userType") != "Employee" {
		t.Fatalf("created %v", u)
	}
	delete(s.target.user("u1"), "userType")
	s.update(ada, directory.Properties{"companyName": "Fabrikam"})
	s.sends("GET /Users/u1")
}

// A row without a source fills what is empty with its default value, and replaces nothing.
func TestDefaultValueWithoutASource(t *testing.T) {
	users := mapping.DefaultUsers()
	users.AttributeMappings = append(users.AttributeMappings, synchronization.AttributeMapping{TargetAttributeName: "userType", DefaultValue: "Employee"})
	s := newStage(t, provisioning.WithUserMapping(users))
	ada := s.user("Ada Byron")
	s.assign(ada)
	s.settled()
	s.target.user("u1")["userType"] = "Contractor"
	s.update(ada, directory.Properties{"jobTitle": "Analyst"})
	s.sends("GET /Users/u1", patch("/Users/u1", op("Add", "title", `"Analyst"`)))
	delete(s.target.user("u1"), "userType")
	s.update(ada, directory.Properties{"jobTitle": "Countess"})
	s.sends("GET /Users/u1", patch("/Users/u1", op("Replace", "title", `"Countess"`), op("Add", "userType", `"Employee"`)))
}

// How a mapping flows says when a value goes out.
func TestFlows(t *testing.T) {
	for _, test := range []struct {
		name    string
		row     synchronization.AttributeMapping
		have    string // in the target, "" is nothing
		updates bool
	}{
		{"changed", synchronization.AttributeMapping{}, "Old", true},
		{"the same", synchronization.AttributeMapping{}, "Contoso", false},
		{"the same, but always", synchronization.AttributeMapping{FlowBehavior: synchronization.FlowAlways}, "Contoso", true},
		{"only where there is none", synchronization.AttributeMapping{FlowType: synchronization.FlowTypeAttributeAddOnly}, "Old", false},
		{"only where there is none, and there is none", synchronization.AttributeMapping{FlowType: synchronization.FlowTypeAttributeAddOnly}, "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.row.TargetAttributeName, test.row.Source.Expression = "nickName", "[companyName]"
			users := mapping.DefaultUsers()
			users.AttributeMappings = append(users.AttributeMappings[:1], test.row)
			s := newStage(t, provisioning.WithUserMapping(users))
			existing := scim.Resource{"userName": "ada@contoso.example"}
			if test.have != "" {
				existing["nickName"] = test.have
			}
			s.target.users.put(existing)
			s.assign(s.user("Ada Byron", directory.Properties{"companyName": "Contoso"}))
			if report := s.cycle(); (report.Updates == 1) != test.updates || report.Failures > 0 {
				t.Fatalf("report %+v", report)
			}
		})
	}
}

// A role that is renamed in the application reaches everybody who holds it.
func TestRolesThatAreRenamed(t *testing.T) {
	admin := directory.AppRole{
		ID: "11111111-1111-4111-8111-111111111111", Value: "Admin", DisplayName: "Administrator", Enabled: true, AllowedMemberTypes: []string{"User"},
	}
	s := newStageWithRoles(t, []directory.AppRole{admin}, provisioning.WithUserMapping(mapping.WithRoles(mapping.DefaultUsers(), mapping.AssertiveRoles)))
	must(s.dir.Assign(s.user("Ada Byron"), s.app, admin.ID))(t)
	s.settled()
	admin.Value = "Root"
	s.update(s.app, directory.Properties{"appRoles": []directory.AppRole{admin}})
	s.cycle()
	if sent := strings.Join(s.target.taken(), "\n"); !strings.Contains(sent, `"value":"Root"`) {
		t.Fatalf("sent %s", sent)
	}
}
