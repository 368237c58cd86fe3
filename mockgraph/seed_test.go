package mockgraph_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// A script reads once what the tenant printed. Whatever the tenant is seeded with, that goes on working.
func TestASeedLeavesTheClientAndTheAdministratorPeopleWereGiven(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"the same again": `{"size":"small","seed":3}`, "another seed": `{"size":"small","seed":4}`, "another size": `{"size":40,"seed":3}`, "a smaller one": `{"size":1,"seed":3}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, mockgraph.WithSample(sample.Small, 3))
			client, err := s.tenant.Register("Rehearse", mockgraph.EveryPermission()...)
			if err != nil {
				t.Fatal(err)
			}
			s.tenant.KeepClient(client)
			s.tenant.SetStart()
			s.token = s.as(login.Grant{ClientID: client.ID, Roles: every})
			before := s.steer("GET", "snapshot", "").want(200).body
			administrator, password := s.tenant.Administrator()

			for range 2 {
				seeded := s.steer("POST", "seed", body).want(200)
				if seeded.str("clientId") != client.ID || seeded.str("clientSecret") != client.Secret || seeded.str("password") != password {
					t.Errorf("seeded: %s, want the client %+v and the password %s", seeded.body, client, password)
				}
				now := s.tenant.Directory().Snapshot()
				if !opens(now, client) || !now.CheckPassword(idOf(now, administrator), password) {
					t.Error("the client or the administrator of before cannot sign in")
				}
				if err := now.Check(); err != nil {
					t.Error(err)
				}
				s.ask("GET", "/v1.0/users", "").want(200) // with a token of before
			}

			s.steer("POST", "reset", "").want(200)
			if after := s.steer("GET", "snapshot", "").want(200).body; !bytes.Equal(after, before) {
				t.Errorf("after the reset the tenant is not what it was at the start")
			}
			for i := range 100 { // ids go on behind those of the start
				p := directory.Properties{"displayName": "New", "mailNickname": fmt.Sprint("new", i), "mailEnabled": false, "securityEnabled": true}
				if _, err := s.tenant.Directory().Create(directory.Group, p); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func idOf(s *directory.Snapshot, userPrincipalName string) string {
	if o, found := s.Lookup(directory.User, "userPrincipalName", userPrincipalName); found {
		return o.ID()
	}
	return ""
}

// opens says whether the secret of a client is one its application has.
func opens(s *directory.Snapshot, c mockgraph.Client) bool {
	o, found := s.Lookup(directory.Application, "appId", c.ID)
	if !found {
		return false
	}
	for _, credential := range directory.Value[[]directory.PasswordCredential](o, "passwordCredentials") {
		if credential.Matches(c.Secret) {
			return true
		}
	}
	return false
}
