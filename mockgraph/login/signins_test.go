package login_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// logged is a short form of the sign-ins that are kept, oldest first.
func (r *rig) logged() []string {
	var all []string
	for _, e := range r.host.SignIns() {
		all = append(all, fmt.Sprintf("%s %s %s %s %d", e.Kind, e.AppName, e.UserPrincipalName, e.Resource, e.ErrorCode))
	}
	return all
}

func TestSignInsAreLoggedWithHowTheyEnded(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.consent()
	r.appToken()
	r.appToken("client_secret", "wrong")
	r.ropc("https://graph.microsoft.com/.default offline_access")
	r.ropc("https://graph.microsoft.com/.default", "password", "wrong")
	r.ropc("https://graph.microsoft.com/.default", "username", "nobody@contoso.example")
	r.token("grant_type", "client_credentials", "client_id", "11111111-1111-4111-8111-111111111111", "scope", "https://graph.microsoft.com/.default", "client_secret", "x") // no client: no entry
	got := r.logged()
	name := r.app.String("displayName")
	ada := r.ada.String("userPrincipalName")
	want := []string{
		"servicePrincipal " + name + "  Microsoft Graph 0", "servicePrincipal " + name + "   7000215",
		"interactiveUser " + name + " " + ada + " Microsoft Graph 0", "interactiveUser " + name + " " + ada + "  50126",
		"interactiveUser " + name + " nobody@contoso.example  50034",
	}
	if !slices.Equal(got, want) {
		t.Errorf("sign-ins:\n%q\nwant\n%q", got, want)
	}
	first := r.host.SignIns()[0]
	if first.ServicePrincipalID != r.sp.ID() || first.AppID != r.appID() || first.ID == "" || first.Time != start || first.ResourceID != graphID || first.IPAddress == "" {
		t.Errorf("entry %+v", first)
	}
}

func TestBrowserSignInsAreLoggedOnceNotAgainWhenTheCodeIsRedeemed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.consent()
	page := r.authorize()
	r.submit(page, "loginfmt", r.ada.String("userPrincipalName"), "passwd", "wrong")
	r.redeem(r.code())
	var kinds []string
	for _, e := range r.host.SignIns() {
		kinds = append(kinds, fmt.Sprintf("%s %s %s %d", e.Kind, e.Client, e.UserPrincipalName, e.ErrorCode))
	}
	ada := r.ada.String("userPrincipalName")
	if want := []string{"interactiveUser Browser " + ada + " 50126", "interactiveUser Browser " + ada + " 0"}; !slices.Equal(kinds, want) {
		t.Errorf("sign-ins %q, want %q", kinds, want)
	}
}

func TestOldSignInsAreForgotten(t *testing.T) {
	t.Parallel()
	r := newRig(t, login.WithSignInLog(3))
	for i := range 5 {
		r.appToken("client_secret", fmt.Sprint("wrong ", i))
	}
	r.appToken()
	if got := r.host.SignIns(); len(got) != 3 || got[2].ErrorCode != 0 || got[0].ErrorCode == 0 || got[1].ErrorCode == 0 {
		t.Errorf("kept %+v", got)
	}
	none := newRig(t, login.WithSignInLog(0))
	none.appToken()
	if got := none.host.SignIns(); len(got) != 0 {
		t.Errorf("kept %d sign-ins, want none", len(got))
	}
}

func TestConsentIsAudited(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	before := len(r.dir.Audits())
	if err := r.host.Consent(r.appID()); err != nil {
		t.Fatal(err)
	}
	audits := r.dir.Audits()
	if len(audits) != before+1 {
		t.Fatalf("%d entries more, want one", len(audits)-before)
	}
	e := audits[before]
	if e.ActivityDisplayName != "Consent to application" || e.TargetResources[0].ID != r.sp.ID() || e.InitiatedBy.User != nil || e.Result != "success" {
		t.Errorf("entry %+v", e)
	}
}

func TestTheLastSignInsOfAUserOutliveTheLog(t *testing.T) {
	t.Parallel()
	r := newRig(t, login.WithSignInLog(1))
	r.consent()
	r.ropc("https://graph.microsoft.com/.default offline_access")
	r.ropc("https://graph.microsoft.com/.default", "password", "wrong")
	failed := r.host.SignIns()[0].ID
	r.appToken() // the only entry that is left
	last := r.host.LastSignIns(r.ada.ID())
	if last.Interactive.RequestID != failed || last.Successful.RequestID == failed || last.Successful.Time != start || last.NonInteractive != (login.Moment{}) {
		t.Errorf("last sign-ins %+v", last)
	}
	if r.host.LastSignIns("00000000-0000-0000-0000-000000000000") != (login.LastSignIns{}) {
		t.Error("nobody signed in")
	}
}
