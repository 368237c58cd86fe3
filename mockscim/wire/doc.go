// Package wire composes the exact HTTP requests Microsoft Entra's provisioning service sends to a SCIM endpoint, sends them,
// and reads the answers with the same strictness: byte order of JSON members, encoding of query strings, headers that are
// there and headers that are not.
//
// It does not decide when to send what (mockscim/provisioning does) and does not keep exchanges (internal/exchange does,
// as the client's transport).
//
//	composer, err := wire.NewComposer(wire.Options{})
//	client, err := wire.NewClient(wire.Config{TenantURL: "https://example.com/scim", Token: token})
//	response, err := client.Do(ctx, composer.MatchUser("userName", "ada@example.com"))
//	list, err := wire.ReadList(response)
//
// This cut speaks the [Default] dialect. Where documentation leaves a behaviour open it is a field of [Options].
//
// Sources: RFC 7644; learn.microsoft.com/entra/identity/app-provisioning, pages use-scim-to-provision-users-and-groups,
// application-provisioning-config-problem-scim-compatibility and customize-application-attributes; the request composers
// of github.com/AzureAD/SCIMReferenceCode; requests captured by implementers.
package wire
