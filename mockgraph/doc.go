// Package mockgraph is a fake Microsoft Entra tenant: the login host and Microsoft Graph v1.0 and beta behind one [Tenant],
// which is an http.Handler that unmodified clients use.
//
//	tenant := mockgraph.New()
//	client := tenant.Client()                     // in-process: no socket, the real host names
//	server := tenant.Start(t)                     // or TLS on a loopback port
//	app, err := tenant.Register("Connector", "User.ReadWrite.All")
//
// fixtures/clients/msgraph/example_test.go points azidentity and the Graph SDK at a tenant; the folders beside it do so with other
// clients.
//
// What Graph's identity API does is done; what is not built answers 501 and names itself, never a plausible lie.
//
// # How a request walks
//
// [Tenant.ServeHTTP] sends the login host's names and paths to package login, Graph's to the routes here. A Graph request is
// read (path normalised, body unpacked and bounded), its token verified, its route found, its permission checked, and then
// answered by one function of one resource family: users.go, groups.go and so on. Answers are written at once, whole, so that a
// batch can carry them. State lives in package directory, query options in package odata.
//
// # What steers it
//
// [WithWeather] and [Tenant.Weather] turn faults on: a request meets them behind authentication and before its permission.
// [Tenant.Reset], [Tenant.Seed], [Tenant.Save] and [Tenant.Load] replace the whole state, [Tenant.Exchanges] tells what was asked. The
// same stands on the tenant's own origin as the admin API, below /_rehearse/ (admin.go lists it).
//
// It knows no SCIM and no suites.
//
// Sources: learn.microsoft.com/graph/api (each route names its page), learn.microsoft.com/graph/use-the-api, …/graph/errors.
package mockgraph
