package refconnector_test

import (
	"context"
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

func Example() {
	tenant := mockgraph.New()
	app, err := tenant.Register("Governance", refconnector.Permissions()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	connector, err := refconnector.New(refconnector.Config{
		Authority: "https://login.microsoftonline.com/" + tenant.ID() + "/oauth2/authorize", ClientID: app.ID, ClientSecret: app.Secret, TenantID: tenant.ID(),
		Domain: "contoso.onmicrosoft.com", BasePassword: "Curtain-Up-2026",
	}, refconnector.WithTransport(tenant.Client().Transport))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	if err := connector.Test(ctx); err != nil {
		fmt.Println(err)
		return
	}
	id, err := connector.Create(ctx, refconnector.Account, refconnector.Attributes{"__NAME__": "ada", "displayName": "Ada", "jobTitle": "Engineer"})
	if err != nil {
		fmt.Println(err)
		return
	}
	ada, err := connector.Read(ctx, refconnector.Account, id)
	fmt.Println(ada.Name, ada.Attributes["jobTitle"], err)
	// Output: ada@contoso.onmicrosoft.com Engineer <nil>
}
