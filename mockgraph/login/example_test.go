package login_test

import (
	"fmt"
	"net/http/httptest"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

func Example() {
	d := directory.New(directory.WithTenant("8d6f2b0e-6a0c-4b0f-9d5e-3c1a7f2e9b10", "Contoso", "contoso.example"))
	app, err := d.Create(directory.Application, directory.Properties{"displayName": "Connector"})
	if err != nil {
		fmt.Println(err)
		return
	}
	host := login.New(d)
	server := httptest.NewTLSServer(host) // clients take server.URL + "/contoso.example" for their authority
	defer server.Close()

	// What an administrator does on the consent page.
	if err := host.Consent(app.String("appId")); err != nil {
		fmt.Println(err)
		return
	}
	token, err := host.Mint(login.Grant{ClientID: app.String("appId")})
	if err != nil {
		fmt.Println(err)
		return
	}
	claims, err := host.Verify(token)
	fmt.Println(claims.AppOnly, claims.ForGraph(), err)
	// Output: true true <nil>
}
