// Package wire composes the exact HTTP requests Microsoft Entra's provisioning service sends to a SCIM endpoint, sends them,
// and reads the answers with the same strictness: byte order of JSON members, encoding of query strings, headers that are
// there and headers that are not.
//
// It does not decide when to send what (mockscim/provisioning does) and does not keep exchanges (internal/exchange does,
// as the client's transport).
//
//	client, err := wire.NewClient(wire.Config{TenantURL: "https://example.com/scim/?aadOptscim062020", Token: token})
//	composer, err := wire.NewComposer(wire.Options{Dialect: client.Dialect()})
//	response, err := client.Do(ctx, composer.MatchUser("userName", "ada@example.com"))
//	list, err := wire.ReadList(response)
//
// It speaks both dialects, [Default] and [AADOptSCIM]. They differ in the bodies of PATCH requests and nowhere else:
//
//	change                      default                             aadOptscim062020
//	names of operations         Add, Replace, Remove                add, replace, remove
//	active                      text, "False"                       boolean, false
//	other attributes            an operation with a path for each   members of one operation without a path, named by their paths
//	a single one that is added  as above                            an operation with a path
//	attributes with a filter    as above                            as above
//	the manager                 the id as text, with its path       the same
//	members to remove           in the value of the operation       in the path, one operation for each
//	roles                       JSON inside text                    the elements of a POST
//
// Where documentation leaves a behaviour open it is a field of [Options].
//
// Sources: RFC 7644; learn.microsoft.com/entra/identity/app-provisioning, pages use-scim-to-provision-users-and-groups,
// application-provisioning-config-problem-scim-compatibility and customize-application-attributes; the request composers
// of github.com/AzureAD/SCIMReferenceCode; requests captured by implementers.
package wire
