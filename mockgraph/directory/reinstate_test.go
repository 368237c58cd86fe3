package directory_test

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestAnApplicationIsReinstatedAsClientsKnowIt(t *testing.T) {
	d := newTenant(t)
	known := directory.Reinstated{
		AppID: "0A1B2C3D-0000-4000-8000-00000000000A", ObjectID: "0a1b2c3d-0000-4000-8000-00000000000b", PrincipalID: "0a1b2c3d-0000-4000-8000-00000000000c",
		Secret: "abc~the secret of before", End: d.clock.Now().AddDate(2, 0, 0).UTC(),
	}
	p := directory.Properties{"displayName": "Acme"}
	d.must(d.Reinstate(known, p))
	s := d.Snapshot()
	app, _ := s.Object(known.ObjectID)
	principal, found := s.Lookup(directory.ServicePrincipal, "appId", known.AppID)
	if app.String("appId") != strings.ToLower(known.AppID) || !found || principal.ID() != known.PrincipalID {
		t.Errorf("appId %s, principal %v", app.String("appId"), principal)
	}
	made := directory.Value[[]directory.PasswordCredential](app, "passwordCredentials")
	if len(made) != 1 || !made[0].Matches(known.Secret) || made[0].Hint != "abc" || !made[0].EndDateTime.Equal(known.End) {
		t.Errorf("credentials %+v", made)
	}
	d.must(s.Check())

	other := directory.Reinstated{
		AppID: "0a1b2c3d-0000-4000-8000-00000000001a", ObjectID: "0a1b2c3d-0000-4000-8000-00000000001b", PrincipalID: "0a1b2c3d-0000-4000-8000-00000000001c",
		Secret: known.Secret, End: known.End,
	}
	for name, change := range map[string]func(*directory.Reinstated){
		"an appId that is taken":        func(r *directory.Reinstated) { r.AppID = known.AppID },
		"an id that is taken":           func(r *directory.Reinstated) { r.ObjectID = known.PrincipalID },
		"a principal's id that is":      func(r *directory.Reinstated) { r.PrincipalID = known.ObjectID },
		"an id that is no GUID":         func(r *directory.Reinstated) { r.ObjectID = "mine" },
		"a secret without a hint":       func(r *directory.Reinstated) { r.Secret = "ab" },
		"a secret that was over before": func(r *directory.Reinstated) { r.End = d.clock.Now().AddDate(-1, 0, 0) },
	} {
		wrong, before := other, d.Snapshot().Sequence()
		change(&wrong)
		if d.Reinstate(wrong, p) == nil || d.Snapshot().Sequence() != before {
			t.Errorf("%s is taken", name)
		}
	}
	d.must(d.Reinstate(other, p))
}
