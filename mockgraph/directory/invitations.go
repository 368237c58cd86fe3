package directory

import (
	"errors"
	"fmt"
	"maps"
	"strings"
)

// CodeInvitation is the code for an invitation that is refused.
const CodeInvitation = "BadRequest"

// Invite makes the guest a mail address invites, or finds the one it invited before: inviting an address again gives the same user,
// unchanged. A new guest is enabled, waits for acceptance and has no password; p gives further properties in place of its own, such as
// displayName or userType. The tenant needs an initial domain ([WithTenant]). An address of somebody who was not invited, a colleague,
// is refused.
// Source: learn.microsoft.com/graph/api/invitation-post; learn.microsoft.com/entra/external-id/user-properties.
func (d *Directory) Invite(mail string, p Properties) (guest *Object, created bool, err error) {
	err = d.write(func(x *tx) error {
		guest, created, err = x.invite(mail, p)
		return err
	})
	return guest, created, err
}

// Invite is [Directory.Invite].
func (b *Batch) Invite(mail string, p Properties) (guest *Object, created bool, err error) {
	return b.x.invite(mail, p)
}

func (x *tx) invite(mail string, p Properties) (*Object, bool, error) {
	if !isMail(mail) || len(mail) > 250 {
		return nil, false, &Error{Code: CodeInvitation, Message: "The invited user's email address is invalid.", Target: "invitedUserEmailAddress"}
	}
	if o, ok := x.invited(mail); ok {
		return o, false, nil
	}
	for _, name := range []string{"userPrincipalName", "mail"} {
		if o, ok := x.view.Lookup(User, name, mail); ok {
			return nil, false, &Error{
				Code: CodeInvitation, Target: "invitedUserEmailAddress", // the words as seen in public issues
				Message: "The invited user already exists in the directory as object ID: " + o.id + ". They can use that account to sign in to shared apps and resources.",
			}
		}
	}
	domain, err := x.initialDomain()
	if err != nil {
		return nil, false, fmt.Errorf("invite %s: %w", mail, err)
	}
	nickname := guestNickname(mail)
	name, _, _ := strings.Cut(mail, "@")
	all := Properties{
		"userPrincipalName": nickname + "@" + domain, "mailNickname": nickname, "displayName": name, "accountEnabled": true, "mail": mail,
		"otherMails": []string{mail}, "proxyAddresses": []string{"SMTP:" + mail}, "userType": "Guest", "creationType": invitation,
		"externalUserState": "PendingAcceptance", "externalUserStateChangeDateTime": x.second(),
	}
	maps.Copy(all, p)
	o, err := x.create(User, all)
	return o, err == nil, err
}

// invitation is the creationType of guests.
const invitation = "Invitation"

// invited finds the guest an address invited: one that has it as mail or among the other addresses.
func (x *tx) invited(mail string) (*Object, bool) {
	for _, name := range []string{"mail", "otherMails"} {
		for o := range x.view.Seek(User, name, mail) {
			if o.String("creationType") == invitation || o.String("userType") == "Guest" {
				return o, true
			}
		}
	}
	return nil, false
}

func (x *tx) initialDomain() (string, error) {
	for d := range x.view.Objects(Domain) {
		if d.Bool("isInitial") {
			return d.id, nil
		}
	}
	return "", errors.New("the tenant has no initial domain")
}

// guestMark ends the local part of a guest's user name.
const guestMark = "#EXT#"

// guestNickname is the local part of a guest's user name: the address with _ for the at sign and for what user names cannot have, as far
// as it fits.
func guestNickname(mail string) string {
	const most = 64 - len(guestMark)
	name := strings.Map(func(r rune) rune {
		if r > 0 && r < 0x80 && (strings.ContainsRune("'.-_!^~", r) || isAlphanumeric(byte(r))) {
			return r
		}
		return '_'
	}, mail)
	return name[:min(len(name), most)] + guestMark
}
