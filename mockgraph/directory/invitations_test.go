package directory_test

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestGivenAnInvitationThenThereIsAGuestWhoWaits(t *testing.T) {
	d := newTenant(t, directory.WithTenant(home, "Contoso", "contoso.example"), directory.WithRequiredPasswords())
	for _, c := range []struct {
		mail string
		p    directory.Properties
		want directory.Properties
	}{
		{"Ada@Partner.example", nil, directory.Properties{"userPrincipalName": "Ada_Partner.example#EXT#@contoso.example", "displayName": "Ada", "mail": "Ada@Partner.example", "userType": "Guest"}},
		{"a+b%c@x.example", directory.Properties{"displayName": "B", "userType": "Member"}, directory.Properties{"userPrincipalName": "a_b_c_x.example#EXT#@contoso.example", "displayName": "B", "userType": "Member"}},
		{strings.Repeat("l", 60) + "@x.example", nil, directory.Properties{"userPrincipalName": strings.Repeat("l", 59) + "#EXT#@contoso.example"}},
	} {
		o, created, err := d.Invite(c.mail, c.p)
		d.must(err)
		want := with(c.want, directory.Properties{"creationType": "Invitation", "externalUserState": "PendingAcceptance"})
		for name, value := range want {
			if got := o.Property(name); got != value {
				t.Errorf("%s: %s is %v, want %v", c.mail, name, got, value)
			}
		}
		same(t, "other mails", o.Strings("otherMails"), []string{c.mail})
		if !created || !o.Bool("accountEnabled") {
			t.Errorf("%s: created %v, enabled %v", c.mail, created, o.Bool("accountEnabled"))
		}
	}
	d.must(d.Snapshot().Check())
}

func TestGivenAnAddressWhenInvitedAgainThenItIsTheSameUser(t *testing.T) {
	d := newTenant(t, directory.WithTenant(home, "Contoso", "contoso.example"))
	first, _, err := d.Invite("ada@partner.example", nil)
	d.must(err)
	again := func(mail string) {
		t.Helper()
		o, created, err := d.Invite(mail, directory.Properties{"displayName": "Other"})
		d.must(err)
		if created || o.ID() != first.ID() || o.String("displayName") != "ada" {
			t.Errorf("%s: created %v, %s", mail, created, o.ID())
		}
	}
	again("ADA@partner.example")
	_, err = d.Update(first.ID(), directory.Properties{"mail": "ada@new.example", "proxyAddresses": nil})
	d.must(err)
	again("ada@partner.example") // by her other addresses
	again("ada@new.example")     // by her mail
	d.must(d.Delete(first.ID()))
	if o, created, err := d.Invite("ada@partner.example", nil); err != nil || !created || o.ID() == first.ID() {
		t.Errorf("a deleted guest is invited: %v, created %v", err, created)
	}
}

func TestGivenInvitationsThatCannotBeThenTheyAreRefused(t *testing.T) {
	d := newTenant(t, directory.WithTenant(home, "Contoso", "contoso.example"))
	ada := d.create(directory.User, user("ada", directory.Properties{"mail": "ada@mail.example"}))
	exists := "The invited user already exists in the directory as object ID: " + ada + ". They can use that account to sign in to shared apps and resources."
	for mail, message := range map[string]string{
		"": "The invited user's email address is invalid.", "no address": "The invited user's email address is invalid.", "ada@contoso.example": exists, "Ada@mail.example": exists,
	} {
		_, _, err := d.Invite(mail, nil)
		refused(t, err, directory.CodeInvitation, message)
	}
	if _, _, err := newTenant(t).Invite("ada@partner.example", nil); err == nil {
		t.Error("a guest in a tenant without a domain")
	}
}
