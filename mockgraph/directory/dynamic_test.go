package directory_test

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func dynamic(name, rule string) directory.Properties {
	p := security(name)
	p["groupTypes"], p["membershipRule"], p["membershipRuleProcessingState"] = []string{"DynamicMembership"}, rule, "On"
	return p
}

func TestGivenRulesThenTheyMatchAsEntraDoes(t *testing.T) {
	d := newTenant(t)
	ada := d.create(directory.User, user("ada", directory.Properties{
		"department": "Sales", "city": "Oslo", "otherMails": []string{"ada@x.example", "a@y.example"}, "businessPhones": []string{"+47 1"},
	}))
	for rule, want := range map[string]bool{
		`user.department -eq "Sales"`:                                      true,
		`user.department -eq "sales"`:                                      true,
		`user.Department -ne "Sales"`:                                      false,
		`(user.department -eq "IT") -or (user.city -eq "Oslo")`:            true,
		`user.department -eq "IT" -and user.city -eq "Oslo"`:               false,
		`-not (user.department -eq "IT") and user.accountEnabled -eq true`: true,
		`user.department -startsWith "Sa"`:                                 true,
		`user.department -notStartsWith "Sa"`:                              false,
		`user.displayName -contains "D"`:                                   true,
		`user.department -notContains "x"`:                                 true,
		`user.city -in ["Bergen","Oslo"]`:                                  true,
		`user.city -notIn ["Bergen","Oslo"]`:                               false,
		`user.department -match "^S.l"`:                                    true,
		`user.department -notMatch "^S.l"`:                                 false,
		`user.jobTitle -eq null`:                                           true,
		`user.jobTitle -ne null`:                                           false,
		`user.city -ne $null`:                                              true,
		`user.otherMails -any (_ -contains "y.example")`:                   true,
		`user.otherMails -all (_ -contains "y.example")`:                   false,
		`user.telephoneNumber -eq "+47 1"`:                                 true,
		`user.extensionAttribute3 -eq "x"`:                                 false,
		`device.displayName -startsWith "PC"`:                              false,
		`user.objectId -eq "` + ada + `"`:                                  true,
	} {
		group := d.create(directory.Group, dynamic("g", rule))
		d.ProcessDynamicGroups()
		if got := d.Snapshot().HasMember(group, ada); got != want {
			t.Errorf("%s: %v", rule, got)
		}
	}
}

func TestGivenRulesThatCannotBeReadThenTheGroupIsRefused(t *testing.T) {
	for _, rule := range []string{
		"", "department -eq \"Sales\"", "user.department", "user.department -eq", `user.department -eq Sales`, `user.department -like "x"`,
		`(user.department -eq "x"`, `user.department -eq "x" -and`, `user.city -in "Oslo"`, `user.city -in ["a" "b"]`, `user.department -match "("`,
		`user.shoeSize -eq "44"`, `user.extensionAttribute16 -eq "x"`, `user.department -eq "x`, `user.passwordHash -eq "x"`,
		strings.Repeat("(", 100) + `user.department -eq "x"` + strings.Repeat(")", 100), strings.Repeat("-not ", 100) + `user.department -eq "x"`,
	} {
		p := dynamic("g", rule)
		if rule == "" {
			delete(p, "membershipRule")
		}
		_, err := newTenant(t).Create(directory.Group, p)
		refused(t, err, directory.CodeBadRequest, "One or more property values specified are invalid.")
	}
	_, err := newTenant(t, directory.WithPlan(directory.PlanFree)).Create(directory.Group, dynamic("g", `user.city -eq "Oslo"`))
	refused(t, err, directory.CodeDenied, "Insufficient privileges to complete the operation.")
}

func TestGivenADynamicGroupWhenUsersOrItsRuleChangeThenItsMembersFollow(t *testing.T) {
	d := newTenant(t)
	ada := d.create(directory.User, user("ada", directory.Properties{"department": "Sales"}))
	grace := d.create(directory.User, user("grace", directory.Properties{"department": "IT"}))
	group := d.create(directory.Group, dynamic("sales", `user.department -eq "Sales"`))
	if d.ProcessDynamicGroups() != 1 {
		t.Error("not one membership")
	}
	same(t, "members", list(d.Snapshot().Members(group)), []string{ada})
	_, err := d.Update(ada, directory.Properties{"department": "IT"})
	d.must(err)
	d.ProcessDynamicGroups()
	same(t, "after she changed", list(d.Snapshot().Members(group)), nil)
	_, err = d.Update(group, directory.Properties{"membershipRule": `user.department -eq "IT"`})
	d.must(err)
	d.ProcessDynamicGroups()
	same(t, "after the rule changed", list(d.Snapshot().Members(group)), []string{ada, grace})
	_, err = d.Update(group, directory.Properties{"membershipRuleProcessingState": "Paused"})
	d.must(err)
	_, err = d.Update(ada, directory.Properties{"department": nil})
	d.must(err)
	d.ProcessDynamicGroups()
	same(t, "paused", list(d.Snapshot().Members(group)), []string{ada, grace})
	_, err = d.Update(group, directory.Properties{"membershipRuleProcessingState": "On"})
	d.must(err)
	d.ProcessDynamicGroups()
	same(t, "on again", list(d.Snapshot().Members(group)), []string{grace})
	if d.ProcessDynamicGroups() != 0 {
		t.Error("processing does not come to rest")
	}

	static := d.group("static")
	d.must(d.AddMember(static, ada))
	_, err = d.Update(static, directory.Properties{"groupTypes": []string{"DynamicMembership"}, "membershipRule": `user.department -eq "None"`})
	d.must(err)
	same(t, "static to dynamic", list(d.Snapshot().Members(static)), nil)
}
