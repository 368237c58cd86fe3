// Package directory is the state of a fake tenant under Microsoft Graph's own property names: users, groups with static and dynamic
// members, owners, managers, licences and their seats, applications and service principals, permission grants, app-role
// assignments, directory roles and their assignments, administrative units, domains, the organization, the recycle bin, the change log and the journals.
//
// It is not Graph: it knows neither HTTP nor OData, checks no permissions and keeps passwords and secrets as salted hashes only. What it refuses it refuses
// with Graph's own code and message ([Error]), so that routes only have to write them down.
//
// # One history, many readers
//
// Records are immutable. Every write publishes a new [Snapshot] at once and adds numbered entries to the change log
// ([Change]). Reading takes a snapshot, which costs nothing, never waits for a writer and never changes: a scan may take as
// long as it likes. [Directory.At] gives the state as it was at an older sequence, for replication lag and paging.
//
//	d := directory.New()
//	ada, err := d.Create(directory.User, directory.Properties{
//		"userPrincipalName": "ada@contoso.example", "mailNickname": "ada", "displayName": "Ada", "accountEnabled": true,
//	})
//	for user := range d.Snapshot().Objects(directory.User) { … }
//	for _, change := range d.Changes(0) { … }
//
// One table per type ([Table]) says which properties there are and drives validation, mutability, uniqueness, indexes and
// the default selection.
// Applications add properties of their own ([Directory.AddExtensionProperty]), whose rows a snapshot knows
// ([Snapshot.ExtensionProperty]); photos stand beside the records ([Directory.SetPhoto]).
//
// What Entra does on its own time, dynamic members, licences of groups, the end of retention, happens in [Directory.Process], which
// whoever steers the clock calls. [Directory.Save] writes the state to a file and [Directory.Load] reads it; [Snapshot.Check] walks
// it and says what does not hold together. [Directory.Batch] seeds many objects at once.
//
// Sources: learn.microsoft.com/graph/api/resources/user, …/group, …/serviceprincipal, …/approleassignment and their method
// pages; github.com/microsoftgraph/msgraph-metadata for types. Behaviour known only from public issues is marked as such.
package directory
