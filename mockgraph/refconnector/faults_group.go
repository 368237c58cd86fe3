package refconnector

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// groupFaults are about groups and their members.
func groupFaults() []Fault {
	return []Fault{
		{
			Name: "group-nickname-with-spaces", CaughtBy: "connector.group.created",
			Summary: "POST /groups without a given mailNickname uses displayName with its spaces for it; Graph answers 400",
			hooks: bends(writing("create", Group, func(_ *Connector, o *operation, body map[string]any) {
				if _, ok := given(o, "mailNickname"); !ok {
					body["mailNickname"] = body["displayName"]
				}
			})),
		},
		{
			Name: "group-mail-enabled", CaughtBy: "connector.group.security-group",
			Summary: "POST /groups carries mailEnabled true with empty groupTypes; Graph answers 400",
			hooks: bends(writing("create", Group, func(_ *Connector, _ *operation, body map[string]any) {
				body["mailEnabled"] = true
			})),
		},
		{
			Name: "group-adopts-same-name", CaughtBy: "connector.group.same-name",
			Summary: "Creating a group whose displayName another one has returns that other one: names of groups are not unique",
			hooks: bends(ofClass(Group, around("create", func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
				name, _ := given(o, nameAttribute, "displayName")
				text, _ := name.(string)
				found, err := c.Search(ctx, Group, Filter{Attribute: "displayName", Value: text})
				if err != nil || len(found) == 0 {
					return next(ctx)
				}
				o.made = found[0].ID
				return nil
			}))),
		},
		{
			Name: "group-same-name-unmade", CaughtBy: "connector.group.same-name",
			Summary: "Creating a group whose displayName another one has sends nothing more and reports success, without an id",
			hooks: bends(ofClass(Group, around("create", func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
				name, _ := given(o, nameAttribute, "displayName")
				text, _ := name.(string)
				if found, err := c.Search(ctx, Group, Filter{Attribute: "displayName", Value: text}); err != nil || len(found) > 0 {
					return err
				}
				return next(ctx)
			}))),
		},
		{
			Name: "group-rename-ignored", CaughtBy: "connector.group.renamed",
			Summary: "A changed displayName of a group is not sent",
			hooks:   bends(writing("update", Group, func(_ *Connector, _ *operation, body map[string]any) { delete(body, "displayName") })),
		},
		{
			Name: "group-description-clear-ignored", CaughtBy: "connector.group.description-cleared",
			Summary: "A cleared description of a group is not sent",
			hooks: bends(writing("update", Group, func(_ *Connector, _ *operation, body map[string]any) {
				if body["description"] == nil {
					delete(body, "description")
				}
			})),
		},
		{
			Name: "member-delete-without-ref", CaughtBy: "connector.group.remove-keeps-user",
			Summary: "A member is removed by DELETE /groups/{id}/members/{member} without /$ref, which deletes the user",
			hooks: bends(asking("removeMembers", func(k *call) {
				if k.method == http.MethodDelete {
					k.path = strings.TrimSuffix(k.path, "/$ref")
				}
			})),
		},
		{
			Name: "members-over-twenty", CaughtBy: "connector.group.many-members",
			Summary: "All members go in one PATCH members@odata.bind, also more than 20; Graph answers 400",
			hooks: bends(hooks{chunks: func(o *operation, chunks [][]string) [][]string {
				if o.name != "addMembers" || len(chunks) == 0 {
					return chunks
				}
				return [][]string{slices.Concat(chunks...)}
			}}),
		},
		{
			Name: "members-first-twenty-only", CaughtBy: "connector.group.all-members",
			Summary: "Of more than 20 members the first 20 are sent and the others forgotten",
			hooks: bends(hooks{chunks: func(o *operation, chunks [][]string) [][]string {
				if o.name != "addMembers" || len(chunks) == 0 {
					return chunks
				}
				return chunks[:1]
			}}),
		},
		{
			Name: "members-one-by-one", CaughtBy: "connector.group.members-together", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "Every member is sent by its own POST /groups/{id}/members/$ref, none by PATCH members@odata.bind",
			hooks: bends(hooks{
				chunks: func(o *operation, chunks [][]string) [][]string {
					if o.name != "addMembers" {
						return chunks
					}
					return slices.Collect(slices.Chunk(slices.Concat(chunks...), 1))
				},
				call: func(_ context.Context, _ *Connector, k *call) {
					if references, ok := k.body["members@odata.bind"].([]string); ok && len(references) == 1 {
						k.method, k.path, k.safe, k.body = http.MethodPost, k.path+"/members/$ref", true, map[string]any{"@odata.id": references[0]}
					}
				},
			}),
		},
		{
			Name: "member-duplicate-fails", CaughtBy: "connector.group.add-again",
			Summary: "Graph's 400 that a reference already exists is reported as an error",
			hooks:   bends(judging(saying(boundWords), misreads("Graph answers 400"))),
		},
		{
			Name: "member-duplicate-drops-rest", CaughtBy: "connector.group.add-some-again",
			Summary: "Graph's 400 that a reference already exists is taken for success of the whole PATCH: the other members of it are not added",
			hooks:   bends(judging(saying(boundWords), swallows)),
		},
		{
			Name: "member-absent-fails", CaughtBy: "connector.group.remove-again",
			Summary: "Graph's 404 or 400 for the removal of one who is no member is reported as an error",
			hooks: bends(judging(func(t *try) bool {
				return t.call.o != nil && t.call.o.name == "removeMembers" && (answered(http.StatusNotFound)(t) || saying(absentWords)(t))
			}, misreads("Graph answers that there is none"))),
		},
		{
			Name: "member-by-name", CaughtBy: "connector.group.member-reference",
			Summary: "members@odata.bind names users by userPrincipalName; Graph answers 400",
			hooks:   bends(hooks{call: bindByName}),
		},
		{
			Name: "members-replaced", CaughtBy: "connector.group.add-keeps-others", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "Before members are added, every present member is removed",
			hooks: bends(before("addMembers", func(ctx context.Context, c *Connector, o *operation) error {
				present, err := listIDs(ctx, c, o, objectPath(Group, o.id)+"/members")
				if err != nil || len(present) == 0 {
					return err
				}
				return c.RemoveMembers(ctx, o.id, present...)
			})),
		},
		{
			Name: "members-all-removed", CaughtBy: "connector.group.remove-keeps-others",
			Summary: "Removing one member removes every member",
			hooks: bends(before("removeMembers", func(ctx context.Context, c *Connector, o *operation) (err error) {
				o.members, err = listIDs(ctx, c, o, objectPath(Group, o.id)+"/members")
				return err
			})),
		},
		{
			Name: "members-remove-first-only", CaughtBy: "connector.group.remove-many",
			Summary: "Of several members to remove the first alone is removed",
			hooks: bends(before("removeMembers", func(_ context.Context, _ *Connector, o *operation) error {
				o.members = o.members[:min(len(o.members), 1)]
				return nil
			})),
		},
		{
			Name: "member-unknown-hidden", CaughtBy: "connector.group.unknown-member",
			Summary: "A member that does not exist is skipped and success is reported",
			hooks:   bends(hides("addMembers", withCode(UnknownObject))),
		},
		{
			Name: "member-unknown-among-others-hidden", CaughtBy: "connector.group.unknown-member",
			Summary: "Of several members one that does not exist is left out and success is reported",
			hooks: bends(around("addMembers", func(ctx context.Context, _ *Connector, o *operation, next func(context.Context) error) error {
				err := next(ctx)
				if codeOf(err) == UnknownObject && len(o.members) > 1 {
					return nil
				}
				return err
			})),
		},
		{
			Name: "group-unknown-hidden", CaughtBy: "connector.group.unknown-member",
			Summary: "Adding members to a group that does not exist (404) is reported as success",
			hooks: bends(around("addMembers", func(ctx context.Context, _ *Connector, o *operation, next func(context.Context) error) error {
				err := next(ctx)
				if codeOf(err) == UnknownObject && strings.Contains(err.Error(), o.id) {
					return nil
				}
				return err
			})),
		},
	}
}
