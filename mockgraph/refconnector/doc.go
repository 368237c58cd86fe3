// Package refconnector is the reference connector: a small, honest client of Microsoft Graph that does what identity-governance
// products ask of theirs (make, change, block, license and delete accounts, push groups, read what has changed), configured as they
// are, and a catalogue of named faults it can be told to have.
//
//	tenant := mockgraph.New()
//	app, err := tenant.Register("Governance", refconnector.Permissions()...)
//	connector, err := refconnector.New(refconnector.Config{
//		Authority: "https://login.microsoftonline.com/" + tenant.ID() + "/oauth2/authorize",
//		ClientID:  app.ID, ClientSecret: app.Secret, TenantID: tenant.ID(),
//		Domain:    "contoso.onmicrosoft.com", BasePassword: "Curtain-Up-2026",
//	}, refconnector.WithTransport(tenant.Client().Transport))
//	id, err := connector.Create(ctx, refconnector.Account, refconnector.Attributes{"__NAME__": "ada", "displayName": "Ada"})
//
// It is the measure of the connector suite: without a fault every check passes, with one fault the check named for it fails. It knows
// neither the fake tenant nor the suites, and works against Graph itself.
//
// # How an operation walks
//
// Each method makes an operation, whose steps it carries out in order. A step sends calls; a call is sent until its answer is final, with
// the token kept, the waits Graph asks for, and a question in between where a write may already have been carried out. Faults bend an
// operation at the places hooks.go lists, and nowhere else.
//
// It is no library for production: it has one tenant, no cache and no metrics.
//
// Sources: learn.microsoft.com/graph/best-practices-concept, …/graph/throttling, …/graph/errors, …/graph/api/resources/user,
// …/graph/api/resources/group.
package refconnector
