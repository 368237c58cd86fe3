package refconnector

import (
	"context"
	"net/http"
	"strings"
)

// requestFaults are about the rules of every request.
func requestFaults() []Fault {
	return []Fault{
		{
			Name: "beta-endpoint", CaughtBy: "connector.requests.beta",
			Summary: "Users are read and written below /beta though v1.0 serves the same",
			hooks: bends(hooks{call: func(_ context.Context, _ *Connector, k *call) {
				if strings.HasPrefix(k.path, "/users") {
					k.version = "/beta"
				}
			}}),
		},
		{
			Name: "graph-windows-net", CaughtBy: "connector.requests.retired-endpoint", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "GET https://graph.windows.net/$metadata, the retired Azure AD Graph, is asked before a search",
			hooks: bends(before("search", func(ctx context.Context, c *Connector, _ *operation) error {
				_ = c.visits(ctx, "https://graph.windows.net/$metadata", "")
				return nil
			})),
		},
		{
			Name: "unknown-endpoint", CaughtBy: "connector.requests.unknown-endpoint",
			Summary: "GET /users/{id}/licenses, which Graph does not have, is asked before licences are set; its 400 is ignored",
			hooks: bends(before("setLicences", func(ctx context.Context, c *Connector, o *operation) error {
				_ = sends(ctx, c, o, http.MethodGet, objectPath(Account, o.id)+"/licenses")
				return nil
			})),
		},
		{
			Name: "no-select", CaughtBy: "connector.requests.select", SeenIn: "Evolveum/connector-microsoft-graph-api",
			Summary: "Lists and reads carry no $select",
			hooks: bends(asking("read search update enable disable setLicences", func(k *call) {
				if k.method == http.MethodGet {
					k.query = k.query.without("$select")
				}
			})),
		},
		{
			Name: "first-page-only", CaughtBy: "connector.requests.next-link", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "A list's @odata.nextLink is not followed",
			hooks: bends(hooks{following: func(_ *Connector, k *call, _ *page, then *call) *call {
				if k.o.name == "search" {
					return nil
				}
				return then
			}}),
		},
		{
			Name: "last-page-only", CaughtBy: "connector.requests.next-link",
			Summary: "Every @odata.nextLink is followed, and what a page has shown is forgotten when the next one comes",
			hooks: bends(hooks{following: func(_ *Connector, k *call, p *page, then *call) *call {
				if k.o.name == "search" && p.number > 1 {
					k.o.objects = nil
				}
				return then
			}}),
		},
		{
			Name: "skip-invented", CaughtBy: "connector.requests.skip-invented",
			Summary: "Further pages are asked with $skip and not by @odata.nextLink",
			hooks:   bends(hooks{following: skips}),
		},
		{
			Name: "next-link-rebuilt", CaughtBy: "connector.requests.next-link-as-is",
			Summary: "Of @odata.nextLink only $skiptoken is taken; the query is built anew around it, the token escaped once more",
			hooks:   rebuildsLinks,
		},
		{
			Name: "advanced-without-consistency", CaughtBy: "connector.requests.advanced-consistency",
			Summary: "A filter that needs an advanced query is sent without ConsistencyLevel: eventual (with $count=true)",
			hooks:   bends(asking("search", func(k *call) { k.header.Del(consistency) })),
		},
		{
			Name: "advanced-not-asked", CaughtBy: "connector.requests.advanced-consistency",
			Summary: "A search that needs an advanced query sends nothing and finds nobody",
			hooks: bends(around("search", func(ctx context.Context, _ *Connector, o *operation, next func(context.Context) error) error {
				if _, advanced, err := condition(o.class, o.filter); advanced && err == nil {
					return nil
				}
				return next(ctx)
			})),
		},
		{
			Name: "advanced-without-count", CaughtBy: "connector.requests.advanced-count", SeenIn: "Tirasa/ConnIdAzureBundle",
			Summary: "A filter that needs an advanced query is sent with ConsistencyLevel: eventual and without $count=true",
			hooks:   bends(asking("search", func(k *call) { k.query = k.query.without("$count") })),
		},
		{
			Name: "advanced-pages-without-consistency", CaughtBy: "connector.requests.advanced-pages",
			Summary: "ConsistencyLevel: eventual is sent with the first page of an advanced query only",
			hooks: bends(hooks{following: func(_ *Connector, _ *call, _ *page, then *call) *call {
				if then != nil {
					then.header = http.Header{}
				}
				return then
			}}),
		},
	}
}
