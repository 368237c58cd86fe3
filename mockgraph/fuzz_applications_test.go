package mockgraph_test

import (
	"encoding/json"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// FuzzApplicationBody: whatever is sent to an application is taken or refused in an envelope, and leaves a tenant that holds together.
func FuzzApplicationBody(f *testing.F) {
	for _, body := range []string{
		`{"web":{"redirectUris":["http://localhost"],"homePageUrl":null}}`, `{"keyCredentials":[{"key":"bm9uZQ==","keyId":"x"}]}`, `{"passwordCredentials":[{"keyId":null}]}`,
		`{"info":{"logoUrl":1}}`, `{"api":{"oauth2PermissionScopes":[{"value":"a"}]},"appRoles":[null]}`, `{"requiredResourceAccess":[{"resourceAccess":[{}]}]}`,
		`{"optionalClaims":{"idToken":[[[[[[]]]]]]}}`, `{"owners@odata.bind":["users/1"]}`, `{"proof":"a.b.c","keyCredential":{}}`, `{"endDateTime":"x"}`,
	} {
		f.Add(body)
	}
	tenant := mockgraph.New()
	app, err := register(tenant, "Stage hand")
	if err != nil {
		f.Fatal(err)
	}
	token, err := tenant.Login().Mint(login.Grant{ClientID: app, Roles: every})
	if err != nil {
		f.Fatal(err)
	}
	o, _ := tenant.Directory().Snapshot().Lookup(directory.Application, "appId", app)
	f.Fuzz(func(t *testing.T, body string) {
		s := &stage{T: t, tenant: tenant, app: app, token: token}
		for _, call := range [][2]string{{"PATCH", ""}, {"POST", "/addKey"}, {"POST", "/addPassword"}, {"POST", "/federatedIdentityCredentials"}} {
			a := s.ask(call[0], "/v1.0/applications/"+o.ID()+call[1], body)
			if a.status >= 500 || len(a.body) > 0 && !json.Valid(a.body) {
				t.Errorf("%s: %d %s", a.request, a.status, a.body)
			}
		}
		if err := tenant.Directory().Snapshot().Check(); err != nil {
			t.Error(err)
		}
	})
}
