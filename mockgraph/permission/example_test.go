package permission_test

import (
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// A connector that may write the directory still cannot delete a user.
func Example() {
	caller := permission.Caller{AppOnly: true, Roles: []string{"Directory.ReadWrite.All", "User.Read.All"}}
	for _, call := range [][2]string{{"GET", "/users/{id}/manager"}, {"DELETE", "/users/{id}"}} {
		rule, ok := permission.Find(call[0], call[1])
		d := rule.Allows(caller)
		fmt.Println(call[0], call[1], ok, d.Allowed, d.Used, d.Least)
	}
	fmt.Println(permission.DeniedUserWrites(caller, false, []string{"displayName", "passwordProfile"}))
	// Output:
	// GET /users/{id}/manager true true User.Read.All User.Read.All
	// DELETE /users/{id} true false  User.DeleteRestore.All
	// [passwordProfile]
}

// With a user signed in, what she is counts besides.
func ExampleSettings_May() {
	rule, _ := permission.Find("POST", "/servicePrincipals/{id}/synchronization/jobs/{id}/start")
	helpdesk := permission.User{Roles: []string{permission.HelpdeskAdministrator}}
	fmt.Println(permission.Settings{}.May(rule, helpdesk), permission.Settings{}.May(rule, permission.User{IsOwner: true}))
	// Output: false true
}
