package scim_test

import (
	"fmt"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// A service provider that serves Entra: read the body, apply it, answer with what may be seen.
func Example() {
	users := scim.NewRegistry(scim.UserSchema(), scim.EnterpriseUserSchema())
	ada, err := scim.Normalize(scim.Resource{
		"schemas": []any{scim.UserURN}, "userName": "ada@contoso.example", "active": true,
	}, users, scim.Entra())
	if err != nil {
		fmt.Println(err)
		return
	}

	request, err := scim.DecodePatch([]byte(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
		{"op":"Replace","path":"active","value":"False"},
		{"op":"Add","path":"emails[type eq \"work\"].value","value":"ada@contoso.example"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	ada, err = scim.Patcher{Registry: users, Tolerance: scim.Entra()}.Apply(ada, request.Operations)
	if err != nil {
		fmt.Println(err)
		return
	}

	filter, err := scim.ParseFilter(`emails[type eq "work"].value eq "ADA@contoso.example"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ada["active"], scim.Match(filter, ada, users), filter)
	fmt.Println(scim.Project(ada, users, []string{"emails.value"}, nil)["emails"])
	// Output:
	// false true emails[type eq "work" and value eq "ADA@contoso.example"]
	// [map[value:ada@contoso.example]]
}
