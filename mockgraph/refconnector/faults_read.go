package refconnector

import (
	"cmp"
	"context"
	"net/http"
	"strings"
)

// readFaults are about changes of accounts, and reading them.
func readFaults() []Fault {
	return []Fault{
		{
			Name: "search-ignores-filter", CaughtBy: "connector.sync.search-filter",
			Summary: "A search is sent without $filter and every account is returned as found",
			hooks:   bends(asking("search", func(k *call) { k.query = k.query.without("$filter").without("$count") })),
		},
		{
			Name: "search-by-name-unasked", CaughtBy: "connector.sync.search-filter",
			Summary: "A search for a userPrincipalName sends nothing and finds nobody",
			hooks: bends(around("search", func(ctx context.Context, _ *Connector, o *operation, next func(context.Context) error) error {
				if o.class == Account && o.filter.Attribute == nameAttribute {
					return nil
				}
				return next(ctx)
			})),
		},
		{
			Name: "search-of-groups-unasked", CaughtBy: "connector.group.search",
			Summary: "A search for groups sends nothing and finds none",
			hooks:   bends(ofClass(Group, ignored("search"))),
		},
		{
			Name: "sync-of-groups-unasked", CaughtBy: "connector.group.sync",
			Summary: "A sync of groups sends nothing and tells of none",
			hooks:   bends(ofClass(Group, ignored("sync"))),
		},
		{
			Name: "filter-quote-not-doubled", CaughtBy: "connector.sync.search-quote", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "A single quote in a filter's value is not doubled; Graph answers 400 for O'Neil",
			hooks:   bends(asking("search", func(k *call) { k.setQuery("$filter", strings.ReplaceAll(k.query.get("$filter"), "''", "'")) })),
		},
		{
			Name: "filter-not-encoded", CaughtBy: "connector.sync.search-encoded", SeenIn: "Evolveum/connector-microsoft-graph-api",
			Summary: "The value of $filter is not percent-encoded: & ends it and + becomes a space, so that R&D is not found",
			hooks:   bends(asking("search", func(k *call) { k.raw = true })),
		},
		{
			Name: "search-error-hidden", CaughtBy: "connector.sync.search-error",
			Summary: "A search that Graph refuses (4xx) returns nothing and no error",
			hooks:   bends(hides("search", func(e *Error) bool { return e.Status >= 400 && e.Status < 500 })),
		},
		{
			Name: "search-forbidden-hidden", CaughtBy: "connector.sync.search-error",
			Summary: "A search for which a permission is missing (403) returns nothing and no error",
			hooks:   bends(hides("search", withCode(Forbidden))),
		},
		{
			Name: "stops-at-empty-page", CaughtBy: "connector.sync.empty-page",
			Summary: "Reading a list ends at the first empty page though it has an @odata.nextLink",
			hooks: bends(hooks{following: func(_ *Connector, k *call, p *page, then *call) *call {
				if k.o.name == "search" && len(p.Value) == 0 {
					return nil
				}
				return then
			}}),
		},
		{
			Name: "stops-at-empty-page-reads-on", CaughtBy: "connector.sync.empty-page",
			Summary: "Reading a list of accounts ends at the first empty page though it has an @odata.nextLink, and another list is read after it",
			hooks: bends(hooks{
				operation: after("search", func(ctx context.Context, c *Connector, o *operation) error {
					return sends(ctx, c, o, http.MethodGet, "/groups?$select=id&$top=1")
				}).operation,
				following: func(_ *Connector, k *call, p *page, then *call) *call {
					if k.o.name == "search" && len(p.Value) == 0 {
						return nil
					}
					return then
				},
			}),
		},
		{
			Name: "reads-default-properties", CaughtBy: "connector.sync.read-attributes",
			Summary: "Reads and searches of accounts carry $select=id,userPrincipalName,displayName alone: accountEnabled and the rest are missing from what is found",
			hooks:   bends(ofClass(Account, asking("read search", func(k *call) { k.setQuery("$select", "id,userPrincipalName,displayName") }))),
		},
		{
			Name: "read-not-found-hidden", CaughtBy: "connector.sync.read-unknown",
			Summary: "A read of an id that Graph does not know (404) gives an object without values and no error",
			hooks: bends(around("read", func(ctx context.Context, _ *Connector, o *operation, next func(context.Context) error) error {
				err := next(ctx)
				if isGone(err) {
					o.objects = []Object{{Class: o.class, ID: o.id, Attributes: Attributes{}}}
					return nil
				}
				return err
			})),
		},
		{
			Name: "read-finds-nothing", CaughtBy: "connector.sync.read-unknown",
			Summary: "A read by id sends nothing and gives an object without values, whoever has the id",
			hooks:   bends(ignored("read")),
		},
		{
			Name: "delta-ignores-removed", CaughtBy: "connector.sync.delta-removed",
			Summary: "Items with @removed are reported as changed objects, not as deleted",
			hooks: bends(hooks{change: func(g *Change) *Change {
				g.Deleted = false
				return g
			}}),
		},
		{
			Name: "sync-error-hidden", CaughtBy: "connector.sync.delta-error",
			Summary: "A delta query that Graph refuses (403) returns no changes and no error",
			hooks:   bends(hides("sync", withCode(Forbidden))),
		},
		{
			Name: "delta-skips-removed", CaughtBy: "connector.sync.delta-deletions",
			Summary: "Items with @removed are left out of the changes",
			hooks: bends(hooks{change: func(g *Change) *Change {
				if g.Deleted {
					return nil
				}
				return g
			}}),
		},
		{
			Name: "delta-first-page-only", CaughtBy: "connector.sync.delta-pages",
			Summary: "Of a delta round only the first page is read; its @odata.nextLink is kept as the token",
			hooks: bends(hooks{following: func(_ *Connector, k *call, p *page, then *call) *call {
				if k.o.name != "sync" || then == nil {
					return then
				}
				p.Delta = p.Next
				return nil
			}}),
		},
		{
			Name: "delta-full-every-time", CaughtBy: "connector.sync.delta-incremental",
			Summary: "The token is ignored: every round begins with /users/delta anew",
			hooks: bends(before("sync", func(_ context.Context, _ *Connector, o *operation) error {
				o.token = ""
				return nil
			})),
		},
		{
			Name: "delta-keeps-old-token", CaughtBy: "connector.sync.delta-token",
			Summary: "The token of the round before is returned in place of the new @odata.deltaLink: changes come again and again",
			hooks: bends(after("sync", func(_ context.Context, _ *Connector, o *operation) error {
				o.next = cmp.Or(o.token, o.next)
				return nil
			})),
		},
	}
}
