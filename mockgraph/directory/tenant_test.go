package directory_test

import (
	"fmt"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

const home = "11111111-2222-3333-4444-555555555555"

func TestGivenATenantThenUsersLiveOnItsVerifiedDomains(t *testing.T) {
	d := newTenant(t, directory.WithTenant(home, "Contoso", "contoso.onmicrosoft.com"))
	const invalid = "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization."
	_, err := d.Create(directory.User, user("ada", nil))
	refused(t, err, directory.CodeBadRequest, invalid)
	_, err = d.Create(directory.Domain, directory.Properties{"id": "Contoso.example"})
	d.must(err)
	_, err = d.Create(directory.User, user("ada", nil))
	refused(t, err, directory.CodeBadRequest, invalid)
	_, err = d.VerifyDomain("contoso.example")
	d.must(err)
	ada := d.user("ada")
	if d.Snapshot().TenantID() != home || len(d.Snapshot().VerifiedDomains()) != 2 {
		t.Errorf("tenant %s, domains %v", d.Snapshot().TenantID(), d.Snapshot().VerifiedDomains())
	}
	if d.Delete("contoso.example") == nil {
		t.Error("a domain in use is deleted")
	}
	_, err = d.Update("contoso.example", directory.Properties{"isDefault": true})
	d.must(err)
	first, _ := d.Snapshot().Object("contoso.onmicrosoft.com")
	if first.Bool("isDefault") {
		t.Error("two default domains")
	}
	_, err = d.Update("contoso.onmicrosoft.com", directory.Properties{"isDefault": true})
	d.must(err)
	d.must(d.Delete(ada))
	d.must(d.Delete("contoso.example"))
}

func TestGivenRolesThenTheyAreActivatedOnceAndHaveMembers(t *testing.T) {
	d := newTenant(t)
	const administrator = "62e90394-69f5-4237-9190-012177145e10"
	role, err := d.ActivateRole(administrator)
	d.must(err)
	_, err = d.ActivateRole(administrator)
	refused(t, err, directory.CodeBadRequest, "A conflicting object with one or more of the specified property values is present in the directory.")
	ada, plain := d.user("ada"), d.group("plain")
	d.must(d.AssignRole(ada, administrator))
	if d.AssignRole(ada, role.ID()) == nil || d.AssignRole(plain, administrator) == nil || d.AssignRole(ada, home) == nil {
		t.Error("a second time, a plain group or an unknown role is accepted")
	}
	same(t, "members", list(d.Snapshot().RoleMembers(role.ID())), []string{ada})
	same(t, "member of", list(d.Snapshot().MemberOf(ada)), []string{role.ID()})
	d.must(d.UnassignRole(ada, role.ID()))
	same(t, "without", list(d.Snapshot().RolesOf(ada)), nil)
	if id := directory.RoleAssignmentID(administrator, ada); len(id) != 45 {
		t.Errorf("id %q", id)
	}
}

func TestGivenOwnersThenTheLastOneOfAGroupStays(t *testing.T) {
	d := newTenant(t)
	team, ada, grace := d.group("team"), d.user("ada"), d.user("grace")
	d.must(d.AddOwner(team, ada))
	refused(t, d.AddOwner(team, ada), directory.CodeBadRequest, "One or more added object references already exist for the following modified properties: 'owners'.")
	refused(t, d.RemoveOwner(team, ada), directory.CodeBadRequest, "The group must have at least one owner, hence this owner cannot be removed.")
	refused(t, d.AddOwner(team, d.group("other")), directory.CodeUnsupported, "Unsupported referenced-object resource identifier for link property 'owners'.")
	d.must(d.AddOwner(team, grace))
	d.must(d.RemoveOwner(team, ada))
	same(t, "owners", list(d.Snapshot().Owners(team)), []string{grace})
	same(t, "owned", list(d.Snapshot().OwnedObjects(grace)), []string{team})
	for i := range 99 {
		d.must(d.AddOwner(team, d.user(fmt.Sprint("o", i))))
	}
	refused(t, d.AddOwner(team, ada), directory.CodeQuota, "Unable to perform operation as '101' would exceed the maximum quota count '100' for forward-link owners.")
}

func TestGivenNestedGroupsInACycleThenTheClosureEnds(t *testing.T) {
	d := newTenant(t)
	a, b, c, ada := d.group("a"), d.group("b"), d.group("c"), d.user("ada")
	for _, pair := range [][2]string{{a, b}, {b, c}, {c, a}, {c, ada}} {
		d.must(d.AddMember(pair[0], pair[1]))
	}
	s := d.Snapshot()
	same(t, "transitive members", list(s.TransitiveMembers(a)), []string{b, c, ada})
	same(t, "transitive groups", list(s.TransitiveMemberOf(ada)), []string{a, b, c})
}

func TestGivenPasswordsThenTheyAreStrongAndOnlyChecked(t *testing.T) {
	d := newTenant(t, directory.WithRequiredPasswords())
	with := func(password string) directory.Properties {
		return user("grace", directory.Properties{"passwordProfile": directory.PasswordProfile{Password: password, ForceChangePasswordNextSignIn: true}})
	}
	const weak = "The specified password does not comply with password complexity requirements. Please provide a different password."
	_, err := d.Create(directory.User, user("grace", nil))
	refused(t, err, directory.CodeBadRequest, "A password must be specified to create a new user.")
	for password, message := range map[string]string{"Sh0rt!": weak, "alllowercase": weak, "1Grace-xyz": "Password cannot contain username"} {
		_, err := d.Create(directory.User, with(password))
		refused(t, err, directory.CodeBadRequest, message)
	}
	o, err := d.Create(directory.User, with("Tr0ub4dor&3"))
	d.must(err)
	if p := directory.Value[directory.PasswordProfile](o, "passwordProfile"); p.Password != "" || !p.ForceChangePasswordNextSignIn {
		t.Errorf("profile %v", p)
	}
	s := d.Snapshot()
	if !s.CheckPassword(o.ID(), "Tr0ub4dor&3") || s.CheckPassword(o.ID(), "tr0ub4dor&3") || s.CheckPassword("nobody", "") || o.Property("passwordHash") != nil {
		t.Error("passwords do not match as they should")
	}
	_, err = d.Update(o.ID(), directory.Properties{"passwordProfile": directory.PasswordProfile{Password: "An0ther&one"}})
	d.must(err)
	if !d.Snapshot().CheckPassword(o.ID(), "An0ther&one") || d.Snapshot().CheckPassword(o.ID(), "Tr0ub4dor&3") {
		t.Error("the new password is not the password")
	}
	if _, err := d.Update(o.ID(), directory.Properties{"passwordHash": "x"}); err == nil {
		t.Error("the hash can be written")
	}
}

func TestGivenAnIndexThenSeeksFindWithoutLetterCase(t *testing.T) {
	d := newTenant(t)
	ada := d.create(directory.User, user("Ada", directory.Properties{"employeeId": "E7", "proxyAddresses": []string{"smtp:a@x.example", "SMTP:b@x.example"}}))
	adele, s := d.user("adele"), d.Snapshot
	ids := func(property, value string, prefix bool) (found []string) {
		seek := s().Seek
		if prefix {
			seek = s().SeekPrefix
		}
		for o := range seek(directory.User, property, value) {
			found = append(found, o.ID())
		}
		return found
	}
	same(t, "display name", ids("displayName", "ADA", false), []string{ada})
	same(t, "prefix", ids("userPrincipalName", "AD", true), []string{ada, adele})
	same(t, "proxy", ids("proxyAddresses", "smtp:B@x.example", false), []string{ada})
	same(t, "twice by prefix", ids("proxyAddresses", "smtp:", true), []string{ada, ada})
	same(t, "employee", ids("employeeId", "e7", false), []string{ada})
	same(t, "id", ids("id", ada, false), []string{ada})
	same(t, "ids", ids("id", ada[:10], true), []string{ada, adele})
	same(t, "no index", ids("city", "", true), nil)
	if !s().Indexed(directory.User, "Mail") || s().Indexed(directory.User, "city") || s().Indexed("device", "id") {
		t.Error("wrong about indexes")
	}
}
