package mockgraph_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGuestIsInvited(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	got := s.ask("POST", "/v1.0/invitations", `{"invitedUserEmailAddress":"mina@partner.example","invitedUserDisplayName":"Mina","inviteRedirectUrl":"https://myapps.microsoft.com","sendInvitationMessage":false}`).want(201)
	guest := got.str("invitedUser.id")
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#invitations/$entity", "id": got.at("id"), "inviteRedeemUrl": got.at("inviteRedeemUrl"),
		"invitedUserDisplayName": "Mina", "invitedUserType": "Guest", "invitedUserEmailAddress": "mina@partner.example", "sendInvitationMessage": false,
		"resetRedemption": false, "inviteRedirectUrl": "https://myapps.microsoft.com", "status": "PendingAcceptance",
		"invitedUserMessageInfo": map[string]any{"messageLanguage": nil, "customizedMessageBody": nil,
			"ccRecipients": []any{map[string]any{"emailAddress": map[string]any{"name": nil, "address": nil}}}},
		"invitedUser": map[string]any{"id": guest},
	}
	if diff := cmp.Diff(want, got.json); diff != "" || got.str("id") == guest || !strings.HasPrefix(got.str("inviteRedeemUrl"), "https://login.microsoftonline.com/redeem?rd=") {
		t.Errorf("invitation (-want +got):\n%s", diff)
	}
	user := s.ask("GET", "/v1.0/users/mina_partner.example%23EXT%23@contoso.onmicrosoft.com?$select=id,userType,externalUserState,mail,displayName", "").want(200)
	if user.str("id") != guest || user.str("userType") != "Guest" || user.str("externalUserState") != "PendingAcceptance" || user.str("mail") != "mina@partner.example" || user.str("displayName") != "Mina" {
		t.Errorf("guest: %s", user.body)
	}
	again := s.ask("POST", "/v1.0/invitations", `{"invitedUserEmailAddress":"Mina@Partner.example","inviteRedirectUrl":"https://myapps.microsoft.com"}`).want(201)
	if again.str("invitedUser.id") != guest || again.str("id") == got.str("id") {
		t.Errorf("invited again: %s", again.body)
	}
	s.ask("PATCH", "/v1.0/users/"+guest, `{"companyName":"Partner"}`).want(204) // as Terraform's provider goes on
}

func TestRedemptionIsReset(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const body = `"inviteRedirectUrl":"https://myapps.microsoft.com"`
	guest := s.ask("POST", "/v1.0/invitations", `{"invitedUserEmailAddress":"mina@partner.example",`+body+`}`).want(201).str("invitedUser.id")
	got := s.ask("POST", "/v1.0/invitations", `{"invitedUserEmailAddress":"mina@elsewhere.example","resetRedemption":true,"invitedUser":{"id":"`+guest+`"},`+body+`}`).want(201)
	if got.str("invitedUser.id") != guest || got.at("resetRedemption") != true {
		t.Errorf("reset: %s", got.body)
	}
	if mail := s.ask("GET", "/v1.0/users/"+guest, "").want(200).str("mail"); mail != "mina@elsewhere.example" {
		t.Errorf("mail %s", mail)
	}
	s.ask("POST", "/v1.0/invitations", `{"invitedUserEmailAddress":"mina@elsewhere.example","resetRedemption":true,`+body+`}`).want(404)
}

func TestInvitationsAreRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ada", `"mail":"ada@contoso.onmicrosoft.com",`)
	for _, test := range []struct {
		name, body    string
		status        int
		code, message string
	}{
		{"no address", `{"inviteRedirectUrl":"https://x.example"}`, 400, "Request_BadRequest", "invitedUserEmailAddress"},
		{"bad address", `{"invitedUserEmailAddress":"mina","inviteRedirectUrl":"https://x.example"}`, 400, "BadRequest", "The invited user's email address is invalid."},
		{"nowhere to go", `{"invitedUserEmailAddress":"mina@partner.example"}`, 400, "Request_BadRequest", "inviteRedirectUrl"},
		{"a colleague", `{"invitedUserEmailAddress":"ada@contoso.onmicrosoft.com","inviteRedirectUrl":"https://x.example"}`, 400, "BadRequest", "The invited user already exists in the directory as object ID:"},
		{"type", `{"invitedUserEmailAddress":"mina@partner.example","inviteRedirectUrl":"https://x.example","invitedUserType":"Admin"}`, 400, "Request_BadRequest", "invitedUserType"},
		{"message as a string", `{"invitedUserEmailAddress":"mina@partner.example","inviteRedirectUrl":"https://x.example","invitedUserMessageInfo":"Welcome"}`, 400, "Request_BadRequest", "invitedUserMessageInfo"},
		{"unknown member", `{"invitedUserEmailAddress":"mina@partner.example","inviteRedirectUrl":"https://x.example","colour":"teal"}`, 400, "Request_BadRequest", "Property 'colour' does not exist on type 'microsoft.graph.invitation'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := s.ask("POST", "/v1.0/invitations", test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
}
