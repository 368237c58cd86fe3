// Package sample fills a tenant with people who do not exist: the same seed and size always make the same directory, byte for byte.
//
// A sample tenant has employees of many cultures in a tree of managers, guests, a few accounts that are disabled, synchronized from
// on-premises or deleted; department, project, nested, empty and dynamic groups; subscriptions with licences given directly and by
// groups; two applications with their service principals; three administrators. Microsoft's own service principals, such as that of
// Microsoft Graph, are not made here.
//
//	d := directory.New(append(sample.Options(7), directory.WithTenant(id, "Contoso", "contoso.onmicrosoft.com"))...)
//	err := sample.Fill(d, sample.Contoso, 7)
//	secret := sample.Password(7, "admin@contoso.onmicrosoft.com")
//
// The directory's domains decide the names: people are on its default domain, the administrator and guests on the initial one,
// everybody on contoso.example when it has none.
//
// Tenants of up to 1,200 employees are told in full. Larger ones begin with 1,200 such people; those after that have what a list of
// people has, and a manager, but no licences, telephones, proxy addresses or memberships of static groups, so that a million of them fit into memory.
package sample
