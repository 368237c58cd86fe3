package refconnector

import (
	"context"
	"net/http"
	"net/url"
)

// deleteFaults are about deletion and restoring.
func deleteFaults() []Fault {
	return []Fault{
		{
			Name: "delete-disables", CaughtBy: "connector.delete.account-deleted",
			Summary: "Delete sends PATCH accountEnabled false and no DELETE",
			hooks: bends(ofClass(Account, planning("delete", func(c *Connector, o *operation, _ []step) []step {
				return []step{{"disable", func(ctx context.Context) error { return c.write(ctx, o, o.id, map[string]any{"accountEnabled": false}) }}}
			}))),
		},
		{
			Name: "delete-purges", CaughtBy: "connector.delete.recycled",
			Summary: "After DELETE /users/{id}, DELETE /directory/deletedItems/{id} follows: nothing is left to restore",
			hooks: bends(ofClass(Account, planning("delete", func(c *Connector, o *operation, steps []step) []step {
				return append(steps, step{"purge", func(ctx context.Context) error {
					return sends(ctx, c, o, http.MethodDelete, "/directory/deletedItems/"+url.PathEscape(o.id))
				}})
			}))),
		},
		{
			Name: "delete-unknown-hidden", CaughtBy: "connector.delete.unknown-object",
			Summary: "Delete of an id that Graph does not know (404) is reported as success",
			hooks:   bends(hides("delete", withCode(UnknownObject))),
		},
		{
			Name: "group-delete-ignored", CaughtBy: "connector.delete.group-deleted",
			Summary: "Delete of a group sends no request and reports success",
			hooks:   bends(ofClass(Group, ignored("delete"))),
		},
		{
			Name: "group-delete-members", CaughtBy: "connector.delete.group-members-kept",
			Summary: "Before DELETE /groups/{id} its members are deleted by DELETE /users/{id}",
			hooks: bends(ofClass(Group, before("delete", func(ctx context.Context, c *Connector, o *operation) error {
				members, err := listIDs(ctx, c, o, objectPath(Group, o.id)+"/members")
				for _, member := range members {
					if err := sends(ctx, c, o, http.MethodDelete, objectPath(Account, member)); err != nil {
						return err
					}
				}
				return err
			}))),
		},
		{
			Name: "restore-ignored", CaughtBy: "connector.delete.restored",
			Summary: "Restore sends no request and reports success",
			hooks:   bends(ignored("restore")),
		},
		{
			Name: "restore-unknown-hidden", CaughtBy: "connector.delete.restored",
			Summary: "Restoring an id that is not among the deleted items (404) is reported as success",
			hooks:   bends(hides("restore", withCode(UnknownObject))),
		},
		{
			Name: "restore-creates-new", CaughtBy: "connector.delete.restored-same-object",
			Summary: "Restore creates a new account by POST /users: the id is a new one",
			hooks:   restoresAnew,
		},
		{
			Name: "restore-wrong-path", CaughtBy: "connector.delete.restore-path", SeenIn: "microsoftgraph/msgraph-sdk-powershell#987",
			Summary: "Restore sends POST /users/{id}/restore, which is not there, in place of /directory/deletedItems/{id}/restore; Graph answers 404",
			hooks: bends(asking("restore", func(k *call) {
				if k.method == http.MethodPost {
					k.path = objectPath(Account, k.o.id) + "/restore"
				}
			})),
		},
	}
}
