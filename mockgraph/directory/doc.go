// Package directory is the state of a fake tenant: users, groups, memberships, managers, enterprise applications and their
// app-role assignments, the recycle bin and the change log, under Microsoft Graph's own property names.
//
// It is not Graph: it knows neither HTTP nor OData, checks no permissions and holds no passwords. What it refuses it refuses
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
//
// Sources: learn.microsoft.com/graph/api/resources/user, …/group, …/serviceprincipal, …/approleassignment and their method
// pages; github.com/microsoftgraph/msgraph-metadata for types. Behaviour known only from public issues is marked as such.
package directory
