// Package login fakes login.microsoftonline.com for one tenant: discovery documents, signing keys, both generations of the
// authorize and token endpoints with every grant, the device and consent pages, and the AADSTS errors clients match on.
//
// It is not Graph and not the directory: it reads applications, service principals, users, grants and assignments from a
// [directory.Directory] and writes only what consent writes. It holds no state of its own but codes, refresh tokens,
// sessions and the access tokens it issued, all bounded and all aged by the injected clock.
//
// # Its own origin, or the real names
//
// Every URL in an answer is built from the host the request was addressed to. Served on https://127.0.0.1:8443 the
// documents carry that origin; addressed as login.microsoftonline.com (through a proxy, or by an in-process transport) they
// carry the real names, so that clients with hard-coded hosts accept them.
//
//	d := directory.New()
//	host := login.New(d, login.WithTenant("8d6f2b0e-6a0c-4b0f-9d5e-3c1a7f2e9b10", "Contoso", "contoso.example"))
//	server := httptest.NewTLSServer(host)
//	// server.URL + "/contoso.example/v2.0/.well-known/openid-configuration"
//
// Graph's routes ask [Server.Verify] whose token a request carries.
//
// Credentials (secrets, passwords, assertions, codes, tokens) never stand in an error or a page.
//
// Sources: learn.microsoft.com/entra/identity-platform (the protocol pages v2-oauth2-*, v2-protocols-oidc, access-tokens,
// id-tokens, reference-error-codes, v2-admin-consent, certificate-credentials, reply-url, scopes-oidc) and
// learn.microsoft.com/entra/workload-id/workload-identity-federation; the recorded exchanges in github.com/Azure/azure-sdk-for-js
// and the sources of the MSAL libraries for what is on the wire. What none of them settles is an option with a stated default.
package login
