// Package mapping turns an object of the tenant into what Entra's provisioning service wants the target to hold: the
// default attribute mappings of a non-gallery SCIM application, mappings and schemas in Microsoft Graph's JSON shape, the
// expression language of the mapping editor, and scoping filters.
//
// It is pure: it does not read the directory (a [Source] answers attributes by their mapping-editor names), does not decide
// what to send (mockscim/provisioning does), and does not know how a value looks on the wire (mockscim/wire does).
//
//	users, err := mapping.Compile(mapping.DefaultUsers())
//	flows, err := users.Evaluate(source) // userName, active, displayName, ... in the order of the mapping
//
// A schema exported from a tenant is read by [synchronization.ReadSchema] and made ready by [CompileSchema], which refuses it with
// everything that is wrong at once, as [Problems]. What expressions ask besides the object (time, randomness, uniqueness), and what
// Microsoft's documentation leaves open, is an [Environment].
//
// A null source contributes no flow: Entra does not clear a target attribute because its source became empty.
//
// Sources: learn.microsoft.com/entra/identity/app-provisioning, pages customize-application-attributes,
// functions-for-customizing-application-data ("the functions page" in this package's comments),
// define-conditional-rules-for-provisioning-user-accounts, use-scim-to-provision-users-and-groups and known-issues;
// learn.microsoft.com/graph/api/resources/synchronization-attributemapping.
package mapping
