package sample_test

import (
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

func ExampleFill() {
	const seed = 7
	options := append(sample.Options(seed), directory.WithTenant("11111111-2222-4333-8444-555555555555", "Contoso", "contoso.onmicrosoft.com"))
	d := directory.New(options...)
	if err := sample.Fill(d, sample.Small, seed); err != nil {
		fmt.Println(err)
		return
	}
	s := d.Snapshot()
	admin, _ := s.Lookup(directory.User, "userPrincipalName", "admin@contoso.onmicrosoft.com")
	fmt.Println(s.Count(directory.User), "users")
	fmt.Println(admin.String("displayName"), s.CheckPassword(admin.ID(), sample.Password(seed, admin.String("userPrincipalName"))))
	// Output:
	// 10 users
	// Contoso Administrator true
}
