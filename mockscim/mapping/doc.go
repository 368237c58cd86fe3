// Package mapping turns an object of the tenant into what Entra's provisioning service wants the target to hold: the
// default attribute mappings of a non-gallery SCIM application, mappings in Microsoft Graph's JSON shape, and the
// expression language of the mapping editor.
//
// It is pure: it does not read the directory (a [Source] answers attributes by their mapping-editor names), does not decide
// what to send (mockscim/provisioning does), and does not know how a value looks on the wire (mockscim/wire does).
//
//	users, err := mapping.Compile(mapping.DefaultUsers())
//	flows, err := users.Evaluate(source) // userName, active, displayName, ... in the order of the mapping
//
// A null source contributes no flow: Entra does not clear a target attribute because its source became empty.
//
// Sources: learn.microsoft.com/entra/identity/app-provisioning, pages customize-application-attributes,
// functions-for-customizing-application-data, use-scim-to-provision-users-and-groups and known-issues;
// learn.microsoft.com/graph/api/resources/synchronization-attributemapping.
package mapping
