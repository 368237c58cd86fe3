package mockgraph

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// invitationRoutes are the routes of /invitations.
func invitationRoutes() []route {
	return []route{{method: http.MethodPost, template: "/invitations", emulated: "no mail is sent, and nobody redeems by mail", serve: invite}}
}

// invitation is Graph's invitation; pointers tell absent members from empty ones.
// Source: learn.microsoft.com/graph/api/resources/invitation.
type invitation struct {
	ID                      string            `json:"id"`
	InviteRedeemURL         string            `json:"inviteRedeemUrl"`
	InvitedUserDisplayName  *string           `json:"invitedUserDisplayName"`
	InvitedUserType         string            `json:"invitedUserType"`
	InvitedUserEmailAddress string            `json:"invitedUserEmailAddress"`
	SendInvitationMessage   bool              `json:"sendInvitationMessage"`
	ResetRedemption         bool              `json:"resetRedemption"`
	InviteRedirectURL       string            `json:"inviteRedirectUrl"`
	Status                  string            `json:"status"`
	InvitedUserMessageInfo  invitationMessage `json:"invitedUserMessageInfo"`
	InvitedUser             struct {
		ID string `json:"id"`
	} `json:"invitedUser"`
}

type invitationMessage struct {
	MessageLanguage       *string               `json:"messageLanguage"`
	CCRecipients          []invitationRecipient `json:"ccRecipients"`
	CustomizedMessageBody *string               `json:"customizedMessageBody"`
}

type invitationRecipient struct {
	EmailAddress struct {
		Name    *string `json:"name"`
		Address *string `json:"address"`
	} `json:"emailAddress"`
}

// givenInvitation are the members a request may have.
var givenInvitation = []string{
	"invitedUserDisplayName", "invitedUserType", "invitedUserEmailAddress", "sendInvitationMessage", "resetRedemption", "inviteRedirectUrl",
	"invitedUserMessageInfo", "invitedUser",
}

// invite makes a guest, or finds the one that was invited before. No mail is sent, and nobody redeems: the guest waits.
// Source: learn.microsoft.com/graph/api/invitation-post.
func invite(c *call) error {
	members, err := c.members()
	if err != nil {
		return err
	}
	for name := range members {
		if name[:min(1, len(name))] != "@" && !slices.Contains(givenInvitation, name) {
			return unknownProperty("invitation", name)
		}
	}
	asked := invitation{InvitedUserType: "Guest"}
	if err := c.decode(&asked, false); err != nil {
		return err
	}
	if err := asked.judge(); err != nil {
		return err
	}
	guest, err := c.guest(&asked)
	if err != nil {
		return err
	}
	asked.ID = uuid.NewString()
	asked.InvitedUser.ID = guest.ID()
	asked.InvitedUserType = guest.String("userType")
	asked.InviteRedeemURL = "https://login.microsoftonline.com/redeem?rd=" + url.QueryEscape("https://invitations.microsoft.com/redeem/?tenant="+c.t.ID()+"&user="+asked.ID+"&ver=2.0")
	asked.Status = "PendingAcceptance"
	if guest.String("externalUserState") == "Accepted" {
		asked.Status = "Completed"
	}
	if len(asked.InvitedUserMessageInfo.CCRecipients) == 0 {
		asked.InvitedUserMessageInfo.CCRecipients = make([]invitationRecipient, 1)
	}
	return c.object(http.StatusCreated, "invitations/$entity", asked)
}

// judge asks for an address to come back to, and for a kind of user there is. The mail address is the directory's to judge.
func (i *invitation) judge() error {
	back, err := url.Parse(i.InviteRedirectURL)
	switch {
	case i.InvitedUserEmailAddress == "":
		return badValue("invitedUserEmailAddress")
	case err != nil || back.Host == "" || back.Scheme != "https" && back.Scheme != "http":
		return badValue("inviteRedirectUrl")
	case i.InvitedUserType != "Guest" && i.InvitedUserType != "Member":
		return badValue("invitedUserType")
	}
	return nil
}

// guest finds or makes the user of an invitation. With resetRedemption the user it names waits again, under the new address.
// Source: learn.microsoft.com/entra/external-id/reset-redemption-status.
func (c *call) guest(asked *invitation) (*directory.Object, error) {
	if asked.ResetRedemption {
		user, err := c.fresh(directory.User, asked.InvitedUser.ID)
		if err != nil {
			return nil, err
		}
		return c.t.dir.Update(user.ID(), directory.Properties{
			"externalUserState": "PendingAcceptance", "externalUserStateChangeDateTime": c.second(), "mail": asked.InvitedUserEmailAddress,
		})
	}
	properties := directory.Properties{"userType": asked.InvitedUserType}
	if asked.InvitedUserDisplayName != nil && *asked.InvitedUserDisplayName != "" {
		properties["displayName"] = *asked.InvitedUserDisplayName
	}
	guest, _, err := c.t.dir.Invite(asked.InvitedUserEmailAddress, properties)
	return guest, err
}
